"""Values out of JSON that somebody else wrote: a key may be missing, null, or of another kind than documented."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from crawler.reading.text import clean
from crawler.reading.urls import absolute

_PLAIN_LINK = re.compile(r"https?://[a-z0-9.-]+(?::[1-9][0-9]{0,4})?/[A-Za-z0-9._~!$&'()*+,;=:@%/?#-]*")
_DEFAULT_PORT = re.compile(r"http://[^/]+:80/|https://[^/]+:443/")


class NotJsonError(ValueError):
    """The bytes are no JSON that we read: malformed, nested too deep, or with absurd numbers."""


def parse(body: bytes | str, *, strict: bool = True) -> Any:
    """The JSON document in ``body`` (UTF-8, -16 or -32, with or without byte order mark; invalid UTF-8 is replaced).

    ``strict=False`` allows raw control characters inside strings. Raises :class:`NotJsonError`.
    """
    try:
        try:
            return json.loads(body, strict=strict)
        except UnicodeDecodeError:
            return json.loads(body.decode("utf-8", "replace") if isinstance(body, bytes) else body, strict=strict)
    except (ValueError, RecursionError) as error:
        raise NotJsonError(str(error)[:200]) from error


def mapping(value: object) -> Mapping[str, Any]:
    """``value`` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: object) -> Sequence[Any]:
    """``value`` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else ()


def string(value: object) -> str | None:
    """``value`` cleaned, if it is a string, else ``None``."""
    return clean(value) if isinstance(value, str) else None


def identifier(value: object) -> str | None:
    """An id, which servers write as a string or a number; ``None`` if there is none."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**30 else None
    if isinstance(value, str):
        said = clean(value).strip()
        return said if 0 < len(said) <= 1024 else None
    return None


def positive(value: object) -> int | None:
    """A size in whole pixels, or ``None``."""
    if isinstance(value, float) and 0 < value < 10**6:
        return round(value) or None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**6 else None


def link(value: object, base: str | None = None) -> str | None:
    """``value`` as an absolute http(s) address, or ``None``."""
    if not isinstance(value, str) or not value:
        return None
    if len(value) <= 2048 and _PLAIN_LINK.fullmatch(value) and not _DEFAULT_PORT.match(value):
        return value
    return absolute(clean(value), base)
