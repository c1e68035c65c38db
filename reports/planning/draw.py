"""Chance that can be repeated: everything random in a plan comes from its seed."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

Item = TypeVar("Item")


def drawn_number(seed: str, *place: object) -> int:
    """A number of 64 bits that depends on nothing but ``seed`` and ``place``."""
    text = "\x1f".join([seed, *map(str, place)])
    return int.from_bytes(sha256(text.encode()).digest()[:8], "big")


def shuffled(items: Sequence[Item], seed: str, *place: object) -> list[Item]:
    """The items in an order drawn from ``seed`` and ``place``."""
    return [items[n] for n in sorted(range(len(items)), key=lambda n: (drawn_number(seed, *place, n), n))]


def drawn_arms(seed: str, experiment_id: str, block: int) -> tuple[str, str]:
    """Which arm the first and the second slot of a pair get: ``a b`` or ``b a``, either as likely."""
    return ("a", "b") if drawn_number(seed, experiment_id, block) % 2 else ("b", "a")
