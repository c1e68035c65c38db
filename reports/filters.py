"""How values become text: numbers, ratios, dates, links, and words that strangers wrote.

Filters format and never compute. ``None`` is always shown as "not known": missing is not zero.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

import pytz
from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton, get_day_names
from babel.numbers import format_currency, format_decimal, format_percent, get_decimal_symbol, get_group_symbol

from reports.language import ENGLISH, Language
from reports.words import Words, kind_tone, outcome_tone, tone

EXCERPT_LENGTH: Final = 220

_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_TIMES: Final = frozenset({"weekday", "hour_block", "day_and_hour"})
_KINDS: Final = frozenset({"format", "post_type", "topic", "tag", "language", "answered"})
_JOINERS = "\u200c\u200d"  # needed inside Persian and Indic words and inside emoji
_BLANKS = "\u115f\u1160\u2800\u3164\uffa0"  # letters and symbols that show nothing
_SPACES = " \u00a0\u202f"  # a number and its unit, which no line parts: "54 %"
_MARKS_KEPT = 3  # Hebrew and Vietnamese stack up to three; a tower of more covers the lines around it


def clean(text: object) -> str:
    """Text that cannot reorder, hide or tower over its surroundings.

    Drops control, bidirectional, zero-width and private characters and lone surrogates, keeps at most three combining
    marks on a character, and folds white space to single blanks, which stay unbroken behind a number.
    """
    whole = str(text)
    if whole.isascii() and whole.isprintable():
        return " ".join(whole.split())
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", whole):
        category = unicodedata.category(character)
        if category in {"Mn", "Me"} and not "\ufe00" <= character <= "\ufe0f":
            marks += 1
            if marks > _MARKS_KEPT or not kept or kept[-1] in _SPACES:
                continue
        elif character in _JOINERS:
            if not kept or kept[-1] in _SPACES + _JOINERS:
                continue
        elif category in {"Cc", "Zs", "Zl", "Zp"} or character in _BLANKS:
            marks = 0
            if not kept or kept[-1] in _SPACES:
                continue
            character = character if character in _SPACES and kept[-1].isdigit() else " "
        elif category in {"Cf", "Cs", "Co", "Cn"}:
            continue
        else:
            marks = 0
        kept.append(character)
    return "".join(kept).strip(_SPACES + _JOINERS)


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


def first_large(text: str) -> str:
    """The text with a capital at its beginning, as a heading has it."""
    return text[:1].upper() + text[1:]


def place(dimension: str) -> str:
    """The section that holds the evidence about a dimension."""
    if dimension in _TIMES:
        return "timing"
    return "performs" if dimension in _KINDS else "making"


class Formats:
    """The language, and the number and date formats of one locale and time zone.

    Its public methods are the filters of the same names; those of :class:`reports.words.Words` end in ``_words``.
    """

    def __init__(self, *, locale: str, timezone: str, language: Language = ENGLISH) -> None:
        self.locale = locale
        self.language = language
        self.words = Words(language)
        self._zone = pytz.timezone(timezone)
        self._known = known = Locale.parse(locale)
        # the same few numbers stand in a brief over and over
        self._decimal = functools.cache(self._written_decimal)
        self._per_cent = functools.cache(self._written_per_cent)
        self._whole = str(known.decimal_formats[None].pattern).split(";")[0].split(".")[0]
        self._money = re.sub(r"\.0+", "", str(known.currency_formats["standard"].pattern))
        self._percent = str(known.percent_formats[None].pattern)
        # English without a country: the day first, as nobody misreads it
        self._is_plain_english = locale == "en"

    def gettext(self, message: str, **values: object) -> str:
        """As :meth:`reports.language.Language.gettext`."""
        return self.language.gettext(message, **values)

    def ngettext(self, one: str, many: str, count: float, **values: object) -> str:
        """As :meth:`reports.language.Language.ngettext`."""
        return self.language.ngettext(one, many, count, **values)

    def not_known(self) -> str:
        """What stands in place of a missing value: it is not zero."""
        return self.gettext("not known")

    def number_marks(self) -> dict[str, str]:
        """``group`` and ``decimal`` as numbers are written with: a browser may know others of the same locale."""
        return {"group": get_group_symbol(self._known), "decimal": get_decimal_symbol(self._known)}

    def translated(self, text: str | None) -> str:
        """Words of ours that come with the data (a definition, what a way in shows), in the language of the brief."""
        return excerpt(self.gettext(text), 600) if text else ""

    def count(self, value: float | None) -> str:
        """A whole number: ``12,408``."""
        return self.not_known() if value is None else self._decimal(round(value), self._whole)

    def counted(self, value: float | None, what: str) -> str:
        """A whole number with its noun, one of :data:`reports.words.COUNTED`: ``12,408 posts``, ``1 post``."""
        return self.words.counted(0 if value is None else round(value), what, self.count(value))

    def amount(self, value: float | None, measure: str, currency: str) -> str:
        """Visits, orders or money: ``€1,234``, below a hundred with decimals; of an unknown currency as a number."""
        if value is None:
            return self.not_known()
        if measure != "revenue" or currency == "unknown":
            return self.count(value) if value == round(value) or abs(value) >= 100 else self.rate(value)
        if abs(value) < 100:
            return str(format_currency(value, currency, locale=self.locale))
        return str(
            format_currency(round(value), currency, locale=self.locale, currency_digits=False, format=self._money)
        )

    def change(self, value: float | None) -> str:
        """A whole number with its sign: ``+120``."""
        if value is None:
            return self.not_known()
        return self._decimal(round(value), f"+{self._whole};−{self._whole}") if round(value) else "0"

    def points(self, value: float | None) -> str:
        """A difference of shares in points of a hundred, with its sign: ``+6.7``."""
        if value is None:
            return self.not_known()
        pattern = f"{self._whole}.0"
        return self._decimal(value, f"+{pattern};−{pattern}") if round(value, 1) else self._decimal(0, pattern)

    def rate(self, value: float | None) -> str:
        """A frequency or mean with one decimal below 100: ``4.5``."""
        if value is None:
            return self.not_known()
        return self._decimal(value, f"{self._whole}.0" if abs(value) < 100 else self._whole)

    def share(self, value: float | None) -> str:
        """A part of one in per cent; a small part is never shown as none (``under 1%``), nor most as all."""
        if value is None:
            return self.not_known()
        if 0 < value < 0.01:
            return self.gettext("under %(number)s", number=self._per_cent(0.01))
        if 0.99 < value < 1:
            return self.gettext("over %(number)s", number=self._per_cent(0.99))
        return self._per_cent(value)

    def small_share(self, value: float | None) -> str:
        """A small part of one in per cent with one decimal: ``0.4%``."""
        if value is None:
            return self.not_known()
        if 0 < value < 0.001:
            return self.gettext("under %(number)s", number=self._per_cent(0.001, decimals=1))
        return self._per_cent(value, decimals=1)

    def times(self, value: float | None) -> str:
        """The number of a ratio, two digits that count: ``1.6``, ``0.63``, ``12``."""
        if value is None:
            return self.not_known()
        if value >= 1000:
            return self.gettext("over %(number)s", number=self._decimal(1000, self._whole))
        if 0 < value < 0.01:
            return self.gettext("under %(number)s", number=self._decimal(0.01, "0.00"))
        pattern = self._whole if round(value, 1) >= 10 else "0.0" if round(value, 2) >= 1 else "0.00"
        return self._decimal(value, pattern)

    def day(self, value: dt.date | None) -> str:
        """A date in the reader's zone: ``22 Nov 2026``."""
        return self.not_known() if value is None else self._date(value, "yMMMd", "d MMM y")

    def short_day(self, value: dt.date) -> str:
        """A date in the reader's zone without its year: ``22 Nov``."""
        return self._date(value, "MMMd", "d MMM")

    def weekday_and_day(self, value: dt.date) -> str:
        """A date without its year, with its day of the week: ``Sun 22 Nov``."""
        return self._date(value, "MMMEd", "EEE d MMM")

    def month(self, value: dt.date) -> str:
        """A month with its year: ``November 2026``."""
        return self._date(value, "yMMMM", "MMMM y")

    def moment(self, value: dt.datetime | None) -> str:
        """A date with its time in the reader's zone: ``22 Nov 2026, 07:00``."""
        if value is None:
            return self.not_known()
        time = format_datetime(value, "HH:mm", tzinfo=self._zone, locale=self._known)
        return f"{self.day(value)}, {time}"

    def iso_day(self, value: dt.datetime) -> str:
        """A date in the reader's zone as a command takes it: ``2026-11-22``."""
        return value.astimezone(self._zone).date().isoformat()

    def iso(self, value: dt.date | None) -> str:
        """For the ``datetime`` attribute of ``<time>``."""
        return "" if value is None else value.isoformat()

    def week(self, value: dt.datetime) -> str:
        """The ISO week of a moment in the reader's zone: ``week 47, 2026``."""
        year, number, _ = value.astimezone(self._zone).isocalendar()
        return self.gettext("week %(number)s, %(year)s", number=number, year=year)

    def effort(self, minutes: float | None) -> str:
        """Minutes of work in words."""
        if minutes is None:
            return self.gettext("effort not known")
        if minutes < 1:
            return self.gettext("under a minute")
        if round(minutes) == 1:
            return self.gettext("1 minute")
        return self.ngettext(
            "about %(number)s minute", "about %(number)s minutes", round(minutes), number=self.count(minutes)
        )

    def weekday(self, number: int, *, is_short: bool = False) -> str:
        """The name of a day of the week, 1 is Monday: ``Monday``, short ``Mon``."""
        names = get_day_names("abbreviated" if is_short else "wide", "stand-alone", self.language.locale)
        return str(names[number - 1])

    def version(self, value: object) -> str:
        """A version as it names itself."""
        return self.not_known() if value is None else clean(value)

    def _written_decimal(self, value: float, pattern: str) -> str:
        return str(format_decimal(value, format=pattern, locale=self._known))

    def _written_per_cent(self, value: float, *, decimals: int = 0) -> str:
        before, zero, after = self._percent.rpartition("0")
        pattern = f"{before}{zero}.{decimals * '0'}{after}" if decimals else self._percent
        # sums of parts are a hair beside the half that they are, and would round by chance
        return str(format_percent(round(value, 8), format=pattern, locale=self._known))

    def _date(self, value: dt.date, skeleton: str, plain_english: str) -> str:
        local = value.astimezone(self._zone) if isinstance(value, dt.datetime) else value
        if self._is_plain_english:
            return str(format_date(local, plain_english, locale=self._known))
        return str(format_skeleton(skeleton, local, tzinfo=self._zone, locale=self._known))

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Name → filter, for the template environment."""
        bound = (
            *(self.count, self.counted, self.change, self.points, self.rate, self.share, self.small_share, self.times),
            *(self.day, self.moment, self.iso, self.iso_day, self.week, self.weekday, self.version, self.effort),
            *(self.translated, self.amount),
        )
        loose = (clean, excerpt, safe_url, local_url, lang_tag, first_large, place, tone, kind_tone, outcome_tone)
        words = self.words
        vocabulary = (
            *(words.platform, words.level, words.dimension, words.verdict, words.mark, words.trend, words.outcome),
            *(
                words.reason,
                words.step,
                words.way,
                words.limit,
                words.unit,
                words.measure,
                words.brought,
                words.tool,
                words.file_status,
            ),
        )
        return {filter_.__name__: filter_ for filter_ in (*bound, *loose)} | {
            f"{filter_.__name__}_words": filter_ for filter_ in vocabulary
        }
