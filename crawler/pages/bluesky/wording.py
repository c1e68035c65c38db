"""Links out of plain text, and lists in which everything stands once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawler.reading.jsonvalue import link

_BARE_LINK = re.compile(r"https?://[^\s<>\"]+")


def text_links(text: str) -> list[str | None]:
    """Web addresses that are written out in ``text``, without what ends a sentence."""
    return [link(found.rstrip(".,;:!?)]}»”'")) for found in _BARE_LINK.findall(text)]


def unique(said: Iterable[str | None]) -> tuple[str, ...]:
    """What is there, each once, in the order of its first place."""
    return tuple(dict.fromkeys(one for one in said if one))
