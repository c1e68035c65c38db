"""Tables of one's own visits and sales: their rows as landing records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crawler.importing.landing_file import LandingFile
from crawler.landing import own_line
from crawler.reading.outcomes import OutcomeRow, OutcomeSettings, OutcomeTable, read_outcomes

_BATCH = 500
"""Rows that are written at once."""


def import_outcomes(
    sheet: str,
    rows: Sequence[tuple[int, list[str]]],
    landing: LandingFile,
    saved_at: datetime,
    settings: OutcomeSettings,
) -> str | None:
    """Land the rows of a table of visits and sales; its kind in words, or ``None`` when it is none.

    ``sheet`` is its name in a workbook. Raises :class:`crawler.reading.text_tables.TableError` for such a table that
    cannot be used as a whole.
    """
    result = landing.result
    table = read_outcomes(rows, result.name.rpartition(" › ")[2], settings)
    if table is None:
        return None
    file_hash = result.crawl_id.removeprefix("import-") + (f"/{sheet}" if sheet else "")
    whole = {"file_hash": file_hash, "file_name": result.name, **_of_table(table)}
    for start in range(0, len(table.rows), _BATCH):
        some = table.rows[start : start + _BATCH]
        lines = [
            own_line("outcome", whole | _of_row(row), crawl_id=result.crawl_id, observed_at=saved_at) for row in some
        ]
        landing.writer.write(b"".join(lines))
    result.entry_count += table.entry_count
    result.understood_count += len(table.rows)
    result.outcome_count += len(table.rows)
    result.is_currency_unknown |= table.is_currency_unknown
    result.left_out.update(table.skipped)
    landing.say_of_rows(table.problems)
    result.notes += table.notes
    if table.is_currency_unknown:
        result.notes.append(
            'No currency is stated; say it once in rivalscope.toml, like [analysis] currency = "EUR", and import again.'
        )
    return table.label


def _of_table(table: OutcomeTable) -> dict[str, object]:
    return {
        "kind": table.kind.value,
        "property_name": table.property_name,
        "is_additional": table.is_additional,
        "period_start_date": table.period_start.isoformat() if table.period_start else None,
        "period_end_date": table.period_end.isoformat() if table.period_end else None,
    }


def _of_row(row: OutcomeRow) -> dict[str, object]:
    return {
        "row_number": row.line,
        "date": row.day.isoformat() if row.day else None,
        "traffic_source": row.source,
        "medium": row.medium,
        "campaign": row.campaign,
        "content": row.content,
        "code": row.code,
        "landing_page": row.landing_page,
        "session_count": row.session_count,
        "key_event_count": None if row.key_event_count is None else float(row.key_event_count),
        "order_count": row.order_count,
        "revenue": None if row.revenue is None else str(row.revenue),
        "currency": row.currency,
        "order_key": row.order_key,
    }
