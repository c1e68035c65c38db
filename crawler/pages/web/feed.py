"""A feed of a blog or newsroom: RSS, Atom or JSON Feed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator
from datetime import datetime
from html import unescape
from typing import ClassVar
from urllib.parse import urlsplit, urlunsplit

from attrs import evolve

from crawler.items import (
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    Profile,
    Reason,
    RequestKind,
    Way,
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.web.address import is_feed_address, next_page_address, page_number
from crawler.pages.web.answer import Site, site_of, text_of
from crawler.pages.web.feed_credit import without_credit
from crawler.pages.web.ways import sitemap_ways
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.content import Content, distinct_media, pixels, read_content, said_text
from crawler.reading.counts import read_count
from crawler.reading.dates import EXACT, Moment, read_date
from crawler.reading.feeds import Feed, FeedEntry, FeedMedia, feed_kind, read_feed
from crawler.reading.language import language_tag
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import absolute, canonical, host_of, permalink, same_site

MAX_BYTES = 5 * 1024 * 1024
_SOFTWARE = re.compile(r"(?:https?://(?:www\.)?)?([a-z][a-z0-9_-]*)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});")
_BLOGGER = "www.blogger.com"
_LINK_LIST_WORDS = 5
_CAPTION_WORDS = 5


class WebFeed(PlatformPage):
    """RSS 0.9x to 2.0, RSS 1.0, Atom or JSON Feed, and the answer where one was expected.

    ``native_id`` is the canonical address of the post's page. Where several entries share one page (a changelog), the
    fragment or the feed's own id is added; an entry without any page is ``<site>#<id>``.
    """

    platform = Platform.WEB
    examples: ClassVar[tuple[str, ...]] = (
        "https://acme.example/feed/",
        "https://acme.example/blog/rss.xml",
        "https://acme.example/feeds/posts/default",
        "https://acme.example/index.xml",
        "https://acme.example/?feed=rss2",
        "https://acme.example/feed.json",
    )
    is_last_resort = True

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if head and status < 400 and feed_kind(decode(head, content_type).text) is not None:
            return True
        if not is_feed_address(url):
            return False
        # a page in the place of a feed, or an error there: this class says which feed to try next
        return not head or status >= 400 or "html" in content_type or "xml" in content_type or "json" in content_type

    def read(self) -> PostList:
        url = str(self.response.url)
        if self.response.status is not None and self.response.status >= 400:
            return PostList(is_whole=True) if self._is_behind_the_last_page() else self._elsewhere()
        if len(self.response.body) > MAX_BYTES:
            raise PageProblem(
                Outcome.ERROR, f"The feed {url} is larger than 5 MB. Give the link of a smaller one.", Reason.TOO_LARGE
            )
        decoded = text_of(self.response)
        feed = read_feed(decoded.text)
        if feed is None:
            return self._elsewhere()
        flags = {
            "charset_mismatch": decoded.is_mislabelled,
            "malformed_feed": feed.is_malformed,
            "too_many_entries": feed.is_cut,
        }
        base = absolute(feed.link or "", url) or url
        site = site_of(self.response, self.capture, feed.link)
        entries = [_Entry(entry, base) for entry in feed.entries]
        self._name(entries, base)
        is_podcast = bool(entries) and all(entry.has_audio for entry in entries)
        skipped: Counter[str] = Counter()
        posts: dict[str, Post] = {}
        complete: set[str] = set()
        for entry in entries:
            if entry.native_id is None:
                skipped["without_address"] += 1
            elif entry.native_id in posts:
                skipped["duplicate"] += 1
            else:
                post = posts[entry.native_id] = self._post(entry, feed, site, base, is_podcast=is_podcast)
                if _is_wordpress(feed) and _says_all(entry.stated, post):
                    complete.add(entry.native_id)
        following = self._next_pages(feed, base)
        return PostList(
            posts=tuple(posts.values()),
            profile=_profile(feed, site, base) if self._is_account_itself() else None,
            next_requests=(*following, *self._old_posts(feed), *_own_pages(posts.values(), complete)),
            # an archive that goes on page by page ends with the first post; a feed by itself shows its newest
            is_whole=page_number(url) > 1 and not following,
            expected_count=len(posts),
            skipped=dict(skipped),
            flags=tuple(flag for flag, is_set in flags.items() if is_set),
        )

    def _is_account_itself(self) -> bool:
        """The account's link is a feed; where it is a home page, that has already said who this is."""
        account = self.capture.account
        return (
            account is None
            or is_feed_address(account.url)
            or canonical(account.url) == canonical(str(self.response.url))
        )

    def _old_posts(self, feed: Feed) -> tuple[NextRequest, ...]:
        """Where posts are that the feed shows no more."""
        if self.capture.account is None:
            return ()
        url = str(self.response.url)
        return tuple(sitemap_ways(url, self.capture.sitemaps, is_wordpress=_is_wordpress(feed)))

    def _elsewhere(self) -> PostList:
        """There is no feed here."""
        url = str(self.response.url)
        status = self.response.status or 200
        if status >= 400:
            raise problem_of(status, bytes(self.response.body), url[:200])
        raise PageProblem(
            Outcome.LAYOUT_CHANGED,
            f"There is no feed at {url[:200]}, but something else. Give the link of the feed, or of the home page.",
            Reason.NO_FEED,
        )

    def _name(self, entries: list[_Entry], base: str) -> None:
        shared = Counter(canonical(entry.url) for entry in entries if entry.url)
        for entry in entries:
            mark = entry.fragment or entry.stated.guid
            if entry.url is None:
                entry.native_id = f"{canonical(base)}#{clean(mark)}" if mark else None
            else:
                page = canonical(entry.url)
                if shared[page] == 1 or not mark or mark == entry.url:
                    entry.native_id = page
                    continue
                entry.native_id = f"{page}#{clean(mark)}"
                entry.url = f"{entry.url}#{entry.fragment}" if entry.fragment else entry.url

    def _post(self, entry: _Entry, feed: Feed, site: Site, base: str, *, is_podcast: bool) -> Post:
        stated = entry.stated
        content = entry.content
        media = _media(stated, content, base)
        published = read_date(stated.published, latest=self.capture.fetched_at)
        edited = read_date(stated.updated, latest=self.capture.fetched_at)
        form = _format(entry, media, feed, is_podcast=is_podcast)
        # an article's text has # for other things; its tags are the feed's categories
        is_note = form not in (Format.ARTICLE, Format.LINK, None)
        inline = [tag for _, tag in hashtags.written(f"{entry.title}\n{entry.text or ''}")] if is_note else []
        tags = [" ".join(html_to_text(tag).lstrip("#").split()) for tag in stated.tags]
        links = [entry.points_at, *content.links] if entry.points_at else content.links
        return Post(
            platform=Platform.WEB,
            host=site.host,
            native_id=entry.native_id or "",
            account=site.handle,
            author=clean(", ".join(stated.authors)).strip() or None,
            url=entry.url,
            format=form,
            title=entry.title or None,
            text=entry.text,
            language=language_tag(stated.language) or language_tag(feed.language),
            published_at=published.at if published else None,
            published_precision=published.precision if published else None,
            published_text=None if published and published.precision in EXACT else _written(stated.published),
            edited_at=_later(edited, published),
            media=media,
            hashtags=hashtags.unique((*tags, *inline)),
            links=tuple(dict.fromkeys(link for link in links if permalink(link) != entry.url)),
            metrics=_metrics(stated),
        )

    def _is_behind_the_last_page(self) -> bool:
        return self.response.status in (404, 410) and page_number(str(self.response.url)) > 1

    def _next_pages(self, feed: Feed, base: str) -> tuple[NextRequest, ...]:
        url = str(self.response.url)
        follows = absolute(feed.next_url or "", url)
        if follows is not None and host_of(follows) == _BLOGGER and "/feeds/posts/" in urlsplit(url).path:
            # the same feed, at the address of Blogger's own: it is asked on the blog's
            follows = urlunsplit((*urlsplit(url)[:3], urlsplit(follows).query, ""))
        if follows is None and feed.entries and _is_wordpress(feed):
            follows = next_page_address(url)
        if follows is None or not (same_site(follows, url) or same_site(follows, base)):
            return ()
        return () if follows == absolute(url) else (NextRequest(url=follows, kind=RequestKind.LISTING, way=Way.FEED),)


