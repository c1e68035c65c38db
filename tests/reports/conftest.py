"""Synthetic snapshots: the marts of docs/data-flow.md, filled with invented markets of every kind a brief meets."""

from __future__ import annotations

import datetime as dt
import random
import re
from collections.abc import Callable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analysis.build import build
from analysis.load import load_landing
from crawler.importing import import_paths
from reports.words import Words

AS_OF = dt.datetime(2026, 11, 22, 20, 0, tzinfo=dt.UTC)
WINDOW_START = AS_OF - dt.timedelta(weeks=26)
FIRST_MONDAY = dt.date(2026, 8, 31)

COLUMNS: Mapping[str, str] = {
    "build": """as_of timestamptz, window_start timestamptz, window_end timestamptz, timezone text, version text,
        built_at timestamptz, first_crawl_at timestamptz, last_crawl_at timestamptz, crawl_count bigint,
        company_count bigint, account_count bigint, post_count bigint, is_first_crawl boolean""",
    "posts": """post_id uuid, platform text, host text, native_id text, account_id uuid, account text, company text,
        is_own boolean, author text, url text, published_at timestamptz, published_precision text, role
        text, format text, post_type text, post_type_source text, post_type_reason text, title text, text
        text, language text, hashtags text[], mentions text[], links text[], media struct(kind text, url
        text, width integer, height integer, duration_seconds double, alt_text text)[],
        like_count bigint, comment_count bigint, share_count bigint, view_count bigint, save_count
        bigint, quote_count bigint, reactions map(text, bigint), missing map(text, text), rounded map(text,
        integer), engagement bigint, follower_count bigint, engagement_at_age double,
        engagement_at_age_missing text, age_hours double, baseline double, lift double, is_breakout boolean,
        breakout_score double, is_promoted_suspect boolean, is_pinned boolean, is_counted boolean,
        first_observed_at timestamptz, observed_at timestamptz, removed_at timestamptz, edited_at
        timestamptz""",
    "league": """company text, is_own boolean, platform text, account_count bigint, post_count bigint, posts_per_week
        double, follower_count bigint, follower_change_4w bigint, engagement bigint, engagement_per_post
        double, engagement_mean double, measured_post_count bigint, engagement_rate double, engagement_share
        double, engagement_definition text, post_count_last_week bigint, post_count_previous_4w_per_week
        double, engagement_share_4w double, engagement_share_change_4w double, came_week date""",
    "share_of_voice": """week_start_date date, platform text, company text, is_own boolean, post_count bigint,
        engagement bigint, measured_post_count bigint, engagement_share double, engagement_share_change double, came
        text[], went text[], is_comparable boolean, is_list_changed boolean""",
    "weekly_trends": """week_start_date date, platform text, dimension text, level text, post_count bigint,
        account_count bigint, share_of_posts double, share_of_posts_change double, post_count_change bigint,
        engagement_median double, measured_post_count bigint, came text[], went text[], is_complete boolean,
        is_list_changed boolean""",
    "trait_trends": """platform text, dimension text, level text, verdict text, sentence text, share_before double,
        share_recent double, share_change double, share_change_low double, share_change_high double, p_value double,
        q_value double, account_count bigint, accounts_up bigint, accounts_down bigint, recent_post_count bigint,
        before_post_count bigint, before_week_count bigint, is_exploratory boolean, before_start_date date,
        recent_start_date date, recent_end_date date,
        phrases struct(message text, "values" map(text, text))[]""",
    "evidence_planner": """platform text, dimension text, level text, target_ratio double, shown_verdict text, sentence
        text, post_count bigint, rest_post_count bigint, posts_needed bigint, posts_per_week double,
        rest_posts_per_week double, weeks_needed bigint, account_count bigint, accounts_needed bigint, variance double,
        is_open boolean, is_out_of_reach boolean,
        phrases struct(message text, "values" map(text, text))[]""",
    "coverage": """account_id uuid, company text, is_own boolean, platform text, account text, url text, state text,
        outcome text, reason text, message text, visited_at timestamptz, last_good_at timestamptz,
        visit_count bigint, page_count bigint, post_count bigint, new_post_count bigint, oldest_seen_at
        timestamptz, is_cut boolean, is_walled boolean, has_any_data boolean, first_observed_at timestamptz""",
    "threads": """post_id uuid, account_id uuid, company text, is_own boolean, platform text, account text, url text,
        published_at timestamptz, is_counted boolean, comment_count bigint, answered_count bigint, unanswered_count
        bigint, median_seconds double, is_complete boolean, observed_at timestamptz""",
    "community": """account_id uuid, company text, is_own boolean, platform text, account text, post_count bigint,
        partial_post_count bigint, comment_count bigint, answered_count bigint, answered_rate double, timed_post_count
        bigint, answer_seconds double, observed_at timestamptz""",
    "audit": """account_id uuid, company text, is_own boolean, platform text, account text, url text, position bigint,
        rule text, part text, title text, state text, value double, unit text, limit_value text, limit_kind text,
        limit_source text, limit_checked_on date, seen_count bigint, finding_count bigint, field_company_count bigint,
        field_ok_count bigint, field_value double, why text, how text, source text, evidence struct(url text, text text,
        said text)[]""",
    "profile_changes": """account_id uuid, company text, is_own boolean, platform text, account text, url text, field
        text, old_value text, new_value text, post_url text, before_at timestamptz, observed_at timestamptz""",
    "follower_changes": """account_id uuid, company text, is_own boolean, platform text, account text, url text,
        week_start_date date, follower_count bigint, follower_change bigint, days double, growth double,
        earlier_week_count bigint, usual_growth double, is_jump boolean, observed_at timestamptz""",
    "fresh_posts": """post_id uuid, company text, is_own boolean, platform text, account text, url text, title text,
        text text, language text, format text, post_type text, media struct(kind text, url text, width integer, height
        integer, duration_seconds double, alt_text text)[], published_at timestamptz, age_hours double, engagement
        bigint, usual_engagement double, usual_low double, usual_high double, usual_post_count bigint, pace text,
        observed_at timestamptz""",
    "notices": """rank bigint, platform text, sentence text, is_urgent boolean,
        phrases struct(message text, "values" map(text, text))[]""",
    "doors": """account_id uuid, company text, platform text, url text, way text, effort_minutes double, shows text,
        hides text, sentence text, rank bigint,
        phrases struct(message text, "values" map(text, text))[]""",
    "open_doors": """company text, platform text, what_it_shows text, candidate_url text, source text, sentence text,
        rank bigint,
        phrases struct(message text, "values" map(text, text))[]""",
    "todo": """account_id uuid, company text, platform text, account text, url text, way text, how text, shows text,
        effort_minutes bigint, minutes_so_far bigint, post_count bigint, imported_post_count bigint, rank bigint,
        is_own boolean, is_due boolean, is_this_week boolean, observed_at timestamptz, imported_at timestamptz""",
    "claims": """platform text, outcome text, dimension text, level text, scope text, post_count bigint,
        account_count bigint, accounts_up bigint, share_of_posts double, lift double, lift_low double,
        lift_high double, lift_shrunk double, lift_shrunk_low double, lift_shrunk_high double, next_low
        double, next_high double, tau double, p_value double, q_value double, top_decile_odds double,
        top_decile_low double, top_decile_high double, stratified_lift double, stratified_low double,
        stratified_high double, stratified_account_count bigint, stratified_accounts_up bigint,
        definitions_held bigint, definitions_tried bigint, accounts_needed bigint,
        posts_needed bigint, left_out_young bigint, left_out_unknown bigint, verdict text, shown_verdict
        text, sentence text, window_start timestamptz, window_end timestamptz, as_of timestamptz,
        phrases struct(message text, "values" map(text, text))[]""",
    "findings": """rank bigint, kind text, platform text, dimension text, level text, verdict text, shown_as text,
        sentence text, lift double, lift_low double, lift_high double, post_count bigint,
        account_count bigint, accounts_up bigint, share_of_posts_market double, share_of_posts_own double, posts_missing
        bigint,
        phrases struct(message text, "values" map(text, text))[]""",
    "opportunities": """rank bigint, kind text, platform text, dimension text, level text, verdict text, shown_verdict
        text, shown_as text, sentence text, strength bigint, lift double, lift_low double, lift_high double,
        post_count bigint, account_count bigint, accounts_up bigint, share_of_posts_market double, market_post_count
        bigint, share_of_posts_own double, own_post_count bigint, opening_score double, is_exploratory boolean,
        phrases struct(message text, "values" map(text, text))[]""",
    "verdict_changes": """platform text, dimension text, level text, mark text, cause text, earlier_verdict text,
        verdict text, shown_verdict text, sentence text, new_post_count bigint, left_post_count bigint,
        corrected_post_count bigint, companies_came text[], companies_went text[], was_published boolean,
        earlier_as_of timestamptz, as_of timestamptz,
        phrases struct(message text, "values" map(text, text))[]""",
    "myth": """platform text, dimension text, level text, plain_mean double, runner_up_level text, runner_up_mean
        double, top_account text, top_account_share double, lift double, lift_low double, lift_high double,
        verdict text, sentence text,
        phrases struct(message text, "values" map(text, text))[]""",
    "examples": """platform text, dimension text, level text, rank bigint, post_id uuid, company text, url text, title
        text, text text, published_at timestamptz, engagement bigint, lift double""",
    "alerts": """alert_key text, kind text, company text, platform text, lists text[], url text, words text, outcome
        text, number bigint, ratio double, is_own boolean, observed_at timestamptz""",
    "left_out": "platform text, reason text, weekday text, post_count bigint, share_of_posts double",
    "timing": """platform text, weekday text, weekday_number bigint, hour_block text, timezone text, shown_verdict text,
        lift double, lift_low double, lift_high double, used_post_count bigint, measured_post_count bigint,
        account_count bigint, accounts_up bigint, is_enough boolean""",
    "trait_weights": """platform text, dimension text, explained_share double, post_count bigint, account_count
        bigint""",
    "hashtags": """platform text, hashtag text, shown_verdict text, lift double, lift_low double, lift_high double,
        used_post_count bigint, own_post_count bigint, company_count bigint, measured_post_count bigint""",
    "limits": """platform text, what text, kind text, value text, unit text, source text, confidence text, highest
        bigint, is_confirmed boolean, effective_from date, checked_on date""",
    "method": "platform text, engagement_definition text, compare_age_hours bigint",
    "outcomes": "outcome text, position bigint, noun text, definition text, is_default boolean",
    "plan_slots": """slot_id text, account_id uuid, post_id uuid, company text, version integer, plan text, status text,
        platform text, format text, post_type text, topic text, hook text, caption text, hashtags text[], link text,
        campaign text, basis text, why text, evidence text[], experiment_id text, arm text, block integer, post_url
        text, timezone text, matched_by text, url text, posted_format text, posted_post_type text, engagement bigint,
        engagement_at_age double, engagement_at_age_missing text, lift double, planned_at timestamptz, published_at
        timestamptz, first_planned_at timestamptz, observed_at timestamptz""",
    "plan_experiments": """experiment_id text, plan text, status text, platform text, dimension text, level_a text,
        level_b text, verdict text, lift double, lift_low double, lift_high double, p_value double, pairs_planned
        integer, pairs_drawn bigint, complete_pairs bigint, post_count bigint, as_planned_count bigint, variance
        double, target_ratio double, started_at timestamptz, observed_at timestamptz""",
    "sales_totals": """position bigint, measure text, currency text, total decimal(38, 4), tied_total decimal(38, 4),
        tied_by_mark decimal(38, 4), tied_by_campaign decimal(38, 4), tied_by_page decimal(38, 4), tied_by_day
        decimal(38, 4), network_total decimal(38, 4), untied_total decimal(38, 4), untied_share double,
        shared_mark_total decimal(38, 4), tools text[], period_start_date date, period_end_date date, is_main
        boolean""",
    "sales_by_trait": """platform text, measure text, currency text, dimension text, level text, verdict text,
        post_count bigint, rest_post_count bigint, selling_post_count bigint, total double, per_post double,
        per_post_low double, per_post_high double, rest_per_post double, share_of_posts double, share_of_sales double,
        ratio double, ratio_low double, ratio_high double, p_value double, q_value double, posts_needed bigint,
        weeks_needed bigint, is_enough boolean, is_exploratory boolean""",
    "outcome_ranks": """post_id uuid, platform text, account_id uuid, company text, is_own boolean, measure text,
        currency text, url text, title text, text text, language text, format text, post_type text, like_count bigint,
        value decimal(38, 4), likes_rank double, sales_rank double, post_count bigint, kind text, published_at
        timestamptz""",
    "likes_and_sales": """platform text, measure text, currency text, post_count bigint, selling_post_count bigint,
        total double, correlation double, correlation_low double, correlation_high double, verdict text,
        most_liked_format text, most_liked_post_count bigint, most_liked_share_of_posts double,
        most_liked_share_of_sales double, best_selling_format text, best_selling_share_of_posts double,
        best_selling_share_of_sales double, format_count bigint""",
    "sales_tools": """measure text, currency text, tool text, total decimal(38, 4), tied_total decimal(38, 4),
        is_additional boolean, is_counted boolean, period_start_date date, period_end_date date""",
    "sales_files": """file_hash text, file_name text, kind text, property_name text, period_start_date date,
        period_end_date date, row_count bigint, counted_row_count bigint, status text, is_daily boolean, is_additional
        boolean, observed_at timestamptz""",
    "flag_rules": """rule text, flag text, words text, threshold double, false_alarm_low double, false_alarm_high
        double, post_count bigint, flagged_count bigint""",
}

