"""The short spelling of a UUID in PeerTube's links (``/w/kkGMgK9ZtnKfYAgnEtQxbv``): base 58 in Flickr's alphabet."""

from __future__ import annotations

import re
from uuid import UUID

_DIGITS = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_SHORT = re.compile(rf"[{_DIGITS}]{{20,22}}")
_BITS = 128


def uuid_of(short: str) -> str | None:
    """The UUID in its usual spelling; ``None`` for what is no short one."""
    if not _SHORT.fullmatch(short):
        return None
    number = 0
    for digit in short:
        number = number * len(_DIGITS) + _DIGITS.index(digit)
    return str(UUID(int=number)) if number < 1 << _BITS else None
