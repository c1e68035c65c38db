"""An HTML page, parsed once, and what its head says: meta elements, links, title, language, Open Graph, scripts.

Open Graph (ogp.me), Twitter cards and article:* are found under ``property`` or ``name``, whichever the page uses. The
one tree serves every reader of the page, the extractor of the main text included, which wants ``lxml.html`` elements.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from attrs import field, frozen
from lxml import etree
from lxml.html import HtmlElement

from crawler.items import Media
from crawler.reading.content import distinct_media, pixels
from crawler.reading.text import clean
from crawler.reading.urls import absolute

_SPACES = re.compile(r"\s+")
_LAST_ERRORS = 20
_LONG_TAG = 8_000
_MAX_ATTRIBUTES = 1_000
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")
_MAX_META = 2_000
_MAX_LINKS = 500
_MAX_SCRIPTS = 2_000
_MAX_CONTENT = 20_000
_ELEMENTS = etree.ElementDefaultClassLookup(element=HtmlElement)
_PRESCANNED = ("meta", "link", "script", "title", "base")


@frozen(kw_only=True)
class HeadLink:
    """A ``link`` element; what is asked of few of them is read when it is asked for."""

    rel: frozenset[str]
    raw_href: str
    """As written."""
    base: str
    element: etree._Element = field(repr=False)

    @property
    def mime(self) -> str:
        """Type without parameters, lower case, or ``""``."""
        return _mime(self.element)

    @property
    def title(self) -> str:
        return _one_line(self.element.get("title") or "")

    @property
    def hreflang(self) -> str:
        return self.element.get("hreflang") or ""

    @cached_property
    def href(self) -> str:
        """Absolute; ``""`` for what is no http(s) address."""
        return absolute(self.raw_href, self.base) or ""


@frozen
class Script:
    """A ``script`` element; its content, often the largest part of a page, becomes text when it is asked for."""

    mime: str
    """Type without parameters, lower case, or ``""``."""
    element: etree._Element = field(repr=False)

    @property
    def id(self) -> str:
        return self.element.get("id") or ""

    @cached_property
    def text(self) -> str:
        """``""`` where the content is elsewhere."""
        return self.element.text or ""


@frozen(kw_only=True)
class Page:
    """A parsed page. ``root`` is never changed."""

    root: etree._Element
    base: str
    """What relative addresses start from."""
    metas: dict[str, list[str]]
    """Lower-case name or property → contents in order, blank ones left out."""
    links: tuple[HeadLink, ...]
    title: str
    language: str | None
    is_too_deep: bool
    """Nested deeper than the parser follows; what comes after is missing."""
    scripts: tuple[Script, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    """Every meta's property or name, lower case, with its content, in order, blank ones too."""
    markup: bytes = field(default=b"", repr=False)
    """What was parsed, in UTF-8."""

    def first(self, *names: str) -> str | None:
        """The first content of the first of these names that the page has."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    def linked(self, rel: str) -> str | None:
        """Absolute target of the first link with this rel."""
        return next((href for link in self.links if rel in link.rel and (href := link.href)), None)


def parse_page(text: str | bytes, url: str) -> Page | None:
    """The page in ``text`` that was answered at ``url``; ``None`` when there is no element in it. Never raises.

    Bytes are text in UTF-8, which is what the parser takes.
    """
    body = _without_endless_tags(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, default_doctype=False
    )
    # lxml.html's own parser asks Python for the class of every element
    parser.set_element_class_lookup(_ELEMENTS)
    try:
        root = etree.fromstring(body, parser)
    except etree.ParserError:
        return None
    if root is None:
        return None
    metas: list[etree._Element] = []
    links: list[etree._Element] = []
    scripts: list[Script] = []
    title: etree._Element | None = None
    stated_base = ""
    for element in root.iter(*_PRESCANNED):
        name = element.tag
        if name == "meta":
            if len(metas) < _MAX_META:
                metas.append(element)
        elif name == "link":
            if len(links) < _MAX_LINKS:
                links.append(element)
        elif name == "script":
            if len(scripts) < _MAX_SCRIPTS:
                scripts.append(Script(_mime(element), element))
        elif name == "title":
            title = element if title is None and not _is_drawing(element) else title
        elif not stated_base:
            stated_base = element.get("href") or ""
    base = absolute(stated_base, url) or url
    contents, properties = _contents(metas)
    return Page(
        root=root,
        base=base,
        metas={name: found for name, found in contents.items() if found},
        links=tuple(
            HeadLink(
                rel=frozenset((element.get("rel") or "").lower().split()),
                raw_href=element.get("href") or "",
                base=base,
                element=element,
            )
            for element in links
        ),
        title="" if title is None else _one_line((title.text or "")[:_MAX_CONTENT]),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        is_too_deep=_is_cut(parser.error_log),
        scripts=tuple(scripts),
        properties=tuple(properties),
        markup=body,
    )


def _contents(metas: Iterable[etree._Element]) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Contents by lower-case name or property, blank ones left out; and all of those in order, blank ones too."""
    contents: defaultdict[str, list[str]] = defaultdict(list)
    properties: list[tuple[str, str]] = []
    for element in metas:
        content = clean((element.get("content") or "")[:_MAX_CONTENT]).strip()
        stated, name = element.get("property"), element.get("name")
        if stated or name:
            properties.append(((stated or name).lower(), content))
        # an itemprop belongs to its item, unless it is an Open Graph property as well
        for names in (stated, name):
            for one in (names or "").lower().split():
                if content and content not in contents[one]:
                    contents[one].append(content)
        if (header := element.get("http-equiv")) and content:
            contents[f"http-equiv:{header.lower()}"].append(content)
    return contents, properties


