"""Threads' profile discovery: JSON answers of the official interface."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

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
    RequestKind,
    Role,
)
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.threads.items import SITE
from crawler.reading import hashtags
from crawler.reading.captions import mentioned
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.graph import GraphAccess, each_once, graph_answer, pause_until
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.snowflakes import instagram_id, instagram_time
from crawler.reading.urls import host_of, path_of

DEFAULT_BASE_URL = "https://graph.threads.net/v1.0"
PAGE_SIZE = 100
ACCESS = GraphAccess(Platform.THREADS, "threads_basic and threads_profile_discovery")
_POST_PATH = re.compile(r"/(?:@[\w.]{1,30}/post|t)/([A-Za-z0-9_-]{5,64})/?")
_LOOKUP_PATH = re.compile(r".*/profile_lookup/?")
_POSTS_PATH = re.compile(r".*/(?:profile_posts|\d+/threads|me/threads)/?")
_POST_FIELDS = (
    "id,media_product_type,media_type,media_url,permalink,username,text,timestamp,shortcode,thumbnail_url,"
    "children{media_type,media_url,alt_text},is_quote_post,has_replies,alt_text,link_attachment_url,topic_tag,"
    "quoted_post,reposted_post,is_reply"
)
_FORMATS = {
    "TEXT_POST": Format.TEXT, "IMAGE": Format.IMAGE, "VIDEO": Format.VIDEO, "CAROUSEL_ALBUM": Format.CAROUSEL,
    "AUDIO": Format.AUDIO, "REPOST_FACADE": None,
}  # fmt: skip
_COUNTS = {
    "like_count": ("like_count", "likes"), "comment_count": ("reply_count", "replies"),
    "share_count": ("repost_count", "reposts"), "quote_count": ("quote_count", "quotes"),
    "view_count": ("view_count", "views"),
}  # fmt: skip


def base_url(base_urls: Mapping[str, str]) -> str:
    """Where the interface answers, no trailing slash."""
    return base_urls.get(Platform.THREADS, DEFAULT_BASE_URL).rstrip("/")


class _ApiPage(PlatformPage):
    platform = Platform.THREADS

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The Threads account {ref.handle}" if ref else "This answer of Threads' interface"

    def payload(self) -> Mapping[str, Any]:
        """The answer. Raises :class:`PageProblem` for an error in it, and for what is no JSON."""
        return graph_answer(self.response, self.capture.fetched_at, self.asked_for, ACCESS)


class LookupPage(_ApiPage):
    """``profile_lookup``: the account; leads to its posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.threads.net/v1.0/profile_lookup?username=acme",
        "http://127.0.0.1:8001/profile_lookup?username=acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _LOOKUP_PATH.fullmatch(path_of(url)) is not None

    def read(self) -> PostList:
        said = self.payload()
        handle = identifier(said.get("username"))
        if handle is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no account.")
        followers = read_count(said.get("follower_count"))
        verified = said.get("is_verified")
        bio = string(said.get("biography"))
        more: tuple[NextRequest, ...] = ()
        ref = self.capture.account
        if ref is not None and ref.access is not None:
            size = min(ref.access.page_size or PAGE_SIZE, PAGE_SIZE)
            query = urlencode({"username": handle, "fields": _POST_FIELDS, "limit": size})
            more = (
                NextRequest(url=f"{base_url(self.capture.base_urls)}/profile_posts?{query}", kind=RequestKind.LISTING),
            )
        profile = Profile(
            platform=Platform.THREADS,
            handle=handle,
            url=f"{SITE}/@{handle}",
            name=string(said.get("name")),
            bio=bio.strip() if bio is not None else None,
            avatar_url=link(said.get("profile_picture_url")),
            is_verified=verified if isinstance(verified, bool) else None,
            follower_count=followers.value if followers else None,
            missing={} if followers else {"follower_count": MissingReason.NOT_OBSERVED},
        )
        pause = pause_until(dict(self.response.headers), self.capture.fetched_at)
        return PostList(profile=profile, next_requests=more, pause_until=pause)


