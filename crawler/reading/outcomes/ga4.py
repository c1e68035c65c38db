"""Google Analytics 4: reports and explorations, saved as CSV (Share → Download file).

Above a table stand lines that begin with ``#``: the report's name, account, property, and the days (``# Start date:
20261101``, in an exploration ``# 20261101-20261130``), in the language of the person. A file may hold several tables,
a blank line between them; the one that tells ways in apart best is read, for the others count the same visits again.
Rows of totals have no dimension; an exploration writes "Grand total" into a cell. Numbers have a point before decimals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from attrs import define, field

from crawler.reading.column_names import plain_name
from crawler.reading.outcomes.cells import CellError, Cells, WayIn, cleaned, way_in
from crawler.reading.outcomes.layouts import HEAD_ROWS, Rows, Skipped, period_in, take_rows
from crawler.reading.outcomes.names import GA4_EXACT, GA4_STEMS, GA4_WORDS
from crawler.reading.outcomes.row import MEASURES, OutcomeKind, OutcomeRow, OutcomeSettings, OutcomeTable
from crawler.reading.text_tables import TableError

_WORDS = re.compile(r"\w+")
_COMPACT_DAY = re.compile(r"[0-9]{8}")
_DIMENSIONS = ("content", "campaign", "landing_page", "source_medium", "source", "medium", "channel", "date", "nth_day")
"""What rows may be told apart by, the finest first."""
_FIELDS = {
    "content": ("content", "advertisement"),
    "source_medium": ("source", "medium"),
    "source": ("source",),
    "medium": ("medium",),
    "channel": ("channel",),
    "campaign": ("campaign",),
    "landing_page": ("landing",),
}


@define
class _Section:
    header: list[str]
    columns: Mapping[str, int]
    body: list[tuple[int, list[str]]] = field(factory=list)


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Field → column of a header; ``None`` for what is no header of such a table."""
    found: dict[str, int] = {}
    names = [plain_name(cell) for cell in cells]
    for name, spellings in GA4_EXACT.items():
        known = [names.index(one) for one in spellings if one in names]
        if known:
            found[name] = known[0]
    for index, name in enumerate(names):
        if index not in found.values() and (dimension := _dimension(name)) and dimension not in found:
            found[dimension] = index
    has_measure = any(name in found for name in MEASURES)
    return found if has_measure and any(name in found for name in _DIMENSIONS) else None


def _dimension(name: str) -> str | None:
    words = set(_WORDS.findall(name))

    def has(*groups: str) -> bool:
        return all(words & GA4_STEMS[group] for group in groups)

    if has("first") or has("platform") or "id" in words:
        return None
    if "landing" in _kinds(words):
        return "landing_page"
    return next((field for field, groups in _FIELDS.items() if has(*groups)), None)


def _kinds(words: set[str]) -> set[str]:
    return {group for group, stems in GA4_STEMS.items() if words & stems}


def is_ga4(rows: Rows) -> bool:
    """Whether the table begins with the lines that such exports begin with, or has columns that only they have."""
    for _, cells in rows[:HEAD_ROWS]:
        if not _is_comment(cells) and (found := columns_of(cells)) is not None:
            names = {plain_name(cell) for cell in cells}
            is_named = any(_kinds(set(_WORDS.findall(name))) & {"session"} for name in names) or bool(
                names & set(GA4_EXACT["key_events"] + GA4_EXACT["nth_day"])
            )
            return "sessions" in found or is_named
    return False


def read_ga4(rows: Rows, name: str, settings: OutcomeSettings) -> OutcomeTable:
    """Raises :class:`TableError` when nothing says which days it is about."""
    table = OutcomeTable(kind=OutcomeKind.GA4, label="Google Analytics export")
    period = _preamble(rows, table) or period_in(name)
    if period is not None:
        table.period_start, table.period_end = period
    sections = _sections(rows)
    best = min(sections, key=lambda section: _rank(section.columns))
    chosen = [section for section in sections if section.columns == best.columns and section.header == best.header]
    for section in sections:
        if section not in chosen:
            table.skipped["rows of another table in the same file"] += len(section.body)
    is_dated = "date" in best.columns or ("nth_day" in best.columns and table.period_start is not None)
    if not is_dated and period is None:
        raise TableError(
            "does not say which days it is about; export it again with the lines above its table, or put the days into"
            " its name, like ga4 2026-11-01 2026-11-30.csv"
        )
    if "event" in best.columns:
        table.notes.append("Its rows are told apart by events, so that visits would count twice: they were left out.")
    body = [row for section in chosen for row in section.body]
    cells = Cells.of(best.columns, [row for _, row in body], settings, usual_mark=".")
    reader = _Reader(cells, table)
    take_rows(table, best.header, body, reader.row, is_report=True)
    return table


