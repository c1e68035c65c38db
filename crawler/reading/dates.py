"""Moments as pages write them: ISO 8601, RFC 822 in any language, epoch seconds, plain dates.

Nothing is invented: a date without a time of day keeps the precision of a day, a wall clock without a zone that of a
wall clock, and a text that could mean two days (``03/04/2018``) is no date.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

from attrs import frozen

from crawler.items import Precision

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing was published on the web before; an earlier moment is a fault of the page."""
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""Numbers that would be later moments are no epoch times."""
LEEWAY = timedelta(days=1)
"""How far in the future a moment may lie: a wall clock is up to 14 hours ahead of UTC, and clocks are set wrong."""
EXACT = (Precision.SECOND, Precision.MINUTE)
"""Precisions of a moment whose zone is known."""

_MAX_LENGTH = 80
_ZULU = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z")
_ISO = re.compile(
    r"""(\d{4}) ([-/.]?) (\d{2}) (?: \2 (\d{2})
        (?: (?:[Tt]|[ ]) [ ]? (\d{2}) :? (\d{2}) (?: :? (\d{2}) (?:[.,](\d{1,12}))? )? [ ]? (\S.*)? )? )?""",
    re.VERBOSE,
)
_DAY_FIRST = re.compile(
    r"""(?:\w[^\d,]*?[,،]?\s+)?  (\d{1,2}) (?:st|nd|rd|th|er|º|ª|\.)? (?:\s+de)? [\s-]+
        ([^\s\d,-][^\s\d,-]*|\d{1,2}[月월]|th(?:g|áng)\s\d{1,2}) ,? (?:\s+de[l]?)? [\s-]+ (\d{4}|\d{2})
        (?: \s? [гр]\b\.? )?
        (?: ,? \s+ (?:(?:at|в|о)\s+)? (\d{1,2}) : (\d{2}) (?: :(\d{2}) )?
            (?: \s* ([AaPp])\.?[Mm]\b\.? )? \s* (\S.*)? )?""",
    re.VERBOSE,
)
_MONTH_FIRST = re.compile(
    r"""(?:\w[^\d,]*?,\s+)? ([^\s\d,]+) \s+ (\d{1,2}) (?:st|nd|rd|th)? ,? \s+ (\d{4})
        (?: ,? \s+ (?:at\s+)? (\d{1,2}) : (\d{2}) (?: :(\d{2}) )? (?: \s* ([AaPp])\.?[Mm]\b\.? )? \s* (\S.*)? )?""",
    re.VERBOSE,
)
_ASCTIME = re.compile(r"\w{3} (\w{3}) +(\d{1,2}) (\d{2}):(\d{2}):(\d{2}) (?:(\S+) )?(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})([./-]) ?(\d{1,2})\2 ?(\d{1,2})\.?|(\d{4})\.? ([^\s\d,]+) (\d{1,2})\.?")
_CJK = re.compile(r"(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일]")
_NUMERIC = re.compile(
    r"""(\d{1,2}) ([/.-]) (\d{1,2}) \2 (\d{4})
        (?: ,? [ ] (\d{1,2}) : (\d{2}) (?: :(\d{2}) )? (?: [ ]? ([AaPp])\.?[Mm]\b\.? )? )?""",
    re.VERBOSE,
)
_OFFSET = re.compile(r"(?:UTC|GMT)?([+\u2212-])(\d{2}):?(\d{2})?(?:\s*\(.*\))?")
_EPOCH = re.compile(r"(?:[0-9]{9,10}|[0-9]{13}|[0-9]{16})(?:\.[0-9]{1,9})?")
# RFC 822's names, and others that mean one offset only; BST, IST or AST do not
_ZONES = {
    "Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6,
    "PST": -8, "PDT": -7, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9,
}  # fmt: skip
_ENGLISH = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1,
    )
    for name in names.split()
}  # fmt: skip
_LANGUAGES = """
    af ar bg bn ca cs da de el es et eu fa fi fil fr gl he hi hr hu id is it ja ko lt lv ms nb nl pl pt ro ru sk sl sr
    sv ta te th tr uk ur vi zh
