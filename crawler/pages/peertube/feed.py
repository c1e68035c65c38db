"""Feeds of a channel, an account or a server: the newest videos, with their views."""

from __future__ import annotations

import re
from typing import ClassVar

from crawler.items import Format, Media, Metrics, Post, PostList
from crawler.pages.open_page import host_or_none, name_of, published_fields
from crawler.pages.peertube.answers import KINDS, NAME, UUID, PeerTubePage
from crawler.pages.walls import is_html
from crawler.reading.content import read_content, said_text
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.feeds import FeedEntry
from crawler.reading.jsonvalue import link
from crawler.reading.short_uuids import uuid_of
from crawler.reading.stated import columns
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import path_of

_PATH = re.compile(r"/feeds/(?:podcast/)?videos\.xml")
_ASKED = re.compile(r"[?&](?:videoChannel|account)(?:Id|Name)=")
_MARK = re.compile(rb"<generator>\s*(?:PeerTube|Torai)|<media:embed [^<>]{0,300}/videos/embed/")
_WATCH = re.compile(r"/(?:w|videos/watch)/([\w-]{20,40})")
_OF_ACCOUNT = re.compile(rf"/(video-channels|accounts|c|a)/({NAME})(?:/(?:videos|video-channels))?/?")


class FeedPage(PeerTubePage):
    """``/feeds/videos.xml``: read where a user brings one, never asked for, as the interface says more."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/feeds/videos.xml?videoChannelId=3",
        "http://127.0.0.1:9000/feeds/podcast/videos.xml?videoChannelId=3",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        if _MARK.search(head):
            return True
        is_ours = _PATH.fullmatch(path_of(url)) is not None and _ASKED.search(url) is not None
        return is_ours and not (head and is_html(content_type, head) and status < 400)

    @property
    def asked_for(self) -> str:
        return f"The feed of videos at {self.url[:200]}"

    def read(self) -> PostList:
        feed = self.feed()
        account = self._account(feed.link)
        posts: dict[str, Post] = {}
        for entry in feed.entries:
            if (post := self._post(entry, account)) is not None:
                posts.setdefault(post.native_id, post)
        if feed.entries and not posts:
            raise self.changed("the feed holds no videos")
        left = len(feed.entries) - len(posts)
        return PostList(posts=tuple(posts.values()), skipped={"not_understood": left} if left else {})

    def _account(self, address: str | None) -> str:
        """Whose feed it is; a whole server's belongs to nobody."""
        if self.ref is not None:
            return f"{name_of(self.ref)}@{self.ref.host}"
        found = _OF_ACCOUNT.fullmatch(path_of(address or ""))
        return f"{KINDS.get(found.group(1), found.group(1))}/{found.group(2)}@{host_or_none(address)}" if found else ""

    def _post(self, entry: FeedEntry, account: str) -> Post | None:
        url = link(entry.link) or link(entry.guid)
        found = _WATCH.fullmatch(path_of(url or ""))
        native_id = found and (found.group(1) if UUID.fullmatch(found.group(1)) else uuid_of(found.group(1)))
        if not native_id:
            return None
        content = read_content(entry.content, url)
        picture = link(entry.thumbnail.url) if entry.thumbnail else None
        duration = next((count for each in entry.media if (count := read_count(each.duration))), None)
        counts = columns(
            {"view_count": read_count(entry.view_count), "like_count": None, "comment_count": None},
            not_public=("share_count", "save_count"),
        )
        return Post(
            platform=self.platform,
            host=self.host or host_or_none(url) or "",
            native_id=native_id,
            account=account,
            author=", ".join(entry.authors) or None,
            url=url,
            format=Format.VIDEO,
            title=clean(html_to_text(entry.title) if entry.is_html_title else entry.title).strip() or None,
            text=said_text(entry.content),
            **published_fields(read_date(entry.published, latest=self.capture.fetched_at), entry.published),
            media=(
                Media(kind="video", url=picture, duration_seconds=float(duration.value) or None if duration else None),
            ),
            links=content.links,
            metrics=Metrics(**counts),
        )
