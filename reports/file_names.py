"""What the files of a brief are called."""

from __future__ import annotations

import hashlib
import re

_LONGEST_BYTES = 120
"""File systems take 255 for a whole name."""


def brief_stem(period: str, list_name: str = "") -> str:
    """The name without ending: ``2026-W47``, of a list ``2026-W47_coffee``. Two lists never share one."""
    if not list_name:
        return period
    slug = re.sub(r"\W+", "-", list_name.casefold()).strip("-")
    if slug != list_name:
        slug = f"{slug}-{hashlib.sha256(list_name.encode()).hexdigest()[:4]}".lstrip("-")
    return f"{period}_{shortened(slug)}"


def shortened(name: str) -> str:
    """A part of a file's name that leaves room for the others: two that are cut differ in their last letters."""
    encoded = name.encode()
    if len(encoded) <= _LONGEST_BYTES:
        return name
    return f"{encoded[:_LONGEST_BYTES].decode(errors='ignore')}-{hashlib.sha256(encoded).hexdigest()[:8]}"
