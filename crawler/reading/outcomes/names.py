"""The names of columns in exports of visits and sales, from ``names.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from crawler.reading.column_names import plain_name

_SAID: Mapping[str, Any] = tomllib.loads(
    resources.files("crawler.reading.outcomes").joinpath("names.toml").read_text(encoding="utf-8")
)


def _plain(said: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(plain_name(one) for one in spellings) for name, spellings in said.items()}


NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    kind: _plain(said) for kind, said in _SAID.items() if kind != "ga4"
}
"""Kind of table → field → names of its column, the first that a table has is taken."""
GA4_EXACT = _plain(_SAID["ga4"]["exact"])
GA4_STEMS: Mapping[str, frozenset[str]] = {
    name: frozenset(words) for name, words in _plain(_SAID["ga4"]["stems"]).items()
}
GA4_WORDS: Mapping[str, frozenset[str]] = {
    name: frozenset(words) for name, words in _plain(_SAID["ga4"]["words"]).items()
}


def by_name(header: Sequence[str], *kinds: str) -> dict[str, int]:
    """Field → column, of the columns that are called as one of ``kinds`` calls them."""
    named: dict[str, int] = {}
    for index, cell in enumerate(header):
        if name := plain_name(cell):
            named.setdefault(name, index)
    found: dict[str, int] = {}
    for kind in kinds:
        for field, spellings in NAMES[kind].items():
            if field not in found and (known := [named[one] for one in spellings if one in named]):
                found[field] = known[0]
    return found