class _Entry:
    """An entry while it is read: what was stated, and what the rest of the feed makes of it."""

    def __init__(self, stated: FeedEntry, base: str) -> None:
        self.url, self.points_at = _addresses(stated, base)
        self.stated = stated = evolve(stated, content=without_credit(stated.content, self.url, base))
        self.fragment = urlsplit(absolute(stated.link or "", base) or "").fragment
        self.title = html_to_text(stated.title) if stated.is_html_title else _plain_title(stated.title)
        self.text = _text(stated)
        self.content = read_content(stated.content, self.url or base) if not stated.is_plain_content else Content()
        self.has_audio = any(medium.kind == "audio" for medium in stated.media)
        self.native_id: str | None = None


def _plain_title(title: str) -> str:
    """Some generators (Eleventy's JSON Feed) escape a title for HTML where plain text is due."""
    return " ".join(clean(_ENTITY.sub(lambda found: unescape(found.group()), title)).split())


def _is_wordpress(feed: Feed) -> bool:
    return "wordpress" in (feed.generator or "").lower()


def _addresses(stated: FeedEntry, base: str) -> tuple[str | None, str | None]:
    """The post's own page, and what it points at when it is a link post.

    A link post has its page in the guid while its link leaves the site, or says so (``external_url``).
    """
    link = permalink(stated.link or "", base)
    own = permalink(stated.guid or "") if (stated.guid or "").startswith(("http://", "https://")) else None
    if link is not None and own is not None and not urlsplit(own).query:
        home = permalink(base)
        if home is not None and same_site(own, home) and not same_site(link, home) and not same_site(link, own):
            return own, link
    outside = absolute(stated.external_url or "", base)
    if outside is not None and (link is None or same_site(outside, link)):
        outside = None
    return link or (own if link is None and stated.link is None and not _is_query_id(own) else None), outside


