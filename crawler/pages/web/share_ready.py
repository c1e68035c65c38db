"""How ready a page is to be found and shared: what it states for search engines, for link previews and for sharing."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.items import SitePage
from crawler.pages.web.answer import Site, language_tag
from crawler.reading.content import MAX_LINKS, pixels
from crawler.reading.jsonld import JsonLd
from crawler.reading.meta import Page
from crawler.reading.profile_links import profile_links
from crawler.reading.share_links import share_networks
from crawler.reading.urls import absolute, canonical, permalink

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json"}
)
_MAX_FEEDS = 20
_MAX_STATED = 100


def read_share_readiness(page: Page, jsonld: JsonLd, site: Site, url: str, kind: str) -> SitePage:
    """What the page at ``url`` states; ``kind`` is ``home``, ``post`` or ``other``. Nothing is judged."""
    og = _stated(page.metas, "og:")
    card = _stated(page.metas, "twitter:")
    image = page.first("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
    linked = page.linked("canonical")
    targets = (element.get("href") or "" for element, _ in zip(page.root.iter("a"), range(MAX_LINKS), strict=False))
    return SitePage(
        host=site.host,
        url=canonical(url),
        kind=kind,
        title=page.title or None,
        description=page.first("description"),
        og=og,
        card=card,
        canonical_url=None if linked is None else permalink(linked),
        language=language_tag(page.language),
        image_url=absolute(image, page.base) if image else None,
        image_width=pixels(og.get("image:width")),
        image_height=pixels(og.get("image:height")),
        share_networks=share_networks(targets),
        feed_urls=_feeds(page),
        profile_links=tuple(link for link, how in profile_links(page.root, page.base, jsonld) if how != "body"),
    )


def _stated(metas: Mapping[str, list[str]], prefix: str) -> dict[str, str]:
    found = {name.removeprefix(prefix): contents[0] for name, contents in metas.items() if name.startswith(prefix)}
    return dict(list(found.items())[:_MAX_STATED])


def _feeds(page: Page) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for link in page.links:
        if "alternate" in link.rel and link.mime in FEED_TYPES and "wp-json" not in link.raw_href:
            address = permalink(link.href)
            if address is not None:
                found.setdefault(address)
    return tuple(found)[:_MAX_FEEDS]
