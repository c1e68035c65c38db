"""Videos: one page of a list of them, or one by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from crawler.items import (
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Platform,
    Post,
    PostList,
    Profile,
    RequestKind,
    Thread,
)
from crawler.pages.open_page import name_of, number_in, published_fields, with_query
from crawler.pages.peertube.accounts import profile_of
from crawler.pages.peertube.answers import KINDS, NAME, UUID, PeerTubePage, handle_of, server_in, video_request
from crawler.pages.peertube.comments import PAGE_SIZE
from crawler.reading import hashtags
from crawler.reading.activity import object_type
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.markdown import read_markdown
from crawler.reading.stated import columns
from crawler.reading.urls import path_of

VIDEOS_PATH = re.compile(rf"/api/v1/(?:(video-channels|accounts)/({NAME})/)?videos/?")
_VIDEO = re.compile(
    r"/api/v1/videos/(?!live\b|categories\b|licences\b|languages\b|privacies\b|imports\b)([\w-]{1,64})/?"
)
_OF_VIDEO = re.compile(rb'"(?:truncatedDescription|previewPath|originallyPublishedAt)"')
"""What playlists and channels do not have."""
_START = re.compile(rb'\s*\{\s*"(?:total|data)"')
_NOT_PUBLIC = frozenset({"3", "4", "5"})  # private, internal, password-protected
_DISABLED = "2"  # of the policies for comments
_MOST_VIDEOS = 1_000
_PICTURES = ("previewUrl", "previewPath", "thumbnailUrl", "thumbnailPath")


class VideosPage(PeerTubePage):
    """One page of a channel's or account's videos, newest first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/api/v1/video-channels/acme/videos?start=0&count=100&sort=-publishedAt",
        "http://127.0.0.1:9000/api/v1/accounts/acme/videos",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(VIDEOS_PATH.fullmatch(path_of(url))) or bool(_START.match(head) and _OF_VIDEO.search(head))

    def read(self) -> PostList:
        said = mapping(self.answer())
        videos = sequence(said.get("data"))
        if not isinstance(said.get("data"), list):
            raise self.changed("the answer holds no list of videos")
        reader = VideoReader(self)
        for video in videos[:_MOST_VIDEOS]:
            reader.add(video)
        if videos and not reader.is_understood:
            raise self.changed("the list holds no videos")
        base = server_in(self.url)
        singles = [video_request(base, post.native_id, published_at=post.published_at) for post in reader.posts]
        return reader.result(
            profile=self._owner(mapping(next(iter(videos), None)), said.get("total")),
            next_requests=(*singles, *self._following(len(videos), said.get("total"))),
        )

    def _following(self, count: int, said_total: object) -> tuple[NextRequest, ...]:
        total, following = read_count(said_total), number_in(self.query, "start", 0) + count
        if not count or total is None or following >= total.value:
            return ()
        return (NextRequest(url=with_query(self.url, start=following), kind=RequestKind.LISTING),)

    def _owner(self, video: Mapping[str, Any], total: object) -> Profile | None:
        """An import may hold nothing else about the channel; a crawl has asked for its profile already."""
        asked = VIDEOS_PATH.fullmatch(self.path)
        if self.capture.account is not None or asked is None or asked.group(1) is None:
            return None
        about = mapping(video.get("channel" if asked.group(1) == "video-channels" else "account"))
        if not string(about.get("name")) or not string(about.get("host")):
            return None
        return profile_of({"videosCount": total, **about}, KINDS[asked.group(1)], self)