def _is_query_id(url: str | None) -> bool:
    return url is not None and bool(urlsplit(url).query)


def _text(stated: FeedEntry) -> str | None:
    if not stated.content.strip():
        return None
    return clean(stated.content).strip() if stated.is_plain_content else said_text(stated.content)


def _format(entry: _Entry, media: tuple[Media, ...], feed: Feed, *, is_podcast: bool) -> Format | None:
    """The medium, as far as the feed states it.

    Video and sound by what the entry declares; a sound is the post only in a podcast, elsewhere it is read-aloud or an
    extra. A picture with hardly more than the title as caption is an image. What consists of links to elsewhere (an
    aggregator's entry) states no medium. Headline formats without byline and content give links. Without a title it
    is a note.
    """
    stated, content = entry.stated, entry.content
    declared = {medium.kind for medium in stated.media}
    if "video" in declared:
        return Format.VIDEO
    if "audio" in declared and (is_podcast or stated.is_episode):
        return Format.AUDIO
    if entry.points_at:
        return Format.LINK
    foreign_links = [link for link in content.links if permalink(link) != entry.url]
    if content.word_count <= _LINK_LIST_WORDS < content.word_count + content.link_word_count or (
        content.word_count <= _LINK_LIST_WORDS and len(foreign_links) > 1 and content.link_word_count > 1
    ):
        return None
    pictures = sum(1 for medium in content.media if medium.kind == "image")
    title_words = len(entry.title.split())
    if pictures and not stated.has_full_content and content.word_count <= title_words + _CAPTION_WORDS:
        return Format.IMAGE if pictures == 1 else Format.CAROUSEL
    if not entry.title:
        if pictures or any(medium.kind == "image" for medium in media):
            return Format.IMAGE if len(media) == 1 else Format.CAROUSEL
        return Format.TEXT if entry.text else None
    if feed.is_headlines and not stated.authors and not stated.has_full_content:
        return Format.LINK
    return Format.ARTICLE


