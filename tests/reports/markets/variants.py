"""The rich market with one thing changed: one company only, half of its visits failed, sixty companies more."""

from __future__ import annotations

from .marts import Rows
from .rich import CURRENT_WEEK, NETWORKS, monday, rich_market
from .rows import COMPANIES, WINDOW_START, Row, build_row, claim, finding, uuid, visit


def one_company() -> Rows:
    """Only one company, so that nothing can be shown to carry over."""
    tables = rich_market()
    name = COMPANIES[0]
    for table in ("posts", "league", "share_of_voice", "coverage", "doors", "open_doors", "examples"):
        tables[table] = [row for row in tables[table] if row["company"] == name]
    tables["build"] = [build_row(company_count=1, account_count=3)]
    tables["opportunities"] = []
    carousel = claim("mastodon", "format", "carousel", "better_here", (1.5, 1.1, 2.04), posts=22, accounts=1, up=1)
    image = claim("mastodon", "format", "image", "not_enough", (0.9, 0.6, 1.35), posts=40, accounts=1, up=0)
    tables["claims"] = [carousel, image]
    sentence = "Carousels did better for this company; it is not shown to carry over."
    tables["findings"] = [finding(1, "best_bet", carousel, sentence, market=0.2, own=None)]
    tables["myth"] = []
    return tables


def half_failed() -> Rows:
    """Every second account could not be read this time."""
    tables = rich_market()
    failures = ("error", "blocked", "robots_denied", "not_found", "gone", "layout_changed", "suspect", None)
    for index, row in enumerate(tables["coverage"]):
        if index % 2 == 0 or index == 13:
            row |= {"outcome": failures[(index + 1) // 2], "reason": None, "message": "What happened, in one line."}
    return tables


def many_companies(count: int = 60) -> Rows:
    """A long list on two platforms."""
    tables = rich_market()
    for index in range(count):
        tables["league"] += [long_standing(index, platform) for platform in ("all", *NETWORKS)]
        for platform in NETWORKS:
            tables["coverage"].append(long_visit(index, platform))
            tables["share_of_voice"] += [long_share(index, platform, week) for week in range(CURRENT_WEEK + 1)]
    tables["build"] = [build_row(company_count=66, account_count=134)]
    return tables


def numbered(index: int) -> Row:
    """Who a company of the long list is."""
    return {"company": f"Company number {index + 1}", "is_own": False}


def long_standing(index: int, platform: str) -> Row:
    """A row of the league."""
    return numbered(index) | {
        "platform": platform,
        "account_count": 2,
        "post_count": 90 + index,
        "posts_per_week": 3.4,
        "follower_count": 1000 + index * 37,
        "follower_change_4w": index - 20,
        "engagement_per_post": 12.5,
        "measured_post_count": 80,
        "engagement_rate": 0.01,
        "engagement_share": 0.001 * index,
        "engagement_definition": "likes + comments",
        "post_count_last_week": 3,
        "post_count_previous_4w_per_week": 3.25,
    }


def long_visit(index: int, platform: str) -> Row:
    """A row of the coverage."""
    return visit(
        **numbered(index),
        account_id=uuid(20000 + index),
        platform=platform,
        account=f"c{index}",
        url=f"https://{platform}.example/@c{index}",
        visit_count=4,
        page_count=2,
        post_count=90,
        new_post_count=3,
        oldest_seen_at=WINDOW_START,
    )


def long_share(index: int, platform: str, week: int) -> Row:
    """A week's share of voice."""
    return numbered(index) | {
        "week_start_date": monday(week),
        "platform": platform,
        "post_count": 3,
        "engagement": 30,
        "measured_post_count": 3,
        "engagement_share": 0.001 * ((index + week) % 30),
        "is_comparable": week < CURRENT_WEEK,
    }
