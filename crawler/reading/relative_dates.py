"""How long ago something was, as pages say it: "13 days ago", "hace 2 semanas", "vor 3 Stunden", "3 週間前".

The words come from Unicode CLDR's relative times (through Babel). Words around them ("Streamed live 3 days ago") do not
matter; a text that could mean two lengths of time is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache

from attrs import frozen

from crawler.items import Precision
from crawler.reading.dates import EARLIEST, Moment

_MAX_LENGTH = 80
_LANGUAGES = """
    af ar bg bn ca cs da de el en es et eu fa fi fil fr gl gu he hi hr hu id is it ja ko lt lv mr ms nb nl pa pl pt
    pt_PT ro ru sk sl sr sv ta te th tr uk ur vi zh zh_Hant
"""
# a month and a year are as long as they are on average; the text says no more
_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30.4375),
    "year": timedelta(days=365.25),
}
_MOST = {"second": 600, "minute": 600, "hour": 200, "day": 1_000, "week": 300, "month": 400, "year": 40}
_PLURALS = {"one": 1, "two": 2}
"""What a phrase without a number means, by the plural form that it is."""
_NUMBER = re.compile(r"[0-9]{1,4}")
_SPACES = re.compile(r"\s+")
_CLOSED_UP = re.compile(r"(?<=[\u2e80-\uffef]) | (?=[\u2e80-\uffef])")
"""A space beside a script that does not part its words: pages set it as they like ("3周前", "3 周前")."""
_PLACE = "0"
_SINCE = ("قبل", "منذ")
"""What CLDR writes for "ago" in Arabic, and what many pages do."""


@frozen
class Ago:
    """A length of time, and how coarse it is."""

    length: timedelta
    unit: timedelta
    """Of the unit it is told in: what happened was so much or almost one unit more ago."""


def read_ago(said: object) -> Ago | None:
    """The length of time before now that ``said`` (a page's text) states, ``None`` when it states none for sure."""
    if not isinstance(said, str) or len(said) > _MAX_LENGTH:
        return None
    text = _plain(said)
    numbers = _NUMBER.findall(text)
    if len(numbers) > 1 or (not numbers and not any(ord(char) > 127 for char in text)):
        return None
    pattern = _NUMBER.sub(_PLACE, text)
    meanings = _meanings()
    found: dict[int, set[tuple[str, int]]] = defaultdict(set)
    for start, end in _windows(pattern):
        for unit, number in meanings.get(pattern[start:end], ()):
            found[end - start].add((unit, number))
    if not found:
        return None
    longest = found[max(found)]
    units = {unit for unit, _ in longest}
    if len(units) != 1:
        return None
    unit = units.pop()
    count = int(numbers[0]) if numbers else max(number for _, number in longest)
    return Ago(_UNITS[unit] * count, _UNITS[unit]) if 0 < count <= _MOST[unit] else None


def read_relative_date(said: object, now: datetime) -> Moment | None:
    """``said`` as a moment before ``now`` (when the page was fetched), with ``Precision.RELATIVE``."""
    ago = read_ago(said)
    if ago is None or now - ago.length < EARLIEST:
        return None
    return Moment(now - ago.length, Precision.RELATIVE, str(said))


def _plain(said: str) -> str:
    text = unicodedata.normalize("NFC", said)
    text = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    return _CLOSED_UP.sub("", _SPACES.sub(" ", text)).strip().casefold()


def _windows(pattern: str) -> list[tuple[int, int]]:
    """Where a phrase may begin and end: at words, or anywhere in scripts that do not part them."""
    edges = [0, len(pattern)]
    for position in range(1, len(pattern)):
        before, after = pattern[position - 1], pattern[position]
        if not (before.isalnum() and after.isalnum()) or ord(before) > 0x2E80 or ord(after) > 0x2E80:
            edges.append(position)
    edges = sorted(set(edges))
    return [(start, end) for start in edges for end in edges if end - start >= 2]


@cache
def _meanings() -> dict[str, set[tuple[str, int]]]:
    """Phrase (its number as ``_PLACE``) → units, and the number that a phrase without one stands for."""
    from babel import Locale  # here, because most pages never need it

    past: defaultdict[str, set[tuple[str, int]]] = defaultdict(set)
    future: set[str] = set()
    for language in _LANGUAGES.split():
        fields = Locale.parse(language)._data["date_fields"]  # Babel offers them in no other way
        for unit in _UNITS:
            for width in ("", "-short", "-narrow"):
                patterns = fields.get(unit + width, {})
                for plural, pattern in patterns.get("past", {}).items():
                    for spelling in (pattern, pattern.replace(*_SINCE)):
                        past[_plain(spelling.replace("{0}", _PLACE))].add((unit, _PLURALS.get(plural, 0)))
                future |= {_plain(pattern.replace("{0}", _PLACE)) for pattern in patterns.get("future", {}).values()}
    return {phrase: meant for phrase, meant in past.items() if phrase not in future and len(phrase) > len(_PLACE) + 1}
