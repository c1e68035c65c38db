"""The state that a page carries for its own script: Next (pages and app router), Nuxt 2 and 3, Apollo, preloads.

Nothing is executed; what does not parse is left out. A state holds many posts (teasers, comments), so each is given
with its title and address, and the reader binds the one that is the page's.

Medium counts claps and the people who clapped (``clapCount``, ``voterCount``): a reader may clap fifty times. What it
shows as the post's number is the claps, so those are ``like_count``. Substack's ``reaction_count`` is people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

import orjson
from attrs import define

from crawler.reading.counts import read_count
from crawler.reading.meta import Script
from crawler.reading.nuxt import NotReadError, nuxt2_state, nuxt3_objects
from crawler.reading.text import html_to_text

_PARSE = "JSON.parse("
_ASSIGNED_TO = re.compile(r"(?:window|self|globalThis)\.\w+\s*=\s*$")
_STRING = re.compile(r"""\s*("[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*')\s*\)""")
_LONGEST_NAME = 200
_NUXT_STATE = re.compile(r"window\.__NUXT__\s*=\s*(?=[{(])")
# all names begin with a line, of which a script has far fewer than it has "window"
_OBJECT_STATE = re.compile(
    r"_(?:(?<=window\._)|(?<=self\._)|(?<=globalThis\._)"
    r"|(?<=window\[[\"']_)|(?<=self\[[\"']_)|(?<=globalThis\[[\"']_))"
    r"(?:_[A-Z][A-Z0-9_]{0,30}?(?:STATE|DATA|PROPS|CACHE|PRELOAD|CONTEXT|STORE)[A-Z0-9_]{0,30}"
    r"|_[a-zA-Z]{0,30}?(?:State|Data|Props|Store)[a-zA-Z_]{0,30}|preloads|_APOLLO_CLIENT__|_data|_remixContext)"
    r"(?:[\"']\])?\s*=\s*(?=[{\[])"
)
_PUSH = "self.__next_f.push("
_PUSHED_ROW = re.compile(r"^[0-9a-f]+:(?=[\[{])", re.MULTILINE)
_MAX_VALUES = 200_000
_MAX_ROWS = 5_000
_MAX_STATE = 6_000_000

_COUNTS = {
    "comment_count": ("commentCount", "comment_count", "commentsCount", "comments_count", "numComments", "num_comments",
                      "numberOfComments", "totalComments", "responseCount"),
    "like_count": ("reaction_count", "reactionCount", "likeCount", "like_count", "likesCount", "likes_count",
                   "clapCount"),
    "share_count": ("restacks", "shareCount", "share_count", "sharesCount"),
    "view_count": ("viewCount", "view_count", "viewsCount", "views_count", "pageViews"),
}  # fmt: skip
_PLAIN_COUNTS = {"comments": "comment_count", "likes": "like_count", "shares": "share_count", "views": "view_count"}
"""Counts where they are bare numbers: the same names hold lists of comments, and settings."""
_ONLY_OF_POSTS = {"postResponses": "comment_count"}
"""Objects that hold a count: Medium's ``postResponses: {count: 76}``."""
_TITLES = ("title", "headline", "name")
_ADDRESSES = ("url", "canonical_url", "canonicalUrl", "mediumUrl", "link", "uri", "slug", "uniqueSlug", "permalink",
              "href", "path", "_path", "fullPath")  # fmt: skip
_IDS = ("id", "postId", "post_id", "uuid", "_id")
# named so because it is UTC, though WordPress writes it without a letter for it
_UTC_DATES = ("dateGmt", "date_gmt")
_DATES = ("post_date", "datePublished", "publishedAt", "published_at", "publishDate", "firstPublishedAt",
          "first_published_at", "datePublishedISO", "publishedDate", "published_date", "publish_date")  # fmt: skip
_INTERESTING = frozenset(
    [spelling for names in _COUNTS.values() for spelling in names] + [*_ONLY_OF_POSTS, *_UTC_DATES, *_DATES]
)
_STEMS = ("ublished", "post_date", "restacks", "pageViews", "postResponses", "ublishDate", "ublish_date", "ateGmt",
          "date_gmt")  # fmt: skip
