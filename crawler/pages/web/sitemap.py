"""A sitemap: the way to posts that no interface and no feed shows any more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from crawler.items import (
    Format,
    Media,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    RequestKind,
    Way,
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.web.address import is_feed_address, is_sitemap_address
from crawler.pages.web.answer import Site, site_of
from crawler.pages.web.candidates import dated, may_be_post
from crawler.reading import hashtags
from crawler.reading.content import pixels
from crawler.reading.dates import Moment, read_date
from crawler.reading.language import language_tag
from crawler.reading.sitemaps import Sitemap, SitemapEntry, read_sitemap, sitemap_kind
from crawler.reading.text import html_to_text
from crawler.reading.urls import absolute, canonical, permalink, same_site

MAX_CHILDREN = 20
"""Sitemaps followed of one index."""
MAX_CANDIDATES = 5_000
"""Pages handed on of one sitemap, the newest first."""
_OF_POSTS = re.compile(r"post|blog|news|article|stor(?:y|ies)|press|artikel|magazin|journal", re.IGNORECASE)
_OF_OTHERS = re.compile(
    r"categor|tax(?:onomy|onomies)|tag|author|user|product|collection|image|video-?gallery|attachment|pages?(?:[-_.\d]|$)"
    r"|location|store|shop|event|forum|template|local",
    re.IGNORECASE,
)
_EXACT = (Precision.SECOND, Precision.MINUTE)


class WebSitemap(PlatformPage):
    """An index leads to its sitemaps, those of posts first; a sitemap to pages that may be posts.

    Entries of the news and video extensions state title and publishing date, so they are posts as they stand.
    ``lastmod`` only tells what cannot be new.
    """

    platform = Platform.WEB
    examples: ClassVar[tuple[str, ...]] = (
        "https://acme.example/sitemap.xml",
        "https://acme.example/post-sitemap2.xml",
        "https://acme.example/wp-sitemap-posts-post-1.xml",
        "https://acme.example/sitemap-posts.xml.gz",
        "https://acme.example/sitemap.txt",
    )
    is_last_resort = True

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 - the content says more than its label
        if head and status < 400 and sitemap_kind(head) is not None:
            return True
        return is_sitemap_address(url) and not (head and status < 400 and urlsplit(url).path.endswith(".html"))

    def read(self) -> PostList:
        url = str(self.response.url)
        status = self.response.status or 200
        body = bytes(self.response.body)
        if status >= 400:
            raise problem_of(status, body, url[:200])
        sitemap = read_sitemap(body)
        if sitemap is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"There is no sitemap at {url[:200]}, but something else.")
        flags = {"malformed_sitemap": sitemap.is_malformed, "sitemap_cut": sitemap.is_cut}
        if sitemap.is_index:
            requests, is_cut = self._children(sitemap)
            flags["too_many_sitemaps"] = is_cut
            return self._list(flags, next_requests=requests, is_whole=bool(sitemap.entries) and not requests)
        site = site_of(self.response, self.capture)
        posts = {post.native_id: post for entry in sitemap.entries if (post := self._post(entry, site)) is not None}
        candidates = sorted(self._candidates(sitemap, posts), key=_newest_first)
        flags["too_many_pages"] = len(candidates) > MAX_CANDIDATES
        asked = [
            NextRequest(url=post.url or "", kind=RequestKind.POST, native_id=name, published_at=post.published_at)
            for name, post in posts.items()
        ]
        return self._list(
            flags,
            posts=tuple(posts.values()),
            next_requests=(*asked, *candidates[:MAX_CANDIDATES]),
            is_whole=bool(sitemap.entries),
            expected_count=len(posts) + len(candidates),
        )

    def _list(self, flags: dict[str, bool], **fields: object) -> PostList:
        is_cut = flags.get("sitemap_cut") or flags.get("too_many_pages") or flags.get("too_many_sitemaps")
        return PostList(
            flags=tuple(flag for flag, is_set in flags.items() if is_set),
            problem_outcome=Outcome.PARTIAL if is_cut else None,
            **fields,  # type: ignore[arg-type] # the fields of PostList, by name
        )

    def _children(self, sitemap: Sitemap) -> tuple[tuple[NextRequest, ...], bool]:
        """Those that changed since the horizon; where some are named for posts, none that are named for others."""
        url = str(self.response.url)
        found: dict[str, NextRequest] = {}
        for entry in sitemap.entries:
            address = absolute(entry.loc, url)
            changed = self._moment(entry.changed)
            if address is None or not same_site(address, url) or self._is_old(changed):
                continue
            found.setdefault(
                address, NextRequest(url=address, kind=RequestKind.LISTING, way=Way.SITEMAP, changed_at=changed)
            )
        # Nikola lists its feeds among the sitemaps, those of tags and galleries too
        maps = [address for address in found if not is_feed_address(address)]
        found = {address: found[address] for address in maps} or found
        names = {address: urlsplit(address).path + urlsplit(address).query for address in found}
        of_posts = [address for address, name in names.items() if _OF_POSTS.search(name) and not _is_of_others(name)]
        if of_posts:
            others = [address for address in found if address not in of_posts and not _is_of_others(names[address])]
            kept = [*of_posts, *others]
        else:
            kept = [address for address in found if not _is_of_others(names[address])] or list(found)
        kept.sort(key=lambda address: (address not in of_posts, _newest_first(found[address])))
        return tuple(found[address] for address in kept[:MAX_CHILDREN]), len(kept) > MAX_CHILDREN

    def _post(self, entry: SitemapEntry, site: Site) -> Post | None:
        """An entry of the news or video extension."""
        address = permalink(entry.loc, str(self.response.url))
        published = read_date(entry.published, latest=self.capture.fetched_at)
        if address is None or not entry.title or published is None or not same_site(address, str(self.response.url)):
            return None
        return Post(
            platform=Platform.WEB,
            host=site.host,
            native_id=canonical(address),
            account=site.handle,
            url=address,
            format=Format.VIDEO if entry.is_video else None,
            title=" ".join(html_to_text(entry.title).split()) or None,
            language=language_tag(entry.language),
            published_at=published.at,
            published_precision=published.precision,
            published_text=None if published.precision in _EXACT else entry.published,
            media=_media(entry, address),
            hashtags=hashtags.unique(tag.strip() for tag in (entry.keywords or "").split(",") if tag.strip()),
        )

    def _candidates(self, sitemap: Sitemap, posts: dict[str, Post]) -> Iterator[NextRequest]:
        url = str(self.response.url)
        seen: set[str] = set()
        for entry in sitemap.entries:
            address = permalink(entry.loc, url)
            if address is None or address in seen or not may_be_post(address) or not same_site(address, url):
                continue
            seen.add(address)
            changed = self._moment(entry.changed)
            if canonical(address) in posts or self._is_old(changed) or self._is_old(dated(address)):
                continue
            alternates = sorted(entry.alternates, key=lambda pair: pair[0].lower() != "x-default")
            others = (permalink(href, url) for _, href in alternates)
            yield NextRequest(
                url=address,
                kind=RequestKind.CANDIDATE,
                way=Way.SITEMAP,
                changed_at=changed,
                same_as=tuple(other for other in others if other is not None),
            )

    def _moment(self, written: str | None) -> datetime | None:
        moment: Moment | None = read_date(written, latest=self.capture.fetched_at) if written else None
        return moment.at if moment is not None else None

    def _is_old(self, moment: datetime | None) -> bool:
        return moment is not None and self.capture.since is not None and moment < self.capture.since


def _is_of_others(name: str) -> bool:
    # wp-sitemap-posts-page-1.xml names pages, wp-sitemap-taxonomies-post_tag-1.xml tags, sitemap-posts.xml posts
    if re.search(r"posts-(?!post)|taxonom", name, re.IGNORECASE):
        return True
    return bool(_OF_OTHERS.search(name)) and not re.search(r"posts?-sitemap|sitemap-posts?|-posts-post", name)


def _newest_first(request: NextRequest) -> float:
    return -request.changed_at.timestamp() if request.changed_at is not None else 0.0


def _media(entry: SitemapEntry, base: str) -> tuple[Media, ...]:
    if entry.is_video:
        seconds = pixels(entry.duration)
        preview = absolute(entry.thumbnail or "", base)
        return (Media(kind="video", url=preview, duration_seconds=float(seconds) if seconds else None),)
    addresses = (absolute(image, base) for image in entry.images[:50])
    return tuple(Media(kind="image", url=address) for address in addresses if address is not None)
