"""Ids that carry the time at which they were given out.

Instagram and Threads: milliseconds since 2011-08-24 above 23 bits; X: since 2010-11-04 above 22 bits (older ids are
plain counters); LinkedIn: Unix milliseconds above 22 bits; TikTok: Unix seconds above 32 bits, some seconds before the
video was published. All four were checked against stated times of real posts. A time later than ``latest``, when the
page was fetched, is none: the number is no such id.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.reading.dates import LEEWAY

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
_INSTAGRAM_EPOCH_MS = 1_314_220_021_721
_X_EPOCH_MS = 1_288_834_974_657
_FIRST_X_SNOWFLAKE = 29_700_859_247
_BITS = 63
_CODE_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_CODE_LENGTH = 11
"""Characters of a public short code; a private post's goes on behind them."""


def instagram_time(native_id: str, latest: datetime | None = None) -> datetime | None:
    """When a medium of Instagram or a post of Threads was made, to the millisecond, UTC."""
    number = _number(native_id)
    return None if number is None else _at((number >> 23) + _INSTAGRAM_EPOCH_MS, latest)


def x_time(native_id: str, latest: datetime | None = None) -> datetime | None:
    """When a post of X was made, to the millisecond, UTC; ``None`` for ids from before November 2010."""
    number = _number(native_id)
    return None if number is None or number < _FIRST_X_SNOWFLAKE else _at((number >> 22) + _X_EPOCH_MS, latest)


def linkedin_time(native_id: str, latest: datetime | None = None) -> datetime | None:
    """When an activity, share or ugcPost of LinkedIn was made, to the millisecond, UTC."""
    number = _number(native_id)
    return None if number is None else _at(number >> 22, latest)


def tiktok_time(native_id: str, latest: datetime | None = None) -> datetime | None:
    """Roughly (up to a minute early) when a video of TikTok was published, UTC."""
    number = _number(native_id)
    return None if number is None else _at((number >> 32) * 1000, latest)


def instagram_id(shortcode: str) -> str | None:
    """The decimal id that a short code of Instagram or Threads spells in base 64; ``None`` when it is none."""
    number = 0
    for char in shortcode[:_CODE_LENGTH]:
        digit = _CODE_DIGITS.find(char)
        if digit < 0:
            return None
        number = number * 64 + digit
    return str(number) if number else None


def instagram_code(native_id: str) -> str | None:
    """The short code of a decimal id, as its address spells it."""
    number = _number(native_id)
    code = ""
    while number:
        number, digit = divmod(number, 64)
        code = _CODE_DIGITS[digit] + code
    return code or None


def _number(native_id: str) -> int | None:
    if not (native_id.isascii() and native_id.isdigit() and len(native_id) <= 19):
        return None
    number = int(native_id)
    return number if 0 < number < 1 << _BITS else None


def _at(milliseconds: int, latest: datetime | None) -> datetime | None:
    at = _UNIX + timedelta(milliseconds=milliseconds)
    is_plausible = at.year >= 2005 and (latest is None or at <= latest + LEEWAY)
    return at if is_plausible else None