"""


@frozen
class Moment:
    """When something happened, as exactly as the page says."""

    at: datetime
    """UTC. ``DAY``: midnight of that day; ``MONTH``: of its first day; ``LOCAL``: the wall clock taken for UTC. In
    these three the finer part is only a place to put the value and makes no claim: ``precision`` says what is known."""
    precision: Precision
    """``SECOND``, ``MINUTE``, ``LOCAL``, ``DAY`` or ``MONTH``."""
    text: str
    """As written (numbers as decimal digits)."""


def read_date(
    said: object, *, zone: tzinfo | None = None, latest: datetime | None = None, is_day_first: bool = False
) -> Moment | None:
    """The moment that ``said`` states, or ``None`` when it states none for sure.

    ``said`` is ISO 8601 (with or without zone, date only, month only), RFC 822 with English or other month names,
    asctime, "September 24, 2018", "24 de setembro de 2018", "2018. 9. 24.", "2018年9月24日", or epoch seconds, milli-
    or microseconds (numbers, or text of 9, 10, 13 or 16 digits). ``zone`` is what the source documents for times that
    it writes without one; without it they are ``Precision.LOCAL``. ``latest`` is when the page was fetched: a moment
    later than that by more than ``LEEWAY`` is implausible and ``None``, as is one before ``EARLIEST``. Two-digit years:
    RFC 2822 §4.3. ``is_day_first`` (see :func:`writes_day_first`) settles what ``03/04/2018`` means.
    """
    moment = None
    if isinstance(said, str):
        moment = _written(said, zone, is_day_first=is_day_first)
    elif isinstance(said, int | float):
        moment = _epoch(said)
    if moment is None or moment.at < EARLIEST or (latest is not None and moment.at > latest + LEEWAY):
        return None
    return moment


def writes_day_first(language: str | None) -> bool:
    """Whether a language (a BCP 47 tag) writes 3 April as 3/4, by the short dates of Unicode CLDR.

    ``False`` for English, which is written both ways, whatever country a page's template names.
    """
    tag = (language or "").replace("_", "-").split("-")[0].lower()
    return tag in _day_first_languages()


@cache
def _day_first_languages() -> frozenset[str]:
    from babel import Locale  # here, because most pages never need it

    patterns = {name: str(Locale.parse(name).date_formats["short"].pattern) for name in _LANGUAGES.split()}
    return frozenset(name for name, written in patterns.items() if 0 <= written.find("d") < written.find("M"))


def _epoch(said: float, text: str | None = None) -> Moment | None:
    if not 0 <= said < 10**17:  # nor is NaN
        return None
    scale = 1 if said < 10**11 else 10**3 if said < 10**14 else 10**6
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(said * 10**6 // scale))
    return Moment(at, Precision.SECOND, text or str(said)) if at < LATEST else None


def _written(said: str, zone: tzinfo | None, *, is_day_first: bool) -> Moment | None:
    if len(said) > _MAX_LENGTH:
        return None
    text = said.strip()
    if _ZULU.fullmatch(text):
        try:
            return Moment(datetime.fromisoformat(text), Precision.SECOND, said)
        except ValueError:
            pass  # the 60th second, the 24th hour, the 30th of February
    if found := _ISO.fullmatch(text):
        return _from_iso(found, said, zone)
    if _EPOCH.fullmatch(text):
        return _epoch(float(text) if "." in text else int(text), said)
    text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text))
    if found := _ASCTIME.fullmatch(text):
        month, day, hour, minute, second, offset, year = found.groups()
        return _moment(said, year, _month(month), day, hour, minute, second, None, offset, zone)
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year, hour, minute, second, half, offset = found.groups()
        return _moment(said, year, _month(month), day, hour, minute, second, half, offset, zone)
    if found := _MONTH_FIRST.fullmatch(text):
        month, day, year, hour, minute, second, half, offset = found.groups()
        return _moment(said, year, _month(month), day, hour, minute, second, half, offset, zone)
    if found := _YEAR_FIRST.fullmatch(text):
        year, _, number, day, named_year, name, named_day = found.groups()
        return _moment(said, named_year or year, _month(name) if name else int(number), named_day or day)
    if found := _CJK.fullmatch(text):
        year, month, day = found.groups()
        return _moment(said, year, int(month), day)
    if found := _NUMERIC.fullmatch(text):
        first, _, other, year, hour, minute, second, half = found.groups()
        if int(first) > 12 or int(first) == int(other) or (is_day_first and int(other) <= 12):
            return _moment(said, year, int(other), first, hour, minute, second, half, None, zone)
        if int(other) > 12:
            return _moment(said, year, int(first), other, hour, minute, second, half, None, zone)
    return None


def _from_iso(found: re.Match[str], said: str, zone: tzinfo | None) -> Moment | None:
    year, mark, month, day, hour, minute, second, fraction, offset = found.groups()
    if day is None and not mark:
        return None  # 201809 is as well an id
    if day is None:
        moment = _moment(said, year, int(month), "1")
        return None if moment is None else Moment(moment.at, Precision.MONTH, said)
    moment = _moment(said, year, int(month), day, hour, minute, second, None, offset, zone)
    if moment is None or fraction is None:
        return moment
    return Moment(moment.at + timedelta(microseconds=int(fraction[:6].ljust(6, "0"))), moment.precision, said)


def _moment(
    said: str,
    year: str,
    month: int | None,
    day: str,
    hour: str | None = None,
    minute: str | None = None,
    second: str | None = None,
    half: str | None = None,
    offset: str | None = None,
    zone: tzinfo | None = None,
) -> Moment | None:
    if month is None:
        return None
    full_year = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 50 else 1900)
    try:
        if hour is None or minute is None:
            return Moment(datetime(full_year, month, int(day), tzinfo=UTC), Precision.DAY, said)
        hours = int(hour)
        if half is not None:
            if not 1 <= hours <= 12:
                return None
            hours = hours % 12 + (12 if half in "Pp" else 0)
        if int(second or 0) > 60:
            return None
        seconds = min(int(second or 0), 59)
        next_day = timedelta(days=1) if hours == 24 and int(minute) == seconds == 0 else timedelta()
        clock = datetime(full_year, month, int(day), 0 if next_day else hours, int(minute), seconds) + next_day  # noqa: DTZ001 — the zone follows
        stated = _zone(offset) if offset else zone
        if offset and stated is None and not _is_zone_name(offset):
            return None
        if stated is None:
            return Moment(clock.replace(tzinfo=UTC), Precision.LOCAL, said)
        precision = Precision.MINUTE if second is None else Precision.SECOND
        return Moment(clock.replace(tzinfo=stated).astimezone(UTC), precision, said)
    except (ValueError, OverflowError):
        return None


def _zone(offset: str) -> tzinfo | None:
    if found := _OFFSET.fullmatch(offset):
        sign, hours, minutes = found.groups()
        if int(minutes or 0) > 59 or int(hours) > 15:
            raise ValueError(offset)
        ahead = timedelta(hours=int(hours), minutes=int(minutes or 0))
        return timezone(ahead if sign == "+" else -ahead)
    hours_ahead = _ZONES.get(offset.upper())
    return None if hours_ahead is None else timezone(timedelta(hours=hours_ahead))


def _is_zone_name(offset: str) -> bool:
    """A name that stands for several zones leaves a wall clock; anything else behind a time is not a date we know."""
    return offset.isascii() and offset.isalpha() and len(offset) <= 5


def _month(name: str) -> int | None:
    folded = name.casefold().rstrip(".")
    if folded in _ENGLISH:
        return _ENGLISH[folded]
    if folded[:-1].isdecimal():
        return int(folded[:-1]) if 1 <= int(folded[:-1]) <= 12 else None
    names = _months()
    meant = names.get(folded)
    if meant is None and len(folded) >= 3:  # blog software abbreviates otherwise than CLDR ("сен" for "сент.")
        meant = set().union(*(numbers for known, numbers in names.items() if known.startswith(folded)))
    return next(iter(meant)) if meant and len(meant) == 1 else None


@cache
def _months() -> dict[str, set[int]]:
    """Month names and abbreviations of CLDR, and which months they mean in one language or another."""
    from babel import Locale  # here, because most pages never need it

    meanings: defaultdict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES.split():
        for context in Locale.parse(language).months.values():
            for width, names in context.items():
                if width != "narrow":
                    for number, name in names.items():
                        meanings[unicodedata.normalize("NFC", name).casefold().rstrip(".")].add(number)
    return dict(meanings)