_ENDINGS = {
    "ount": ("ommentC", "omment_c", "ommentsC", "omments_c", "eaction_c", "eactionC", "ikeC", "ike_c", "ikesC",
             "ikes_c", "hareC", "hare_c", "haresC", "iewC", "iew_c", "iewsC", "iews_c", "clapC", "esponseC"),
    "omments": ("umC", "um_c", "otalC", "OfC"),
}  # fmt: skip
"""A stem, or an ending behind one of its beginnings, is part of every spelling above."""
_NESTED = frozenset({dict, list})
_MIN_ID = 5
_MIN_PLAIN = 4
_PLAIN = re.compile(r"[A-Za-z0-9 ,.]+")


@define(kw_only=True, slots=False)
class EmbeddedPost:
    """Something with a title and a count or date in a page's state."""

    value: Mapping[str, Any]
    is_named: bool = False
    """The state itself says that this is the page's (the slug in Next's ``query`` or ``pageProps``)."""

    @cached_property
    def titles(self) -> tuple[str, ...]:
        return tuple(" ".join(html_to_text(said).split()).casefold() for said in _strings(self.value, _TITLES))

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        return tuple(_strings(self.value, _ADDRESSES))

    @cached_property
    def published(self) -> tuple[str, ...]:
        stated = tuple(f"{said}Z" if said[-1:].isdigit() else said for said in _strings(self.value, _UTC_DATES))
        return stated + tuple(_moments(self.value))

    @cached_property
    def counts(self) -> Mapping[str, int]:
        return _counts(self.value)

    def is_about(self, url: str, title: str) -> bool:
        """Whether this is the post at ``url``: by the state's own word, by address, slug or id, else by its title."""
        if self.is_named:
            return True
        path = urlsplit(url).path.strip("/")
        last = path.rpartition("/")[2]
        for address in self.addresses:
            stated = address.strip("/") if "//" not in address else _path(address)
            if stated and (stated in {path, last}):
                return True
        words = frozenset(re.split(r"[/_.-]", path))
        for name in _IDS:
            identity = self.value.get(name)
            if isinstance(identity, int | str) and not isinstance(identity, bool):
                said = str(identity)
                if len(said) >= _MIN_ID and said in words:
                    return True
        return bool(title) and title.casefold() in self.titles


def _path(address: str) -> str:
    try:
        return urlsplit(address).path.strip("/")
    except ValueError:
        return ""


def embedded_posts(scripts: Iterable[Script], url: str, title: str) -> Iterator[EmbeddedPost]:
    """Candidates in document order, of the states that name the address ``url`` or the ``title`` at all; nothing is
    parsed before it is asked for."""
    marks = _marks(url, title)
    for state in _states(scripts, marks):
        yield from _posts(state, _slugs(state))


def _marks(url: str, title: str) -> tuple[str, ...]:
    """What a state that holds the post has to contain; empty where that is not certain.

    The last part of the address, each long number or id in it, and the longest part of the title that is written the
    same way in every script.
    """
    last = _path(url).rpartition("/")[2]
    plain = max(_PLAIN.findall(title), key=len, default="")
    if len(plain) < _MIN_PLAIN or "%" in last:
        return ()
    ids = [word for word in re.split(r"[/_.-]", _path(url)) if len(word) >= _MIN_ID]
    return tuple(filter(None, (last, plain, *ids)))


def _states(scripts: Iterable[Script], marks: tuple[str, ...]) -> Iterator[object]:
    pushed: list[str] = []
    for script in scripts:
        text = script.text
        if len(text) < 40 or len(text) > _MAX_STATE or "ld+json" in script.mime:
            continue
        if "__next_f" in text[:200]:
            pushed.append(text)
            continue
        if script.id == "__NUXT_DATA__" or "data-nuxt" in script.id:
            payload = _parsed(text) if _is_interesting(text, marks) else None
            if isinstance(payload, list):
                yield list(nuxt3_objects(payload, _INTERESTING))
        elif script.mime == "application/json" or script.id == "__NEXT_DATA__":
            if _is_interesting(text, marks):
                yield _parsed(text)
        elif "window" in text or "self" in text or "globalThis" in text:
            yield from _assigned(text, marks)
    if pushed:
        yield from _pushed_states(pushed, marks)


def _assigned(text: str, marks: tuple[str, ...]) -> Iterator[object]:
    """States that a script assigns to a property of the window."""
    if "__NUXT__" in text and (found := _NUXT_STATE.search(text)):
        if _is_interesting(text, marks):
            try:
                yield nuxt2_state(text[found.end() :])
            except NotReadError:
                yield _parsed(text[found.end() :])
    elif (inner := _parsed_string(text)) is not None:
        written = _parsed(inner if inner.startswith('"') else '"' + inner[1:-1].replace('"', '\\"') + '"')
        if isinstance(written, str) and _is_interesting(written, marks):
            yield _parsed(written)
    elif (
        ("__" in text or "_preloads" in text) and _is_interesting(text, marks) and (found := _OBJECT_STATE.search(text))
    ):
        yield _parsed(text[found.end() :])


