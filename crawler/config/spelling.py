"""What somebody may have meant who wrote a word that we do not know."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """``"; did you mean …?"`` with the nearest of ``known``, or ``""`` when none is near."""
    by_folded = {name.lower(): name for name in sorted(known, reverse=True)}
    matches = difflib.get_close_matches(word.lower(), by_folded, n=2, cutoff=cutoff)
    return f"; did you mean {' or '.join(by_folded[match] for match in matches)}?" if matches else ""
