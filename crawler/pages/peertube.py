"""PeerTube: channels and accounts of any server, by its REST interface.

Fact sheet
- Sources: docs.joinpeertube.org/api-rest-reference.html (Video, VideoDetails, VideoChannel, Account, comment threads;
  errors as RFC 7807). No key is needed; robots.txt and terms are each server's own. A server allows 50 requests in
  10 seconds.
- An account: ``/api/v1/video-channels/:name`` or ``/api/v1/accounts/:name`` → ``…/videos?start=0&count=100``, newest
  first, paged by ``total`` and ``start`` → ``/api/v1/videos/:uuid`` of each new or due video: only there are its tags
  and its whole description.
- Public counts: views, likes, dislikes (kept apart, in the reactions), comments; nobody counts shares. ``viewers`` is
  who watches now and is no count of a post. Followers are those of channel and account.
- ``comments`` stands in a video on newer servers. Older ones say it in ``…/comment-threads``:
  ``totalNotDeletedComments``, as ``total`` still holds the deleted ones; it is asked for once a look at a new or due
  video, never for a whole list.
- Who commented stands in ``…/comment-threads``, where each thread says how many of its replies are the video's author's
  (``totalRepliesFromVideoAuthor``), and by ``…/comment-threads/:id`` as a tree (cut off where ``totalChildren`` is more
  than its children). A channel is answered for by the account that owns it, which the video names. Replies in a thread
  where the author wrote nothing are counted without being asked for.
- A server also shows videos of other servers, with what itself saw of their counts: ``isLocal`` is false (flag
  ``remote_copy``). The home server is asked.

Rules
- A video is named by its ``uuid``, on every server the same; it stands on its channel (``c/name@host``), or on the
  account (``a/name@host``) when that is what is followed. Its author is the account, ``name@host``.
- It was published at ``publishedAt``, when this network first showed it; ``originallyPublishedAt``, a date that the
  uploader may set, says when it first stood somewhere else (``original_published_at``): nobody here could like it then.
- A broadcast (``isLive``) is ``live``; its replay is a video. Private, internal and password-protected videos are not
  public; unlisted ones are, for whoever brings their link.
- Hashtags are the uploader's ``tags``; what is written in a description is not indexed.
- Comments that are switched off, and not counted, are ``hidden``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, unquote, urlsplit

from attrs import evolve

from crawler.items import (
    Comment,
    Format,
    Media,
    Metrics,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    Profile,
    RequestKind,
    Thread,
)
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.open_page import WordedPage, name_of, number_in, published_fields, server_of, with_query
from crawler.reading import hashtags
from crawler.reading.answered import following
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.markdown import read_markdown
from crawler.reading.stated import columns
from crawler.reading.urls import path_of

PAGE_SIZE = 100
_NAME = r"[^/?#]{1,300}"
_ACCOUNT = re.compile(rf"/api/v1/(video-channels|accounts)/({_NAME})/?")
_VIDEOS = re.compile(rf"/api/v1/(?:(video-channels|accounts)/({_NAME})/)?videos/?")
_VIDEO = re.compile(
    r"/api/v1/videos/(?!live\b|categories\b|licences\b|languages\b|privacies\b|imports\b)([\w-]{1,64})/?"
)
_THREADS = re.compile(r"/api/v1/videos/([\w-]{1,64})/comment-threads/?")
_TREE = re.compile(r"/api/v1/videos/([\w-]{1,64})/comment-threads/([0-9]{1,18})/?")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_OF_ACCOUNT = re.compile(rb'"(?:hostRedundancyAllowed|followersCount|ownerAccount)"')
_OF_VIDEO = re.compile(rb'"(?:truncatedDescription|shortUUID|embedPath|originallyPublishedAt)"')
_OF_PROBLEM = re.compile(rb"docs\.joinpeertube\.org|\"type\"\s*:\s*\"about:blank\"")
_START = re.compile(rb'\s*\{\s*"(?:total|data)"')
_KINDS = {"video-channels": "c", "accounts": "a"}
_NOT_PUBLIC = frozenset({"3", "4", "5"})  # private, internal, password-protected
_DISABLED = "2"  # of the policies for comments
_MOST_VIDEOS = 1_000
_MOST_COMMENTS = 2_000
"""Of one answer; what stands behind them is left out."""
_PICTURES = ("previewUrl", "previewPath", "thumbnailUrl", "thumbnailPath")


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The channel or account itself; it leads to its videos."""
    kind, _, name = name_of(ref).partition("/")
    place = "accounts" if kind == "a" else "video-channels"
    url = f"{server_of(ref, base_urls)}/api/v1/{place}/{quote(name, safe='@')}"
    return (NextRequest(url=url, kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef, posts: Sequence[tuple[str, str | None]], base_urls: Mapping[str, str]
) -> tuple[NextRequest, ...]:
    """Each video by itself."""
    base = server_of(ref, base_urls)
    return tuple(_video_request(base, native_id) for native_id, _ in posts if _UUID.fullmatch(native_id))


def _video_request(base: str, native_id: str, **more: Any) -> NextRequest:
    url = f"{base}/api/v1/videos/{native_id}"
    return NextRequest(url=url, kind=RequestKind.POST, native_id=native_id, **more)


class _ApiPage(WordedPage):
    platform = Platform.PEERTUBE
    network = "PeerTube"

    def error_in(self, said: Any) -> str | None:
        """RFC 7807, which older servers write as ``{"error": …}``."""
        about = mapping(said)
        is_error = ("status" in about and "title" in about) or ("error" in about and "uuid" not in about)
        if not is_error:
            return None
        return string(about.get("detail")) or string(about.get("error")) or string(about.get("title")) or ""


class AccountPage(_ApiPage):
    """A channel or an account."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/api/v1/video-channels/acme",
        "http://127.0.0.1:9000/api/v1/accounts/acme@tube.example",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        found = _ACCOUNT.fullmatch(path_of(url))
        if found is None:
            return False
        if found.group(1) == "video-channels":
            return True
        # Mastodon's accounts have the same address
        return "@" in found.group(2) if not head else bool(_OF_ACCOUNT.search(head) or _OF_PROBLEM.search(head))

    def read(self) -> PostList:
        said = mapping(self.answer())
        if not string(said.get("name")) or not string(said.get("host")):
            raise self.changed("the answer holds no channel or account")
        url = self.url
        found = _ACCOUNT.fullmatch(path_of(url))
        kind, name = (_KINDS[found.group(1)], found.group(2)) if found else ("c", "")
        home = unquote(name).partition("@")[2].lower()
        is_remote = said.get("isLocal") is False or home not in ("", self.host)
        listing = with_query(
            f"{url.partition('?')[0].rstrip('/')}/videos",
            start="0",
            count=str(PAGE_SIZE),
            sort="-publishedAt",
            nsfw="both",
        )
        return PostList(
            profile=_profile(said, kind, self),
            next_requests=(NextRequest(url=listing, kind=RequestKind.LISTING),),
            flags=("remote_copy",) if is_remote else (),
        )


class VideosPage(_ApiPage):
    """One page of a channel's or account's videos, newest first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/api/v1/video-channels/acme/videos?start=0&count=100&sort=-publishedAt",
        "http://127.0.0.1:9000/api/v1/accounts/acme/videos",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_VIDEOS.fullmatch(path_of(url))) or bool(_START.match(head) and _OF_VIDEO.search(head))

    def read(self) -> PostList:
        said = mapping(self.answer())
        videos = sequence(said.get("data"))
        if not isinstance(said.get("data"), list):
            raise self.changed("the answer holds no list of videos")
        reader = _VideoReader(self)
        for video in videos[:_MOST_VIDEOS]:
            reader.add(video)
        if videos and not reader.is_understood:
            raise self.changed("the list holds no videos")
        base = _base(self.url)
        singles = [_video_request(base, post.native_id, published_at=post.published_at) for post in reader.posts]
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
        asked = _VIDEOS.fullmatch(self.path)
        if self.capture.account is not None or asked is None or asked.group(1) is None:
            return None
        about = mapping(video.get("channel" if asked.group(1) == "video-channels" else "account"))
        if not string(about.get("name")) or not string(about.get("host")):
            return None
        return _profile({"videosCount": total, **about}, _KINDS[asked.group(1)], self)


