"""Companies side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.desk import Desk, Row, Section, grouped

_LEADERS: Final = 10
"""Companies in sight where the list is long; the own brand is always among them."""
_LONG: Final = 15


def league(desk: Desk) -> Section:
    """Companies side by side."""
    companies, platforms = desk.ask("league"), desk.ask("league_platforms")
    measured = [row for row in platforms.rows if row["post_count"] or row["follower_count"] is not None]
    return Section(
        key="league",
        title=desk.gettext("Where you stand")
        if any(row["is_own"] for row in companies.rows)
        else desk.gettext("Who is in the list"),
        answers=[companies, platforms],
        is_empty=not any(row["post_count"] or row["follower_count"] is not None for row in companies.rows),
        empty=desk.gettext("The league needs at least one account whose posts or followers could be read."),
        content={
            "companies": companies.rows,
            "leading": _leading(companies.rows),
            "others": _others(companies.rows),
            "platforms": [
                (platform, _leading(rows), _others(rows)) for platform, rows in grouped(measured, "platform")
            ],
        },
    )


def _leading(rows: Sequence[Row]) -> list[Row]:
    """All of a short list, the first of a long one and the own brand."""
    return [row for place, row in enumerate(rows) if len(rows) <= _LONG or place < _LEADERS or row["is_own"]]


def _others(rows: Sequence[Row]) -> list[Row]:
    leading = _leading(rows)
    return [row for row in rows if row not in leading]
