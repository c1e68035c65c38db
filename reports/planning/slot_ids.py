"""Ids of planned slots, which travel in links (``utm_content``) and are typed by people: ``p2612-k7f3``.

A letter for what it is, year and month, a hyphen, and four signs of an alphabet without those that look alike (0 o, 1 i
l). The last sign is a checksum: one wrong sign, or two neighbours that changed places, give an id that is none.
"""

from __future__ import annotations

import re
from collections.abc import Container
from hashlib import sha256
from typing import Final

ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
"""31 signs, a prime number: every weight of the checksum then tells all signs apart."""
SLOT: Final = "p"
EXPERIMENT: Final = "e"
_SHAPE: Final = re.compile(rf"([a-z])(\d{{2}})(0[1-9]|1[0-2])-([{ALPHABET}]{{3}})([{ALPHABET}])")
_RANDOM_SIGNS: Final = 3


def new_id(kind: str, year: int, month: int, seed: str, taken: Container[str] = ()) -> str:
    """The id that ``seed`` gives, always the same; another one when it is ``taken``. ``kind``: SLOT or EXPERIMENT."""
    head = f"{kind}{year % 100:02d}{month:02d}"
    for attempt in range(len(ALPHABET) ** _RANDOM_SIGNS):
        number = int.from_bytes(sha256(f"{head}\x1f{seed}\x1f{attempt}".encode()).digest()[:8], "big")
        signs = ""
        for _ in range(_RANDOM_SIGNS):
            number, rest = divmod(number, len(ALPHABET))
            signs += ALPHABET[rest]
        planned = f"{head}-{signs}{_check_sign(head, signs)}"
        if planned not in taken:
            return planned
    raise ValueError(f"all ids of {year}-{month:02d} are taken")


def is_id(text: str) -> bool:
    """Whether ``text`` is an id with the checksum that belongs to it."""
    found = _SHAPE.fullmatch(text)
    return found is not None and found[5] == _check_sign(f"{found[1]}{found[2]}{found[3]}", found[4])


def _check_sign(head: str, signs: str) -> str:
    values = [int(sign) if sign.isdigit() else ord(sign) - ord("a") for sign in head]
    values += [ALPHABET.index(sign) for sign in signs]
    return ALPHABET[sum(weight * value for weight, value in enumerate(values, start=1)) % len(ALPHABET)]