def _media(stated: FeedEntry, content: Content, base: str) -> tuple[Media, ...]:
    media = [_medium(medium, base, stated.thumbnail) for medium in stated.media]
    if stated.thumbnail and not any(medium.kind in ("image", "video") for medium in media):
        media.append(_medium(stated.thumbnail, base, None))
    usable = [medium for medium in media if medium.url is not None and "gravatar.com/avatar" not in medium.url]
    return distinct_media((*usable, *content.media))


def _medium(stated: FeedMedia, base: str, thumbnail: FeedMedia | None) -> Media:
    url = absolute(stated.url or "", base)
    shown = stated
    if url is None and stated.kind == "video" and thumbnail is not None:
        url, shown = absolute(thumbnail.url or "", base), thumbnail
    return Media(
        kind=stated.kind,
        url=url,
        width=pixels(shown.width),
        height=pixels(shown.height),
        duration_seconds=_seconds(stated.duration),
        alt_text=stated.alt_text,
    )


def _seconds(stated: str | None) -> float | None:
    """Seconds from ``610``, ``610.5``, ``10:10`` or ``1:10:10``; nothing lasts no time."""
    if stated is None or not re.fullmatch(r"\d{1,6}(?:\.\d{1,6})?|\d{1,4}:\d{1,2}(?::\d{1,2})?", stated.strip()):
        return None
    total = 0.0
    for part in stated.strip().split(":"):
        total = total * 60 + float(part)
    return total or None


def _metrics(stated: FeedEntry) -> Metrics | None:
    read = {
        "like_count": read_count(stated.like_count),
        "comment_count": read_count(stated.comment_count),
        "view_count": read_count(stated.view_count),
    }
    if not any(read.values()):
        return None
    known = {name: count.value for name, count in read.items() if count}
    names = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")
    return Metrics(
        like_count=known.get("like_count"),
        comment_count=known.get("comment_count"),
        view_count=known.get("view_count"),
        # the feed does not say; the post's page may
        missing={name: MissingReason.NOT_OBSERVED for name in names if name not in known},
    )


def _profile(feed: Feed, site: Site, base: str) -> Profile:
    generator = _SOFTWARE.match(feed.generator or "")
    return Profile(
        platform=Platform.WEB,
        host=site.host,
        handle=site.handle,
        url=site.url,
        name=html_to_text(feed.title) or None,
        bio=html_to_text(feed.description) or None,
        avatar_url=absolute(feed.image_url or "", base),
        software=generator.group(1).lower() if generator else None,
    )


def _says_all(stated: FeedEntry, post: Post) -> bool:
    """Whether WordPress' entry has what the post's page would add: the whole text, and the number of comments."""
    has_count = post.metrics is not None and post.metrics.comment_count is not None
    return has_count and stated.has_full_content and bool(post.title) and post.published_precision is Precision.SECOND


def _own_pages(posts: Iterable[Post], complete: Container[str]) -> Iterator[NextRequest]:
    """The page of each post that has one to itself, and more to say there."""
    for post in posts:
        if post.url and "#" not in post.native_id and post.native_id not in complete:
            yield NextRequest(
                url=post.url, kind=RequestKind.POST, native_id=post.native_id, published_at=post.published_at
            )


def _later(edited: Moment | None, published: Moment | None) -> datetime | None:
    return edited.at if edited and published and edited.at > published.at else None


def _written(stated: str | None) -> str | None:
    return " ".join(clean(stated).split())[:200] or None if stated else None
