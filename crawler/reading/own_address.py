"""Where a page says that it stands, told from its first bytes, before anybody knows what kind of page it is."""

from __future__ import annotations

import re

from crawler.reading.urls import host_of

_STATED = re.compile(
    rb"<(?:link|meta)\b(?=[^<>]{0,500}?\b(?:rel=[\"']?canonical|property=[\"']?og:url)\b)"
    rb"[^<>]{0,500}?\b(?:href|content)=[\"']?(https?://[^\s\"'<>]{1,500})",
    re.IGNORECASE,
)


def names_itself(url: str, head: bytes) -> bool:
    """Whether a page's canonical link or ``og:url`` is of the host that it came from: it is no copy of another's."""
    stated = (host_of(found.decode("utf-8", "replace")) for found in _STATED.findall(head))
    return host_of(url).removeprefix("www.") in {host.removeprefix("www.") for host in stated}
