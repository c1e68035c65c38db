"""The posts that did best, and those that did worst, against their own account's usual."""

from __future__ import annotations

from reports.desk import Desk, Section, grouped


def top_posts(desk: Desk) -> Section:
    """The best of each platform, then the best five and weakest three of each company."""
    answer, companies = desk.ask("top_posts"), desk.ask("company_posts")
    by_platform = {
        platform: [
            (
                found[0],
                [row for row in found if row["is_best"]],
                [row for row in found if not row["is_best"]],
            )
            for _, found in grouped(rows, "company")
        ]
        for platform, rows in grouped(companies.rows, "platform")
    }
    return Section(
        key="top_posts",
        title=desk.gettext("Top posts"),
        answers=[answer, companies],
        is_empty=not answer.rows,
        empty=desk.gettext(
            "Posts are ranked against what their own account usually gets, once enough of them are old enough."
        ),
        content={
            "platforms": [
                (platform, rows, by_platform.get(platform, [])) for platform, rows in grouped(answer.rows, "platform")
            ]
        },
    )
