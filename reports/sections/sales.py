"""Own visits and sales: what posts brought, what sells by kind of post, and where likes and sales disagree."""

from __future__ import annotations

from typing import Final

from reports.desk import Desk, Row, Section, grouped
from reports.filters import excerpt

_MOST_TOPICS: Final = 6
_FEWEST_DRAWN: Final = 3
"""Posts; the table has the others too."""


def sales(desk: Desk) -> Section:
    """What was counted, per platform what kinds of posts brought, and the posts on which likes and sales disagree."""
    totals, kinds, vanity = desk.ask("sales_totals"), desk.ask("sales_kinds"), desk.ask("sales_vanity")
    ranks, tools, files = desk.ask("sales_ranks"), desk.ask("sales_tools"), desk.ask("sales_files")
    vanities = {row["platform"]: row for row in vanity.rows}
    disagreeing = dict(grouped(ranks.rows, "platform"))
    platforms = []
    for platform, rows in grouped(kinds.rows, "platform"):
        measures = [_measure(desk, platform, found) for _, found in grouped(rows, "position")]
        platforms.append(
            {
                "platform": platform,
                "main": measures[0],
                "others": measures[1:],
                "vanity": vanities.get(platform),
                "liked": [row for row in disagreeing.get(platform, []) if row["kind"] == "liked_not_bought"],
                "bought": [row for row in disagreeing.get(platform, []) if row["kind"] == "bought_not_liked"],
            }
        )
    return Section(
        key="sales",
        title=desk.gettext("Visits and sales"),
        answers=[totals, kinds, vanity, ranks, tools, files],
        is_empty=not totals.rows,
        empty=desk.gettext(
            "Own visits and sales: rivalscope import FILE, with an export of Google Analytics, Plausible, Matomo or "
            "Shopify, or a sheet with date, slot_or_code and amount. Then this part says which posts sell."
        ),
        content={
            "totals": totals.rows,
            "platforms": platforms,
            "files": files.rows,
            "put_aside": [row for row in tools.rows if not row["is_counted"]],
        },
    )


def _measure(desk: Desk, platform: str, rows: list[Row]) -> Row:
    """One measure on one platform: its rows, those that stand out, and the drawing."""
    shown: list[Row] = []
    for dimension, found in grouped(rows, "dimension"):
        kept = found[:_MOST_TOPICS] if dimension == "topic" else found
        shown += [
            row
            | {
                "label": excerpt(desk.words.level(str(row["level"]), str(row["dimension"])), 60),
                "account_count": None,
                "accounts_up": None,
            }
            for row in kept
        ]
    compared = [row for row in shown if row["lift"] is not None and row["post_count"] >= _FEWEST_DRAWN]
    first = rows[0]
    groups = [(desk.words.dimension(dimension), found) for dimension, found in grouped(compared, "dimension")]
    name = desk.words.measure(str(first["measure"]), str(first["currency"]))
    chart = None
    if groups:
        chart = desk.draw.forest(
            groups,
            chart_id=f"sales-{platform}-{first['position']}",
            title=desk.gettext(
                "%(measure)s on %(platform)s: a post of each kind, against your other posts",
                measure=name,
                platform=desk.words.platform(platform),
            ),
        )
    return {
        "name": name,
        "measure": first["measure"],
        "currency": first["currency"],
        "rows": shown,
        "passed": [row for row in compared if row["verdict"] in ("sells_more", "sells_less")],
        "weeks_needed": min((row["weeks_needed"] for row in rows if row["weeks_needed"]), default=None),
        "posts_needed": min((row["posts_needed"] for row in rows if row["posts_needed"]), default=None),
        "chart": chart,
    }
