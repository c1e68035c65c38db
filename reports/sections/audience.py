"""Who answers the comments under its posts, and which own posts still wait for an answer."""

from __future__ import annotations

from reports.desk import Desk, Section


def audience(desk: Desk) -> Section:
    """Answer rate and time of each account whose threads are public; own posts with open comments, oldest first."""
    accounts, waiting, own = desk.ask("audience"), desk.ask("audience_open"), desk.ask("audience_own")
    return Section(
        key="audience",
        title=desk.gettext("Talking with the audience"),
        answers=[accounts, waiting, own],
        is_empty=not accounts.rows,
        empty=desk.gettext(
            "Answers are counted where a network shows whole threads to everybody; "
            "none of these accounts has such posts with comments yet."
        ),
        content={
            "own": [row for row in accounts.rows if row["is_own"]],
            "others": [row for row in accounts.rows if not row["is_own"]],
            "waiting": waiting.rows,
            "unseen": [row for row in own.rows if not row["post_count"]],
            "has_own": bool(own.rows),
        },
    )
