"""Hashtags as people write them in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_HASHTAG = re.compile(r"(?:^|(?<=[\s(\[{«“\"'¡¿,;]))[#＃](?!\ufe0f)([^\s#＃]{1,300})")
_LONGEST = 100


def written(text: str) -> list[tuple[int, str]]:
    """Position of the ``#`` and tag (without it) of each hashtag in ``text``, in order.

    A tag starts behind white space or an opening mark, ends before the first punctuation other than ``_``, ``·`` and
    ``-`` between letters, and holds at least one letter or symbol that is no digit (``#1`` is no hashtag).
    """
    return [(found.start(), tag) for found in _HASHTAG.finditer(text) if (tag := _tag(found.group(1)))]


def unique(tags: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, compared without case, as first spelled."""
    seen: dict[str, str] = {}
    for tag in tags:
        if tag:
            seen.setdefault(tag.casefold(), tag)
    return tuple(seen.values())


def _tag(run: str) -> str | None:
    end = len(run)
    for position, char in enumerate(run):
        if unicodedata.category(char)[0] in "PZC" and char not in "_·\u200c\u200d" and not _joins(run, position):
            end = position
            break
    tag = run[:end].rstrip("_·-\u200c\u200d")
    if not tag or len(tag) > _LONGEST or all(char.isdecimal() for char in tag):
        return None
    return tag


def _joins(run: str, position: int) -> bool:
    return run[position] == "-" and run[position + 1 : position + 2].isalnum() and position > 0
