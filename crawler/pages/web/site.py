"""A home page: who a site is, on which networks it can be found, and where its feed is."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from attrs import frozen

from crawler.items import Platform, Profile
from crawler.pages.web.answer import Site
from crawler.reading.content import MAX_LINKS, said_text
from crawler.reading.jsonld import JsonLd, strings, types
from crawler.reading.meta import Page
from crawler.reading.text import html_to_text
from crawler.reading.urls import absolute, canonical, permalink

_FEED_TYPES = (
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json",
)  # fmt: skip
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|/replies", re.IGNORECASE)
_SOFTWARE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_OWNERS = frozenset(
    {"organization", "corporation", "localbusiness", "newsmediaorganization", "website", "person", "blog"}
)


@frozen(kw_only=True)
class SiteReading:
    """What a home page gives."""

    profile: Profile
    feeds: tuple[str, ...]
    """Feeds that the page names, the likeliest first; none of comments."""
    is_cut: bool
    """The page has more links than are read."""


def read_site(page: Page, jsonld: JsonLd, site: Site, url: str, profiles: tuple[str, ...]) -> SiteReading:
    """Profile and feeds of the site whose page this is; ``profiles`` are its own on networks."""
    owner = next((node for node in jsonld.nodes if not types(node).isdisjoint(_OWNERS) and strings(node, "name")), None)
    name = page.first("og:site_name", "application-name") or (strings(owner, "name")[0] if owner else None)
    title = html_to_text(name or page.first("og:title") or page.title)
    description = page.first("og:description", "description", "twitter:description")
    return SiteReading(
        profile=Profile(
            platform=Platform.WEB,
            host=site.host,
            handle=site.handle,
            url=site.url,
            name=" ".join(title.split()) or None,
            bio=said_text(description) if description else None,
            links=profiles,
            avatar_url=page.linked("apple-touch-icon") or page.linked("icon"),
            banner_url=absolute(page.first("og:image", "og:image:url") or "", page.base),
            software=_software(page),
        ),
        feeds=tuple(_feeds(page, url)),
        is_cut=next(islice(page.root.iter("a"), MAX_LINKS, None), None) is not None,
    )


def _feeds(page: Page, url: str) -> list[str]:
    """Feeds by type; comment feeds left out; of several, the one that stands nearest to this page's address."""
    found: dict[str, tuple[int, int]] = {}
    path = urlsplit(url).path.rstrip("/")
    for number, link in enumerate(page.links):
        if "alternate" not in link.rel or link.mime not in _FEED_TYPES:
            continue
        if link.mime == "application/json" and "wp-json" in link.href:
            continue
        if _COMMENTS.search(link.href) or _COMMENTS.search(link.title):
            continue
        address = permalink(link.href)
        if address is not None and canonical(address) != canonical(url):
            is_near = bool(path) and urlsplit(address).path.startswith(path)
            found.setdefault(address, (0 if is_near else 1, number))
    return sorted(found, key=lambda address: found[address])


def _software(page: Page) -> str | None:
    for stated in page.metas.get("generator", []):
        if found := _SOFTWARE.match(stated.strip()):
            return found.group().lower()
    return (
        "wordpress"
        if any("/wp-content/" in link.raw_href or "/wp-includes/" in link.raw_href for link in page.links)
        else None
    )
