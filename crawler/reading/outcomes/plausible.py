"""Plausible Analytics: the zip of a site's data (Site settings → Imports & exports → Export data).

One CSV a report, named ``imported_<report>_<first day>_<last day>.csv``. Ways in are in ``imported_sources``, and goals
among the events of ``imported_custom_events``, which say nothing of the way in. The others tell the same visits apart
by other things. Plausible knows no orders, and exports no revenue.
"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.reading.column_names import plain_name
from crawler.reading.outcomes.cells import Cells
from crawler.reading.outcomes.layouts import Rows, Skipped, find_header, has_all, period_in, take_rows
from crawler.reading.outcomes.names import by_name
from crawler.reading.outcomes.row import OutcomeKind, OutcomeRow, OutcomeSettings, OutcomeTable

_OTHER_TABLES = (
    "imported_visitors", "imported_pages", "imported_entry_pages", "imported_exit_pages", "imported_locations",
    "imported_devices", "imported_browsers", "imported_operating_systems",
)  # fmt: skip
_AUTOMATIC = frozenset({"404", "outbound link click", "file download", "cloaked link click", "pageview", "engagement"})
"""Events that Plausible sends by itself, and that are nobody's goal."""


def is_other_table(name: str) -> bool:
    """Whether the file is one of those that tell the same visits apart by something else."""
    return name.rpartition("/")[2].rpartition(" ")[2].startswith(_OTHER_TABLES)


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Of the table of sources."""
    found = by_name(cells, "plausible")
    names = {plain_name(cell) for cell in cells}
    is_theirs = has_all(found, "date", "sessions") and {"visit duration", "bounces"} <= names
    return found if is_theirs and ("source" in found or "utm_source" in found) else None


def event_columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Of the table of custom events."""
    found = by_name(cells, "plausible_events")
    names = {plain_name(cell) for cell in cells}
    return found if has_all(found, "date", "event", "key_events") and {"link url", "visitors"} <= names else None


def read_plausible(rows: Rows, name: str, settings: OutcomeSettings) -> OutcomeTable | None:
    """``None`` for what is no such table."""
    if (header := find_header(rows, columns_of)) is not None:
        table = OutcomeTable(kind=OutcomeKind.PLAUSIBLE, label="Plausible export of sources")
    elif (header := find_header(rows, event_columns_of)) is not None:
        table = OutcomeTable(kind=OutcomeKind.PLAUSIBLE_EVENTS, label="Plausible export of events")
    else:
        return None
    place, columns = header
    if (period := period_in(name)) is not None:
        table.period_start, table.period_end = period
    body = rows[place + 1 :]
    cells = Cells.of(columns, [row for _, row in body], settings, usual_mark=".")

    def source(line: int, row: Sequence[str]) -> OutcomeRow:
        return OutcomeRow(
            line=line,
            day=cells.day(row),
            source=cells.label(row, "utm_source") or cells.label(row, "source"),
            medium=cells.label(row, "medium"),
            campaign=cells.label(row, "campaign"),
            content=cells.label(row, "content"),
            session_count=cells.count(row, "sessions"),
        )

    def event(line: int, row: Sequence[str]) -> OutcomeRow | Skipped:
        if plain_name(cells.text(row, "event")) in _AUTOMATIC:
            return Skipped("rows of events that Plausible sends by itself")
        return OutcomeRow(line=line, day=cells.day(row), key_event_count=cells.number(row, "key_events"))

    read = source if table.kind is OutcomeKind.PLAUSIBLE else event
    take_rows(table, rows[place][1], body, read, is_report=True)
    return table
