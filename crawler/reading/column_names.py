"""What the columns of tables of posts are called, by exports and by people, in several languages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from importlib import resources

from crawler.items import Format

_MARKS = re.compile(r"[„“”«»\"'’`´]")
_BREAKS = re.compile(r"[\s_\-–—‐-―/.:()\[\]]+")

COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")


def plain_name(header: str) -> str:
    """``header`` as it is compared: one case, no quotes, one blank for whatever stands between words."""
    text = unicodedata.normalize("NFKC", header).casefold()
    if not text.isprintable():
        text = "".join(char for char in text if unicodedata.category(char) not in ("Cf", "Cc", "Cs") or char.isspace())
    return _BREAKS.sub(" ", _MARKS.sub("", text)).strip()


def _plain(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(plain_name, names))


_WORDS = tomllib.loads(resources.files("crawler.reading").joinpath("column_names.toml").read_text(encoding="utf-8"))

FIELDS: Mapping[str, tuple[str, ...]] = {name: _plain(said) for name, said in _WORDS["fields"].items()}
"""Field → names of its column; the first that a table has is taken."""
NOT_KEPT: Mapping[str, frozenset[str]] = {name: frozenset(_plain(said)) for name, said in _WORDS["not_kept"].items()}
"""Figures of exports that are something else than any of our counts, and go into none of them."""
FORMATS: Mapping[str, Format] = {
    plain_name(word): Format(name) for name, said in _WORDS["formats"].items() for word in said
}
WORDS: Mapping[str, frozenset[str]] = {name: frozenset(_plain(said)) for name, said in _WORDS["words"].items()}
"""``story``, ``lifetime``, ``totals``, ``yes``, ``no``, …: words in cells and headers that mean something."""
LINKEDIN: Mapping[str, tuple[str, ...]] = {name: _plain(said) for name, said in _WORDS["linkedin"].items()}
"""How LinkedIn's export calls what others call otherwise, and by what it is known."""
