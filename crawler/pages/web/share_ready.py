"""How ready a page is to be found and shared: what it states for search engines, for link previews and for sharing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import islice

from crawler.items import SitePage
from crawler.pages.web.answer import Site
from crawler.pages.web.article import Sources
from crawler.pages.web.statements import read_statements
from crawler.reading.content import MAX_LINKS, pixels
from crawler.reading.dated_wording import dated_passages
from crawler.reading.jsonld import JsonLd, strings, types, values
from crawler.reading.language import language_tag
from crawler.reading.meta import Page, open_graph_media
from crawler.reading.share_links import share_networks
from crawler.reading.text import tree_to_text
from crawler.reading.urls import absolute, canonical, permalink

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json"}
)
_MAX_FEEDS = 20
_PROPERTY = re.compile(r"[a-z0-9:._-]{1,60}")
_MAX_STATED = 50
_LONGEST = 1_000
"""Characters of one value; no preview shows more, and hostile pages have them by the megabyte."""


def read_share_readiness(sources: Sources, site: Site, url: str, kind: str, profiles: tuple[str, ...]) -> SitePage:
    """What the page at ``url`` states; ``kind`` is ``home``, ``post`` or ``other``. Nothing is judged.

    ``profiles`` are the links to the site's own profiles. A picture's size is what Open Graph says, else what a JSON-LD
    node about the same picture says; none is fetched for it.
    """
    page, jsonld = sources.page, sources.jsonld
    og = _stated(page.metas, "og:")
    card = _stated(page.metas, "twitter:")
    image = page.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    image_url = absolute(image, page.base) if image else None
    width, height = _size(image_url, page, jsonld) if image_url else (None, None)
    description = page.first("description")
    linked = page.linked("canonical")
    targets = (element.get("href") or "" for element, _ in zip(page.root.iter("a"), range(MAX_LINKS), strict=False))
    return SitePage(
        host=site.host,
        url=canonical(url),
        kind=kind,
        title=page.title[:_LONGEST] or None,
        description=description[:_LONGEST] if description else None,
        og=og,
        card=card,
        canonical_url=None if linked is None else permalink(linked),
        language=language_tag(page.language),
        image_url=image_url,
        image_width=width,
        image_height=height,
        share_networks=share_networks(targets),
        feed_urls=_feeds(page),
        profile_links=profiles,
        statements=read_statements(jsonld, (*sources.microdata, *sources.rdfa.others)),
        # a post carries its own date
        passages=() if kind == "post" else dated_passages(tree_to_text(page.root)),
    )


def _stated(metas: Mapping[str, list[str]], prefix: str) -> dict[str, str]:
    found = (
        (name.removeprefix(prefix), contents[0][:_LONGEST])
        for name, contents in metas.items()
        if name.startswith(prefix) and _PROPERTY.fullmatch(name)
    )
    return dict(islice(found, _MAX_STATED))


def _size(image_url: str, page: Page, jsonld: JsonLd) -> tuple[int | None, int | None]:
    """Width and height that the page states for its picture: Open Graph's beside it, else a JSON-LD node's about it."""
    for medium in open_graph_media(page):
        if medium.url == image_url and (medium.width or medium.height):
            return medium.width, medium.height
    for node in jsonld.nodes:
        for value in (node, *values(node, "image", "primaryimageofpage", "thumbnail")):
            stated = jsonld.resolve(value)
            if not isinstance(stated, Mapping) or "imageobject" not in types(stated):
                continue
            if image_url in {absolute(place, page.base) for place in strings(stated, "contenturl", "url", "@id")}:
                sides = (next(iter(values(stated, name)), None) for name in ("width", "height"))
                width, height = (pixels(str(side)) for side in sides)
                if width or height:
                    return width, height
    return None, None


def _feeds(page: Page) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for link in page.links:
        if "alternate" in link.rel and link.mime in FEED_TYPES and "wp-json" not in link.raw_href:
            address = permalink(link.href)
            if address is not None:
                found.setdefault(address)
    return tuple(found)[:_MAX_FEEDS]