WORDS = Words()
FLAG_WORDS = (
    "likes for each comment 3.5 robust standard deviations above the account's usual ones, "
    "on a post with twice its usual engagement"
)
Rows = dict[str, list[dict[str, Any]]]


def uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def picture(number: int, url: str = "", alt_text: str = "A cup on a table") -> dict[str, Any]:
    """One picture of a post."""
    return {
        "kind": "image",
        "url": url or f"https://media.example/{number}.jpg",
        "width": 1080,
        "height": 1350,
        "duration_seconds": None,
        "alt_text": alt_text,
    }


def write_snapshot(path: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Path:
    """A snapshot whose marts hold ``tables``; columns that a row does not name are null."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema marts")
        for table, columns in COLUMNS.items():
            connection.execute(f"create table marts.{table} ({columns})")
            known = set(re.findall(r"(?:^|,)\s*(\w+)\s", re.sub(r"\([^()]*\)", "", columns)))
            alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
            for row in tables.get(table, ()):
                assert row.keys() <= known, f"marts.{table} has no column {row.keys() - known}"
                alike.setdefault(tuple(row), []).append(row)
            for names, rows in alike.items():
                marks = "(" + ", ".join("?" for _ in names) + ")"
                for start in range(0, len(rows), 200):
                    chunk = rows[start : start + 200]
                    connection.execute(
                        f"insert into marts.{table} ({', '.join(names)}) values {', '.join([marks] * len(chunk))}",
                        [value for row in chunk for value in row.values()],
                    )
        # made of other marts alone, so by the model itself
        model = files("analysis").joinpath("models", "marts", "comparisons.sql").read_text(encoding="utf-8")
        connection.execute(f"create view marts.comparisons as {model}")
    return path


def build_row(**changes: Any) -> dict[str, Any]:
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


def claim(
    platform: str,
    dimension: str,
    level: str,
    verdict: str | None,
    lift: float | None,
    low: float | None,
    high: float | None,
    posts: int,
    accounts: int,
    up: int,
    **changes: Any,
) -> dict[str, Any]:
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
        "lift": lift and lift * 1.07,
        "lift_low": low and low * 1.07,
        "lift_high": high and high * 1.07,
        "stratified_lift": lift,
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


COMPANIES = ("Kessel & Korn", "Röstwerk Nord", "Bohnenbude", "Ada’s Coffee Cart", "Filterhaus", "Mokka Manufaktur")
OPENINGS = (
    "Six ways to brew the same bean, side by side. Which one is yours?",
    "Our roaster broke down on Tuesday. Here is what we learned while it was cold.",
    "Harvest notes from Huila: rain in May, a late picking, and a cup that tastes of plums.",
    "New on the shelf this week.",
    "How long does ground coffee stay fresh? We tasted every day for three weeks.",
    "Meet Jonas, who has carried every sack through this door since 2014.",
)


# position, rule, part, unit, state, value, limit, seen, found
AUDITED = (
    (10, "bio_filled", "profile", "presence", "ok", 1.0, None, 1, 0),
    (20, "bio_length", "profile", "characters", "below", 38.0, "500", 1, 1),
    (80, "hashtags_advice", "posts", "hashtags", "over", 6.5, "1-3", 20, 14),
    (100, "image_size", "posts", "pixels", "unconfirmed", 640.0, "1080 × 1350", 12, 0),
    (110, "image_shape", "posts", "ratio", "over", 1.78, "1080 × 1350", 12, 9),
    (130, "reply_rate", "replies", "share", "below", 0.25, None, 16, 12),
    (140, "reply_time", "replies", "hours", "over", 26.0, None, 4, 1),
    (150, "site_title", "site", "share", "not_visible", None, None, 0, 0),
    (270, "links_answer", "accuracy", "problems", "unreachable", 2.0, None, 40, 2),
)


def audit_row(
    index: int,
    position: int,
    rule: str,
    part: str,
    unit: str,
    state: str,
    value: float | None,
    limit: str | None,
    seen: int,
    found: int,
) -> dict[str, Any]:
    """One rule of one account of the rich market; the third is the own one."""
    seen_at = {"url": f"https://mastodon.example/@acct{index}/8", "text": "Cups, and more cups", "said": "7"}
    return {
        "account_id": uuid(9000 + index),
        "company": COMPANIES[index],
        "is_own": index == 2,
        "platform": "mastodon",
        "account": f"acct{index}",
        "url": f"https://mastodon.example/@acct{index}",
        "position": position,
        "rule": rule,
        "part": part,
        "title": f"Rule {position} of {part} is kept",
        "state": state,
        "value": value,
        "unit": unit,
        "limit_value": limit,
        "limit_kind": None if limit is None else "cap" if rule == "bio_length" else "advice",
        "limit_source": None if limit is None else "help page",
        "limit_checked_on": dt.date(2026, 11, 22),
        "seen_count": seen,
        "finding_count": found,
        "field_company_count": 3,
        "field_ok_count": 2,
        "field_value": None if value is None else value / 2,
        "why": "It matters to whoever reads it.",
        "how": "Do it another way.",
        "source": "rule of thumb",
        "evidence": [seen_at] * min(found, 5),
    }


def rich_market() -> Rows:
    """Six companies on three platforms, every verdict, every outcome of a visit."""
    tables: Rows = {name: [] for name in COLUMNS}
    tables["build"] = [build_row()]
    soon = "The token for %(platform)s ends on %(day)s, in %(left)s: get a new one with `%(command)s`."
    ends = {
        "platform:words": "Threads",
        "day:name": "2026-12-01",
        "left:day": "9",
        "command:name": "rivalscope connect threads",
    }
    tables["notices"] = [
        {
            "rank": 1,
            "platform": "threads",
            "phrases": [{"message": soon, "values": ends}],
            "sentence": "The token for Threads ends on 2026-12-01, in 9 days: get a new one with "
            "`rivalscope connect threads`.",
            "is_urgent": False,
        }
    ]
    formats = ("carousel", "image", "video", "text", "link", "poll")
    number = 0
    for platform, size in (("mastodon", 60), ("bluesky", 48), ("web", 18)):
        for index, company in enumerate(COMPANIES):
            for post in range(size // 3):
                number += 1
                published = AS_OF - dt.timedelta(days=2 + post * 4, hours=index * 3)
                is_measured = post > 0
                lift = round(0.3 + ((number * 37) % 290) / 100, 3)
                tables["posts"].append(
                    {
                        "post_id": uuid(number),
                        "platform": platform,
                        "host": f"{platform}.example",
                        "native_id": str(number),
                        "account_id": uuid(9000 + index),
                        "account": f"acct{index}",
                        "company": company,
                        "is_own": index == 2,
                        "url": f"https://{platform}.example/@acct{index}/{number}",
                        "published_at": published,
                        "role": "original",
                        "format": formats[(number + index) % 6],
                        "post_type": ("how_to", "promotion", "question", "news")[number % 4],
                        "title": OPENINGS[number % 6] if platform == "web" else None,
                        "text": f"{OPENINGS[(number + post) % 6]} {OPENINGS[(number + index) % 6]}",
                        "language": "en",
                        "media": [picture(number)] if number % 2 else [],
                        "engagement": 20 + (number * 53) % 400,
                        "is_counted": True,
                        "engagement_at_age": float(20 + (number * 53) % 400) if is_measured else None,
                        "lift": lift if is_measured else None,
                        "is_breakout": is_measured and lift > 3.1,
                    }
                )
    definition = "likes + replies + reposts"
    for index, company in enumerate(COMPANIES):
        own = index == 2
        for platform, posts, followers, share in (
            ("all", 198 - index * 7, 41200 - index * 5200, (0.41, 0.22, 0.14, 0.12, 0.08, 0.03)[index]),
            ("mastodon", 96 - index * 4, 21200 - index * 2200, (0.45, 0.2, 0.13, 0.12, 0.07, 0.03)[index]),
            ("bluesky", 84 - index * 2, 20000 - index * 3000, (0.37, 0.24, 0.15, 0.12, 0.09, 0.03)[index]),
            ("web", 18 - index, None, None),
        ):
            tables["league"].append(
                {
                    "company": company,
                    "is_own": own,
                    "platform": platform,
                    "account_count": 3 if platform == "all" else 1,
                    "post_count": posts,
                    "posts_per_week": posts / 26,
                    "follower_count": followers,
                    "follower_change_4w": None if followers is None else 340 - index * 120,
                    "engagement": posts * 60,
                    "engagement_per_post": None if platform == "web" else 64.5 - index * 7,
                    "engagement_mean": 98.2,
                    "measured_post_count": 0 if platform == "web" else posts - 4,
                    "engagement_rate": None if platform == "web" else 0.0031 - index * 0.0004,
                    "engagement_share": share,
                    "engagement_definition": None if platform in ("all", "web") else definition,
                    "post_count_last_week": 9 - index,
                    "post_count_previous_4w_per_week": None if index == 5 else 7.25 - index,
                    "engagement_share_4w": None if index == 5 or share is None else share + 0.01,
                    "engagement_share_change_4w": None if index == 5 or share is None else 0.031 - index * 0.0155,
                    "came_week": FIRST_MONDAY + dt.timedelta(weeks=6) if index == 5 and platform == "bluesky" else None,
                }
            )
    for week in range(12):
        monday = FIRST_MONDAY + dt.timedelta(weeks=week)
        for platform in ("mastodon", "bluesky"):
            posts = 42 + (week * 7) % 11
            is_changed = week == 6 and platform == "bluesky"
            tables["weekly_trends"].append(
                {
                    "week_start_date": monday,
                    "platform": platform,
                    "dimension": "all",
                    "level": "all",
                    "post_count": posts,
                    "account_count": 6,
                    "share_of_posts": 1.0,
                    "engagement_median": 48.5 + (week * 5) % 13,
                    "measured_post_count": posts - 3,
                    "came": ["Mokka Manufaktur"] if is_changed else [],
                    "went": ["Teehaus <Alt>"] if is_changed else [],
                    "is_complete": week < 11,
                    "is_list_changed": is_changed,
                }
            )
            for place, name in enumerate(formats):
                tables["weekly_trends"].append(
                    {
                        "week_start_date": monday,
                        "platform": platform,
                        "dimension": "format",
                        "level": name,
                        "post_count": 5 + (place * 3 + week) % 7,
                        "account_count": 4,
                        "share_of_posts": 0.16,
                        "engagement_median": 50.0,
                        "measured_post_count": 5,
                        "is_complete": week < 11,
                    }
                )
            for index, company in enumerate(COMPANIES):
                share = (0.41, 0.22, 0.14, 0.12, 0.08, 0.03)[index] + 0.01 * ((week * (index + 2)) % 5 - 2)
                tables["share_of_voice"].append(
                    {
                        "week_start_date": monday,
                        "platform": platform,
                        "company": company,
                        "is_own": index == 2,
                        "post_count": 8,
                        "engagement": 500,
                        "measured_post_count": 8,
                        "engagement_share": share,
                        "engagement_share_change": 0.01 * (index - 2) if 0 < week < 11 else None,
                        "is_comparable": week < 11,
                        "is_list_changed": is_changed,
                    }
                )
    outcomes = [
        ("complete", None, ""),
        ("unchanged", None, ""),
        ("complete", None, ""),
        ("complete", None, ""),
        ("partial", "budget_spent", "40 of about 90 posts were read before this visit’s share was used up."),
        ("error", "timeout", "filterhaus.example gave no answer in 60 s; it is tried again next time."),
    ]
    for index, company in enumerate(COMPANIES):
        outcome, reason, message = outcomes[index]
        for offset, platform in enumerate(("mastodon", "bluesky")):
            tables["coverage"].append(
                {
                    "account_id": uuid(9000 + index + offset * 100),
                    "company": company,
                    "is_own": index == 2,
                    "platform": platform,
                    "account": f"acct{index}@{platform}.example",
                    "url": f"https://{platform}.example/@acct{index}",
                    "state": "active",
                    "outcome": outcome if offset == 0 else "complete",
                    "reason": reason if offset == 0 else None,
                    "message": message if offset == 0 else "",
                    "visited_at": AS_OF - dt.timedelta(hours=3),
                    "last_good_at": AS_OF - dt.timedelta(days=7 if index == 5 else 0),
                    "visit_count": 13,
                    "page_count": 4,
                    "post_count": 96 - index * 4,
                    "new_post_count": 9 - index,
                    "oldest_seen_at": AS_OF - dt.timedelta(weeks=25),
                    "is_cut": outcome == "partial" and offset == 0,
                    "is_walled": False,
                    "has_any_data": True,
                }
            )
    add_walled(tables, COMPANIES[:2])
    tables["claims"] = [
        claim("mastodon", "format", "carousel", "works_on_average", 1.62, 1.21, 2.08, 84, 6, 5)
        | {"definitions_held": 13, "definitions_tried": 13, "top_decile_odds": 2.4}
        | {"top_decile_low": 1.3, "top_decile_high": 4.6},
        claim("mastodon", "format", "image", "no_difference", 1.03, 0.91, 1.17, 210, 6, 3),
        claim("mastodon", "format", "text", "mixed", 0.96, 0.62, 1.5, 88, 6, 3),
        claim("mastodon", "format", "link", "worse", 0.58, 0.44, 0.77, 97, 6, 0)
        | {"definitions_held": 9, "definitions_tried": 13},
        claim("mastodon", "format", "poll", "not_enough", 2.3, 0.4, 13.2, 7, 2, 2),
        claim("mastodon", "format", "audio", "not_enough", None, None, None, 2, 0, 0),
        claim("mastodon", "post_type", "how_to", "better_here", 1.38, 1.1, 1.72, 46, 4, 4),
        claim("mastodon", "post_type", "how_to", None, 1.31, 1.14, 1.51, 46, 4, 4, scope="here"),
        claim("mastodon", "post_type", "behind_the_scenes", "not_enough", 1.2, 0.7, 2.05, 34, 3, 2),
        claim("mastodon", "post_type", "promotion", "worse_here", 0.71, 0.55, 0.92, 120, 6, 1),
        claim("bluesky", "format", "video", "not_enough", 1.31, 0.82, 2.1, 52, 5, 4, posts_needed=40),
        claim("bluesky", "format", "image", "works", 1.44, 1.22, 1.7, 164, 6, 6),
        claim("bluesky", "format", "link", "worse_on_average", 0.74, 0.6, 0.91, 90, 6, 1),
        claim("bluesky", "post_type", "question", "no_difference", 1.0, 0.88, 1.14, 71, 6, 3),
        claim("mastodon", "length", "81_to_200", "not_enough", 0.93, 0.8, 1.08, 301, 6, 2, posts_needed=40),
        claim("mastodon", "hashtag_count", "1_to_2", "better_here", 1.19, 1.05, 1.35, 190, 6, 5),
        claim("mastodon", "has_link", "yes", "worse_on_average", 0.7, 0.56, 0.87, 140, 6, 1),
    ]
    for day, lift in zip(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        (1.04, 0.98, 1.1, 1.02, 0.93, 0.88, 1.05),
        strict=True,
    ):
        tables["claims"].append(
            claim("mastodon", "weekday", day, "no_difference", lift, lift * 0.85, lift * 1.18, 80, 6, 3)
        )
    for block, lift in (("04-08", 1.31), ("08-12", 1.09), ("12-16", 0.97), ("16-20", 1.02), ("20-24", 0.9)):
        tables["claims"].append(
            claim(
                "mastodon", "hour_block", block, "not_enough", lift, lift * 0.7, lift * 1.4, 60, 5, 3, posts_needed=88
            )
        )
    add_week(tables)
    add_making(tables)
    tables["findings"] = [
        finding(
            1,
            "do_more",
            "mastodon",
            "carousel",
            "works_on_average",
            1.62,
            1.21,
            2.08,
            84,
            6,
            5,
            0.135,
            0.04,
            "On Mastodon carousels got 1.6 times the usual engagement, at 5 of 6 companies.",
        ),
        finding(
            2,
            "do_less",
            "mastodon",
            "link",
            "worse",
            0.58,
            0.44,
            0.77,
            97,
            6,
            0,
            0.156,
            0.31,
            "Link posts on Mastodon got about 0.58 times the usual; no company does better with them.",
        ),
        finding(
            3,
            "open",
            "bluesky",
            "image",
            "works",
            1.44,
            1.22,
            1.7,
            164,
            6,
            6,
            0.4,
            0.11,
            "Single pictures work on Bluesky for all six companies, and you rarely post them.",
        ),
        finding(
            4,
            "watch",
            "mastodon",
            "text",
            "mixed",
            0.96,
            0.62,
            1.5,
            88,
            6,
            3,
            0.14,
            0.2,
            "Text-only posts help some companies on Mastodon and hurt others.",
        ),
        finding(
            5,
            "best_bet",
            "mastodon",
            "poll",
            "not_enough",
            2.3,
            0.4,
            13.2,
            7,
            2,
            2,
            0.01,
            0.0,
            "Polls on Mastodon look promising, from 7 posts.",
            posts_missing=41,
        ),
    ]
    tables["opportunities"] = openings_of(tables["claims"])
    tables["trait_trends"] = [
        trait_trend("carousel", "rising", 0.12, 0.31, 0.08, 0.3),
        trait_trend("link", "falling", 0.33, 0.21, -0.2, -0.04),
        trait_trend("image", "steady", 0.29, 0.3, -0.03, 0.05),
        trait_trend("poll", "cant_tell", 0.02, 0.05, None, None),
        trait_trend("yes", "rising", 0.4, 0.6, 0.1, 0.3, dimension="emoji"),
    ]
    tables["evidence_planner"] = [
        planned("all", "all", 12, 160, "To see an effect of any kind of post that makes up half, about 12 more weeks."),
        planned("format", "poll", 34, 7, "To see an effect of polls, about 34 more weeks: 229 such posts, 7 so far."),
        planned("format", "audio", None, 2, "An effect of audio posts is out of reach: 229 such posts, 2 so far."),
    ]
    tables["verdict_changes"] = [
        verdict_change("mastodon", "carousel", "still", None, "Carousels on Mastodon: still “Usually works”."),
        verdict_change(
            "mastodon",
            "link",
            "changed",
            "changed_market",
            "Link posts on Mastodon: now “Worse”, because of this: Filterhaus came into the list.",
        ),
        verdict_change(
            "bluesky",
            "image",
            "new",
            "new_posts",
            "Single pictures on Bluesky: now “Works”, before open, because of this: 14 new posts of this kind.",
        ),
        verdict_change("mastodon", "text", "still", None, "Text posts on Mastodon: still “Depends who”."),
    ]
    tables["myth"] = [
        {
            "platform": "mastodon",
            "dimension": "format",
            "level": "video",
            "plain_mean": 412.3,
            "runner_up_level": "carousel",
            "runner_up_mean": 139.9,
            "top_account": "kessel@mastodon.example",
            "top_account_share": 0.87,
            "lift": 0.97,
            "lift_low": 0.79,
            "lift_high": 1.19,
            "verdict": "no_difference",
            "sentence": "Videos lead the averages only because the biggest page posts nearly all of them.",
        }
    ]
    tables["examples"] = [
        {
            "platform": "mastodon",
            "dimension": "format",
            "level": "carousel",
            "rank": rank,
            "post_id": uuid(rank),
            "company": COMPANIES[rank],
            "url": f"https://mastodon.example/@acct{rank}/{rank}",
            "title": None,
            "text": OPENINGS[rank],
            "published_at": AS_OF - dt.timedelta(days=9 * rank),
            "engagement": 310 - rank * 40,
            "lift": 3.4 - rank * 0.6,
        }
        for rank in (1, 2, 3)
    ]
    tables["left_out"] = [
        {"platform": "mastodon", "reason": "too_young", "weekday": "all", "post_count": 18, "share_of_posts": 0.05},
        {"platform": "mastodon", "reason": "too_young", "weekday": "monday", "post_count": 3, "share_of_posts": 0.04},
        {
            "platform": "bluesky",
            "reason": "not_observed_in_time",
            "weekday": "all",
            "post_count": 2,
            "share_of_posts": 0.004,
        },
    ]
    tables["method"] = [
        {"platform": platform, "engagement_definition": definition, "compare_age_hours": 72}
        for platform in ("mastodon", "bluesky")
    ] + [{"platform": "web", "engagement_definition": "likes + comments", "compare_age_hours": 672}]
    tables["outcomes"] = [
        {"outcome": "engagement", "position": 1, "noun": "engagement", "definition": "likes alone", "is_default": True},
        {"outcome": "weighted", "position": 7, "noun": "weighted engagement", "definition": "comments alone"},
    ]
    tables["flag_rules"] = [
        {
            "rule": "breakout",
            "flag": "is_breakout",
            "words": FLAG_WORDS,
            "threshold": 3.5,
            "false_alarm_low": 0.001,
            "false_alarm_high": 0.04,
            "post_count": 410,
            "flagged_count": 2,
        }
    ]
    add_moves(tables)
    return tables


def openings_of(claims: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Everything that works among the claims, rarer and rarer in the market."""
    found: list[dict[str, Any]] = []
    for row in claims:
        if row["scope"] == "general" and row["verdict"] in {"works", "works_on_average", "better_here"}:
            rank = len(found) + 1
            found.append(
                {name: row[name] for name in ("platform", "dimension", "level", "verdict", "shown_verdict")}
                | {name: row[name] for name in ("post_count", "account_count", "accounts_up")}
                | {
                    "rank": rank,
                    "kind": ("common", "catch_up", "rare", "rare", "ahead")[rank % 5],
                    "shown_as": WORDS.verdict(row["verdict"]),
                    "sentence": f"{row['level'].replace('_', ' ').capitalize()} work and could be used more.",
                    "strength": 4,
                    "lift": row["stratified_lift"],
                    "lift_low": row["stratified_low"],
                    "lift_high": row["stratified_high"],
                    "share_of_posts_market": 0.45 / rank,
                    "market_post_count": 90 // rank,
                    "share_of_posts_own": 0.05 * rank,
                    "own_post_count": 3 * rank,
                    "opening_score": 1 / rank,
                    "is_exploratory": row["dimension"] not in {"format", "post_type"},
                }
            )
    return found


def add_week(tables: Rows) -> None:
    """A week on Mastodon with cells of every kind, and how much goes with the time there."""
    blocks = ("00-04", "04-08", "08-12", "12-16", "16-20", "20-24")
    clear = {("monday", "08-12"): (1.3, 1.1, 1.6), ("friday", "16-20"): (1.9, 1.4, 2.6)}
    clear |= {("sunday", "04-08"): (0.8, 0.65, 0.95), ("saturday", "20-24"): (0.5, 0.3, 0.8)}
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for number, day in enumerate(days, start=1):
        for place, block in enumerate(blocks):
            posts = 0 if not place else 4 + (number * 5 + place * 3) % 23
            lift, low, high = clear.get((day, block), (1.0 + (posts - 12) / 60, 0.7, 1.6))
            is_enough = posts >= 10 or (day, block) in clear
            tables["timing"].append(
                {
                    "platform": "mastodon",
                    "weekday": day,
                    "weekday_number": number,
                    "hour_block": block,
                    "timezone": "Europe/Berlin",
                    "shown_verdict": "works_on_average" if (day, block) == ("friday", "16-20") else "not_enough",
                    "lift": lift if posts > 5 else None,
                    "lift_low": low if posts > 5 else None,
                    "lift_high": high if posts > 5 else None,
                    "used_post_count": posts + 2 if posts else 0,
                    "measured_post_count": posts,
                    "account_count": 4 if is_enough else 1 if posts > 5 else 0,
                    "accounts_up": 2 if posts > 5 else None,
                    "is_enough": is_enough and posts > 5,
                }
            )
    weights = {"format": 0.19, "post_type": 0.04, "hour_block": 0.012, "weekday": 0.0, "has_link": 0.05, "length": 0.0}
    tables["trait_weights"] = [
        {
            "platform": "mastodon",
            "dimension": dimension,
            "explained_share": share,
            "post_count": 587,
            "account_count": 6,
        }
        for dimension, share in weights.items()
    ]


def add_making(tables: Rows) -> None:
    """Hashtags in use, and what the networks allow: sure, unsure and long ago."""
    tables["hashtags"] = [
        {
            "platform": "mastodon",
            "hashtag": hashtag,
            "shown_verdict": verdict,
            "lift": lift,
            "lift_low": lift and lift * 0.8,
            "lift_high": lift and lift * 1.3,
            "used_post_count": posts,
            "own_post_count": own,
            "company_count": companies,
            "measured_post_count": posts - 3,
        }
        for hashtag, verdict, lift, posts, own, companies in (
            ("kaffee", "no_difference", 1.02, 91, 12, 6),
            ("specialtycoffee", "works_on_average", 1.4, 64, 0, 4),
            ("neu", "not_enough", None, 7, 1, 2),
            ("filterhaus", "not_enough", None, 44, 0, 1),
        )
    ]
    checked = {"what": "hashtags_max", "kind": "cap", "unit": "hashtags", "checked_on": dt.date(2026, 11, 2)}
    tables["limits"] = [
        checked
        | {"platform": "mastodon", "value": "4", "highest": 4, "source": "the server's own rules", "confidence": "high"}
        | {"is_confirmed": True, "effective_from": dt.date(2026, 3, 1)},
        checked
        | {"platform": "mastodon", "value": "1-2", "highest": 2, "source": "a forum post", "confidence": "low"}
        | {"what": "hashtags_advised", "kind": "advice", "is_confirmed": False},
        checked
        | {"platform": "mastodon", "value": "500", "highest": 500, "unit": "characters", "what": "text_max"}
        | {"source": "the server's own rules", "confidence": "medium", "is_confirmed": True},
    ]


def add_moves(tables: Rows) -> None:
    """Profiles that changed, followers that jumped, posts taken back, threads, and posts still too young."""
    address = "https://mastodon.example/@acct1"
    who = {"company": COMPANIES[1], "is_own": False, "platform": "mastodon", "account": "acct1", "url": address}
    for field, old, new in (
        ("bio", "Coffee from the north since 1998. Open Mon–Fri.", "Coffee from the north since 1998. Open every day!"),
        ("links", "https://old.example/shop https://rn.example", "https://rn.example https://rn.example/book"),
        ("avatar", "one.png", "two.png"),
        ("pinned_post", None, "Ten ways to descale a machine"),
    ):
        tables["profile_changes"].append(
            who
            | {
                "account_id": uuid(9001),
                "field": field,
                "old_value": old,
                "new_value": new,
                "before_at": WINDOW_START,
                "observed_at": AS_OF - dt.timedelta(days=2),
            }
        )
    tables["follower_changes"].append(
        who
        | {
            "account_id": uuid(9001),
            "week_start_date": dt.date(2026, 11, 16),
            "follower_count": 22_410,
            "follower_change": 1_830,
            "days": 7.0,
            "growth": 0.0122,
            "earlier_week_count": 11,
            "usual_growth": 0.0011,
            "is_jump": True,
            "observed_at": AS_OF - dt.timedelta(days=1),
        }
    )
    tables["follower_changes"].append(
        tables["follower_changes"][0]
        | {"account_id": uuid(9002), "company": COMPANIES[2], "is_own": True, "account": "acct2"}
        | {"follower_count": 4_120, "follower_change": 37, "is_jump": False}
    )
    tables["share_of_voice"] += [
        row | {"platform": "all"} for row in tables["share_of_voice"] if row["platform"] == "mastodon"
    ]
    earlier = [post for post in tables["posts"] if post["platform"] == "bluesky" and post["lift"]]
    earlier[3] |= {"removed_at": AS_OF - dt.timedelta(days=3)}
    earlier[40] |= {"edited_at": AS_OF - dt.timedelta(days=1)}
    for index, company in enumerate(COMPANIES[:4]):
        counts = (14 + index, 9 - 2 * index)
        own = index == 2
        shared = {"account_id": uuid(9000 + index), "company": company, "is_own": own, "platform": "mastodon"}
        shared |= {"account": f"acct{index}", "observed_at": AS_OF - dt.timedelta(days=1)}
        tables["community"].append(
            shared
            | {"post_count": 5, "partial_post_count": 1, "comment_count": counts[0], "answered_count": counts[1]}
            | {"answered_rate": counts[1] / counts[0], "timed_post_count": 4, "answer_seconds": 5400.0 * (index + 1)}
        )
        tables["threads"].append(
            shared
            | {"post_id": uuid(500 + index), "url": f"https://mastodon.example/@acct{index}/7{index}"}
            | {"published_at": AS_OF - dt.timedelta(days=9), "is_counted": True, "comment_count": 6}
            | {"answered_count": 2, "unanswered_count": 4, "median_seconds": 5400.0, "is_complete": True}
        )
    tables["audit"] = [audit_row(index, *said) for index in range(4) for said in AUDITED]
    young = [post for post in tables["posts"] if post["lift"] is None]
    for index, post in enumerate(young):
        named = ("post_id", "company", "is_own", "platform", "account", "url", "title", "text", "language")
        known = post["platform"] != "web"
        tables["fresh_posts"].append(
            {name: post[name] for name in (*named, "format", "post_type", "published_at", "engagement")}
            | {"age_hours": 40.0 + 5 * index, "usual_post_count": 12 if known else 2, "observed_at": AS_OF}
            | {"usual_engagement": 120.0 if known else None, "usual_low": 45.0 if known else None}
            | {"usual_high": 260.0 if known else None}
            | {"pace": ("usual", "ahead", "behind")[index % 3] if known else None}
        )


def trait_trend(
    level: str,
    verdict: str,
    before: float,
    recent: float,
    low: float | None,
    high: float | None,
    *,
    dimension: str = "format",
) -> dict[str, Any]:
    is_exploratory = dimension != "format"
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
        "is_exploratory": is_exploratory,
        "before_start_date": FIRST_MONDAY,
        "recent_start_date": FIRST_MONDAY + dt.timedelta(weeks=8),
        "recent_end_date": FIRST_MONDAY + dt.timedelta(days=83),
    }


