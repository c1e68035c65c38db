"""Tables in text files as spreadsheets write them: RFC 4180 with what spreadsheets make of it.

Commas, semicolons or tabs; a byte order mark, UTF-16, Latin-1; a ``sep=`` line; quotes around anything.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

MAX_CELL = 1_000_000
"""Characters in one cell; a longer one is a quote that was never closed."""
MAX_BYTES = 256 * 1024 * 1024
"""Bytes of a whole table; a larger one is no list of posts that a person keeps."""
_CONTROLS = (*range(9), *range(14, 27), *range(28, 32))
"""Bytes that no text has, but for a stray one."""


class TableError(ValueError):
    """The file as a whole is no such table; one sentence without the file's name."""


def read_table(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row that is not blank; raises as :func:`read_rows`."""
    return ((line, cells) for line, cells in read_rows(path) if any(cell.strip() for cell in cells))


def read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row, blank ones too.

    Raises OSError, and :class:`TableError` for what is no text (a picture) or has a cell that never ends.
    """
    if path.stat().st_size > MAX_BYTES:
        raise TableError(f"is larger than {MAX_BYTES // 1024 // 1024} MiB; split the table")
    text = decode(path.read_bytes())
    first, _, rest = text.partition("\n")
    skipped = 0
    if stated := re.fullmatch(r"\s*\"?sep=(.)\"?\s*", first):
        text, skipped = rest, 1
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=stated.group(1) if stated else delimiter(text))
    while True:
        line = reader.line_num + 1 + skipped
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise TableError(f"line {line}: a cell never ends; close its quotation mark") from None
        yield line, cells


def decode(data: bytes) -> str:
    """The text, whichever way it was encoded. Raises :class:`TableError` for what is no text."""
    if data[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise TableError("is a spreadsheet file; export it as CSV first")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    head = data[:4_096]
    if head.count(0) >= len(head) // 4 > 0:
        zeros_at_odd = head[1::2].count(0) > head[0::2].count(0)
        return data.decode("utf-16-le" if zeros_at_odd else "utf-16-be", "replace")
    if sum(map(head.count, _CONTROLS)) > len(head) // 200 + 1:
        raise TableError("is no text file; export it as CSV first")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def delimiter(text: str) -> str:
    """What stands between cells, by the first lines: exports have a line or two of words above their header."""
    head = re.sub(r'"(?:[^"]|"")*"', "", text[:20_000]).lstrip("\r\n").split("\n", 12)[:12]
    counts = {mark: max((line.count(mark) for line in head), default=0) for mark in (",", ";", "\t")}
    first = max(counts, key=lambda mark: head[0].count(mark)) if head else ","
    return first if head and head[0].count(first) else max(counts, key=lambda mark: counts[mark])
