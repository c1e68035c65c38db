"""What competitors did besides posting as usual: profiles, accounts, followers, posts taken back or changed."""

from __future__ import annotations

from reports.desk import Desk, Section, grouped
from reports.differences import difference


def moves(desk: Desk) -> Section:
    """Changes of the seven days before the brief."""
    profiles, accounts = desk.ask("moves_profiles"), desk.ask("moves_accounts")
    followers, posts = desk.ask("moves_followers"), desk.ask("moves_posts")
    changes = [
        row
        | {
            "label": desk.words.profile_field(row["field"]),
            "pieces": difference(row["old_value"], row["new_value"], is_list=row["field"] == "links"),
        }
        for row in profiles.rows
    ]
    return Section(
        key="moves",
        title=desk.gettext("Moves"),
        answers=[profiles, accounts, followers, posts],
        is_empty=not any(answer.rows for answer in (profiles, accounts, followers, posts)),
        empty=desk.gettext(
            "What changed in profiles, followers and posts is told for seven days, once an account was looked at twice."
        ),
        content={
            "profiles": [(rows[0], rows) for _, rows in grouped(changes, "url")],
            "accounts": accounts.rows,
            "followers": followers.rows,
            "removed": [row for row in posts.rows if row["is_removed"]],
            "edited": [row for row in posts.rows if not row["is_removed"]],
        },
    )
