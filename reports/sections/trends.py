"""Week by week: how much is posted, what it gets, who gets it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from reports.charts import Chart, Line
from reports.desk import Desk, Row, Section, grouped
from reports.filters import excerpt
from reports.words import Words

_WEEKS_IN_TABLE: Final = 14
_WEEKS_TOLD: Final = 9
"""Of each company's share: eight whole weeks and the running one; the drawing has them all."""


def trends(desk: Desk) -> Section:
    """Week by week: how much is posted, what it gets, who gets it."""
    weeks, traits, shares = desk.ask("trends_week"), desk.ask("trends_traits"), desk.ask("share_of_voice")
    trait_rows = dict(grouped(traits.rows, "platform"))
    share_rows = dict(grouped(shares.rows, "platform"))
    platforms = [
        {
            "platform": platform,
            "rows": rows,
            "told": rows[-_WEEKS_IN_TABLE:],
            "newest": [row for row in rows if row["is_complete"]][-2:],
            "charts": _charts(desk, platform, rows, share_rows.get(platform, [])),
            "changes": [row for row in rows if row["is_list_changed"]],
            "traits": _trait_rows(trait_rows.get(platform, []), desk.words),
            "shares": [
                (company, found[-_WEEKS_TOLD:]) for company, found in grouped(share_rows.get(platform, []), "company")
            ],
        }
        for platform, rows in grouped(weeks.rows, "platform")
        if len(rows) > 1
    ]
    return Section(
        key="trends",
        title=desk.gettext("Week by week"),
        answers=[weeks, traits, shares],
        is_empty=not platforms,
        empty=desk.gettext("A trend needs posts from at least two weeks."),
        content={"platforms": platforms},
    )


def _charts(desk: Desk, platform: str, rows: Sequence[Row], shares: Sequence[Row]) -> list[Chart]:
    """Posts, what the middle one got, and who got how much of it, as far as each is known."""
    name = desk.words.platform(platform)
    breaks = {row["week_start_date"] for row in rows if row["is_list_changed"]}
    charts = [
        desk.draw.weeks(
            [Line(name="", ink="own", points=_points_of(rows, "post_count"))],
            chart_id=f"trend-posts-{platform}",
            title=desk.gettext("Posts a week on %(platform)s, all companies", platform=name),
            breaks=breaks,
        )
    ]
    if any(row["engagement_median"] is not None for row in rows):
        charts.append(
            desk.draw.weeks(
                [Line(name="", ink="own", points=_points_of(rows, "engagement_median"))],
                chart_id=f"trend-engagement-{platform}",
                title=desk.gettext("Engagement of the middle post on %(platform)s", platform=name),
                breaks=breaks,
            )
        )
    companies = _share_lines(shares)
    if companies:
        charts.append(
            desk.draw.weeks(
                companies,
                chart_id=f"trend-share-{platform}",
                title=desk.gettext("Share of all engagement in this list on %(platform)s", platform=name),
                is_share=True,
                breaks=breaks,
            )
        )
    return charts


def _trait_rows(rows: Sequence[Row], words: Words) -> list[Row]:
    """What rises and what falls first, each with the name of its level."""
    order = {"rising": 0, "falling": 1, "steady": 2, "cant_tell": 3}
    named = [row | {"label": excerpt(words.level(str(row["level"]), str(row["dimension"])), 60)} for row in rows]
    return sorted(named, key=lambda row: (row["is_exploratory"], order.get(row["verdict"], 3)))


def _points_of(rows: Sequence[Row], column: str) -> list[tuple[Any, float | None, bool]]:
    return [(row["week_start_date"], row[column], bool(row["is_complete"])) for row in rows]


def _share_lines(rows: Sequence[Row]) -> list[Line]:
    """One line a company; the own brand is named, or without one whoever leads in the newest comparable week."""
    known = [row for row in rows if row["engagement_share"] is not None and row["is_comparable"]]
    if len({row["week_start_date"] for row in known}) < 2 or len({row["company"] for row in known}) < 2:
        return []
    newest = max(row["week_start_date"] for row in known)
    last = [row for row in known if row["week_start_date"] == newest]
    leader = max(last, key=lambda row: row["engagement_share"])["company"]
    lines = []
    for company, found in grouped(rows, "company"):
        ink = "own" if found[0]["is_own"] else "ink" if company == leader else "other"
        points = [
            (r["week_start_date"], r["engagement_share"] if r["is_comparable"] else None, bool(r["is_comparable"]))
            for r in found
        ]
        lines.append(Line(name=excerpt(company, 60), ink=ink, points=points))
    return lines