def _parsed_string(text: str) -> str | None:
    """The first string, as written, that a script parses as JSON for a property of the window."""
    at = text.find(_PARSE)
    while at >= 0:
        behind = at + len(_PARSE)
        if _ASSIGNED_TO.search(text[max(0, at - _LONGEST_NAME) : at]) and (found := _STRING.match(text, behind)):
            return found.group(1)
        at = text.find(_PARSE, behind)
    return None


def _is_interesting(text: str, marks: tuple[str, ...]) -> bool:
    if marks and not any(mark in text for mark in marks):
        return False
    return any(stem in text for stem in _STEMS) or any(
        _ends_with(text, ending, beginnings) for ending, beginnings in _ENDINGS.items()
    )


def _ends_with(text: str, ending: str, beginnings: tuple[str, ...]) -> bool:
    """Whether ``ending`` stands anywhere behind one of ``beginnings``."""
    at = text.find(ending)
    while at >= 0:
        if text.endswith(beginnings, max(0, at - _LONGEST_NAME), at):
            return True
        at = text.find(ending, at + 1)
    return False


def _pushed_states(scripts: Iterable[str], marks: tuple[str, ...]) -> Iterator[object]:
    """The app router's stream: strings that joined are rows ``id:JSON``."""
    stream: list[str] = []
    for script in scripts:
        _, opening, call = script.partition(_PUSH)
        pushed = _parsed(call.rstrip("; \t\r\n").removesuffix(")")) if opening else None
        if isinstance(pushed, list) and len(pushed) > 1 and isinstance(pushed[1], str):
            stream.append(pushed[1])
    text = "".join(stream)
    if not _is_interesting(text, marks):
        return
    for row in islice(_PUSHED_ROW.finditer(text), _MAX_ROWS):
        end = text.find("\n", row.end())
        said = text[row.end() : end if end >= 0 else len(text)]
        if _is_interesting(said, ()):
            yield _parsed(said)


def _parsed(text: str) -> Any:
    text = text.strip().rstrip("; \n\t")
    try:
        return orjson.loads(text)
    except ValueError:
        pass  # more script behind the value, or what only json's own parser bears
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
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
            for inner in reversed(value):
                if type(inner) in _NESTED:
                    waiting.append(inner)  # noqa: PERF401 — a comprehension costs more than most lists are long
        elif isinstance(value, dict):
            for inner in reversed(value.values()):
                if type(inner) in _NESTED:
                    waiting.append(inner)  # noqa: PERF401
            if _INTERESTING.isdisjoint(value) or not any(name in value for name in _TITLES):
                continue
            post = EmbeddedPost(value=value)
            if slugs and any(address.strip("/").rpartition("/")[2] in slugs for address in post.addresses):
                post.is_named = True
            yield post


def _counts(value: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for name, spellings in _COUNTS.items():
        for spelling in spellings:
            if spelling in value:
                count = read_count(value[spelling])
                if count is not None and count.rounded is None:
                    found[name] = count.value
                    break
    for spelling, name in _PLAIN_COUNTS.items():
        held = value.get(spelling)
        if name not in found and isinstance(held, int) and (count := read_count(held)) is not None:
            found[name] = count.value
    for spelling, name in _ONLY_OF_POSTS.items():
        held = value.get(spelling)
        if name not in found and isinstance(held, dict) and (count := read_count(held.get("count"))) is not None:
            found[name] = count.value
    return found


def _moments(value: Mapping[str, Any]) -> Iterator[str]:
    """Dates as text; epoch milliseconds are numbers."""
    for name in _DATES:
        said = value.get(name)
        if isinstance(said, int) and not isinstance(said, bool) and said > 0:
            yield str(said)
        elif isinstance(said, str) and 0 < len(said) < 100:
            yield said


def _strings(value: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    found = []
    for name in names:
        said = value.get(name)
        if isinstance(said, dict):
            said = said.get("rendered") or said.get("current")
        if isinstance(said, str) and 0 < len(said) < 1_000:
            found.append(said)
    return found