class VideoPage(_ApiPage):
    """One video, with its tags and its whole description."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/api/v1/videos/9c9de5e8-0a1e-484a-b099-e80766180a6d",
        "http://127.0.0.1:9000/api/v1/videos/kkGMgK9ZtnKfYAgnEtQxbv",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if _VIDEO.fullmatch(path_of(url)):
            return True
        is_one = head.lstrip().startswith(b"{") and not _START.match(head)
        return bool(is_one and b'"uuid"' in head and _OF_VIDEO.search(head))

    @property
    def asked_for(self) -> str:
        return f"A video on {self.host}"

    def read(self) -> PostList:
        said = mapping(self.answer())
        reader = _VideoReader(self)
        reader.add(said)
        if not reader.is_understood:
            raise self.changed("the answer holds no video")
        is_counted = said.get("comments") is not None or _is_closed(said)
        asked = [
            NextRequest(
                url=f"{_base(self.url)}/api/v1/videos/{post.native_id}/comment-threads?start=0&count=1",
                kind=RequestKind.COUNTS,
            )
            for post in reader.posts
            if not is_counted
        ]
        has_any = self.ref is not None and not _is_closed(said) and said.get("comments") != 0
        answered = [self._thread(post) for post in reader.posts if has_any and post.author]
        return reader.result(next_requests=(*asked, *answered))

    def _thread(self, post: Post) -> NextRequest:
        """Who commented, and whom the author answered."""
        return NextRequest(
            url=f"{_base(self.url)}/api/v1/videos/{post.native_id}/comment-threads?start=0&count={PAGE_SIZE}",
            kind=RequestKind.REPLIES,
            native_id=post.native_id,
            thread=Thread(native_id=post.native_id, author=post.author),
        )


class CommentThreadsPage(_ApiPage):
    """A video's comments: how many, where older servers say it nowhere else, for the video that it was asked for; or
    which of them its author answered."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/api/v1/videos/9c9de5e8-0a1e-484a-b099-e80766180a6d/comment-threads?start=0&count=1",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_THREADS.fullmatch(path_of(url)))

    @property
    def asked_for(self) -> str:
        return f"The list of comments of a video on {self.host}"

    def read(self) -> PostList:
        asked = _THREADS.fullmatch(self.path)
        wanted = asked.group(1) if asked else ""
        try:
            said = mapping(self.answer())
        except PageProblem:
            if not self.capture.listing:
                raise
            # the video is public and its comments are not: then their number is not
            return PostList(
                posts=tuple(_commented(post, None, MissingReason.NOT_PUBLIC) for post in self.capture.listing)
            )
        if "total" not in said and "totalNotDeletedComments" not in said:
            raise self.changed("the answer holds no comments")
        if self.capture.asked_as is RequestKind.REPLIES and self.capture.thread is not None:
            return following(self._begun(said, self.capture.thread), platform=self.platform, host=self.host)
        total = said.get("totalNotDeletedComments", 0 if said.get("total") == 0 else None)
        return PostList(
            posts=tuple(
                _commented(post, total, MissingReason.NOT_OBSERVED) if post.native_id == wanted else post
                for post in self.capture.listing  # by itself it does not say whose video that is
            )
        )

    def _begun(self, said: Mapping[str, Any], thread: Thread) -> Thread:
        """The comments that open threads, those behind them that are only counted, and the trees to be asked for."""
        if not isinstance(said.get("data"), list):
            raise self.changed("the answer holds no list of comments")
        roots = sequence(said["data"])
        comments: list[Comment] = []
        waiting: list[NextRequest] = []
        total = read_count(said.get("total"))
        is_whole = total is None or total.value <= len(roots)
        for root in map(mapping, roots[:PAGE_SIZE]):
            if (native_id := identifier(root.get("id"))) is None or not native_id.isdecimal():
                continue
            comments += _comment(root, thread.author, self.capture.fetched_at)
            replies, own = read_count(root.get("totalReplies")), read_count(root.get("totalRepliesFromVideoAuthor"))
            if replies is None or not replies.value:
                continue
            if own is not None and not own.value:
                counted = min(replies.value, _MOST_COMMENTS - len(comments))
                is_whole = is_whole and counted == replies.value
                comments += [
                    Comment(native_id=f"{native_id}/{number}", answers=native_id, is_by_account=False, at=None)
                    for number in range(counted)
                ]
            else:
                address = f"{self.url.partition('?')[0].rstrip('/')}/{native_id}"
                waiting.append(NextRequest(url=address, kind=RequestKind.REPLIES, native_id=thread.native_id))
        return evolve(thread, comments=tuple(comments), waiting=tuple(waiting), is_complete=is_whole)


