"""Counts as pages write them: "1.077.715", "7,3 K", "1,2 mil", "1.2万", "12.6 lakh".

Unit words come from Unicode CLDR's compact decimal formats (through Babel). A word that means different numbers in
different languages is no unit here, but for those that ``_unit`` settles: what cannot be read for sure is ``None``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict
from functools import cache

from attrs import frozen

MAX_COUNT = 10**12
"""Nothing that is counted in public is larger; a bigger number is something else."""

_MAX_LENGTH = 40
_LANGUAGES = """
    af ar bg bn ca cs da de el en es et eu fa fi fil fr gl gu he hi hr hu id is it ja ko lt lv mr ms nb nl pa pl pt ro
    ru sk sl sr sv ta te th tr uk ur vi zh zh_Hant
"""
_BESIDES = {
    "千": 10**3,
    "tsd": 10**3,
    "lakh": 10**5,
    "lakhs": 10**5,
    "lac": 10**5,
    "crore": 10**7,
    "crores": 10**7,
    "cr": 10**7,
}

_SPACES = re.compile(r"\s+")
_COUNT = re.compile(r"([0-9](?:[0-9 .,'’٬٫]*[0-9])?)( ?)([^\W\d_][^\d]*)?")
_GROUPS = {mark: re.compile(rf"[1-9][0-9]{{0,2}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,'"} | {
    " ": re.compile(r"[1-9][0-9]{0,2}(?: [0-9]{3})+")
}
_INDIAN_GROUPS = re.compile(r"[1-9][0-9]?(?:,[0-9]{2})*,[0-9]{3}")


@frozen
class Count:
    """A number of likes, views, followers, …"""

    value: int
    rounded: int | None = None
    """Significant digits known, when the page rounded it (``"18.9M"`` → 3); ``None`` = exact."""


def read_count(said: object) -> Count | None:
    """The count that ``said`` (a page's text, or a JSON number) states, or ``None`` when that is not certain.

    Rules, where writing is ambiguous:

    - No unit: counts are whole, so one separator before exactly three digits groups ("1.077" is 1077), and any other
      fraction must be zero ("12.0" is 12, "12.5" is no count). Groups of lakh ("12,34,567") are read.
    - With a unit: one separator is the decimal mark; exactly three digits behind it could be either: ``None``.
    - "M" is a million in any language, "mil" a thousand, "mil." (a million in Czech, else a thousand) is ``None``;
      "B" is a billion unless the number is written as Turkish writes thousands ("1,2 B", "5 B"): ``None``; "billion"
      and "bn" are 10^9 behind a decimal point only, because languages with a decimal comma mean 10^12.

    Negative numbers, NaN, ``True``, more than ``MAX_COUNT`` and text with anything else in it are ``None``.
    """
    if isinstance(said, bool):
        return None
    if isinstance(said, int):
        return Count(said) if 0 <= said <= MAX_COUNT else None
    if isinstance(said, float):
        return Count(int(said)) if math.isfinite(said) and said.is_integer() and 0 <= said <= MAX_COUNT else None
    if not isinstance(said, str) or len(said) > _MAX_LENGTH:
        return None
    if said.isascii() and said.isdigit():
        return _exact(int(said))
    found = _COUNT.fullmatch(_plain(said))
    if found is None:
        return None
    number, gap, word = found.groups()
    if word is None:
        whole = _whole(number)
        return None if whole is None else _exact(whole)
    unit = _unit(word.casefold(), number, has_gap=bool(gap))
    if unit is None:
        return None
    return _rounded(number, unit)


def _plain(said: str) -> str:
    """Digits of any script as 0–9, every white space as one space, invisible marks and Arabic separators settled."""
    text = unicodedata.normalize("NFC", said)
    text = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    return _SPACES.sub(" ", text.replace("٬", "'").replace("’", "'")).strip()


def _exact(value: int) -> Count | None:
    return Count(value) if value <= MAX_COUNT else None


def _whole(number: str) -> int | None:
    """A number without a unit: whatever separates, separates thousands."""
    if number.isdigit():
        return int(number)
    marks = {char for char in number if not char.isdigit()}
    if len(marks) == 1:
        mark = marks.pop()
        if mark in _GROUPS and _GROUPS[mark].fullmatch(number):
            return int(number.replace(mark, ""))
        if _INDIAN_GROUPS.fullmatch(number):
            return int(number.replace(",", ""))
        if mark in ".,":
            whole, _, fraction = number.partition(mark)
            return int(whole) if len(fraction) != 3 and not fraction.strip("0") else None
    return None


def _rounded(number: str, unit: int) -> Count | None:
    """A number before a unit: its last separator is the decimal mark."""
    marks = [char for char in number if not char.isdigit()]
    whole, fraction = number, ""
    if marks and marks[-1] in ".,٫" and marks.count(marks[-1]) == 1:
        whole, _, fraction = number.rpartition(marks[-1])
        if len(fraction) == 3 and len(marks) == 1 and marks[-1] != "٫":
            return None
    if not whole.isdigit():
        read = _whole(whole)
        if read is None:
            return None
        whole = str(read)
    digits = whole + fraction
    value, rest = divmod(int(digits) * unit, 10 ** len(fraction))
    if rest or value == 0 or value > MAX_COUNT:
        return None
    return Count(value, min(len(digits.lstrip("0")), len(str(value))))


def _unit(word: str, number: str, *, has_gap: bool) -> int | None:
    if word == "k":
        return 10**3
    if word == "m":
        return 10**6
    if word == "b":
        return None if has_gap or "," in number else 10**9
    if word in ("billion", "bn"):
        return 10**9 if "." in number and "," not in number else None
    if word == "mil":
        return 10**3
    return _units().get(word.removesuffix("."))


@cache
def _units() -> dict[str, int]:
    from babel import Locale  # here, because most pages never need it

    meanings: defaultdict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES.split():
        formats = Locale.parse(language).compact_decimal_formats
        for style in formats.values():
            for plural in style.values():
                for power, pattern in plural.items():
                    written = pattern.pattern
                    if written.count("0") == 0 or ";" in written:
                        continue
                    word = _plain(written.replace("0", "").replace("'", "")).casefold().removesuffix(".")
                    meanings[word].add(int(power) // 10 ** (written.count("0") - 1))
    sure = {word: powers.pop() for word, powers in meanings.items() if len(powers) == 1}
    # single Latin letters and "km" stand for too much else beside a number
    return {word: unit for word, unit in sure.items() if not (word.isascii() and len(word) < 2) and word != "km"} | (
        _BESIDES
    )