class PostsPage(_ApiPage):
    """``profile_posts``: an account's posts, newest first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.threads.net/v1.0/profile_posts?username=acme&limit=100",
        "http://127.0.0.1:8001/profile_posts?username=acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _POSTS_PATH.fullmatch(path_of(url)) is not None and ("threads" in host_of(url) or "profile_posts" in url)

    def read(self) -> PostList:
        answer = self.payload()
        data = answer.get("data")
        if not isinstance(data, list):
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no list of posts.")
        posts = [self._post(one) for one in map(mapping, data)]
        read = each_once(posts)
        if data and not read:
            raise PageProblem(
                Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the posts are in a shape that we do not know."
            )
        after = identifier(mapping(mapping(answer.get("paging")).get("cursors")).get("after"))
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(self.response.url)).query).items()}
        ref = self.capture.account
        more: tuple[NextRequest, ...] = ()
        if after and read and ref is not None and ref.access is not None and query.get("after") != after:
            asked = {"username": ref.handle, "fields": _POST_FIELDS, "limit": str(PAGE_SIZE)} | query
            asked = {name: value for name, value in asked.items() if name != "access_token"} | {"after": after}
            url = f"{base_url(self.capture.base_urls)}/profile_posts?{urlencode(asked)}"
            more = (NextRequest(url=url, kind=RequestKind.LISTING),)
        return PostList(
            posts=read,
            next_requests=more,
            skipped={"not_understood": posts.count(None)} if None in posts else {},
            pause_until=pause_until(dict(self.response.headers), self.capture.fetched_at),
        )

    def _post(self, said: Mapping[str, Any]) -> Post | None:
        url = link(said.get("permalink"))
        in_address = _POST_PATH.fullmatch(urlsplit(url).path) if url else None
        code = identifier(said.get("shortcode")) or (in_address.group(1) if in_address else None)
        # the interface's own id is another number than the one that pages and addresses carry
        from_code = instagram_id(code) if code else None
        native_id = from_code or identifier(said.get("id"))
        handle = identifier(said.get("username")) or (self.capture.account.handle if self.capture.account else None)
        if native_id is None or handle is None:
            return None
        stated = string(said.get("media_type")) or ""
        published = read_date(said.get("timestamp"), latest=self.capture.fetched_at)
        at = published.at if published else instagram_time(from_code, self.capture.fetched_at) if from_code else None
        text = string(said.get("text"))
        parts = [mapping(one) for one in sequence(mapping(said.get("children")).get("data"))] or [said]
        attached = link(said.get("link_attachment_url"))
        kind = _FORMATS.get(stated, Format.OTHER)
        role = Role.REPOST if stated == "REPOST_FACADE" else Role.REPLY if said.get("is_reply") is True else (
            Role.QUOTE if said.get("is_quote_post") is True else Role.ORIGINAL)  # fmt: skip
        carried = mapping(said.get("reposted_post") or said.get("quoted_post"))
        tag = string(said.get("topic_tag"))
        return Post(
            platform=Platform.THREADS,
            native_id=native_id,
            account=handle,
            author=handle,
            url=url,
            role=role,
            format=Format.LINK if kind == Format.TEXT and attached else kind,
            text=text if text is not None else "",
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            original_native_id=identifier(carried.get("id")),
            media=tuple(
                Media(kind="video" if string(part.get("media_type")) == "VIDEO" else "image", url=address,
                      alt_text=string(part.get("alt_text")))
                for part in parts
                if string(part.get("media_type")) in ("IMAGE", "VIDEO") and (address := link(part.get("media_url")))
            ),
            hashtags=hashtags.unique([*([tag] if tag else []), *(one for _, one in hashtags.written(text or ""))]),
            mentions=mentioned(text or ""),
            links=(attached,) if attached else (),
            metrics=_metrics(said),
        )  # fmt: skip


def _metrics(said: Mapping[str, Any]) -> Metrics:
    """Counts that the interface may state beside what is documented; the others it keeps to the owner."""
    values: dict[str, Any] = {}
    missing = {"save_count": MissingReason.NOT_PUBLIC}
    for column, names in _COUNTS.items():
        count = next((count for name in names if (count := read_count(said.get(name))) is not None), None)
        if count is None or count.rounded is not None:
            missing[column] = MissingReason.NOT_PUBLIC
        else:
            values[column] = count.value
    return Metrics(**values, missing=missing)
