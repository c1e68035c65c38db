"""What one syntax says of a post: a node of JSON-LD, microdata, RDFa or microformats, as facts of one shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from crawler.items import Media
from crawler.pages.web.counters import Counters, read_counters
from crawler.pages.web.kinds import POSTS
from crawler.reading import hashtags
from crawler.reading.content import is_decoration, pixels, said_text
from crawler.reading.durations import iso_seconds
from crawler.reading.jsonld import JsonLd, Node, strings, types, values
from crawler.reading.meta import Page
from crawler.reading.text import html_to_text
from crawler.reading.urls import absolute


@frozen(kw_only=True)
class Facts:
    """What one syntax says; several nodes about the same post are several facts."""

    source: str
    """Name of the syntax, as :attr:`Post.sources` has it."""
    kinds: frozenset[str] = frozenset()
    url: str | None = None
    title: str | None = None
    text: str | None = None
    authors: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    language: str | None = None
    tags: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    counters: Counters = field(factory=Counters)


@frozen
class Stated:
    """A value and the name of the source that states it."""

    value: Any
    source: str


def pick(name: str, facts: Iterable[Facts]) -> Stated | None:
    """The first value of this attribute that any of the facts has."""
    return next((Stated(value, fact.source) for fact in facts if (value := getattr(fact, name))), None)


def node_facts(source: str, node: Node, jsonld: JsonLd, page: Page) -> Facts:
    """What a node about the page's post says; of a node that is no post by itself only its dates."""
    if types(node).isdisjoint(POSTS):
        dates = tuple(_date_strings(node, "datepublished"))
        return Facts(source=source, published=dates, edited=tuple(_date_strings(node, "datemodified")))
    base = page.base
    text = _first(said_text(said) for said in strings(node, "articlebody", "text", "encoded"))
    if text is None and "videoobject" in types(node):
        text = _first(said_text(said) for said in strings(node, "description"))
    return Facts(
        source=source,
        kinds=types(node),
        url=next((link for said in strings(node, "url") if (link := absolute(said, base))), None),
        title=_title(node, page),
        text=text,
        authors=_authors(node, jsonld),
        published=tuple(_date_strings(node, "datepublished", "uploaddate", "datecreated", "created", "date")),
        edited=tuple(_date_strings(node, "datemodified")),
        language=_first(strings(node, "inlanguage")),
        # keywords are for search engines; what a reader sees as tags is p-category, and article:tag in the head
        tags=tag_list(values(node, "category")),
        media=_media(node, jsonld, base),
        counters=read_counters(node, jsonld),
    )


def _title(node: Node, page: Page) -> str | None:
    """The headline; the name where that is what the page itself is called, and the headline is not (Wikipedia)."""
    stated = [" ".join(said_text(said).split()) for said in strings(node, "headline")[:1] + strings(node, "name")[:1]]
    stated = [title for title in stated if title] or [
        " ".join(said_text(said).split()) for said in strings(node, "title")[:1]
    ]
    if len(stated) > 1:
        called = html_to_text(f"{page.title} {page.first('og:title') or ''}").casefold()
        if stated[0].casefold() not in called and stated[1].casefold() in called:
            return stated[1]
    return (stated or [""])[0] or None


def _date_strings(node: Node, *names: str) -> list[str]:
    return [
        said[0].strip() if "\n" not in said[0] else said[0].split("\n")[0]
        for name in names
        if (said := strings(node, name)) and len(said[0]) < 200
    ]


def _authors(node: Node, jsonld: JsonLd) -> tuple[str, ...]:
    names: list[str] = []
    for value in values(node, "author", "creator"):
        person = jsonld.resolve(value)
        said = strings(person, "name") if isinstance(person, Mapping) else [person] if isinstance(person, str) else []
        for name in said[:1]:
            plain = " ".join(html_to_text(name).split())
            if plain and "@" not in plain and not plain.startswith(("http://", "https://")):
                names.append(plain)
    return tuple(dict.fromkeys(names))


def tag_list(stated: Iterable[object]) -> tuple[str, ...]:
    """Tags as a list, or as one string with commas."""
    said = [value.get("name") if isinstance(value, Mapping) else value for value in stated]
    words = [part for value in said if isinstance(value, str) for part in value.split(",")]
    return hashtags.unique(" ".join(html_to_text(word).lstrip("#").split()) for word in words)


def _media(node: Node, jsonld: JsonLd, base: str) -> tuple[Media, ...]:
    found: list[Media] = []
    if "videoobject" in types(node):
        found.append(_object_medium(node, "video", base))
    for name, kind in (("video", "video"), ("audio", "audio"), ("image", "image")):
        for value in values(node, name):
            stated = jsonld.resolve(value)
            if isinstance(stated, str):
                found.append(Media(kind=kind, url=absolute(stated, base)))
            elif isinstance(stated, Mapping):
                found.append(_object_medium(stated, kind, base))
    return tuple(medium for medium in found if medium.url is not None and not is_decoration(medium.url))


def _object_medium(stated: Node, kind: str, base: str) -> Media:
    places = strings(stated, "contenturl") or strings(stated, "url", "@id")
    if kind == "video":
        places = strings(stated, "contenturl") or strings(stated, "thumbnailurl") or strings(stated, "thumbnail")
    caption = _first(strings(stated, "caption")) if kind == "image" else None
    return Media(
        kind=kind,
        url=absolute(places[0], base) if places else None,
        width=_side(stated, "width"),
        height=_side(stated, "height"),
        duration_seconds=iso_seconds(_first(strings(stated, "duration"))),
        alt_text=html_to_text(caption) if caption else None,
    )


def _side(stated: Node, name: str) -> int | None:
    for value in values(stated, name):
        said = next(iter(values(value, "value", "name")), None) if isinstance(value, Mapping) else value
        if isinstance(said, str | int | float) and not isinstance(said, bool):
            return pixels(str(said))
    return None


def _first(said: Iterable[Any]) -> Any:
    return next((value for value in said if value), None)
