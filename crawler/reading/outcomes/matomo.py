"""Matomo: reports of campaigns, saved as CSV or TSV (the export symbol below a report, or the API with ``format=CSV``).

UTF-16 with a byte order mark unless the person chose otherwise. ``Label`` is the campaign, or with the plugin Marketing
Campaigns Reporting what the report is about (name, source, medium, content): the file's name says it, or the column
``metadata: segment``. A report over several days has a first column ``date``; else the file's name holds the days.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote

from crawler.reading.column_names import plain_name
from crawler.reading.outcomes.cells import Cells, WayIn, cleaned
from crawler.reading.outcomes.layouts import Rows, Skipped, find_header, has_all, period_in, take_rows
from crawler.reading.outcomes.names import GA4_STEMS, GA4_WORDS, by_name
from crawler.reading.outcomes.row import OutcomeKind, OutcomeRow, OutcomeSettings, OutcomeTable
from crawler.reading.text_tables import TableError

_SEGMENT = re.compile(r"(campaignName|campaignSource|campaignMedium|campaignContent|referrerName)==([^;,]+)")
_SEGMENT_FIELDS = {
    "campaignName": "campaign",
    "referrerName": "campaign",
    "campaignSource": "source",
    "campaignMedium": "medium",
    "campaignContent": "content",
}


def columns_of(cells: Sequence[str]) -> dict[str, int] | None:
    """Field → column; a label and visits make a header, or columns named by the tags of links and visits."""
    found = by_name(cells, "matomo", "tagged")
    is_tagged = any(name in found for name in ("campaign", "content")) and "date" in found
    return found if "sessions" in found and ("label" in found or is_tagged) else None


def read_matomo(rows: Rows, name: str, settings: OutcomeSettings) -> OutcomeTable | None:
    """``None`` for what is no such table. Raises :class:`TableError` when nothing says which days it is about."""
    header = find_header(rows, columns_of)
    if header is None:
        return None
    place, columns = header
    table = OutcomeTable(kind=OutcomeKind.MATOMO, label="Matomo export")
    if (period := period_in(name)) is not None:
        table.period_start, table.period_end = period
    elif "date" not in columns:
        raise TableError(
            "does not say which days it is about; put them into its name, like matomo 2026-11-01 2026-11-30.csv,"
            " or export it by day"
        )
    about = _about(name)
    body = rows[place + 1 :]
    cells = Cells.of(columns, [row for _, row in body], settings, usual_mark=".")

    def read(line: int, row: Sequence[str]) -> OutcomeRow | Skipped:
        label = cells.text(row, "label")
        if "label" in columns and plain_name(label) in GA4_WORDS["totals"]:
            return Skipped("rows of totals")
        way = _way(label, about, cells.text(row, "segment"))
        revenue, currency = cells.money(row)
        return OutcomeRow(
            line=line,
            day=cells.day(row) if has_all(columns, "date") else None,
            source=cells.label(row, "source") or way.source,
            medium=cells.label(row, "medium") or way.medium,
            campaign=cells.label(row, "campaign") or way.campaign,
            content=cells.label(row, "content") or way.content,
            session_count=cells.count(row, "sessions"),
            key_event_count=cells.number(row, "key_events"),
            order_count=cells.count(row, "orders"),
            revenue=revenue,
            currency=currency,
        )

    take_rows(table, rows[place][1], body, read, is_report=True)
    return table


def _about(name: str) -> str:
    """What the report's labels are, by its name: ``content``, ``source_medium``, ``source``, ``medium`` or
    ``campaign``."""
    words = set(re.findall(r"\w+", plain_name(name)))
    has = {kind for kind in ("content", "source", "medium", "campaign") if _has(words, kind)}
    if "content" in has:
        return "content"
    if {"source", "medium"} <= has:
        return "source_medium"
    return next((kind for kind in ("source", "medium") if kind in has), "campaign")


def _has(words: set[str], kind: str) -> bool:
    stems = GA4_STEMS[kind] - {"support"}
    return bool(words & (stems | {f"{stem}s" for stem in stems}))


def _way(label: str, about: str, segment: str) -> WayIn:
    said = {
        _SEGMENT_FIELDS[found[1]]: cleaned(unquote(unquote(found[2]))) for found in _SEGMENT.finditer(segment[:2_000])
    }
    if said:
        return WayIn(**said)
    if about == "source_medium":
        source, _, medium = label.partition(" - ")
        return WayIn(source=cleaned(source), medium=cleaned(medium))
    return WayIn(**{about: cleaned(label)})
