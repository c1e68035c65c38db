"""Whom and what a caption of Instagram or Threads names."""

from __future__ import annotations

import re

from crawler.reading.hashtags import unique
from crawler.reading.jsonvalue import link

_MENTION = re.compile(r"(?<![\w@./])@([A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?)")
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


def mentioned(caption: str) -> tuple[str, ...]:
    """Handles, without ``@``, each once."""
    return unique(found.rstrip(".") for found in _MENTION.findall(caption))


def linked(caption: str) -> tuple[str, ...]:
    """Absolute links, each once."""
    return tuple(dict.fromkeys(url for said in _LINK.findall(caption) if (url := link(said))))
