"""oEmbed answers as they begin. Source: oembed.com, 2.3.4 (response parameters)."""

from __future__ import annotations

import re

# on the outermost level: posts and pages hold the answers about what they embed
_BEFORE = rb'[\xef\xbb\xbf\s]*\{(?:[^{}\[\]"]++|"(?:[^"\\]++|\\.)*+")*?'
_PROVIDER = re.compile(_BEFORE + rb'"provider_name"\s*:\s*"([^"\\]{1,100})"', re.DOTALL)
_MARKUP = re.compile(_BEFORE + rb'"html"\s*:\s*"((?:[^"\\]++|\\.)*+)', re.DOTALL)


def provider_in(head: bytes) -> str | None:
    """The network that an answer in JSON says it is from; ``None`` for what is no oEmbed answer."""
    found = _PROVIDER.match(head)
    return found.group(1).decode("utf-8", "replace") if found else None


def markup_in(head: bytes) -> bytes:
    """What an answer in JSON wants to have embedded, as it is written there, which may be long and cut off."""
    found = _MARKUP.match(head)
    return found.group(1) if found else b""
