"""Companies side by side."""

from __future__ import annotations

from reports.desk import Desk, Section, grouped


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
        content={"companies": companies.rows, "platforms": grouped(measured, "platform")},
    )
