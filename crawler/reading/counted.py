"""Counts inside sentences: "298K likes, 553 comments", "1,2 mil Me gusta", "「いいね！」1.2万件、コメント43件"."""

from __future__ import annotations

import re

from attrs import frozen

from crawler.reading.counts import Count, read_count

_NUMBER = re.compile(r"[0-9٠-٩۰-۹०-९](?:[0-9٠-٩۰-۹०-९.,'’٬٫\u00a0\u202f ]*[0-9٠-٩۰-۹०-९])?")
# the vowel signs and marks of Indian scripts, of Thai and Lao are no letters to a regular expression
# "7 Mi piace" are seven likes; "mi" before anything else is a million
_UNIT = re.compile(r"(?![ \u00a0\u202f]?[Mm]i piace)[ \u00a0\u202f]?[^\W\d_](?:[^\W\d_]|[\u0900-\u0eff]){0,11}\.?")
# "mil" is a thousand; shortened, and inside a phrase, it is a million in Czech, Slovak, Romanian
_SHORTENED_MILLION = re.compile(r"[ \u00a0\u202f]?mil\.[ \u00a0\u202f](?=[^\W\d_A-Z])")
_SEPARATOR = re.compile(r"[,،、，·•;；|\n]| [-–—] ")
_UNSURE = re.compile(r"(?:[A-Za-zÀ-ɏΑ-ωЀ-ӿ]|tn)\.?")
# CLDR's short forms that are as good as none, and the words of the languages in which they are a thousand
_THOUSANDS = {
    "b": re.compile(r"beğen|yorum|takip|gönderi|görüntüle|izlen|abone|tepki|paylaş"),
    "e": re.compile(r"kedvel|hozzászól|követ|bejegyz|megtekint|megoszt|feliratkoz"),
    "t": re.compile(
        r"følge|synes|kommentar|opslag|innlegg|visning|abonnent|tykkä|kommentti|seuraa|julkaisu|näyttö|katselu|tilaaja"
    ),
    "tn": re.compile(r"gilla|kommentar|följ|visning|inlägg|prenumerant"),
    "n": re.compile(r"lượt|bình luận|người|bài viết"),
}


@frozen
class Counted:
    """One count and the words around it."""

    count: Count
    before: str
    """What stands between the count before this one (or the beginning) and this one."""
    after: str
    """What stands between this one and the next (or the end)."""

    @property
    def words(self) -> str:
        """What this count is said to count: the words on both sides, up to the next comma or dash."""
        return _SEPARATOR.split(self.before)[-1] + " " + _SEPARATOR.split(self.after, maxsplit=1)[0]


def counted(sentence: str) -> list[Counted]:
    """Every count in the first 2,000 characters of ``sentence``, each with its unit ("1,2 mil" is one count).

    A number before a single letter that is no unit for sure ("5 B" is five billion, or five thousand in Turkish) is
    read by the words that follow, and left out where they do not settle it.
    """
    sentence = sentence[:2_000]
    found: list[tuple[int, int, Count | None]] = []
    at = 0
    while match := _NUMBER.search(sentence, at):
        count, end = _with_unit(sentence, match)
        found.append((match.start(), end, count))
        at = end
    edges = [0, *(end for _, end, _ in found)]
    starts = [*(start for start, _, _ in found), len(sentence)]
    return [
        Counted(count, sentence[edges[n] : start], sentence[end : starts[n + 1]])
        for n, (start, end, count) in enumerate(found)
        if count is not None
    ]


def _with_unit(sentence: str, match: re.Match[str]) -> tuple[Count | None, int]:
    """The count that begins with a number, and where it ends."""
    number = match.group()
    if shortened := _SHORTENED_MILLION.match(sentence, match.end()):
        return read_count(f"{number}M"), shortened.end()
    if unit := _UNIT.match(sentence, match.end()):
        word = unit.group()
        # a script without spaces glues the counter's own word to the unit ("1.2万件"): the longest part that is a unit
        for length in range(len(word), 0, -1):
            is_part = length < len(word) and word[length - 1].isascii() and word[length].isalpha()
            if not is_part and (count := read_count(number + word[:length])) is not None:
                return count, match.end() + length
        if _UNSURE.fullmatch(word.strip()) and sentence[unit.end() : unit.end() + 1] not in ("'", "’"):
            return _thousands(number, word.strip(" \u00a0\u202f."), sentence[unit.end() :]), unit.end()
    count = read_count(number)
    if count is None and " " in number:
        # two numbers that a space stands between
        first = number.split(" ")[0]
        return read_count(first), match.start() + len(first)
    return count, match.end()


def _thousands(number: str, letter: str, following: str) -> Count | None:
    words = _THOUSANDS.get(letter.casefold())
    return read_count(f"{number}K") if words is not None and words.match(following.lstrip().casefold()) else None