def planned(dimension: str, level: str, weeks: int | None, posts: int, sentence: str) -> dict[str, Any]:
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


def verdict_change(platform: str, level: str, mark: str, cause: str | None, sentence: str) -> dict[str, Any]:
    return {
        "platform": platform,
        "dimension": "format",
        "level": level,
        "mark": mark,
        "cause": cause,
        "verdict": "works",
        "sentence": sentence,
    }


def finding(
    rank: int,
    kind: str,
    platform: str,
    level: str,
    verdict: str,
    lift: float | None,
    low: float | None,
    high: float | None,
    posts: int,
    accounts: int,
    up: int,
    market: float | None,
    own: float | None,
    sentence: str,
    *,
    dimension: str = "format",
    posts_missing: int | None = None,
) -> dict[str, Any]:
    return {
        "rank": rank,
        "kind": kind,
        "platform": platform,
        "dimension": dimension,
        "level": level,
        "verdict": verdict,
        "shown_as": WORDS.verdict(verdict),
        "sentence": sentence,
        "lift": lift,
        "lift_low": low,
        "lift_high": high,
        "post_count": posts,
        "account_count": accounts,
        "accounts_up": up,
        "share_of_posts_market": market,
        "share_of_posts_own": own,
        "posts_missing": posts_missing,
    }


