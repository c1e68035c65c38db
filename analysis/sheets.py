"""Tables that a person keeps in a spreadsheet: CSV as any of them saves it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any


def sheet_rows(text: str) -> csv.DictReader[str]:
    """The rows below the first line, which names the columns and tells what stands between cells (``,``, ``;``, tab).

    Whoever iterates it, or asks for its ``fieldnames``, gets ``csv.Error`` where a cell is larger than any text.
    """
    head = text.partition("\n")[0]
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))


def has_cells_too_many(row: Mapping[str | None, Any]) -> bool:
    """Whether a row of :func:`sheet_rows` has more cells than the first line: they are likely not in their columns."""
    return any(cell.strip() for cell in row.get(None) or ())