class VideoPage(PeerTubePage):
    """One video, with its tags and its whole description."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/api/v1/videos/9c9de5e8-0a1e-484a-b099-e80766180a6d",
        "http://127.0.0.1:9000/api/v1/videos/kkGMgK9ZtnKfYAgnEtQxbv",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if _VIDEO.fullmatch(path_of(url)):
            return True
        is_one = head.lstrip().startswith(b"{") and not _START.match(head) and object_type(head) is None
        return bool(is_one and b'"uuid"' in head and _OF_VIDEO.search(head))

    @property
    def asked_for(self) -> str:
        return f"A video on {self.host}"

    def read(self) -> PostList:
        said = mapping(self.answer())
        reader = VideoReader(self)
        reader.add(said)
        if not reader.is_understood:
            raise self.changed("the answer holds no video")
        is_counted = said.get("comments") is not None or is_closed(said)
        asked = [
            NextRequest(
                url=f"{server_in(self.url)}/api/v1/videos/{post.native_id}/comment-threads?start=0&count=1",
                kind=RequestKind.COUNTS,
            )
            for post in reader.posts
            if not is_counted
        ]
        has_any = self.ref is not None and not is_closed(said) and said.get("comments") != 0
        answered = [self._thread(post) for post in reader.posts if has_any and post.author]
        return reader.result(next_requests=(*asked, *answered))

    def _thread(self, post: Post) -> NextRequest:
        """Who commented, and whom the author answered."""
        return NextRequest(
            url=f"{server_in(self.url)}/api/v1/videos/{post.native_id}/comment-threads?start=0&count={PAGE_SIZE}",
            kind=RequestKind.REPLIES,
            native_id=post.native_id,
            thread=Thread(native_id=post.native_id, author=post.author),
        )


class VideoReader:
    """Videos of one answer into posts, each once."""

    def __init__(self, page: PeerTubePage) -> None:
        self.is_understood = False
        self._page = page
        self._url = str(page.response.url)
        self._posts: dict[str, Post] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    @property
    def posts(self) -> tuple[Post, ...]:
        return tuple(self._posts.values())

    def result(self, **more: Any) -> PostList:
        return PostList(posts=self.posts, skipped=self._skipped, flags=tuple(self._flags), **more)

    def add(self, value: object) -> None:
        said = mapping(value)
        said = mapping(said.get("video")) or said  # an entry of a playlist
        native_id, title = identifier(said.get("uuid")), string(said.get("name"))
        if native_id is None or not UUID.fullmatch(native_id) or title is None:
            self._skip("unreadable")
            return
        self.is_understood = True
        if identifier(mapping(said.get("privacy")).get("id")) in _NOT_PUBLIC:
            self._skip("not_public")
            return
        if said.get("isLocal") is False:
            self._flags["remote_copy"] = None
        moment = read_date(said.get("publishedAt"), latest=self._page.capture.fetched_at)
        if moment is None:
            self._flags["implausible_date"] = None
        written = string(said.get("description")) or string(said.get("truncatedDescription")) or ""
        text, links = read_markdown(written, keeps_lines=True)
        channel, account = mapping(said.get("channel")), mapping(said.get("account"))
        elsewhere = read_date(said.get("originallyPublishedAt"), latest=self._page.capture.fetched_at)
        author = handle_of(account)
        self._posts.setdefault(
            native_id,
            Post(
                platform=Platform.PEERTUBE,
                host=self._page.host,
                native_id=native_id,
                account=self._account(channel, account),
                author=author,
                url=link(said.get("url")),
                format=Format.LIVE if said.get("isLive") is True else Format.VIDEO,
                title=title.strip(),
                text=text,
                language=string(mapping(said.get("language")).get("id")),
                **published_fields(moment, said.get("publishedAt")),
                original_published_at=elsewhere.at if elsewhere else None,
                media=(self._medium(said),),
                hashtags=hashtags.unique(string(tag) or "" for tag in sequence(said.get("tags"))),
                links=links,
                metrics=_metrics(said),
            ),
        )

    def _skip(self, why: str) -> None:
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def _account(self, channel: Mapping[str, Any], account: Mapping[str, Any]) -> str:
        ref = self._page.capture.account
        asked = VIDEOS_PATH.fullmatch(path_of(self._url))
        is_account = (
            ref.handle.startswith("a/") if ref is not None else asked is not None and asked.group(1) == "accounts"
        )
        name = handle_of(account if is_account or not channel else channel)
        if name:
            return f"{'a' if is_account or not channel else 'c'}/{name}"
        return f"{name_of(ref)}@{ref.host}" if ref is not None else ""

    def _medium(self, said: Mapping[str, Any]) -> Media:
        """The video by its preview picture, which is what can be shown, in the size of its largest file."""
        playlists = [mapping(one) for one in sequence(said.get("streamingPlaylists"))]
        files = [mapping(one) for each in (said, *playlists) for one in sequence(each.get("files"))[:100]]
        heights = [
            (positive(one.get("height")) or positive(mapping(one.get("resolution")).get("id")) or 0, one)
            for one in files
        ]
        height, largest = max(heights, key=lambda each: each[0], default=(0, {}))
        ratio, width = said.get("aspectRatio"), positive(largest.get("width"))
        if height and width is None and isinstance(ratio, int | float) and 0 < ratio < 100:
            width = positive(round(height * ratio))
        duration = positive(said.get("duration"))
        picture = next((path for key in _PICTURES if (path := string(said.get(key)))), None)
        newer = [mapping(one) for one in sequence(said.get("thumbnails"))[:50]]
        widest = max(newer, key=lambda one: positive(one.get("width")) or 0, default={})
        return Media(
            kind="video",
            url=link(widest.get("fileUrl")) or link(picture, self._url),
            width=width,
            height=height or None,
            duration_seconds=float(duration) if duration else None,
        )


def _metrics(said: Mapping[str, Any]) -> Metrics:
    stated = {
        "view_count": said.get("views"),
        "like_count": said.get("likes"),
        "comment_count": said.get("comments"),
    }
    found = columns(stated, not_public=("share_count", "save_count"))
    if said.get("comments") is None and is_closed(said):
        found["missing"]["comment_count"] = MissingReason.HIDDEN
    kinds = {kind: read_count(said.get(f"{kind}s")) for kind in ("like", "dislike")}
    return Metrics(**found, reactions={kind: count.value for kind, count in kinds.items() if count})


def is_closed(said: Mapping[str, Any]) -> bool:
    """Whether nobody may comment."""
    policy = identifier(mapping(said.get("commentsPolicy")).get("id"))
    return said.get("commentsEnabled") is False or policy == _DISABLED