def add_walled(tables: Rows, companies: Sequence[str]) -> None:
    """One Instagram account a company, behind its wall, with two ways in; two open places a company."""
    for index, company in enumerate(companies):
        account_id = uuid(9500 + index)
        url = f"https://www.instagram.com/walled{index}/"
        tables["coverage"].append(
            {
                "account_id": account_id,
                "company": company,
                "is_own": False,
                "platform": "instagram",
                "account": f"walled{index}",
                "url": url,
                "state": "active",
                "outcome": "login_wall",
                "reason": "no_public_preview",
                "message": "Instagram shows nothing without a login; none is used.",
                "visited_at": AS_OF,
                "last_good_at": None,
                "visit_count": 1,
                "page_count": 0,
                "post_count": 0,
                "new_post_count": 0,
                "oldest_seen_at": None,
                "is_cut": False,
                "is_walled": True,
                "has_any_data": False,
            }
        )
        for rank, (way, minutes, shows) in enumerate(
            (
                (
                    "saved_page",
                    3,
                    "rounded likes, comments, caption and date of each post you save",
                ),
                ("own_export", 25, "likes, comments, shares, saves and reach of your own posts"),
            ),
            1,
        ):
            tables["doors"].append(
                {
                    "account_id": account_id,
                    "company": company,
                    "platform": "instagram",
                    "url": url,
                    "way": way,
                    "effort_minutes": minutes,
                    "shows": shows,
                    "hides": "reach, saves and shares; likes where they are hidden",
                    "sentence": "Put the file into the inbox folder and run rivalscope run.",
                    "rank": rank,
                }
            )
        tables["open_doors"] += [
            {
                "company": company,
                "platform": "web",
                "what_it_shows": "what they publish on their own site and when, with headlines and format; "
                "comment counts where the site states them",
                "candidate_url": f"https://company{index}.example/",
                "source": "linked",
                "sentence": "Their profile links to this site.",
                "rank": 1,
            },
            {
                "company": company,
                "platform": "youtube",
                "what_it_shows": "every video with views and likes, and the date",
                "candidate_url": f"https://www.youtube.com/@walled{index}",
                "source": "guess",
                "sentence": "The same handle, not checked.",
                "rank": 2,
            },
        ]


