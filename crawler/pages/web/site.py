"""A home page: who a site is, on which networks it can be found, and where its feed is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from attrs import frozen

from crawler.items import Platform, Profile
from crawler.pages.web.answer import Site
from crawler.reading.content import MAX_LINKS, said_text
from crawler.reading.jsonld import JsonLd, strings, types, values
from crawler.reading.meta import Page
from crawler.reading.text import html_to_text
from crawler.reading.urls import absolute, canonical, permalink, same_site

_FEED_TYPES = (
    "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json",
)  # fmt: skip
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|/replies", re.IGNORECASE)
_NETWORKS = re.compile(
    r"(?:^|\.)(?:facebook\.com|instagram\.com|x\.com|twitter\.com|linkedin\.com|tiktok\.com|youtube\.com|threads\.(?:net|com)"
    r"|pinterest\.[a-z.]{2,6}|bsky\.app|t\.me|reddit\.com|medium\.com|tumblr\.com|substack\.com|vimeo\.com|github\.com"
    r"|dev\.to|twitch\.tv|xing\.com|vk\.com|mastodon\.[a-z]+|mas\.to|fosstodon\.org)$"
)
_SHARING = re.compile(
    r"/(?:sharer?|share-?offsite|sharearticle|intent|dialog|pin/create|submit|home|login|hashtag|search|plugins?)(?:[/.?]|$)",
    re.IGNORECASE,
)
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


def read_site(page: Page, jsonld: JsonLd, site: Site, url: str) -> SiteReading:
    """Profile and feeds of the site whose page this is."""
    networks, is_cut = _networks(page, jsonld)
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
            links=networks,
            avatar_url=page.linked("apple-touch-icon") or page.linked("icon"),
            banner_url=absolute(page.first("og:image", "og:image:url") or "", page.base),
            software=_software(page),
        ),
        feeds=tuple(_feeds(page, url)),
        is_cut=is_cut,
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


def _networks(page: Page, jsonld: JsonLd) -> tuple[tuple[str, ...], bool]:
    """Profiles on other networks: ``rel=me``, the owner's ``sameAs``, links to known networks but share buttons."""
    found: dict[str, None] = {}
    for node in jsonld.nodes:
        if not types(node).isdisjoint(_OWNERS):
            for said in values(node, "sameas"):
                if isinstance(said, str) and (target := _profile_link(said, page.base)):
                    found.setdefault(target)
    for link in page.links:
        if "me" in link.rel and (target := permalink(link.href)):
            found.setdefault(target)
    is_cut = False
    for number, (target, is_me) in enumerate(_anchors(page)):
        if number >= MAX_LINKS:
            is_cut = True
            break
        profile = permalink(target, page.base) if is_me else _profile_link(target, page.base)
        if profile is not None and not same_site(profile, page.base):
            found.setdefault(profile)
    return tuple(found)[:100], is_cut


def _anchors(page: Page) -> Iterator[tuple[str, bool]]:
    for element in page.root.iter("a"):
        target = element.get("href")
        if target:
            yield target, "me" in (element.get("rel") or "").lower().split()


def _profile_link(target: str, base: str) -> str | None:
    if "//" not in target:
        return None
    link = permalink(target, base)
    if link is None:
        return None
    parts = urlsplit(link)
    if not _NETWORKS.search(parts.netloc) or _SHARING.search(parts.path):
        return None
    is_bare = parts.path in ("", "/") and parts.netloc.removeprefix("www.").count(".") == 1
    return None if is_bare else link


def _software(page: Page) -> str | None:
    for stated in page.metas.get("generator", []):
        if found := _SOFTWARE.match(stated.strip()):
            return found.group().lower()
    return (
        "wordpress"
        if any("/wp-content/" in link.raw_href or "/wp-includes/" in link.raw_href for link in page.links)
        else None
    )
