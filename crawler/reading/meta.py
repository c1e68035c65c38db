"""An HTML page, parsed once, and what its head says: meta elements, links, title, language, Open Graph.

Open Graph (ogp.me), Twitter cards and article:* are found under ``property`` or ``name``, whichever the page uses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice

from attrs import frozen
from lxml import etree

from crawler.items import Media
from crawler.reading.content import distinct_media, pixels
from crawler.reading.text import clean
from crawler.reading.urls import absolute

_SPACES = re.compile(r"\s+")
_MAX_META = 2_000
_MAX_LINKS = 500
_MAX_CONTENT = 20_000


@frozen(kw_only=True)
class HeadLink:
    """A ``link`` element."""

    rel: frozenset[str]
    href: str
    """Absolute."""
    mime: str
    """Type without parameters, lower case, or ``""``."""
    title: str


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

    def first(self, *names: str) -> str | None:
        """The first content of the first of these names that the page has."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    def linked(self, rel: str) -> str | None:
        """Absolute target of the first link with this rel."""
        return next((link.href for link in self.links if rel in link.rel), None)


def parse_page(text: str, url: str) -> Page | None:
    """The page in ``text`` that was answered at ``url``; ``None`` when there is no element in it. Never raises."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.ParserError:
        return None
    if root is None:
        return None
    stated_base = next((element.get("href") for element in root.iter("base") if element.get("href")), None)
    base = absolute(stated_base or "", url) or url
    metas: defaultdict[str, list[str]] = defaultdict(list)
    for element in islice(root.iter("meta"), _MAX_META):
        content = clean((element.get("content") or "")[:_MAX_CONTENT]).strip()
        # an itemprop belongs to its item, unless it is an Open Graph property as well
        for names in (element.get("property"), element.get("name")):
            for name in (names or "").lower().split():
                if content and content not in metas[name]:
                    metas[name].append(content)
    links = []
    for element in islice(root.iter("link"), _MAX_LINKS):
        target = absolute(element.get("href") or "", base)
        if target is not None:
            links.append(
                HeadLink(
                    rel=frozenset((element.get("rel") or "").lower().split()),
                    href=target,
                    mime=(element.get("type") or "").partition(";")[0].strip().lower(),
                    title=_one_line(element.get("title") or ""),
                )
            )
    title = next(iter(root.iter("title")), None)
    return Page(
        root=root,
        base=base,
        metas={name: contents for name, contents in metas.items() if contents},
        links=tuple(links),
        title="" if title is None else _one_line((title.text or "")[:_MAX_CONTENT]),
        language=root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang"),
        is_too_deep=any("depth" in entry.message for entry in parser.error_log),
    )


def open_graph_media(page: Page) -> tuple[Media, ...]:
    """og:video, og:audio and og:image with their sizes, in order; a player page in place of a video file has no URL."""
    found: list[Media] = []
    size: dict[str, str] = {}
    current: tuple[str, str] | None = None
    properties = (
        (
            (element.get("property") or element.get("name") or "").lower(),
            clean((element.get("content") or "")[:_MAX_CONTENT]).strip(),
        )
        for element in islice(page.root.iter("meta"), _MAX_META)
    )
    for name, content in [*properties, ("og:image", "")]:
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


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", clean(text)).strip()