def walled_only() -> Rows:
    """The typical first list: only Instagram, nothing read."""
    tables: Rows = {name: [] for name in COLUMNS}
    tables["build"] = [
        build_row(
            is_first_crawl=True, crawl_count=1, company_count=3, account_count=3, post_count=0, first_crawl_at=AS_OF
        )
    ]
    add_walled(tables, COMPANIES[:3])
    for company in COMPANIES[:3]:
        tables["league"].append(
            {"company": company, "is_own": False, "platform": "all", "account_count": 1, "post_count": 0}
        )
    return tables


def first_run() -> Rows:
    """A first crawl of two young blogs: posts, but nothing to compare."""
    tables: Rows = {name: [] for name in COLUMNS}
    tables["build"] = [build_row(is_first_crawl=True, crawl_count=1, company_count=2, account_count=2, post_count=5)]
    for index in range(5):
        tables["posts"].append(
            {
                "post_id": uuid(index),
                "platform": "web",
                "account_id": uuid(9000 + index % 2),
                "account": "blog.example",
                "company": COMPANIES[index % 2],
                "is_own": False,
                "url": f"https://blog.example/{index}",
                "role": "original",
                "published_at": AS_OF - dt.timedelta(days=index),
                "title": OPENINGS[index],
                "is_counted": True,
            }
        )
    for index in range(2):
        tables["coverage"].append(
            {
                "account_id": uuid(9000 + index),
                "company": COMPANIES[index],
                "is_own": False,
                "platform": "web",
                "account": f"blog{index}.example",
                "url": f"https://blog{index}.example/",
                "state": "active",
                "outcome": "complete",
                "visited_at": AS_OF,
                "last_good_at": AS_OF,
                "visit_count": 1,
                "page_count": 4,
                "post_count": 2 + index,
                "new_post_count": 2 + index,
                "is_cut": False,
                "is_walled": False,
                "has_any_data": True,
            }
        )
        for platform in ("all", "web"):
            tables["league"].append(
                {
                    "company": COMPANIES[index],
                    "is_own": False,
                    "platform": platform,
                    "account_count": 1,
                    "post_count": 2 + index,
                    "posts_per_week": 0.2,
                }
            )
    return tables


