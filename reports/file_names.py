"""What the files of a brief are called."""

from __future__ import annotations

import hashlib
import re


def brief_stem(period: str, list_name: str = "") -> str:
    """The name without ending: ``2026-W47``, of a list ``2026-W47_coffee``. Two lists never share one."""
    if not list_name:
        return period
    slug = re.sub(r"\W+", "-", list_name.casefold()).strip("-")
    if slug != list_name:
        slug = f"{slug}-{hashlib.sha256(list_name.encode()).hexdigest()[:4]}".lstrip("-")
    return f"{period}_{slug}"
