"""The state that a page carries for its own script, where it is plain JSON: Next, Nuxt 2, Substack's preloads.

Nothing is executed; what does not parse is left out. A state holds many posts (teasers, comments), so each is given
with its title and address, and the reader binds the one that is the page's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen
from lxml import etree

from crawler.reading.counts import read_count
from crawler.reading.text import html_to_text

_STRING_STATE = re.compile(r'window\._preloads\s*=\s*JSON\.parse\(("(?:[^"\\]|\\.)*")\)')
_OBJECT_STATE = re.compile(r"window\.(?:__NUXT__|__INITIAL_STATE__|__PRELOADED_STATE__)\s*=\s*(?=\{)")
_MAX_VALUES = 200_000

_COUNTS = {
    "comment_count": ("commentCount", "comment_count", "commentsCount", "numComments", "num_comments"),
    "like_count": ("reaction_count", "reactionCount", "likeCount", "like_count", "likesCount"),
    "share_count": ("restacks", "shareCount", "share_count"),
    "view_count": ("viewCount", "view_count", "viewsCount"),
}
_TITLES = ("title", "headline", "name")
_ADDRESSES = ("url", "canonical_url", "canonicalUrl", "link", "uri", "slug", "permalink", "href")
# named so because it is UTC, though WordPress writes it without a letter for it
_UTC_DATES = ("dateGmt", "date_gmt")
_DATES = ("post_date", "datePublished", "publishedAt", "published_at", "publishDate")


@frozen(kw_only=True)
class EmbeddedPost:
    """Something with a title and a count or date in a page's state."""

    titles: tuple[str, ...]
    addresses: tuple[str, ...]
    published: tuple[str, ...]
    counts: Mapping[str, int]
    is_named: bool = False
    """The state itself says that this is the page's (the slug in Next's ``query`` or ``pageProps``)."""

    def is_about(self, url: str, title: str) -> bool:
        """Whether this is the post at ``url``: by the state's own word, by address or slug, else by its whole title."""
        if self.is_named:
            return True
        path = urlsplit(url).path.strip("/")
        for address in self.addresses:
            stated = urlsplit(address).path.strip("/")
            if stated and (stated == path or stated == path.rpartition("/")[2]):
                return True
        return bool(title) and title.casefold() in self.titles


def embedded_posts(root: etree._Element) -> Iterator[EmbeddedPost]:
    """Candidates in document order."""
    for state in _states(root):
        yield from _posts(state, _slugs(state))


def _states(root: etree._Element) -> Iterator[object]:
    for script in root.iter("script"):
        text = script.text or ""
        written = None
        if script.get("id") == "__NEXT_DATA__":
            written = text
        elif found := _STRING_STATE.search(text):
            written = _parsed(found.group(1))
        elif found := _OBJECT_STATE.search(text):
            written = text[found.end() :]
        if isinstance(written, str) and (state := _parsed(written)) is not None:
            yield state


def _parsed(text: str) -> Any:
    try:
        return json.JSONDecoder(strict=False).raw_decode(text.strip())[0]
    except (ValueError, RecursionError):
        return None


def _slugs(state: object) -> frozenset[str]:
    found: list[object] = []
    if isinstance(state, dict):
        props = state.get("props")
        for part in (state.get("query"), props.get("pageProps") if isinstance(props, dict) else None):
            if isinstance(part, dict):
                found += [part.get("slug"), part.get("id")]
    return frozenset(slug for slug in found if isinstance(slug, str) and slug)


def _posts(state: object, slugs: frozenset[str]) -> Iterator[EmbeddedPost]:
    waiting = [state]
    seen = 0
    while waiting and seen < _MAX_VALUES:
        value = waiting.pop()
        seen += 1
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            waiting.extend(reversed(value.values()))
            counts = _counts(value)
            published = tuple(f"{said}Z" if said[-1:].isdigit() else said for said in _strings(value, _UTC_DATES))
            published += tuple(_strings(value, _DATES))
            titles = tuple(" ".join(html_to_text(said).split()).casefold() for said in _strings(value, _TITLES))
            if titles and (counts or published):
                addresses = tuple(_strings(value, _ADDRESSES))
                yield EmbeddedPost(
                    titles=titles,
                    addresses=addresses,
                    is_named=any(address.strip("/").rpartition("/")[2] in slugs for address in addresses),
                    published=published,
                    counts=counts,
                )


def _counts(value: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for name, spellings in _COUNTS.items():
        for spelling in spellings:
            count = read_count(value.get(spelling))
            if count is not None and count.rounded is None:
                found[name] = count.value
                break
    return found


def _strings(value: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    found = []
    for name in names:
        said = value.get(name)
        if isinstance(said, dict):
            said = said.get("rendered")
        if isinstance(said, str) and 0 < len(said) < 1_000:
            found.append(said)
    return found
