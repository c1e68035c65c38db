"""Cells of CSV files that people open in spreadsheets: what looks like a formula is none, and comes back as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_MARK: Final = "'"


def neutral(cell: str) -> str:
    """The cell so that no program calculates with it. A text that begins with the mark gets another one."""
    return _MARK + cell if cell.startswith((*_FORMULA, _MARK)) else cell


def as_written(cell: str) -> str:
    """The cell as it was before :func:`neutral`; a mark that a person wrote before other text stays."""
    return cell[1:] if cell.startswith(_MARK) and cell[1:].startswith((*_FORMULA, _MARK)) else cell


def uploaded(cell: str) -> str:
    """The same for a file that a scheduler takes, which would post the mark: a blank in front, which it cuts off."""
    return f" {cell}" if cell.startswith(_FORMULA) else cell


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    """The rows as CSV (RFC 4180). NUL, which ends texts early elsewhere, is left out."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([cell.replace("\0", "") for cell in row])
    return text.getvalue()
