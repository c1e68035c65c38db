"""How values become text: numbers, ratios, dates, links, and words that strangers wrote.

Filters format and never compute. ``None`` is always shown as "not known": missing is not zero.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import pytz
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent

from reports import words

NOT_KNOWN: Final = "not known"
EXCERPT_LENGTH: Final = 220

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_JOINERS = "\u200c\u200d"  # needed inside Persian and Indic words and inside emoji
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols that show nothing
_MARKS_KEPT = 3  # Hebrew and Vietnamese stack up to three; a tower of more covers the lines around it


def clean(text: object) -> str:
    """Text that cannot reorder, hide or tower over its surroundings.

    Drops control, bidirectional, zero-width and private characters and lone surrogates, keeps at most three combining
    marks on a character, and folds white space to single blanks.
    """
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", str(text)):
        category = unicodedata.category(character)
        if category in {"Mn", "Me"} and not "\ufe00" <= character <= "\ufe0f":
            marks += 1
            if marks > _MARKS_KEPT or not kept or kept[-1] == " ":
                continue
        elif character in _JOINERS:
            if not kept or kept[-1] in " " + _JOINERS:
                continue
        elif category in {"Cc", "Zs", "Zl", "Zp"} or character in _BLANKS:
            marks = 0
            if not kept or kept[-1] == " ":
                continue
            character = " "
        elif category in {"Cf", "Cs", "Co", "Cn"}:
            continue
        else:
            marks = 0
        kept.append(character)
    return "".join(kept).strip(" " + _JOINERS)


def excerpt(text: object, length: int = EXCERPT_LENGTH) -> str:
    """The beginning of a stranger's text, cut between words where there is one; empty when nothing visible is left."""
    if text is None:
        return ""
    whole = clean(str(text)[: length * 20])
    if len(whole) <= length:
        return whole
    cut = whole[:length]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > length // 2 else cut).rstrip(" ,;:.–—" + _JOINERS) + "…"


def safe_url(url: object) -> str:
    """The link when it is plain http or https with a host, else ``""`` (then the template writes no link)."""
    if not isinstance(url, str):
        return ""
    stripped = url.strip()
    if re.search(r"[\x00-\x20\x7f\\<>\"`\u0080-\u00a0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]", stripped):
        return ""
    try:
        parts = urlsplit(stripped)
        is_web = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
    except ValueError:
        return ""
    return stripped if is_web and len(stripped) <= 2000 else ""


def local_url(path: str) -> str:
    """A path on the same server, from a name: only what a path of one step may hold is left as it is."""
    return "/" + quote(unquote(path).removeprefix("/"), safe="")


def lang_tag(code: object) -> str:
    """A language tag fit for a ``lang`` attribute, else ``""`` (language not known)."""
    return code if isinstance(code, str) and _LANGUAGE_TAG.fullmatch(code) else ""


def noun(count: int | None, singular: str, plural: str | None = None) -> str:
    """The noun that goes with a count."""
    return singular if count == 1 else plural or singular + "s"


def place(dimension: str) -> str:
    """The section that holds the evidence about a dimension."""
    return "timing" if dimension in {"weekday", "hour_block"} else "performs"


def effort(minutes: float | None) -> str:
    """Minutes of work in words."""
    if minutes is None:
        return "effort " + NOT_KNOWN
    if minutes < 1:
        return "under a minute"
    return "1 minute" if round(minutes) == 1 else f"about {round(minutes)} minutes"


