"""Counts inside sentences: "298K likes, 553 comments", "1,2 mil Me gusta", "「いいね！」1.2万件、コメント43件"."""

from __future__ import annotations

import re

from attrs import frozen

from crawler.reading.counts import Count, read_count

_NUMBER = re.compile(r"[0-9٠-٩۰-۹०-९](?:[0-9٠-٩۰-۹०-९.,'’٬٫\u00a0\u202f ]*[0-9٠-٩۰-۹०-९])?")
_UNIT = re.compile(r"[ \u00a0\u202f]?[^\W\d_]{1,12}\.?")


@frozen
class Counted:
    """One count and the words around it."""

    count: Count
    before: str
    """What stands between the count before this one (or the beginning) and this one."""
    after: str
    """What stands between this one and the next (or the end)."""


def counted(sentence: str) -> list[Counted]:
    """Every count in the first 2,000 characters of ``sentence``, each with its unit ("1,2 mil" is one count)."""
    sentence = sentence[:2_000]
    found: list[tuple[int, int, Count]] = []
    at = 0
    while match := _NUMBER.search(sentence, at):
        end = match.end()
        read = _with_unit(sentence, match)
        if read is not None:
            count, end = read
            found.append((match.start(), end, count))
        at = end
    edges = [0, *(end for _, end, _ in found)]
    starts = [*(start for start, _, _ in found), len(sentence)]
    return [
        Counted(count, sentence[edges[n] : start], sentence[end : starts[n + 1]])
        for n, (start, end, count) in enumerate(found)
    ]


def _with_unit(sentence: str, match: re.Match[str]) -> tuple[Count, int] | None:
    number = match.group()
    if unit := _UNIT.match(sentence, match.end()):
        word = unit.group()
        # a script without spaces glues the counter's own word to the unit ("1.2万件"): the longest part that is a unit
        for length in range(len(word), 0, -1):
            is_part = length < len(word) and word[length - 1].isascii() and word[length].isalpha()
            if not is_part and (count := read_count(number + word[:length])) is not None:
                return count, match.end() + length
    count = read_count(number)
    if count is None and " " in number:
        # two numbers that a space stands between
        first = number.split(" ")[0]
        count = read_count(first)
        return (count, match.start() + len(first)) if count is not None else None
    return (count, match.end()) if count is not None else None
