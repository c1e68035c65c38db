"""The posts that did best against their own account's usual."""

from __future__ import annotations

from reports.desk import Desk, Section, grouped


def top_posts(desk: Desk) -> Section:
    """The posts that did best against their own account's usual."""
    answer = desk.ask("top_posts")
    return Section(
        key="top_posts",
        title="Top posts",
        answers=[answer],
        is_empty=not answer.rows,
        empty="Posts are ranked against what their own account usually gets, once enough of them are old enough.",
        content={"platforms": grouped(answer.rows, "platform")},
    )
