"""Links out of plain text."""

from __future__ import annotations

import re

from crawler.reading.jsonvalue import link

_BARE_LINK = re.compile(r"https?://[^\s<>\"]+")


def text_links(text: str) -> list[str | None]:
    """Web addresses that are written out in ``text``, without what ends a sentence."""
    return [link(found.rstrip(".,;:!?)]}»”'")) for found in _BARE_LINK.findall(text)]