class Formats:
    """Number and date formats of one locale and time zone; its public methods are the filters of the same names."""

    def __init__(self, *, locale: str, timezone: str) -> None:
        self.locale = locale
        self._zone = pytz.timezone(timezone)

    def count(self, value: float | None) -> str:
        """A whole number: ``12,408``."""
        return NOT_KNOWN if value is None else format_decimal(round(value), format="#,##0", locale=self.locale)

    def change(self, value: float | None) -> str:
        """A whole number with its sign: ``+120``."""
        if value is None:
            return NOT_KNOWN
        return format_decimal(round(value), format="+#,##0;−#,##0", locale=self.locale) if round(value) else "0"

    def points(self, value: float | None) -> str:
        """A difference of shares in points of a hundred, with its sign: ``+6.7``."""
        if value is None:
            return NOT_KNOWN
        return format_decimal(value, format="+#,##0.0;−#,##0.0", locale=self.locale) if round(value, 1) else "0.0"

    def rate(self, value: float | None) -> str:
        """A frequency or mean with one decimal below 100: ``4.5``."""
        if value is None:
            return NOT_KNOWN
        return format_decimal(value, format="#,##0.0" if abs(value) < 100 else "#,##0", locale=self.locale)

    def share(self, value: float | None) -> str:
        """A part of one in per cent; a small part is never shown as none: ``under 1%``."""
        if value is None:
            return NOT_KNOWN
        if 0 < value < 0.01:
            return "under " + format_percent(0.01, format="#,##0%", locale=self.locale)
        return format_percent(value, format="#,##0%", locale=self.locale)

    def times(self, value: float | None) -> str:
        """The number of a ratio, two digits that count: ``1.6``, ``0.63``, ``12``."""
        if value is None:
            return NOT_KNOWN
        if value >= 1000:
            return "over " + format_decimal(1000, format="#,##0", locale=self.locale)
        if 0 < value < 0.01:
            return "under " + format_decimal(0.01, format="0.00", locale=self.locale)
        pattern = "#,##0" if round(value, 1) >= 10 else "0.0" if round(value, 2) >= 1 else "0.00"
        return format_decimal(value, format=pattern, locale=self.locale)

    def day(self, value: dt.date | None) -> str:
        """A date in the reader's zone: ``22 Nov 2026``."""
        if value is None:
            return NOT_KNOWN
        local = value.astimezone(self._zone) if isinstance(value, dt.datetime) else value
        return format_date(local, "d MMM y", locale=self.locale)

    def moment(self, value: dt.datetime | None) -> str:
        """A date with its time in the reader's zone: ``22 Nov 2026, 07:00``."""
        if value is None:
            return NOT_KNOWN
        return format_datetime(value, "d MMM y, HH:mm", tzinfo=self._zone, locale=self.locale)

    def small_share(self, value: float | None) -> str:
        """A small part of one in per cent with one decimal: ``0.4%``."""
        if value is None:
            return NOT_KNOWN
        if 0 < value < 0.001:
            return "under " + format_percent(0.001, format="0.0%", locale=self.locale)
        return format_percent(value, format="#,##0.0%", locale=self.locale)

    def iso_day(self, value: dt.datetime) -> str:
        """A date in the reader's zone as a command takes it: ``2026-11-22``."""
        return value.astimezone(self._zone).date().isoformat()

    def iso(self, value: dt.date | None) -> str:
        """For the ``datetime`` attribute of ``<time>``."""
        return "" if value is None else value.isoformat()

    def week(self, value: dt.datetime) -> str:
        """The ISO week of a moment in the reader's zone: ``week 47, 2026``."""
        year, number, _ = value.astimezone(self._zone).isocalendar()
        return f"week {number}, {year}"

    def version(self, value: object) -> str:
        """A version as it names itself."""
        return NOT_KNOWN if value is None else clean(value)

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name → filter, for the template environment."""
        bound = (
            *(self.count, self.change, self.points, self.rate, self.share, self.small_share, self.times),
            *(self.day, self.moment, self.iso, self.iso_day, self.week, self.version),
        )
        loose = (clean, excerpt, safe_url, local_url, lang_tag, noun, place, effort)
        vocabulary = (
            words.platform,
            words.level,
            words.dimension,
            words.verdict,
            words.mark,
            words.trend,
            words.outcome,
            words.reason,
            words.way,
        )
        tones: dict[str, Callable[..., Any]] = {
            "tone": words.tone,
            "kind_tone": words.kind_tone,
            "outcome_tone": words.outcome_tone,
        }
        return (
            {filter_.__name__: filter_ for filter_ in (*bound, *loose)}
            | {f"{filter_.__name__}_words": filter_ for filter_ in vocabulary}
            | tones
        )