def open_graph_media(page: Page) -> tuple[Media, ...]:
    """og:video, og:audio and og:image with their sizes, in order; a player page in place of a video file has no URL."""
    found: list[Media] = []
    size: dict[str, str] = {}
    current: tuple[str, str] | None = None
    for name, content in (*page.properties, ("og:image", "")):
        if name in _OG_MEDIA or (name in _OG_MEDIA_URL and current is None):
            if current is not None:
                found.append(_og_medium(*current, size, page.base))
            current, size = ((_OG_MEDIA.get(name) or _OG_MEDIA_URL[name], content) if content else None), {}
        elif current is not None and name.startswith(f"og:{current[0]}:"):
            size.setdefault(name.rpartition(":")[2], content)
    return distinct_media(medium for medium in found if medium.url is not None or medium.kind != "image")


_OG_MEDIA = {"og:image": "image", "og:video": "video", "og:audio": "audio"}
_OG_MEDIA_URL = {"og:image:url": "image", "og:video:url": "video", "og:audio:url": "audio"}


def _og_medium(kind: str, url: str, size: dict[str, str], base: str) -> Media:
    is_player = size.get("type", "").startswith("text/html")
    return Media(
        kind=kind,
        url=None if is_player else absolute(url, base),
        width=pixels(size.get("width")),
        height=pixels(size.get("height")),
        alt_text=size.get("alt"),
    )


def _mime(element: etree._Element) -> str:
    stated = element.get("type")
    return stated.partition(";")[0].strip().lower() if stated else ""


def _without_endless_tags(body: bytes) -> bytes:
    """``body`` without the attributes of tags that have thousands: the parser compares each with all others."""
    kept: list[bytes] = []
    start = at = 0
    while at + _LONG_TAG < len(body):
        near = body.rfind(b">", at, at + _LONG_TAG)
        if near >= 0:
            at = near + 1
            continue
        end = body.find(b">", at + _LONG_TAG)
        end = len(body) if end < 0 else end
        opening = body.rfind(b"<", at, end)
        if opening >= 0 and end - opening > _LONG_TAG and body[opening + 1 : opening + 2].isalpha():
            words = _QUOTED.sub(b"''", body[opening:end]).split(None, _MAX_ATTRIBUTES + 1)
            if len(words) > _MAX_ATTRIBUTES:
                kept.append(body[start:opening] + words[0][:100])
                start = end
        at = end + 1
    return b"".join([*kept, body[start:]]) if kept else body


def _is_cut(errors: etree._ListErrorLog) -> bool:
    """Whether the parser gave up at its depth: that is among the last faults that it notes."""
    return any("depth" in entry.message for entry in list(errors)[-_LAST_ERRORS:]) if len(errors) else False


def _is_drawing(title: etree._Element) -> bool:
    parent = title.getparent()
    return parent is not None and parent.tag not in ("head", "html", "body")


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", clean(text)).strip()
