"""What the rich market says to whoever makes a post: when, with which hashtags, within which limits."""

from __future__ import annotations

import datetime as dt

from .marts import Rows
from .rows import DAYS, Row

BLOCKS = ("00-04", "04-08", "08-12", "12-16", "16-20", "20-24")
CLEAR = {
    ("monday", "08-12"): (1.3, 1.1, 1.6),
    ("friday", "16-20"): (1.9, 1.4, 2.6),
    ("sunday", "04-08"): (0.8, 0.65, 0.95),
    ("saturday", "20-24"): (0.5, 0.3, 0.8),
}
"""The hours whose lift is clear: lift and its interval."""
WEIGHTS = {"format": 0.19, "post_type": 0.04, "hour_block": 0.012, "weekday": 0.0, "has_link": 0.05, "length": 0.0}
"""How much of the engagement goes with each trait."""


def add_timing(tables: Rows) -> None:
    """A week on Mastodon with cells of every kind, and how much goes with the time there."""
    tables["timing"] = [
        cell(number, day, place, block)
        for number, day in enumerate(DAYS, start=1)
        for place, block in enumerate(BLOCKS)
    ]
    tables["trait_weights"] = [
        {
            "platform": "mastodon",
            "dimension": dimension,
            "explained_share": share,
            "post_count": 587,
            "account_count": 6,
        }
        for dimension, share in WEIGHTS.items()
    ]


def cell(number: int, day: str, place: int, block: str) -> Row:
    """Four hours of a weekday: empty at night, else with few posts or enough."""
    posts = 0 if not place else 4 + (number * 5 + place * 3) % 23
    lift, low, high = CLEAR.get((day, block), (1.0 + (posts - 12) / 60, 0.7, 1.6))
    is_enough = posts >= 10 or (day, block) in CLEAR
    is_measured = posts > 5
    return {
        "platform": "mastodon",
        "weekday": day,
        "weekday_number": number,
        "hour_block": block,
        "timezone": "Europe/Berlin",
        "shown_verdict": "works_on_average" if (day, block) == ("friday", "16-20") else "not_enough",
        "lift": lift if is_measured else None,
        "lift_low": low if is_measured else None,
        "lift_high": high if is_measured else None,
        "used_post_count": posts + 2 if posts else 0,
        "measured_post_count": posts,
        "account_count": 4 if is_enough else 1 if is_measured else 0,
        "accounts_up": 2 if is_measured else None,
        "is_enough": is_enough and is_measured,
    }


def add_hashtags(tables: Rows) -> None:
    """Hashtags in use: one that works, one that does not matter, and two too rare to tell."""
    tables["hashtags"] = [
        hashtag("kaffee", "no_difference", 1.02, posts=91, own=12, companies=6),
        hashtag("specialtycoffee", "works_on_average", 1.4, posts=64, own=0, companies=4),
        hashtag("neu", "not_enough", None, posts=7, own=1, companies=2),
        hashtag("filterhaus", "not_enough", None, posts=44, own=0, companies=1),
    ]


def hashtag(name: str, verdict: str, lift: float | None, *, posts: int, own: int, companies: int) -> Row:
    return {
        "platform": "mastodon",
        "hashtag": name,
        "shown_verdict": verdict,
        "lift": lift,
        "lift_low": lift and lift * 0.8,
        "lift_high": lift and lift * 1.3,
        "used_post_count": posts,
        "own_post_count": own,
        "company_count": companies,
        "measured_post_count": posts - 3,
    }


def add_limits(tables: Rows) -> None:
    """What the network allows: sure, unsure and long ago."""
    checked = {"platform": "mastodon", "unit": "hashtags", "checked_on": dt.date(2026, 11, 2)}
    cap = {"what": "hashtags_max", "kind": "cap", "source": "the server's own rules", "is_confirmed": True}
    advice = {"what": "hashtags_advised", "kind": "advice", "source": "a forum post", "is_confirmed": False}
    tables["limits"] = [
        checked | cap | {"value": "4", "highest": 4, "confidence": "high", "effective_from": dt.date(2026, 3, 1)},
        checked | advice | {"value": "1-2", "highest": 2, "confidence": "low"},
        checked
        | cap
        | {"what": "text_max", "value": "500", "highest": 500, "unit": "characters", "confidence": "medium"},
    ]
