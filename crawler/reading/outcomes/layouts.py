"""A table of visits and sales as its header shows it, and the way of reading rows that is the same for all tools."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from attrs import frozen

from crawler.reading.column_names import plain_name
from crawler.reading.outcomes.cells import CellError
from crawler.reading.outcomes.row import OutcomeRow, OutcomeTable

HEAD_ROWS = 40
"""Rows in which a header is looked for."""
Rows = Sequence[tuple[int, list[str]]]
_DAY_IN_NAME = re.compile(r"(?<!\d)(20\d{2})([-_.]?)(\d{2})\2(\d{2})(?!\d)")


@frozen
class Skipped:
    """A row that is meant to be passed over, and why."""

    why: str


ReadRow = Callable[[int, Sequence[str]], OutcomeRow | Skipped]
"""Line and cells of a row → what it says. Raises :class:`CellError`."""


def find_header(
    rows: Rows, columns_of: Callable[[Sequence[str]], dict[str, int] | None]
) -> tuple[int, dict[str, int]] | None:
    """Place in ``rows`` and columns of the first row that ``columns_of`` takes for a header."""
    for place, (_, cells) in enumerate(rows[:HEAD_ROWS]):
        if len(cells) > 1 and (found := columns_of(cells)) is not None:
            return place, found
    return None


def period_in(text: str) -> tuple[date, date] | None:
    """The first two days that a name or a line holds (one day: that day alone); ``None`` when it holds none."""
    days = []
    for found in _DAY_IN_NAME.finditer(text):
        try:
            days.append(date(int(found[1]), int(found[3]), int(found[4])))
        except ValueError:
            continue
    if not days:
        return None
    first, last = days[0], days[1] if len(days) > 1 else days[0]
    return (first, last) if first <= last else None


def take_rows(
    table: OutcomeTable, header: Sequence[str], body: Rows, read: ReadRow, *, is_report: bool = False
) -> None:
    """Read the rows below a header into ``table``; a header that comes again is passed over.

    A report (``is_report``) has one row for each way in and day, so that a row which comes again in every cell is a
    copy, of an export that was put together from several. In a list of sales two may well be alike.
    """
    names = tuple(plain_name(cell) for cell in header)
    width = max((place for place, name in enumerate(names, 1) if name), default=len(names))
    seen: set[tuple[str, ...]] = set()
    for line, cells in body:
        if not any(cell.strip() for cell in cells):
            continue
        if tuple(plain_name(cell) for cell in cells[: len(names)]) == names:
            table.skipped["headers that come again"] += 1
            continue
        if is_report:
            row = tuple(map(str.strip, cells))
            if row in seen:
                table.skipped["rows that come again"] += 1
                continue
            seen.add(row)
        table.entry_count += 1
        if len(cells) < width:
            table.problems.append((line, f"has {len(cells)} of {width} cells; it is torn, so export it again"))
            continue
        try:
            found = read(line, cells)
        except CellError as error:
            table.problems.append((line, str(error)))
            continue
        if isinstance(found, Skipped):
            table.entry_count -= 1
            table.skipped[found.why] += 1
        elif any(cell.strip() for cell in cells[len(names) :]):  # as only rows of totals may have
            said = f"has {len(cells)} cells under {len(names)} columns"
            table.problems.append((line, f"{said}; an amount or text with a separator needs quotes round it"))
        else:
            table.rows.append(found)


def has_all(columns: Mapping[str, int], *names: str) -> bool:
    return all(name in columns for name in names)
