"""State that TanStack's router writes into a page: JavaScript values as the library seroval spells them.

An object is spelled as in JSON, but its keys may be bare, ``!0`` and ``!1`` are true and false, ``void 0`` is nothing,
``$R[7]=`` before a value names it and ``$R[7]`` elsewhere means it again. What is named is read where it stands; where
it is meant again it is ``None`` here, as nothing that we read is meant twice. github.com/lxsmnsyc/seroval
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

_TOKEN = re.compile(
    r"""("(?:[^"\\]|\\[\s\S])*+(?:"|\\?\Z))  # a text, to its end or that of the script
    |\$R\[\d+\](=)?                    # a value's name, or a value by its name
    |(?<=[{,])([A-Za-z_$][\w$]*)(?=:)  # a bare key
    |!([01])|(void\ 0|NaN|-?Infinity)|new\ Date\(("[^"\\]*")\)""",
    re.VERBOSE,
)
_HEX = re.compile(r"(\\\\)|\\x([0-9A-Fa-f]{2})")
_DECODER = json.JSONDecoder(strict=False)
_MOST_VALUES = 8
_LONGEST = 4_000_000
"""Characters that are read of one value: no page has nearly as many."""


def values_after(script: str, key: str) -> Iterator[Any]:
    """The object behind each ``key:`` of a script's text, at most eight; one that is cut or malformed is left out."""
    at = script.find(f"{key}:")
    for _ in range(_MOST_VALUES):
        if at < 0:
            return
        begin = script.find("{", at)
        following = script.find(f"{key}:", at + len(key))
        if begin >= 0:
            end = begin + _LONGEST if following < 0 else min(following, begin + _LONGEST)
            part = script[begin:end]
            with suppress(ValueError, RecursionError):
                yield _DECODER.raw_decode(_TOKEN.sub(_as_json, part))[0]
        at = following


def _as_json(found: re.Match[str]) -> str:
    text, is_name, key, truth, _, date = found.groups()
    if text is not None:
        return _HEX.sub(lambda one: one.group(1) or f"\\u00{one.group(2)}", text) if "\\x" in text else text
    if key is not None:
        return f'"{key}"'
    if truth is not None:
        return "true" if truth == "0" else "false"
    if date is not None:
        return str(date)
    return "" if is_name else "null"
