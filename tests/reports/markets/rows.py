"""Single rows of marts, and what the markets share: their moment, their companies and what is posted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

from reports.words import Words

Row = dict[str, Any]
Interval = tuple[float, float, float]
"""A lift, and the lower and upper end of its interval."""

AS_OF = dt.datetime(2026, 11, 22, 20, 0, tzinfo=dt.UTC)
WINDOW_START = AS_OF - dt.timedelta(weeks=26)
FIRST_MONDAY = dt.date(2026, 8, 31)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

COMPANIES = ("Kessel & Korn", "Röstwerk Nord", "Bohnenbude", "Ada’s Coffee Cart", "Filterhaus", "Mokka Manufaktur")
OWN = 2
"""Which of them is the own one."""
OPENINGS = (
    "Six ways to brew the same bean, side by side. Which one is yours?",
    "Our roaster broke down on Tuesday. Here is what we learned while it was cold.",
    "Harvest notes from Huila: rain in May, a late picking, and a cup that tastes of plums.",
    "New on the shelf this week.",
    "How long does ground coffee stay fresh? We tasted every day for three weeks.",
    "Meet Jonas, who has carried every sack through this door since 2014.",
)
WORDS = Words()


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def company(index: int) -> Row:
    """Who it is, in the words of every mart."""
    return {"company": COMPANIES[index], "is_own": index == OWN}


def account(index: int, platform: str = "mastodon") -> Row:
    """An account of the company, all but its address."""
    return company(index) | {"account_id": uuid(9000 + index), "platform": platform, "account": f"acct{index}"}


def address(index: int, platform: str = "mastodon") -> str:
    return f"https://{platform}.example/@acct{index}"


def build_row(**changes: Any) -> Row:
    return {
        "as_of": AS_OF,
        "window_start": WINDOW_START,
        "window_end": AS_OF,
        "timezone": "Europe/Berlin",
        "version": "0.1.0",
        "built_at": AS_OF,
        "first_crawl_at": AS_OF - dt.timedelta(weeks=12),
        "last_crawl_at": AS_OF,
        "crawl_count": 13,
        "company_count": 6,
        "account_count": 14,
        "post_count": 1187,
        "is_first_crawl": False,
    } | changes


def picture(number: int, url: str = "", alt_text: str = "A cup on a table") -> Row:
    """One picture of a post."""
    return {
        "kind": "image",
        "url": url or f"https://media.example/{number}.jpg",
        "width": 1080,
        "height": 1350,
        "duration_seconds": None,
        "alt_text": alt_text,
    }


def visit(**said: Any) -> Row:
    """A row of ``coverage``: an account that was just read whole, unless it is said otherwise."""
    return {
        "is_own": False,
        "state": "active",
        "outcome": "complete",
        "visited_at": AS_OF,
        "last_good_at": AS_OF,
        "is_cut": False,
        "is_walled": False,
        "has_any_data": True,
        "doubled_count": 0,
    } | said


def claim(
    platform: str,
    dimension: str,
    level: str,
    verdict: str | None,
    lift: Interval | None,
    *,
    posts: int,
    accounts: int,
    up: int,
    **changes: Any,
) -> Row:
    """A verdict on a kind of post; ``lift`` is the stratified one, and the plain one lies a little beyond it."""
    middle, low, high = lift or (None, None, None)
    return {
        "platform": platform,
        "outcome": "engagement",
        "dimension": dimension,
        "level": level,
        "scope": "general",
        "post_count": posts,
        "account_count": accounts,
        "accounts_up": up,
        "share_of_posts": posts / 620,
        "lift": middle and middle * 1.07,
        "lift_low": low and low * 1.07,
        "lift_high": high and high * 1.07,
        "stratified_lift": middle,
        "stratified_low": low,
        "stratified_high": high,
        "accounts_needed": 4,
        "posts_needed": 48,
        "left_out_young": 3,
        "left_out_unknown": 1,
        "verdict": verdict,
        "shown_verdict": verdict,
        "sentence": f"{level.replace('_', ' ').capitalize()} against the same accounts’ other posts.",
        "window_start": WINDOW_START,
        "window_end": AS_OF,
        "as_of": AS_OF,
    } | changes


def resting_on(row: Mapping[str, Any]) -> Row:
    """What findings and opportunities repeat of the claim that they rest on."""
    repeated = ("platform", "dimension", "level", "verdict", "post_count", "account_count", "accounts_up")
    return {name: row[name] for name in repeated} | {
        "shown_as": WORDS.verdict(row["verdict"]),
        "lift": row["stratified_lift"],
        "lift_low": row["stratified_low"],
        "lift_high": row["stratified_high"],
    }


def finding(
    rank: int,
    kind: str,
    row: Mapping[str, Any],
    sentence: str,
    *,
    market: float,
    own: float | None,
    posts_missing: int | None = None,
) -> Row:
    """What a claim means for the own company; ``market`` and ``own`` are shares of their posts."""
    return resting_on(row) | {
        "rank": rank,
        "kind": kind,
        "sentence": sentence,
        "share_of_posts_market": market,
        "share_of_posts_own": own,
        "posts_missing": posts_missing,
    }


def opportunity(rank: int, row: Mapping[str, Any]) -> Row:
    """What works and could be used more, according to a claim: the rarer in the market, the higher its rank."""
    return resting_on(row) | {
        "rank": rank,
        "kind": ("common", "catch_up", "rare", "rare", "ahead")[rank % 5],
        "shown_verdict": row["shown_verdict"],
        "sentence": f"{row['level'].replace('_', ' ').capitalize()} work and could be used more.",
        "strength": 4,
        "share_of_posts_market": 0.45 / rank,
        "market_post_count": 90 // rank,
        "share_of_posts_own": 0.05 * rank,
        "own_post_count": 3 * rank,
        "opening_score": 1 / rank,
        "is_exploratory": row["dimension"] not in {"format", "post_type"},
    }


def verdict_change(platform: str, level: str, mark: str, cause: str | None, sentence: str) -> Row:
    return {
        "platform": platform,
        "dimension": "format",
        "level": level,
        "mark": mark,
        "cause": cause,
        "verdict": "works",
        "sentence": sentence,
    }


def trait_trend(
    level: str,
    verdict: str,
    *,
    before: float,
    recent: float,
    change: tuple[float, float] | None,
    dimension: str = "format",
) -> Row:
    """How the share of a kind of post moved; ``change`` is the interval of the difference."""
    low, high = change or (None, None)
    return {
        "platform": "mastodon",
        "dimension": dimension,
        "level": level,
        "verdict": verdict,
        "sentence": f"{level.capitalize()} posts, from {round(before * 100)} % to {round(recent * 100)} %.",
        "share_before": before,
        "share_recent": recent,
        "share_change": recent - before,
        "share_change_low": low,
        "share_change_high": high,
        "account_count": 6,
        "accounts_up": 5 if recent > before else 1,
        "accounts_down": 1 if recent > before else 4,
        "recent_post_count": 40,
        "before_post_count": 44,
        "before_week_count": 8,
        "is_exploratory": dimension != "format",
        "before_start_date": FIRST_MONDAY,
        "recent_start_date": FIRST_MONDAY + dt.timedelta(weeks=8),
        "recent_end_date": FIRST_MONDAY + dt.timedelta(days=83),
    }


def evidence_needed(dimension: str, level: str, sentence: str, *, weeks: int | None, posts: int) -> Row:
    """A row of ``evidence_planner``."""
    return {
        "platform": "mastodon",
        "dimension": dimension,
        "level": level,
        "target_ratio": 1.3,
        "shown_verdict": None if level == "all" else "not_enough",
        "sentence": sentence,
        "post_count": posts,
        "posts_needed": 229,
        "weeks_needed": weeks,
        "is_open": level != "all",
        "is_out_of_reach": weeks is None,
    }


class Audited(NamedTuple):
    """A rule of the audit, and how an account keeps it."""

    position: int
    rule: str
    part: str
    unit: str
    state: str
    value: float | None
    limit: str | None
    seen: int
    found: int


def audit_row(index: int, said: Audited) -> Row:
    """One rule of one account of the rich market."""
    seen_at = {"url": f"{address(index)}/8", "text": "Cups, and more cups", "said": "7"}
    limited = said.limit is not None
    return account(index) | {
        "url": address(index),
        "position": said.position,
        "rule": said.rule,
        "part": said.part,
        "title": f"Rule {said.position} of {said.part} is kept",
        "state": said.state,
        "value": said.value,
        "unit": said.unit,
        "limit_value": said.limit,
        "limit_kind": None if not limited else "cap" if said.rule == "bio_length" else "advice",
        "limit_source": "help page" if limited else None,
        "limit_checked_on": dt.date(2026, 11, 22),
        "seen_count": said.seen,
        "finding_count": said.found,
        "field_company_count": 3,
        "field_ok_count": 2,
        "field_value": None if said.value is None else said.value / 2,
        "why": "It matters to whoever reads it.",
        "how": "Do it another way.",
        "source": "rule of thumb",
        "evidence": [seen_at] * min(said.found, 5),
    }