def never_crawled() -> Rows:
    """A list that was analysed before anything was collected."""
    tables: Rows = {name: [] for name in COLUMNS}
    tables["build"] = [
        build_row(
            is_first_crawl=True,
            crawl_count=0,
            company_count=0,
            account_count=0,
            post_count=0,
            first_crawl_at=None,
            last_crawl_at=None,
        )
    ]
    return tables


def one_company() -> Rows:
    """Only one company, so that nothing can be shown to carry over."""
    tables = rich_market()
    name = COMPANIES[0]
    for table in ("posts", "league", "share_of_voice", "coverage", "doors", "open_doors", "examples"):
        tables[table] = [row for row in tables[table] if row["company"] == name]
    tables["build"] = [build_row(company_count=1, account_count=3)]
    tables["opportunities"] = []
    tables["claims"] = [
        claim("mastodon", "format", "carousel", "better_here", 1.5, 1.1, 2.04, 22, 1, 1),
        claim("mastodon", "format", "image", "not_enough", 0.9, 0.6, 1.35, 40, 1, 0),
    ]
    tables["findings"] = [
        finding(
            1,
            "best_bet",
            "mastodon",
            "carousel",
            "better_here",
            1.5,
            1.1,
            2.04,
            22,
            1,
            1,
            0.2,
            None,
            "Carousels did better for this company; it is not shown to carry over.",
        )
    ]
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
        name = f"Company number {index + 1}"
        for platform in ("all", "mastodon", "bluesky"):
            tables["league"].append(
                {
                    "company": name,
                    "is_own": False,
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
            )
        for platform in ("mastodon", "bluesky"):
            tables["coverage"].append(
                {
                    "account_id": uuid(20000 + index),
                    "company": name,
                    "is_own": False,
                    "platform": platform,
                    "account": f"c{index}",
                    "url": f"https://{platform}.example/@c{index}",
                    "state": "active",
                    "outcome": "complete",
                    "visited_at": AS_OF,
                    "last_good_at": AS_OF,
                    "visit_count": 4,
                    "page_count": 2,
                    "post_count": 90,
                    "new_post_count": 3,
                    "oldest_seen_at": WINDOW_START,
                    "is_cut": False,
                    "is_walled": False,
                    "has_any_data": True,
                }
            )
            for week in range(12):
                tables["share_of_voice"].append(
                    {
                        "week_start_date": FIRST_MONDAY + dt.timedelta(weeks=week),
                        "platform": platform,
                        "company": name,
                        "is_own": False,
                        "post_count": 3,
                        "engagement": 30,
                        "measured_post_count": 3,
                        "engagement_share": 0.001 * ((index + week) % 30),
                        "is_comparable": week < 11,
                    }
                )
    tables["build"] = [build_row(company_count=66, account_count=134)]
    return tables


PAYLOADS = (
    "<script>window.pwned = 1</script>",
    '"><img src=x onerror=window.pwned=1>',
    "'-alert(1)-'",
    "</style><style>body{display:none}</style>",
    "</title></script><svg onload=window.pwned=1>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:window.pwned=1",
    "\u202egnp.exe\u2066\u2067 reversed",
    "zero\u200b\u200b\u200b\ufeffwidth\u2060\u00ad",
    "\u0000\u0007\u001b[31mcontrol\ud7ff",
    "Z" + "\u0351\u0489\u0337\u030d\u0315" * 40 + "algo",
    "W" * 10_000,
    "\U0001f469\u200d\U0001f469\u200d\U0001f467" * 300,
    "مرحبا بالعالم שלום עולם",
    "<!-- --><![CDATA[ ]]>&lt;b&gt;&#x202e;",
    "background:url(https://tracker.example/x.png)",
    "expression(alert(1))\\22\\3e",
    "",
    "   \u3164\u2800   ",
)
# where a payload may stand when it arrives: what it breaks out of, and what it leaves open
PLACES = (
    *('"', "'", "`", "-->", "]]>", "&quot;&gt;", "&#34;&#62;", "</a>", "</bdi>", "</td></tr></table>"),
    *("</textarea>", "</svg>", "</noscript>", "<math><mtext>", "<svg><style>", "<!--", "\u2067", "{{ ", "${", "\n\n# "),
    "%3C",
)
HOSTILE = (*PAYLOADS, *(place + payload for place in PLACES for payload in PAYLOADS))
HOSTILE_URLS = (
    "javascript:window.pwned=1",
    "JaVaScRiPt:window.pwned=1",
    " \tjavascript:window.pwned=1",
    "java\nscript:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "//tracker.example/x",
    "",
    'https://good.example/" onmouseover="window.pwned=1',
    "https://user:pass@evil.example/",
    "http://",
    "https://good.example/a?b=<script>",
    "https://\u202eelpmaxe.example/",
    "blob:https://x.example/1",
)


def hostile_market(first: int = 0) -> Rows:
    """Every section, with a hostile string in every text column that a stranger can fill, from the ``first`` on."""
    tables = everything()
    fields = {
        "posts": ("account", "company", "title", "text", "language", "author"),
        "league": ("company", "engagement_definition"),
        "share_of_voice": ("company",),
        "coverage": ("company", "account", "message", "reason"),
        "notices": ("sentence",),
        "doors": ("company", "way", "shows", "hides", "sentence"),
        "open_doors": ("company", "what_it_shows", "sentence", "source"),
        "examples": ("company", "title", "text"),
        "claims": ("sentence",),
        "findings": ("sentence", "shown_as"),
        "opportunities": ("sentence", "shown_as"),
        "verdict_changes": ("sentence",),
        "trait_trends": ("sentence",),
        "evidence_planner": ("sentence",),
        "myth": ("top_account", "sentence", "runner_up_level"),
        "community": ("company", "account"),
        "audit": ("company", "account"),
        "threads": ("account",),
        "profile_changes": ("company", "account", "old_value", "new_value"),
        "follower_changes": ("company", "account"),
        "fresh_posts": ("company", "account", "title", "text", "language"),
        "hashtags": ("hashtag",),
        "plan_slots": ("company", "topic", "hook", "caption", "why", "link"),
        "outcome_ranks": ("company", "text"),
        "sales_files": ("file_name", "property_name"),
    }
    tables["hashtags"] *= 6
    tables["fresh_posts"] *= 6
    tables["profile_changes"] *= 12
    number = first
    for table, names in fields.items():
        tables[table] = [dict(row) for row in tables[table]]
        for row in tables[table]:
            for name in names:
                row[name] = HOSTILE[number % len(HOSTILE)]
                number += 1
            for name in ("url", "candidate_url"):
                if name in row:
                    row[name] = HOSTILE_URLS[number % len(HOSTILE_URLS)]
    for index, row in enumerate(tables["posts"]):
        row["media"] = [picture(0, HOSTILE_URLS[index % len(HOSTILE_URLS)], HOSTILE[index % len(HOSTILE)])]
    for index, row in enumerate(tables["audit"]):
        text, url = HOSTILE[index % len(HOSTILE)], HOSTILE_URLS[index % len(HOSTILE_URLS)]
        row["evidence"] = [{"url": url, "text": text, "said": text}] * len(row["evidence"])
    for index, row in enumerate(tables["claims"]):
        if row["dimension"] == "hashtag_count":
            row["level"] = HOSTILE[index % len(HOSTILE)]
    tables["claims"] += [
        claim("mastodon", "hashtag", text, "not_enough", 1.1, 0.2, 40.0, 12, 3, 2) for text in PAYLOADS if text.strip()
    ]
    return tables


def hostile_list() -> Rows:
    """An account for every hostile string, which is its name, its company's and what its visit said."""
    tables = hostile_market()
    row = tables["coverage"][0]
    tables["coverage"] = [row | {"account": text, "company": text, "message": text} for text in HOSTILE]
    return tables


def everything() -> Rows:
    """A market of which every section has something to say."""
    from .own_side import everything as built  # it builds on this module

    return built()


MARKETS: Mapping[str, Callable[[], Rows]] = {
    "rich": rich_market,
    "everything": everything,
    "walled": walled_only,
    "first-run": first_run,
    "never-crawled": never_crawled,
    "one-company": one_company,
    "half-failed": half_failed,
    "sixty-companies": many_companies,
    "hostile": hostile_market,
    "hostile-list": hostile_list,
}


def build_real(folder: Path) -> Path:
    """A snapshot that the real import, load and build made: four companies on two networks, carousels really better."""
    columns = "platform,account,native_id,url,published_at,observed_at,format,text,like_count,comment_count,share_count"
    rows = [f"{columns},company,is_own"]
    generator = random.Random(7)
    for index, company in enumerate(COMPANIES[:4]):
        for platform in ("instagram", "x"):
            for number in range(70):
                published = AS_OF - dt.timedelta(days=9 + number, hours=(number * 5 + index) % 24)
                kind = ("image", "carousel", "video", "text")[(number * 3 + index + number // 4) % 4]
                boost = 2.6 if kind == "carousel" else 1.0
                likes = round(boost * 60 * (index + 1) * generator.lognormvariate(0, 0.5))
                name = f"{platform}{index}"
                url = f"https://{platform}.example/{name}/{number}"
                text = f"{OPENINGS[number % 6]} #bean{number % 4}"
                own = "true" if index == 2 else "false"
                rows.append(
                    f'{platform},{name},{index}-{number},{url},{published.isoformat()},{AS_OF.isoformat()},{kind},"{text}",'
                    f'{likes},{likes // 9},{likes // 15},"{company}",{own}'
                )
    sheet = folder / "posts.csv"
    sheet.write_text("\n".join(rows), encoding="utf-8")
    report = import_paths([sheet], folder / "landing", now=AS_OF)
    assert not report.problems
    load_landing(folder / "warehouse.duckdb", folder / "landing", now=AS_OF)
    build(folder / "warehouse.duckdb", folder / "real.duckdb", now=AS_OF, timezone="Europe/Berlin")
    return folder / "real.duckdb"


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The snapshot of a named market, written once a session."""
    folder = tmp_path_factory.mktemp("snapshots")

    def make(name: str) -> Path:
        path = folder / f"{name}.duckdb"
        if path.exists():
            return path
        return build_real(folder) if name == "real" else write_snapshot(path, MARKETS[name]())

    return make


@pytest.fixture(scope="session")
def brief(snapshot: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The brief of a named market, written once a session."""
    from reports.brief import write_brief

    folder = tmp_path_factory.mktemp("briefs")

    def make(name: str) -> Path:
        path = folder / f"{name}.html"
        return path if path.exists() else write_brief(snapshot(name), path).path

    return make
