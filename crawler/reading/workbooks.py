"""Spreadsheet files (XLSX, XLS, ODS) as the tables that are in them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.reading.text_tables import TableError

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

MAX_BYTES = 64 * 1024 * 1024
MAX_CELLS = 5_000_000
"""Cells of one sheet; a sheet that claims more is no list of posts."""
_EXACT = 2**53
"""A spreadsheet keeps numbers with 15 digits; what is larger was rounded and is no id any more."""

Row = tuple[int, list[str]]


def read_sheets(path: Path) -> list[tuple[str, list[Row]]]:
    """Name of each sheet, with row number and cells as text.

    Raises OSError, and :class:`TableError` when the file cannot be read (broken, locked with a password). What reads
    these files is native code that may give up in its own way on broken ones: call it in a process that may be lost.
    """
    from python_calamine import CalamineError, CalamineWorkbook  # here, because most imports never need it

    if path.stat().st_size > MAX_BYTES:
        raise TableError(f"is larger than {MAX_BYTES // 1024 // 1024} MiB; export it as CSV")
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            return [(name, _rows(book.get_sheet_by_name(name), name)) for name in book.sheet_names]
    except (CalamineError, ValueError) as error:
        if isinstance(error, TableError):
            raise
        said = " ".join(str(error).split())[:120]
        raise TableError(f"cannot be read as a spreadsheet ({said}); open it and save it as CSV") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the native code's own, and no Exception
            raise
        raise TableError("cannot be read as a spreadsheet; open it and save it as CSV") from None


def _rows(sheet: CalamineSheet, name: str) -> list[Row]:
    if sheet.height * sheet.width > MAX_CELLS:
        raise TableError(f"sheet “{name}” has more cells than a list of posts; export it as CSV")
    rows = sheet.to_python(skip_empty_area=False)
    return [(number, [_text(cell) for cell in cells]) for number, cells in enumerate(rows, start=1)]


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        if abs(cell) >= _EXACT:
            return f"{cell:.5E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        has_time = cell.time() != dt.time(0)
        return (
            cell.isoformat(" ", "minutes" if cell.second == 0 else "seconds") if has_time else cell.date().isoformat()
        )
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)
