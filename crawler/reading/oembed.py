"""oEmbed answers as they begin. Source: oembed.com, 2.3.4 (response parameters)."""

from __future__ import annotations

import re

_PROVIDER = re.compile(
    rb'[\xef\xbb\xbf\s]*\{(?:[^{}\[\]"]++|"(?:[^"\\]++|\\.)*+")*?"provider_name"\s*:\s*"([^"\\]{1,100})"', re.DOTALL
)
"""On the outermost level: posts and pages hold the answers about what they embed."""


def provider_in(head: bytes) -> str | None:
    """The network that an answer in JSON says it is from; ``None`` for what is no oEmbed answer."""
    found = _PROVIDER.match(head)
    return found.group(1).decode("utf-8", "replace") if found else None
