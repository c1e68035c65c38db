"""A home page: who a site is, and on which networks it can be found."""

from __future__ import annotations

import re
from itertools import islice

from attrs import frozen

from crawler.items import Platform, Profile
from crawler.pages.web.answer import Site
from crawler.reading.content import MAX_LINKS, said_text
from crawler.reading.jsonld import JsonLd, strings, types
from crawler.reading.meta import Page
from crawler.reading.text import html_to_text
from crawler.reading.urls import absolute

_SOFTWARE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_OWNERS = frozenset(
    {"organization", "corporation", "localbusiness", "newsmediaorganization", "website", "person", "blog"}
)


@frozen(kw_only=True)
class SiteReading:
    """What a home page gives."""

    profile: Profile
    is_cut: bool
    """The page has more links than are read."""


def read_site(page: Page, jsonld: JsonLd, site: Site, profiles: tuple[str, ...]) -> SiteReading:
    """Profile of the site whose page this is; ``profiles`` are its own on networks."""
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
        is_cut=next(islice(page.root.iter("a"), MAX_LINKS, None), None) is not None,
    )


def _software(page: Page) -> str | None:
    for stated in page.metas.get("generator", []):
        if found := _SOFTWARE.match(stated.strip()):
            return found.group().lower()
    return (
        "wordpress"
        if any("/wp-content/" in link.raw_href or "/wp-includes/" in link.raw_href for link in page.links)
        else None
    )
