"""A channel's Atom feed: fifteen newest videos with views and likes.

robots.txt forbids feeds to crawlers since 2024: they are read where a user brings one, and never asked for.
"""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.items import Format, Media, Metrics, MissingReason, Outcome, Platform, Post, PostList, Profile
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.pages.youtube.listed import post_url
from crawler.pages.youtube.wording import SITE, count_values, links_in, mentions_in, path_of
from crawler.reading import hashtags
from crawler.reading.charset import decode
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.feeds import FeedEntry, feed_kind, read_feed
from crawler.reading.jsonvalue import link
from crawler.reading.text import clean

_PATH = re.compile(r"/feeds/videos\.xml")
_OF_PEERTUBE = re.compile(r"[?&](?:videoChannel|account)(?:Id|Name)=")
"""PeerTube's feeds have the same address."""
_ENTRY_ID = re.compile(r"yt:video:([A-Za-z0-9_-]{11})")
_CHANNEL = re.compile(r"/channel/(UC[A-Za-z0-9_-]{22})")


class FeedPage(PlatformPage):
    """``/feeds/videos.xml?channel_id=…``."""

    platform = Platform.YOUTUBE
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.youtube.com/feeds/videos.xml?channel_id=UCaaaaaaaaaaaaaaaaaaaaaa",
        "https://www.youtube.com/feeds/videos.xml?user=AcmeCoffee",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        is_asked = _PATH.fullmatch(path_of(url)) is not None and _OF_PEERTUBE.search(url) is None
        is_rss = feed_kind(head.decode("utf-8", "replace")) == "rss"
        return (is_asked and not is_rss) or b"http://www.youtube.com/xml/schemas/" in head

    def read(self) -> PostList:
        status, body = self.response.status or 200, bytes(self.response.body)
        asked_for = "The feed of this YouTube channel"
        if status >= 400:
            raise problem_of(status, body, asked_for)
        text = decode(body, self.response.headers.get("Content-Type", "")).text
        feed = read_feed(text) if feed_kind(text[:4_096]) == "atom" else None
        if feed is None:
            raise problem_of(200, body, asked_for)
        found = _CHANNEL.search(feed.link or "")
        ref = self.capture.account
        channel_id = found.group(1) if found else None
        # the feed knows a channel by its id and its title, not by its handle
        account = ref.handle if ref else channel_id or ""
        posts: dict[str, Post] = {}
        for entry in feed.entries:
            if (post := self._post(entry, account)) is not None:
                posts.setdefault(post.native_id, post)
        if feed.entries and not posts:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{asked_for} holds no videos in a shape that we know.")
        profile = None
        if channel_id is not None and ref is None:
            missing = dict.fromkeys(("follower_count", "post_count"), MissingReason.NOT_OBSERVED)
            profile = Profile(
                platform=Platform.YOUTUBE,
                native_account_id=channel_id,
                handle=account,
                url=f"{SITE}/channel/{channel_id}",
                name=clean(feed.title).strip() or None,
                missing=missing | {"following_count": MissingReason.NOT_PUBLIC},
            )
        left = len(feed.entries) - len(posts)
        return PostList(posts=tuple(posts.values()), profile=profile, skipped={"not_understood": left} if left else {})

    def _post(self, entry: FeedEntry, account: str) -> Post | None:
        found = _ENTRY_ID.fullmatch((entry.guid or "").strip())
        if found is None:
            return None
        video_id = found.group(1)
        published = read_date(entry.published, latest=self.capture.fetched_at)
        text = clean(entry.content).strip()
        is_short = "/shorts/" in (entry.link or "")
        title = clean(entry.title).strip()
        views, likes = read_count(entry.view_count), read_count(entry.like_count)
        address = link(entry.thumbnail.url) if entry.thumbnail else None
        return Post(
            platform=Platform.YOUTUBE,
            native_id=video_id,
            account=account,
            author=clean(", ".join(entry.authors)).strip() or None,
            url=post_url(video_id, is_short=is_short),
            format=Format.SHORT_VIDEO if is_short else Format.VIDEO,
            title=title,
            text=text,
            published_at=published.at if published else None,
            published_precision=published.precision if published else None,
            published_text=None if published else clean(entry.published or "")[:100] or None,
            media=(Media(kind="video", url=address),) if address else (Media(kind="video"),),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(f"{title}\n{text}")),
            mentions=mentions_in(text),
            links=links_in(text),
            metrics=Metrics(
                **count_values(
                    {
                        "view_count": views,
                        "like_count": likes,
                        "comment_count": MissingReason.NOT_PUBLIC,
                        "share_count": MissingReason.NOT_PUBLIC,
                    }
                )
            ),
        )
