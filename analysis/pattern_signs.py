"""Which signs a text must hold for a regular expression to fit: looking for a sign takes a tenth of trying to fit.

Most posts hold neither a price nor the emojis of our patterns, and a text without them need not be tried at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Signs = frozenset[str]
Needs = list[Signs]
"""Of each of these sets every text that fits holds at least one sign."""

_TOKENS = re.compile(
    r"""
    (?P<class>\[\^?\]?(?:\\[pP]\{[^}]*\}|\[:\^?\w+:\]|\\.|[^\]\\])*\])
    | (?P<flags>\(\?[a-zA-Z-]+\))
    | (?P<open>\((?:\?(?:P?<\w+>|[a-zA-Z-]*:))?)
    | (?P<close>\))
    | (?P<or>\|)
    | (?P<times>(?:[*+?]|\{\d+(?:,\d*)?\})\??)
    | (?P<escape>\\(?:[pP]\{[^}]*\}|[pP]\w|x\{[0-9a-fA-F]+\}|x[0-9a-fA-F]{2}|[0-7]{1,3}|.))
    | (?P<any>[.^$])
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPTIONAL = re.compile(r"[*?]|\{0+[,}]")
_Token = tuple[str, str]


def needed_signs(pattern: str) -> Needs:
    """What a text must hold for ``pattern`` (in RE2's syntax, in any case) to fit; empty when that cannot be told.

    Letters are left out, as each has several cases.
    """
    if r"\Q" in pattern:
        return []
    tokens = [(found.lastgroup or "", found.group()) for found in _TOKENS.finditer(pattern)]
    return _alternatives(iter(tokens))


def _alternatives(tokens: Iterator[_Token]) -> Needs:
    """Needs of all up to the end of this group."""
    alternatives: list[Needs] = [[]]
    latest: Needs = []
    for kind, text in tokens:
        if kind == "flags":  # "%(?i)?" is "%?" for RE2
            continue
        if kind == "times":
            latest = [] if _OPTIONAL.match(text) else latest
            continue
        alternatives[-1] += latest
        latest = []
        if kind == "open":
            latest = _alternatives(tokens)
        elif kind == "or":
            alternatives.append([])
        elif kind == "close":
            break
        else:
            latest = _needs_of_one(kind, text)
    alternatives[-1] += latest
    if len(alternatives) == 1:
        return alternatives[0]
    if not all(alternatives):
        return []
    return [frozenset[str]().union(*(min(needs, key=len) for needs in alternatives))]


def _needs_of_one(kind: str, text: str) -> Needs:
    """Of a single sign, or a class of signs."""
    if kind == "class":
        signs = text[1:-1]
        # a range, one that is all but these, or the name of many
        return [] if signs[0] == "^" or "\\" in signs or "[:" in signs or "-" in signs[1:-1] else _caseless(signs)
    if kind == "escape":
        return _caseless(text[1:]) if len(text) == 2 and text[1].isascii() and not text[1].isalnum() else []
    return _caseless(text) if kind == "sign" else []


def _caseless(signs: str) -> Needs:
    return [frozenset(signs)] if all(sign.lower() == sign.upper() and not sign.isalpha() for sign in signs) else []
