"""Feeds: the newest articles with their texts, without ids and counts."""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.items import Format, Metrics, MissingReason, Platform, Post, PostList
from crawler.pages.forem.answers import NOT_PUBLIC, ForemPage
from crawler.pages.open_page import host_or_none, published_fields
from crawler.pages.walls import is_html
from crawler.reading import hashtags
from crawler.reading.content import read_content, said_text
from crawler.reading.dates import read_date
from crawler.reading.feeds import FeedEntry
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import path_of, permalink

_FEED_PATH = re.compile(r"/feed(?:/[^/]{1,100})?/?")
_OWN_HOST = re.compile(
    r"https?://(?:dev\.to|[a-z0-9-]+\.forem\.com|community\.codenewbie\.org)(?::[0-9]+)?/", re.IGNORECASE
)
_FEED_HEAD = re.compile(
    rb"<description>The latest articles on [^<]{1,200} by [^<]{1,200} \(@[^<()]{1,100}\)\.\s*</description>"
)
_FEED_OF = re.compile(r"\(@([^()\s]{1,100})\)\.?\s*$")


class FeedPage(ForemPage):
    """``/feed/NAME``: the newest articles with their texts, without ids and counts."""

    examples: ClassVar[tuple[str, ...]] = ("https://dev.to/feed/acme",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _FEED_HEAD.search(head):
            return True
        is_ours = _OWN_HOST.match(url) is not None and _FEED_PATH.fullmatch(path_of(url)) is not None
        return is_ours and not (head and is_html(content_type, head) and status < 400)

    def read(self) -> PostList:
        feed = self.feed()
        named = _FEED_OF.search(clean(feed.description).strip())
        handle = self.ref.handle if self.ref else named.group(1) if named else None
        posts: dict[str, Post] = {}
        for entry in feed.entries:
            if (post := self._post(entry, handle)) is not None:
                posts.setdefault(post.native_id, post)
        if feed.entries and not posts:
            raise self.changed("the feed holds no articles")
        left = len(feed.entries) - len(posts)
        return PostList(posts=tuple(posts.values()), skipped={"not_understood": left} if left else {})

    def _post(self, entry: FeedEntry, handle: str | None) -> Post | None:
        url = permalink(entry.link or entry.guid or "", self.url)
        if url is None:
            return None
        byline = path_of(url).strip("/").partition("/")[0]
        content = read_content(entry.content, url)
        title = clean(html_to_text(entry.title) if entry.is_html_title else entry.title).strip()
        return Post(
            platform=Platform.FOREM,
            host=self.ref.host if self.ref else host_or_none(url) or self.host,
            native_id=url,
            account=handle or byline,
            author=byline or clean(", ".join(entry.authors)).strip() or None,
            url=url,
            format=Format.ARTICLE,
            title=title,
            text=said_text(entry.content),
            **published_fields(read_date(entry.published, latest=self.capture.fetched_at), entry.published),
            media=content.media,
            hashtags=hashtags.unique(clean(tag).strip() for tag in entry.tags),
            links=tuple(each for each in content.links if each.partition("#")[0] != url),
            metrics=Metrics(
                missing={
                    "like_count": MissingReason.NOT_OBSERVED,
                    "comment_count": MissingReason.NOT_OBSERVED,
                    "view_count": MissingReason.NOT_PUBLIC,
                    **dict.fromkeys(NOT_PUBLIC, MissingReason.NOT_PUBLIC),
                }
            ),
        )
