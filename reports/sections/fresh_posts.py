"""Posts that are too young to judge, beside what their account usually has at that age."""

from __future__ import annotations

from reports.desk import Desk, Section, grouped

_UNUSUAL = ("ahead", "behind")


def fresh_posts(desk: Desk) -> Section:
    """New posts by platform: those off their account's usual pace, then the others."""
    answer = desk.ask("fresh_posts")
    return Section(
        key="fresh_posts",
        title=desk.gettext("New, and too young to judge"),
        answers=[answer],
        is_empty=not answer.rows,
        empty=desk.gettext("No post was seen that is still too young to compare."),
        content={
            "platforms": [
                (
                    platform,
                    [row for row in rows if row["pace"] in _UNUSUAL],
                    [row for row in rows if row["pace"] not in _UNUSUAL],
                )
                for platform, rows in grouped(answer.rows, "platform")
            ]
        },
    )
