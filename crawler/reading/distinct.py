"""Lists in which everything stands once."""

from __future__ import annotations

from collections.abc import Iterable


def distinct(said: Iterable[str | None]) -> tuple[str, ...]:
    """What is there, each once, in the order of its first place."""
    return tuple(dict.fromkeys(one for one in said if one))