class CommentTreePage(_ApiPage):
    """One thread of a video's comments, as a tree."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://framatube.org/api/v1/videos/9c9de5e8-0a1e-484a-b099-e80766180a6d/comment-threads/409",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_TREE.fullmatch(path_of(url)))

    @property
    def asked_for(self) -> str:
        return f"A comment on a video on {self.host}"

    def read(self) -> PostList:
        thread = self.capture.thread
        try:
            said = mapping(self.answer())
        except PageProblem as problem:
            if thread is None or problem.outcome is not Outcome.NOT_FOUND:
                raise
            # deleted since the list named it
            return following(evolve(thread, is_complete=False), platform=self.platform, host=self.host)
        if not mapping(said.get("comment")):
            raise self.changed("the answer holds no comment")
        if thread is None:
            return PostList()
        waiting, found, is_whole = [said], list(thread.comments), True
        while waiting and len(found) < len(thread.comments) + _MOST_COMMENTS:
            node = waiting.pop()
            children = [mapping(each) for each in sequence(node.get("children"))[:_MOST_COMMENTS]]
            stated = read_count(node.get("totalChildren"))
            is_whole = is_whole and (stated is None or stated.value <= len(children))
            found += [
                each
                for child in children
                for each in _comment(mapping(child.get("comment")), thread.author, self.capture.fetched_at)
            ]
            waiting += children
        is_complete = thread.is_complete and is_whole and not waiting
        return following(
            evolve(thread, comments=tuple(found), is_complete=is_complete), platform=self.platform, host=self.host
        )


def _comment(said: Mapping[str, Any], author: str | None, latest: datetime) -> list[Comment]:
    """None where it was deleted, or waits for approval."""
    native_id, account = identifier(said.get("id")), mapping(said.get("account"))
    if native_id is None or said.get("isDeleted") is True or said.get("heldForReview") is True:
        return []
    moment = read_date(said.get("createdAt"), latest=latest)
    return [
        Comment(
            native_id=native_id,
            answers=identifier(said.get("inReplyToCommentId")),
            is_by_account=_handle(account) == author,
            at=moment.at if moment else None,
        )
    ]


def _commented(post: Post, said: object, why_not: MissingReason) -> Post:
    metrics, count = post.metrics or Metrics(), read_count(said)
    missing = {column: why for column, why in metrics.missing.items() if column != "comment_count"}
    if count is None:
        missing["comment_count"] = why_not
    return evolve(post, metrics=evolve(metrics, comment_count=count.value if count else None, missing=missing))


class _VideoReader:
    """Videos of one answer into posts, each once."""

    def __init__(self, page: _ApiPage) -> None:
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
        if native_id is None or not _UUID.fullmatch(native_id) or title is None:
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
        author = _handle(account)
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
        asked = _VIDEOS.fullmatch(path_of(self._url))
        is_account = (
            ref.handle.startswith("a/") if ref is not None else asked is not None and asked.group(1) == "accounts"
        )
        name = _handle(account if is_account or not channel else channel)
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
    if said.get("comments") is None and _is_closed(said):
        found["missing"]["comment_count"] = MissingReason.HIDDEN
    kinds = {kind: read_count(said.get(f"{kind}s")) for kind in ("like", "dislike")}
    return Metrics(**found, reactions={kind: count.value for kind, count in kinds.items() if count})


def _is_closed(said: Mapping[str, Any]) -> bool:
    """Whether nobody may comment."""
    policy = identifier(mapping(said.get("commentsPolicy")).get("id"))
    return said.get("commentsEnabled") is False or policy == _DISABLED


def _handle(said: Mapping[str, Any]) -> str | None:
    name, host = string(said.get("name")), string(said.get("host"))
    return f"{name.strip()}@{host.strip().lower()}" if name and host else None


def _profile(said: Mapping[str, Any], kind: str, page: _ApiPage) -> Profile:
    counts = columns(
        {
            "follower_count": said.get("followersCount"),
            "following_count": said.get("followingCount"),
            "post_count": said.get("videosCount"),
        }
    )
    bio, links = read_markdown(string(said.get("description")) or "", keeps_lines=True)
    _, support_links = read_markdown(string(said.get("support")) or "", keeps_lines=True)
    number = identifier(said.get("id"))
    created = read_date(said.get("createdAt"), latest=page.capture.fetched_at)
    url = str(page.response.url)
    return Profile(
        platform=Platform.PEERTUBE,
        host=page.host,
        native_account_id=f"{kind}/{number}" if number else None,
        handle=f"{kind}/{_handle(said)}",
        url=link(said.get("url")),
        name=string(said.get("displayName")),
        bio=bio,
        links=tuple(dict.fromkeys((*links, *support_links))),
        avatar_url=_picture(said, "avatar", url),
        banner_url=_picture(said, "banner", url),
        software="peertube",
        created_at=created.at if created else None,
        **counts,
    )


def _picture(said: Mapping[str, Any], name: str, url: str) -> str | None:
    """The largest; servers before 4.0 have one."""
    several = [mapping(one) for one in sequence(said.get(f"{name}s"))[:50]] or [mapping(said.get(name))]
    largest = max(several, key=lambda one: positive(one.get("width")) or 0)
    return link(largest.get("fileUrl")) or link(largest.get("url")) or link(largest.get("path"), url)


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


PAGES: tuple[type[PlatformPage], ...] = (AccountPage, VideosPage, VideoPage, CommentThreadsPage, CommentTreePage)
