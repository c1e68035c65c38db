"""What only the own brand brings into a brief: its visits and sales, and its plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from .marts import Rows
from .rich import rich_market
from .rows import AS_OF, uuid

EUR = {"measure": "revenue", "currency": "EUR"}


def with_sales() -> Rows:
    """The rich market, whose own brand brought its files: videos sell, carousels are liked."""
    tables = rich_market()
    whole = {
        "period_start_date": dt.date(2026, 6, 1),
        "period_end_date": dt.date(2026, 11, 20),
        "tools": ["ga4", "sheet"],
    }
    tables["sales_totals"] = [
        {**EUR, **whole, "position": 1, "total": 12345, "tied_total": 9000, "tied_by_day": 120, "network_total": 300,
         "untied_total": 3345, "untied_share": 0.271, "shared_mark_total": 0, "is_main": True},
        {"measure": "sessions", "currency": "", **whole, "position": 2, "total": 4100, "tied_total": 4100,
         "tied_by_day": 0, "network_total": 0, "untied_total": 0, "untied_share": 0.0, "shared_mark_total": 55,
         "is_main": False},
    ]  # fmt: skip
    tables["sales_by_trait"] = [
        kind("video", "sells_more", 88.4, 3.1, 2.0, 4.8, share_of_sales=0.44),
        kind("carousel", "sells_less", 9.5, 0.3, 0.15, 0.6, share_of_sales=0.04),
        kind("text", "not_enough", 31.0, 1.0, 0.6, 1.7, share_of_sales=0.2),
        kind("poll", "not_enough", 0.0, None, None, None, share_of_sales=0.0),
    ]
    tables["likes_and_sales"] = [
        {**EUR, "platform": "mastodon", "post_count": 96, "selling_post_count": 60, "total": 9000, "correlation": -0.3,
         "correlation_low": -0.5, "correlation_high": -0.1, "verdict": "apart", "most_liked_format": "carousel",
         "most_liked_post_count": 30, "most_liked_share_of_posts": 0.31, "most_liked_share_of_sales": 0.04,
         "best_selling_format": "video", "best_selling_share_of_posts": 0.2, "best_selling_share_of_sales": 0.44,
         "format_count": 4},
    ]  # fmt: skip
    tables["outcome_ranks"] = [
        {**EUR, "post_id": uuid(number), "platform": "mastodon", "company": "Bohnenbude", "is_own": True,
         "url": f"https://mastodon.example/@acct2/{number}", "text": words, "format": "carousel", "like_count": likes,
         "value": value, "likes_rank": place, "sales_rank": 97 - place, "post_count": 96, "kind": what,
         "published_at": AS_OF - dt.timedelta(days=30)}
        for number, words, likes, value, place, what in (
            (1, "Loved by all", 900, 0, 1, "liked_not_bought"),
            (2, "Bought by many <script>alert(1)</script>", 3, 812, 96, "bought_not_liked"),
        )
    ]  # fmt: skip
    tables["sales_tools"] = [
        {**EUR, "tool": "ga4", "total": 12000, "tied_total": 9000, "is_additional": False, "is_counted": True},
        {**EUR, "tool": "shopify", "total": 12900, "tied_total": 100, "is_additional": False, "is_counted": False},
    ]
    tables["sales_files"] = [
        {"file_hash": "a", "file_name": "ga4 <b>.csv", "kind": "ga4", "property_name": "", "row_count": 900,
         "counted_row_count": 900, "status": "counts", **{name: whole[name] for name in list(whole)[:2]}},
        {"file_hash": "b", "file_name": "june.csv", "kind": "ga4", "property_name": "", "row_count": 30,
         "counted_row_count": 0, "status": "told_by_day", **{name: whole[name] for name in list(whole)[:2]}},
    ]  # fmt: skip
    return tables


def kind(level: str, verdict: str, per_post: float, ratio: Any, low: Any, high: Any, **more: Any) -> dict[str, Any]:
    return {
        **EUR, "platform": "mastodon", "dimension": "format", "level": level, "verdict": verdict, "post_count": 24,
        "rest_post_count": 72, "selling_post_count": 15, "total": per_post * 24, "per_post": per_post,
        "per_post_low": per_post / 2, "per_post_high": per_post * 2 + 1, "ratio": ratio, "ratio_low": low,
        "ratio_high": high, "share_of_posts": 0.25, "posts_needed": 90, "weeks_needed": 31, "is_enough": True,
        "is_exploratory": False, **more,
    }  # fmt: skip


def slot(number: int, days: float, **fields: Any) -> dict[str, Any]:
    """A planned slot, so many days after the brief."""
    return {
        "slot_id": f"p2612-{number:04d}",
        "version": 0,
        "plan": "plan-2026-12",
        "status": "draft",
        "platform": "mastodon",
        "company": "Bohnenbude",
        "format": "carousel",
        "post_type": "how_to",
        "topic": "Kettles",
        "hook": "Three steps with kettles",
        "hashtags": ["tea"],
        "link": f"https://bohnenbude.example/?utm_content=p2612-{number:04d}",
        "basis": "proven",
        "why": "Carousels on Mastodon do well.",
        "evidence": ["https://mastodon.example/@acct1/5"],
        "timezone": "Europe/Berlin",
        "planned_at": AS_OF + dt.timedelta(days=days),
        "observed_at": AS_OF,
        "first_planned_at": AS_OF,
        **fields,
    }


def experiment(verdict: str, **fields: Any) -> dict[str, Any]:
    """A test of own posts with a verdict."""
    return {
        "experiment_id": "e2612-aaaa",
        "plan": "plan-2026-12",
        "status": "running" if verdict == "running" else "ended",
        "platform": "mastodon",
        "dimension": "format",
        "level_a": "video",
        "level_b": "image",
        "verdict": verdict,
        "lift": 1.9,
        "lift_low": 1.2,
        "lift_high": 3.1,
        "p_value": 0.01,
        "pairs_planned": 19,
        "pairs_drawn": 8,
        "complete_pairs": 7,
        "post_count": 16,
        "as_planned_count": 15,
        "variance": 0.5,
        "target_ratio": 2.0,
        "started_at": AS_OF,
        "observed_at": AS_OF,
        **fields,
    }


def planned() -> Rows:
    """The rich market with the own brand's plan: past slots, coming ones, a test that runs."""
    tables = rich_market()
    tables["plan_slots"] = [
        slot(1, -6, post_id=uuid(1), url="https://mastodon.example/@acct2/1", engagement=77),
        slot(2, -3),
        slot(3, -2, status="dropped", hook="Never shown"),
        slot(4, 10, status="approved", caption="Our own words"),
        slot(5, 11, basis="opening"),
        *(
            slot(6 + n, 12 + n / 2, basis="test", experiment_id="e2612-aaaa", arm="ab"[n % 2], block=n // 2)
            for n in range(16)
        ),
        slot(30, -40, hook="Long ago"),
    ]
    tables["plan_experiments"] = [experiment("running")]
    return tables


def everything() -> Rows:
    """The rich market with sales and a plan: every section has something to say."""
    plan = planned()
    return {**with_sales(), "plan_slots": plan["plan_slots"], "plan_experiments": plan["plan_experiments"]}
