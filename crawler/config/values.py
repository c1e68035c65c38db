"""Checks of single values: each gives the value as it is kept, or raises ValueError with how to write it.

The sentences go on from the key: "timezone 'Mars' is no time zone; write one like …".
"""

from __future__ import annotations

import re
from datetime import time
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError

from crawler.config.spelling import nearest
from crawler.items import Platform
from crawler.platforms import platform_named
from crawler.reading.amounts import currency_code
from crawler.reading.column_dates import DateOrder
from crawler.rhythm import WEEKDAYS

OUTCOMES = (
    "engagement",
    "engagement_per_follower",
    "engagement_per_view",
    "likes",
    "comments",
    "shares",
    "weighted",
)
"""What success may mean, as in analysis/seeds/outcomes.csv."""
SECTIONS: Final = (
    "league",
    "performs",
    "openings",
    "timing",
    "making",
    "trends",
    "top_posts",
    "fresh_posts",
    "moves",
    "audience",
    "sharing",
    "plan",
    "sales",
    "doors",
)
"""Parts of the brief that may be left out, as in reports/sections."""
HOOTSUITE_DATES: Final = ("mm/dd/yyyy", "dd/mm/yyyy", "yyyy/mm/dd", "yyyy-mm-dd")
"""As in reports/planning/scheduler_files.py."""
KEPT_SECTIONS: Final = ("first_screen", "coverage", "method")


def contact(value: str) -> str:
    text = value.strip()
    is_mail = re.fullmatch(r"(?:mailto:)?[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\".]+", text)
    is_page = re.fullmatch(r"https?://[^\s/<>\"]+\.[^\s<>\"]+", text)
    if text and not (text.isascii() and (is_mail or is_page)):
        raise ValueError('must be a mailbox or a page, like "https://acme.example/who-asks" or "research@acme.example"')
    return text


def timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        near = nearest(value, available_timezones(), cutoff=0.5)
        raise ValueError(f'{value!r} is no time zone; write one like "Europe/Berlin"{near}') from None
    return value


def own_host(value: str) -> str:
    plain = value.strip().lower()
    if not re.fullmatch(r"(?:[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", plain):
        host = urlsplit(plain if "//" in plain else f"//{plain}").netloc or "127.0.0.1:8001"
        raise ValueError(f'{value!r} is no host; write name and port only, like "{host}"')
    return plain


def api_url(value: str) -> str:
    parts = urlsplit(value.strip())
    if (
        parts.scheme not in ("http", "https")
        or not parts.netloc
        or "@" in parts.netloc
        or parts.query
        or parts.fragment
    ):
        raise ValueError(f'{value!r} is no http(s) address; write it like "https://public.api.bsky.app"')
    return value.strip().rstrip("/")


def platform(value: object) -> object:
    """A platform by any of its names."""
    if not isinstance(value, str):
        return value
    named = platform_named(value)
    if named is None:
        raise ValueError(f"{value!r} is no platform{nearest(value, [name.value for name in Platform])}")
    return named


def outcome(value: str) -> str:
    if value not in OUTCOMES:
        raise ValueError(f"{value!r} is no outcome; write some of {', '.join(OUTCOMES)}{nearest(value, OUTCOMES)}")
    return value


def currency(value: str) -> str:
    code = currency_code(value)
    if code is None:
        raise ValueError(f'{value!r} is no currency; write its code, like "EUR"')
    return code


def decimal_mark(value: str) -> str:
    if value not in (".", ","):
        raise ValueError(f'{value!r} stands before no decimals; write "." or ","')
    return value


def colour(value: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", value):
        raise ValueError(f'{value!r} is no colour; write it like "#1d5fa8"')
    return value.lower()


def hideable(value: str) -> str:
    if value in KEPT_SECTIONS:
        raise ValueError(f"{value!r} always stays: it says what the rest rests on; remove it here")
    if value not in SECTIONS:
        raise ValueError(f"{value!r} is no section; write some of {', '.join(SECTIONS)}{nearest(value, SECTIONS)}")
    return value


def locale(value: str) -> str:
    try:
        Locale.parse(value.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise ValueError(f'{value!r} is no locale; write one like "en" or "de-AT"') from None
    return value


def date_order(value: object) -> object:
    if isinstance(value, str) and value not in set(DateOrder):
        raise ValueError(f"{value!r} is no order of dates; write {' or '.join(DateOrder)}")
    return DateOrder(value) if isinstance(value, str) else value


def clock_time(value: object) -> object:
    """``HH:MM`` of a day, as a time."""
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    if not isinstance(value, str) or not re.fullmatch(r"(?:[01]?\d|2[0-3]):[0-5]\d", value.strip(), re.ASCII):
        raise ValueError(f'holds {value!r}, which is no time of day; write it like "05:00"')
    hours, _, minutes = value.strip().partition(":")
    return time(int(hours), int(minutes))


def weekly_moment(value: str) -> str:
    weekday, _, at = value.strip().lower().partition(" ")
    if weekday not in WEEKDAYS or not at:
        near = nearest(weekday, WEEKDAYS) if weekday not in WEEKDAYS else ""
        raise ValueError(f'is {value!r}; write a weekday and a time, like "monday 07:00"{near}')
    return f"{weekday} {clock_time(at):%H:%M}"


def moment_of_week(text: str) -> tuple[int, time]:
    """Weekday (0 is Monday) and time of what :func:`weekly_moment` lets through."""
    weekday, _, at = text.partition(" ")
    return WEEKDAYS.index(weekday), time.fromisoformat(at)


def weekday(value: str) -> str:
    plain = value.strip().lower()
    if plain not in WEEKDAYS:
        raise ValueError(
            f"{value!r} is no weekday{nearest(plain, WEEKDAYS) or '; write some of ' + ', '.join(WEEKDAYS)}"
        )
    return plain


def hours(value: str) -> str:
    start, mark, end = value.partition("-")
    if not mark:
        raise ValueError(f'holds {value!r}, which are no hours; write them like "21:00-08:00"')
    return f"{clock_time(start):%H:%M}-{clock_time(end):%H:%M}"


def country(value: str) -> str:
    plain = value.strip().upper()
    if not re.fullmatch("[A-Z]{2}", plain):
        raise ValueError(f'{value!r} is no country; write the two letters of ISO 3166, like "DE"')
    return plain


def date_pattern(value: str) -> str:
    if value not in HOOTSUITE_DATES:
        raise ValueError(f"{value!r} is no pattern of dates; write one of {', '.join(HOOTSUITE_DATES)}")
    return value


def hashtag(value: str) -> str:
    plain = value.strip().removeprefix("#")
    if not re.fullmatch(r"\w{1,100}", plain):
        raise ValueError(f'{value!r} is no hashtag; write it like "speciality_coffee"')
    return plain


def page_link(value: str) -> str:
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"\s", value.strip()):
        raise ValueError(f'{value!r} is no link; write it whole, like "https://acme.example/shop"')
    return value.strip()


def company(value: str) -> str:
    plain = " ".join(value.split())
    if not plain or not plain.isprintable():
        raise ValueError("must be a name with at least one letter")
    return plain
