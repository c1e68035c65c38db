"""The rich market: six companies on three platforms, every verdict, every outcome of a visit."""

from __future__ import annotations

import datetime as dt

from .marts import Rows, no_rows
from .rich_making import add_hashtags, add_limits, add_timing
from .rich_moves import add_moves
from .rich_verdicts import add_verdicts
from .rows import (
    AS_OF,
    COMPANIES,
    FIRST_MONDAY,
    OPENINGS,
    Row,
    account,
    address,
    build_row,
    company,
    picture,
    uuid,
    visit,
)
from .walled import add_walled

FORMATS = ("carousel", "image", "video", "text", "link", "poll")
NETWORKS = ("mastodon", "bluesky")
DEFINITION = "likes + replies + reposts"
SHARES = {
    "all": (0.41, 0.22, 0.14, 0.12, 0.08, 0.03),
    "mastodon": (0.45, 0.2, 0.13, 0.12, 0.07, 0.03),
    "bluesky": (0.37, 0.24, 0.15, 0.12, 0.09, 0.03),
}
"""Each company's share of the engagement."""
VISITS = (
    ("complete", None, ""),
    ("unchanged", None, ""),
    ("complete", None, ""),
    ("complete", None, ""),
    ("partial", "budget_spent", "40 of about 90 posts were read before this visit’s share was used up."),
    ("error", "timeout", "filterhaus.example gave no answer in 60 s; it is tried again next time."),
)
"""What each company's visit on Mastodon came to: outcome, reason, message."""
NEWCOMER = 5
"""Which company came into the list of Bluesky while it was watched."""
LIST_CHANGED_WEEK = 6
CURRENT_WEEK = 11
"""The last week, which has not ended."""


def rich_market() -> Rows:
    """Six companies on three platforms, every verdict, every outcome of a visit."""
    tables = no_rows()
    tables["build"] = [build_row()]
    add_notices(tables)
    add_posts(tables)
    add_league(tables)
    add_weeks(tables)
    add_shares_of_voice(tables)
    add_visits(tables)
    add_walled(tables, COMPANIES[:2])
    add_verdicts(tables)
    add_timing(tables)
    add_hashtags(tables)
    add_limits(tables)
    add_method(tables)
    add_moves(tables)
    return tables


def add_notices(tables: Rows) -> None:
    """A token that ends soon."""
    message = "The token for %(platform)s ends on %(day)s, in %(left)s: get a new one with `%(command)s`."
    tables["notices"] = [
        {
            "rank": 1,
            "platform": "threads",
            "phrases": [
                {
                    "message": message,
                    "values": {
                        "platform:words": "Threads",
                        "day:name": "2026-12-01",
                        "left:day": "9",
                        "command:name": "rivalscope connect threads",
                    },
                }
            ],
            "sentence": "The token for Threads ends on 2026-12-01, in 9 days: get a new one with "
            "`rivalscope connect threads`.",
            "is_urgent": False,
        }
    ]


def add_posts(tables: Rows) -> None:
    """Posts of every format, each company's latest still too young to be measured."""
    number = 0
    for platform, count in (("mastodon", 20), ("bluesky", 16), ("web", 6)):
        for index in range(len(COMPANIES)):
            for place in range(count):
                number += 1
                tables["posts"].append(post(number, platform, index, place))


def post(number: int, platform: str, index: int, place: int) -> Row:
    """The post with this number, which is the company's latest on the platform but ``place``."""
    is_measured = place > 0
    lift = round(0.3 + ((number * 37) % 290) / 100, 3)
    engagement = 20 + (number * 53) % 400
    return account(index, platform) | {
        "post_id": uuid(number),
        "host": f"{platform}.example",
        "native_id": str(number),
        "url": f"{address(index, platform)}/{number}",
        "published_at": AS_OF - dt.timedelta(days=2 + place * 4, hours=index * 3),
        "role": "original",
        "format": FORMATS[(number + index) % 6],
        "post_type": ("how_to", "promotion", "question", "news")[number % 4],
        "title": OPENINGS[number % 6] if platform == "web" else None,
        "text": f"{OPENINGS[(number + place) % 6]} {OPENINGS[(number + index) % 6]}",
        "language": "en",
        "media": [picture(number)] if number % 2 else [],
        "engagement": engagement,
        "is_counted": True,
        "engagement_at_age": float(engagement) if is_measured else None,
        "lift": lift if is_measured else None,
        "is_breakout": is_measured and lift > 3.1,
    }


def add_league(tables: Rows) -> None:
    """How the companies stand on each platform and on all; websites state neither followers nor engagement."""
    for index in range(len(COMPANIES)):
        tables["league"] += [
            standing(index, "all", posts=198 - index * 7, followers=41200 - index * 5200),
            standing(index, "mastodon", posts=96 - index * 4, followers=21200 - index * 2200),
            standing(index, "bluesky", posts=84 - index * 2, followers=20000 - index * 3000),
            standing(index, "web", posts=18 - index, followers=None),
        ]


