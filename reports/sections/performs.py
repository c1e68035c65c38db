"""Formats and post types, then the exploratory traits."""

from __future__ import annotations

from reports.comparisons import comparisons
from reports.desk import Desk, Section, grouped


def performs(desk: Desk) -> Section:
    """Formats and post types, then the exploratory traits."""
    claims, others, sample = desk.ask("claims"), desk.ask("other_traits"), desk.ask("sample")
    plan = desk.ask("evidence_plan")
    return Section(
        key="performs",
        title=desk.gettext("What performs"),
        answers=[claims, others, sample, plan],
        is_empty=not claims.rows and not others.rows,
        empty=desk.gettext(
            "A comparison needs at least three posts of one kind and three of another from the same account, "
            "old enough to compare. It fills as posts come in."
        ),
        content={
            "plots": comparisons(
                claims,
                desk,
                key="performs",
                title=desk.gettext("Formats and post types on %(platform)s"),
                dimensions=("format", "post_type"),
            ),
            "others": comparisons(
                others, desk, key="traits", title=desk.gettext("Other traits on %(platform)s"), is_exploratory=True
            ),
            "plans": dict(grouped(plan.rows, "platform")),
            "sample": {row["platform"]: row for row in sample.rows},
        },
    )
