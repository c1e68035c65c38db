"""The open web: blogs and company sites, by feed plus post page.

Where things are (platforms without an interface of their own, WordPress and Ghost included):

- The account's link is any page of the site, a feed or a sitemap; :mod:`crawler.pages.web.ways` says by which ways its
  posts are found. robots.txt of the site decides what is asked for.
- The feed has the newest posts (usually 10 to 50) with date, author, tags, often the whole text, comments where the
  software says so (``slash:comments``, ``thr:total``); likes and views only in YouTube's.
- The post's page adds what the feed lacks: JSON-LD, then microdata and RDFa, then microformats, then Open Graph.
- There are no followers, and no shares.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crawler.items import NextRequest, RequestKind, Way
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.web.address import is_feed_address, is_sitemap_address
from crawler.pages.web.candidates import CandidateSearch
from crawler.pages.web.feed import WebFeed
from crawler.pages.web.html import WebArticle, WebSite
from crawler.pages.web.sitemap import WebSitemap
from crawler.pages.web.wordpress import WordPressComments, WordPressPosts
from crawler.reading.urls import permalink

PAGES: tuple[type[PlatformPage], ...] = (WordPressPosts, WordPressComments, WebFeed, WebSitemap, WebSite, WebArticle)


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:  # noqa: ARG001 — a site has its own address
    """The configured link: a feed or a sitemap is read directly, a page leads to the ways to its posts."""
    if is_feed_address(ref.url):
        return (NextRequest(url=ref.url, kind=RequestKind.LISTING, way=Way.FEED),)
    if is_sitemap_address(ref.url):
        return (NextRequest(url=ref.url, kind=RequestKind.LISTING, way=Way.SITEMAP),)
    return (NextRequest(url=ref.url, kind=RequestKind.PROFILE),)


def post_search(ref: AccountRef, since: datetime) -> CandidateSearch:
    """Chooses among pages that may be posts."""
    return CandidateSearch(account_url=ref.url, since=since)


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — a post has its own address
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],  # noqa: ARG001
) -> tuple[NextRequest, ...]:
    """One request per post that has a page to itself (several on one page, or none, are known by ``#`` and an id)."""
    pages = ((native_id, url or permalink(native_id)) for native_id, url in posts if "#" not in native_id)
    return tuple(NextRequest(url=url, kind=RequestKind.POST, native_id=native_id) for native_id, url in pages if url)
