"""Alternative text of pictures on Meta's networks: a person's own words, or a machine's guess."""

from __future__ import annotations

import re

from crawler.reading.jsonvalue import string

_GUESSED = re.compile(
    r"^Photo (?:by|shared by)\b|^Video by\b|\bMay be (?:an?|art|closeup|text|graphic|cartoon|meme|doodle|illustration"
    r"|\d)\b|^Image may contain\b|^No (?:photo|alternative)",
    re.IGNORECASE,
)


def written_by_hand(alt: object) -> str | None:
    """The alternative text, unless the network wrote it by itself ("May be an image of …")."""
    said = string(alt)
    return None if said is None or _GUESSED.search(said) else said
