"""What moved lately in the rich market: profiles, followers, posts taken back, threads, and posts still too young."""

from __future__ import annotations

import datetime as dt

from .marts import Rows
from .rows import AS_OF, OWN, WINDOW_START, Audited, account, address, audit_row, uuid

YESTERDAY = AS_OF - dt.timedelta(days=1)
AUDITED = (
    Audited(10, "bio_filled", "profile", "presence", "ok", value=1.0, limit=None, seen=1, found=0),
    Audited(20, "bio_length", "profile", "characters", "below", value=38.0, limit="500", seen=1, found=1),
    Audited(80, "hashtags_advice", "posts", "hashtags", "over", value=6.5, limit="1-3", seen=20, found=14),
    Audited(100, "image_size", "posts", "pixels", "unconfirmed", value=640.0, limit="1080 × 1350", seen=12, found=0),
    Audited(110, "image_shape", "posts", "ratio", "over", value=1.78, limit="1080 × 1350", seen=12, found=9),
    Audited(130, "reply_rate", "replies", "share", "below", value=0.25, limit=None, seen=16, found=12),
    Audited(140, "reply_time", "replies", "hours", "over", value=26.0, limit=None, seen=4, found=1),
    Audited(150, "site_title", "site", "share", "not_visible", value=None, limit=None, seen=0, found=0),
    Audited(270, "links_answer", "accuracy", "problems", "unreachable", value=2.0, limit=None, seen=40, found=2),
)


def add_moves(tables: Rows) -> None:
    """Everything of this module, after the posts and the shares of voice, which it reads."""
    add_profile_changes(tables)
    add_follower_changes(tables)
    add_overall_shares(tables)
    add_corrections(tables)
    add_replies(tables)
    tables["audit"] = [audit_row(index, said) for index in range(4) for said in AUDITED]
    add_fresh_posts(tables)


def add_profile_changes(tables: Rows) -> None:
    """A profile of which texts, links, a picture and the pinned post are others."""
    when = {"before_at": WINDOW_START, "observed_at": AS_OF - dt.timedelta(days=2)}
    tables["profile_changes"] = [
        account(1) | when | {"url": address(1), "field": field, "old_value": old, "new_value": new}
        for field, old, new in (
            (
                "bio",
                "Coffee from the north since 1998. Open Mon–Fri.",
                "Coffee from the north since 1998. Open every day!",
            ),
            ("links", "https://old.example/shop https://rn.example", "https://rn.example https://rn.example/book"),
            ("avatar", "one.png", "two.png"),
            ("pinned_post", None, "Ten ways to descale a machine"),
        )
    ]


def add_follower_changes(tables: Rows) -> None:
    """A rival whose followers jumped, and the own account, whose did not."""
    week = {
        "url": address(1),
        "week_start_date": dt.date(2026, 11, 16),
        "days": 7.0,
        "growth": 0.0122,
        "earlier_week_count": 11,
        "usual_growth": 0.0011,
        "observed_at": YESTERDAY,
    }
    tables["follower_changes"] = [
        account(1) | week | {"follower_count": 22_410, "follower_change": 1_830, "is_jump": True},
        account(OWN) | week | {"follower_count": 4_120, "follower_change": 37, "is_jump": False},
    ]


def add_overall_shares(tables: Rows) -> None:
    """Shares of voice on all platforms together, which are those of Mastodon."""
    tables["share_of_voice"] += [
        row | {"platform": "all"} for row in tables["share_of_voice"] if row["platform"] == "mastodon"
    ]


def add_corrections(tables: Rows) -> None:
    """One post that was taken back, and one that was edited."""
    measured = [post for post in tables["posts"] if post["platform"] == "bluesky" and post["lift"]]
    measured[3]["removed_at"] = AS_OF - dt.timedelta(days=3)
    measured[40]["edited_at"] = YESTERDAY


def add_replies(tables: Rows) -> None:
    """How often four companies answer below their posts, and a thread of each with questions left."""
    for index in range(4):
        comments, answered = 14 + index, 9 - 2 * index
        tables["community"].append(
            account(index)
            | {"post_count": 5, "partial_post_count": 1, "comment_count": comments, "answered_count": answered}
            | {"answered_rate": answered / comments, "timed_post_count": 4, "answer_seconds": 5400.0 * (index + 1)}
            | {"observed_at": YESTERDAY}
        )
        tables["threads"].append(
            account(index)
            | {"post_id": uuid(500 + index), "url": f"{address(index)}/7{index}"}
            | {"published_at": AS_OF - dt.timedelta(days=9), "is_counted": True, "comment_count": 6}
            | {"answered_count": 2, "unanswered_count": 4, "median_seconds": 5400.0, "is_complete": True}
            | {"observed_at": YESTERDAY}
        )


def add_fresh_posts(tables: Rows) -> None:
    """The posts too young to be measured, beside what is usual at their age; of websites that is not known."""
    repeated = (
        *("post_id", "company", "is_own", "platform", "account", "url", "title", "text", "language"),
        *("format", "post_type", "published_at", "engagement"),
    )
    young = [post for post in tables["posts"] if post["lift"] is None]
    for index, post in enumerate(young):
        known = post["platform"] != "web"
        tables["fresh_posts"].append(
            {name: post[name] for name in repeated}
            | {"age_hours": 40.0 + 5 * index, "usual_post_count": 12 if known else 2, "observed_at": AS_OF}
            | {"usual_engagement": 120.0 if known else None, "usual_low": 45.0 if known else None}
            | {"usual_high": 260.0 if known else None}
            | {"pace": ("usual", "ahead", "behind")[index % 3] if known else None}
        )