def standing(index: int, platform: str, *, posts: int, followers: int | None) -> Row:
    """A company's row of the league."""
    is_web = platform == "web"
    share = None if is_web else SHARES[platform][index]
    is_new = index == NEWCOMER
    return company(index) | {
        "platform": platform,
        "account_count": 3 if platform == "all" else 1,
        "post_count": posts,
        "posts_per_week": posts / 26,
        "follower_count": followers,
        "follower_change_4w": None if followers is None else 340 - index * 120,
        "engagement": posts * 60,
        "engagement_per_post": None if is_web else 64.5 - index * 7,
        "engagement_mean": 98.2,
        "measured_post_count": 0 if is_web else posts - 4,
        "engagement_rate": None if is_web else 0.0031 - index * 0.0004,
        "engagement_share": share,
        "engagement_definition": DEFINITION if platform in NETWORKS else None,
        "post_count_last_week": 9 - index,
        "post_count_previous_4w_per_week": None if is_new else 7.25 - index,
        "engagement_share_4w": None if is_new or share is None else share + 0.01,
        "engagement_share_change_4w": None if is_new or share is None else 0.031 - index * 0.0155,
        "came_week": monday(LIST_CHANGED_WEEK) if is_new and platform == "bluesky" else None,
    }


def monday(week: int) -> dt.date:
    return FIRST_MONDAY + dt.timedelta(weeks=week)


def is_list_changed(week: int, platform: str) -> bool:
    return week == LIST_CHANGED_WEEK and platform == "bluesky"


def add_weeks(tables: Rows) -> None:
    """Twelve weeks of two networks, all posts and by format; a company came into a list, and another went."""
    for week in range(CURRENT_WEEK + 1):
        for platform in NETWORKS:
            when = {"week_start_date": monday(week), "platform": platform, "is_complete": week < CURRENT_WEEK}
            posts = 42 + (week * 7) % 11
            is_changed = is_list_changed(week, platform)
            tables["weekly_trends"].append(
                when
                | {
                    "dimension": "all",
                    "level": "all",
                    "post_count": posts,
                    "account_count": 6,
                    "share_of_posts": 1.0,
                    "engagement_median": 48.5 + (week * 5) % 13,
                    "measured_post_count": posts - 3,
                    "came": [COMPANIES[NEWCOMER]] if is_changed else [],
                    "went": ["Teehaus <Alt>"] if is_changed else [],
                    "is_list_changed": is_changed,
                }
            )
            tables["weekly_trends"] += [
                when
                | {
                    "dimension": "format",
                    "level": name,
                    "post_count": 5 + (place * 3 + week) % 7,
                    "account_count": 4,
                    "share_of_posts": 0.16,
                    "engagement_median": 50.0,
                    "measured_post_count": 5,
                }
                for place, name in enumerate(FORMATS)
            ]


def add_shares_of_voice(tables: Rows) -> None:
    """Each company's share of the engagement, week by week."""
    for week in range(CURRENT_WEEK + 1):
        for platform in NETWORKS:
            for index in range(len(COMPANIES)):
                tables["share_of_voice"].append(
                    company(index)
                    | {
                        "week_start_date": monday(week),
                        "platform": platform,
                        "post_count": 8,
                        "engagement": 500,
                        "measured_post_count": 8,
                        "engagement_share": SHARES["all"][index] + 0.01 * ((week * (index + 2)) % 5 - 2),
                        "engagement_share_change": 0.01 * (index - 2) if 0 < week < CURRENT_WEEK else None,
                        "is_comparable": week < CURRENT_WEEK,
                        "is_list_changed": is_list_changed(week, platform),
                    }
                )


def add_visits(tables: Rows) -> None:
    """What the last visits came to: on Mastodon of every kind, on Bluesky whole."""
    for index, said in enumerate(VISITS):
        for offset, platform in enumerate(NETWORKS):
            outcome, reason, message = said if platform == "mastodon" else VISITS[0]
            tables["coverage"].append(
                visit(
                    **company(index),
                    account_id=uuid(9000 + index + offset * 100),
                    platform=platform,
                    account=f"acct{index}@{platform}.example",
                    url=address(index, platform),
                    outcome=outcome,
                    reason=reason,
                    message=message,
                    visited_at=AS_OF - dt.timedelta(hours=3),
                    last_good_at=AS_OF - dt.timedelta(days=7 if index == 5 else 0),
                    visit_count=13,
                    page_count=4,
                    post_count=96 - index * 4,
                    new_post_count=9 - index,
                    oldest_seen_at=AS_OF - dt.timedelta(weeks=25),
                    is_cut=outcome == "partial",
                )
            )


def add_method(tables: Rows) -> None:
    """What is counted as engagement and when, what is left out, and how a flag is set."""
    young = {"platform": "mastodon", "reason": "too_young"}
    late = {"platform": "bluesky", "reason": "not_observed_in_time"}
    tables["left_out"] = [
        young | {"weekday": "all", "post_count": 18, "share_of_posts": 0.05},
        young | {"weekday": "monday", "post_count": 3, "share_of_posts": 0.04},
        late | {"weekday": "all", "post_count": 2, "share_of_posts": 0.004},
    ]
    tables["method"] = [
        {"platform": platform, "engagement_definition": DEFINITION, "compare_age_hours": 72} for platform in NETWORKS
    ] + [{"platform": "web", "engagement_definition": "likes + comments", "compare_age_hours": 672}]
    tables["outcomes"] = [
        {"outcome": "engagement", "position": 1, "noun": "engagement", "definition": "likes alone", "is_default": True},
        {"outcome": "weighted", "position": 7, "noun": "weighted engagement", "definition": "comments alone"},
    ]
    tables["flag_rules"] = [
        {
            "rule": "breakout",
            "flag": "is_breakout",
            "words": "likes for each comment 3.5 robust standard deviations above the account's usual ones, "
            "on a post with twice its usual engagement",
            "threshold": 3.5,
            "false_alarm_low": 0.001,
            "false_alarm_high": 0.04,
            "post_count": 410,
            "flagged_count": 2,
        }
    ]
