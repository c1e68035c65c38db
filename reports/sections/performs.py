"""Formats and post types: what each does, how far single posts go, how robust it is; then topics, tags, languages."""

from __future__ import annotations

from typing import Any

from reports.comparisons import comparisons
from reports.desk import Desk, Row, Section, grouped


def performs(desk: Desk) -> Section:
    """Formats and post types, then the exploratory traits that say what a post is about."""
    claims, others, sample = desk.ask("claims"), desk.ask("other_traits"), desk.ask("sample")
    plan, ranges = desk.ask("evidence_plan"), desk.ask("ranges")
    spans = {(row["platform"], row["dimension"], row["level"]): row for row in ranges.rows}
    plots = [
        plot | _robustness(plot["rows"]) | {"spans": _spans(plot["rows"], spans)}
        for plot in comparisons(
            claims,
            desk,
            key="performs",
            title=desk.gettext("Formats and post types on %(platform)s"),
            dimensions=("format", "post_type"),
        )
    ]
    return Section(
        key="performs",
        title=desk.gettext("What performs"),
        answers=[claims, ranges, others, sample, plan],
        is_empty=not claims.rows and not others.rows,
        empty=desk.gettext(
            "A comparison needs at least three posts of one kind and three of another from the same account, "
            "old enough to compare. It fills as posts come in."
        ),
        content={
            "plots": plots,
            "others": comparisons(
                others,
                desk,
                key="traits",
                title=desk.gettext("Topics and languages on %(platform)s"),
                is_exploratory=True,
            ),
            "plans": dict(grouped(plan.rows, "platform")),
            "sample": {row["platform"]: row for row in sample.rows},
        },
    )


def _robustness(rows: list[Row]) -> dict[str, Any]:
    """Judged rows by how many ways of counting hold their verdict."""
    return {
        "robust": [row for row in rows if row["robustness"] in {"robust", "nearly"}],
        "fragile": [row for row in rows if row["robustness"] == "fragile"],
    }


def _spans(rows: list[Row], spans: dict[tuple[Any, Any, Any], Row]) -> list[Row]:
    """Rows of which enough single posts are known, each with the ratios between which eight in ten of them lie."""
    found = [(row, spans.get((row["platform"], row["dimension"], row["level"]))) for row in rows]
    return [row | {"span": span} for row, span in found if span is not None]