def _preamble(rows: Rows, table: OutcomeTable) -> tuple[date, date] | None:
    """The days that the lines above the table name; the property goes into ``table``."""
    days: list[date] = []
    for _, cells in rows[:60]:
        said = ",".join(cells).strip()
        if not said.startswith("#"):
            if any(cell.strip() for cell in cells):
                break
            continue
        key, _, value = said.lstrip("# ").partition(":")
        if plain_name(key) in GA4_WORDS["property"]:
            table.property_name = cleaned(value) or ""
        elif _COMPACT_DAY.fullmatch(value.strip()) and period_in(value) is None:
            return None  # one of the two days cannot be read, and the other alone would be taken for both
        elif (found := period_in(value or key)) is not None:
            days += found if found[0] != found[1] or not value else found[:1]
    if not days:
        return None
    first, last = days[0], days[1] if len(days) > 1 else days[0]
    return (first, last) if first <= last else None


def _is_comment(cells: Sequence[str]) -> bool:
    return bool(cells) and cells[0].lstrip().startswith("#")


def _sections(rows: Rows) -> list[_Section]:
    found: list[_Section] = []
    current: _Section | None = None
    for line, cells in rows:
        if not any(cell.strip() for cell in cells) or _is_comment(cells):
            current = None
        elif current is not None:
            current.body.append((line, list(cells)))
        elif len(cells) > 1 and (columns := columns_of(cells)) is not None:
            current = _Section(list(cells), columns)
            found.append(current)
    return found


def _rank(columns: Mapping[str, int]) -> tuple[int, int, int]:
    """Ways in told apart finely, days told apart, and many measures come first."""
    place = next(place for place, name in enumerate(_DIMENSIONS) if name in columns)
    is_dated = "date" in columns or "nth_day" in columns
    return place, 0 if is_dated else 1, -sum(name in columns for name in MEASURES)


@define
class _Reader:
    _cells: Cells
    _table: OutcomeTable

    def row(self, line: int, row: Sequence[str]) -> OutcomeRow | Skipped:
        cells, columns = self._cells, self._cells.columns
        labels = [plain_name(cell) for cell in row]
        dimensions = [labels[columns[name]] for name in _DIMENSIONS if name in columns]
        if not any(dimensions) or any(label in GA4_WORDS["totals"] for label in (dimensions[0], labels[0], labels[-1])):
            return Skipped("rows of totals")
        way = self._way(row)
        landing = way_in(cells.text(row, "landing_page")) if "landing_page" in columns else WayIn()
        revenue, currency = cells.money(row)
        return OutcomeRow(
            line=line,
            day=self._day(row),
            source=way.source or landing.source,
            medium=way.medium or landing.medium,
            campaign=cells.label(row, "campaign") or landing.campaign,
            content=cells.label(row, "content") or landing.content,
            landing_page=landing.landing_page,
            session_count=None if "event" in columns else cells.count(row, "sessions"),
            key_event_count=cells.number(row, "key_events"),
            order_count=cells.count(row, "orders"),
            revenue=revenue,
            currency=currency,
        )

    def _day(self, row: Sequence[str]) -> date | None:
        columns = self._cells.columns
        if "date" in columns:
            return self._cells.day(row)
        if "nth_day" not in columns or self._table.period_start is None:
            return None
        said = self._cells.text(row, "nth_day")
        if not (said.isascii() and said.isdigit() and len(said) <= 5):
            raise CellError(f"“{said[:20]}” is no number of a day")
        return self._table.period_start + timedelta(days=int(said))

    def _way(self, row: Sequence[str]) -> WayIn:
        source = self._cells.label(row, "source")
        medium = self._cells.label(row, "medium") or self._cells.label(row, "channel")
        if "source_medium" in self._cells.columns:
            first, _, last = self._cells.text(row, "source_medium").partition(" / ")
            source, medium = cleaned(first), cleaned(last)
        return WayIn(source=source, medium=medium)
