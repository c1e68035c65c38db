"""The AppView's XRPC answers: a profile, one page of a feed, single posts and the thread below a post."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlencode

from crawler.items import (
    Absence,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    PostList,
    Profile,
    Replies,
    RequestKind,
)
from crawler.pages.base import PageProblem
from crawler.pages.bluesky.accounts import handle_of
from crawler.pages.bluesky.addresses import POST_URI, SITE, api_base
from crawler.pages.bluesky.posts import PostReader
from crawler.pages.bluesky.thread import answered_in
from crawler.pages.bluesky.wording import text_links
from crawler.pages.bluesky.xrpc import XrpcPage, url_names
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string

PAGE_SIZE = 100
_FEED = re.compile(rb'"feed"\s*:\s*\[')
_NOT_SHOWN = {"threadItemBlocked": "blocked_stub", "threadItemNoUnauthenticated": "signed_in_only"}
"""What a thread says of a post that it does not show."""


class ProfilePage(XrpcPage):
    """``app.bsky.actor.getProfile``: the account and its counts; leads to its feed."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile?actor=acme.example",
        "http://127.0.0.1:2584/xrpc/app.bsky.actor.getProfile?actor=did%3Aplc%3Aabc",
    )
    method: ClassVar[tuple[str, ...]] = ("app.bsky.actor.getProfile",)
    first_keys: ClassVar[tuple[bytes, ...]] = (b'"did"',)

    def read(self) -> PostList:
        said = self.payload()
        did, handle = identifier(said.get("did")), handle_of(said, self.capture.account)
        if did is None or handle is None:
            raise self.changed("the answer holds no account")
        counts: dict[str, Any] = {}
        missing: dict[str, MissingReason] = {}
        for column, key in (
            ("follower_count", "followersCount"), ("following_count", "followsCount"), ("post_count", "postsCount"),
        ):  # fmt: skip
            count = read_count(said.get(key))
            if count is None:
                missing[column] = MissingReason.NOT_OBSERVED if said.get(key) is None else MissingReason.NOT_PARSED
            else:
                counts[column] = count.value
        bio = string(said.get("description")) or ""
        created = read_date(said.get("createdAt"), latest=self.capture.fetched_at)
        verification = mapping(said.get("verification"))
        profile = Profile(
            platform=Platform.BLUESKY,
            native_account_id=did,
            handle=handle,
            url=f"{SITE}/profile/{handle}",
            name=string(said.get("displayName")),
            bio=bio.strip(),
            links=distinct([*text_links(bio), link(said.get("website"))]),
            avatar_url=link(said.get("avatar")),
            banner_url=link(said.get("banner")),
            pinned_native_id=identifier(mapping(said.get("pinnedPost")).get("uri")),
            is_verified=verification.get("verifiedStatus") == "valid" if verification else None,
            created_at=created.at if created else None,
            **counts,
            missing=missing,
        )
        query = urlencode({"actor": did, "limit": PAGE_SIZE, "filter": "posts_with_replies", "includePins": "true"})
        feed = f"{api_base(self.capture.base_urls)}/xrpc/app.bsky.feed.getAuthorFeed?{query}"
        return PostList(
            profile=profile,
            next_requests=(NextRequest(url=feed, kind=RequestKind.LISTING),),
            flags=("asks_for_signed_in_readers",) if "!no-unauthenticated" in _labels(said) else (),
        )


class FeedPage(XrpcPage):
    """``app.bsky.feed.getAuthorFeed``: one page of what an account posted and reposted, newest first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=acme.example&limit=100",
        "http://localhost:2584/xrpc/app.bsky.feed.getAuthorFeed?actor=did%3Aplc%3Aabc&cursor=2026-11-01T00%3A00%3A00.000Z",
    )
    method: ClassVar[tuple[str, ...]] = ("app.bsky.feed.getAuthorFeed",)
    first_keys: ClassVar[tuple[bytes, ...]] = (b'"feed"', b'"cursor"')

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:
        is_copy = bool(head) and not url_names(url, cls.method)
        # much else is given page by page
        return super().accepts(url, status, content_type, head) and not (is_copy and _FEED.search(head) is None)

    def read(self) -> PostList:
        answer = self.payload()
        if not isinstance(answer.get("feed"), list):
            raise self.changed("the answer holds no feed")
        reader = PostReader(self.capture, self._owners())
        for entry in answer["feed"]:
            reader.add_entry(mapping(entry))
        if answer["feed"] and not reader.understood:
            raise self.changed("the feed holds no posts")
        return reader.result(next_requests=self._next(string(answer.get("cursor"))))

    def _owners(self) -> frozenset[str]:
        ref = self.capture.account
        stated = {*self.query.get("actor", ()), ref.native_account_id if ref else None}
        return frozenset(name for name in stated if name and name.startswith("did:"))

    def _next(self, cursor: str | None) -> tuple[NextRequest, ...]:
        query = self.query
        if not cursor or query.get("cursor") == [cursor]:
            return ()
        actor = query.get("actor") or [self.capture.account.handle if self.capture.account else ""]
        if not actor[0]:
            return ()
        asked = {"actor": actor[0], "limit": str(PAGE_SIZE), "filter": "posts_with_replies", "includePins": "true"}
        asked |= {name: values[0] for name, values in query.items() if name != "uris"} | {"cursor": cursor}
        url = f"{api_base(self.capture.base_urls)}/xrpc/app.bsky.feed.getAuthorFeed?{urlencode(asked)}"
        return (NextRequest(url=url, kind=RequestKind.LISTING),)


class PostsPage(XrpcPage):
    """``app.bsky.feed.getPosts``, or the one post that ``app.bsky.feed.getPostThread`` is about, or its successor,
    which the web app asks today."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts?uris=at%3A%2F%2Fdid%3Aplc%3Aabc%2Fapp.bsky.feed.post%2F3k",
        "http://127.0.0.1:2584/xrpc/app.bsky.feed.getPostThread?uri=at%3A%2F%2Fdid%3Aplc%3Aabc%2Fapp.bsky.feed.post%2F3k&depth=0",
        "https://public.api.bsky.app/xrpc/app.bsky.unspecced.getPostThreadV2?anchor=at%3A%2F%2Fdid%3Aplc%3Aabc%2Fapp.bsky.feed.post%2F3k",
    )
    method: ClassVar[tuple[str, ...]] = (
        "app.bsky.feed.getPosts",
        "app.bsky.feed.getPostThread",
        "app.bsky.unspecced.getPostThreadV2",
    )
    first_keys: ClassVar[tuple[bytes, ...]] = (b'"posts"', b'"thread"', b'"post"')

    @property
    def asked_for(self) -> str:
        return "A post on Bluesky"

    def read(self) -> PostList:
        asked = [uri for uri in (*self.query.get("uris", ()), *self.query.get("uri", ())) if POST_URI.fullmatch(uri)]
        try:
            answer = self.payload()
        except PageProblem as problem:
            if problem.outcome == Outcome.NOT_FOUND and len(asked) == 1 and "getPostThread" in str(self.response.url):
                return PostList(absences=(_absence(asked[0], self.response.status),))
            raise
        reader = PostReader(self.capture, frozenset())
        replies: tuple[Replies, ...] = ()
        if isinstance(answer.get("posts"), list):
            for post in answer["posts"]:
                reader.add_post(mapping(post))
            found = reader.seen
            absences = tuple(_absence(uri, None) for uri in asked if uri not in found)
        elif isinstance(answer.get("thread"), list):
            absences = self._thread_in_order(answer["thread"], reader)
        elif "thread" in answer:
            thread = mapping(answer["thread"])
            absences = self._thread(thread, reader, asked)
            replies = answered_in(thread, self.capture.fetched_at)
        elif "post" in answer:
            reader.add_entry(answer)
            absences = ()
        else:
            raise self.changed("the answer holds no post")
        if not reader.understood and not absences and answer.get("posts") != []:
            raise self.changed("the answer holds no post")
        return reader.result(absences=absences, replies=replies)

    def _thread(self, thread: Mapping[str, Any], reader: PostReader, asked: Sequence[str]) -> tuple[Absence, ...]:
        if reader.is_stub(thread):
            uri = identifier(thread.get("uri")) or (asked[0] if asked else None)
            return (_absence(uri, None),) if uri and thread.get("notFound") is True else ()
        reader.add_post(mapping(thread.get("post")))
        return ()

    def _thread_in_order(self, thread: Sequence[Any], reader: PostReader) -> tuple[Absence, ...]:
        """Everything above and below in one list: at depth 0 stands the post that was asked for."""
        item = next((one for each in thread if (one := mapping(each)).get("depth") == 0), {})
        said = mapping(item.get("value"))
        kind, uri = (string(said.get("$type")) or "").rpartition("#")[2], identifier(item.get("uri"))
        if kind == "threadItemNotFound" and uri:
            return (_absence(uri, None),)
        if kind in _NOT_SHOWN:
            reader.skip(_NOT_SHOWN[kind])
        else:
            reader.add_post(mapping(said.get("post")))
        return ()


def _labels(said: Mapping[str, Any]) -> set[str | None]:
    return {string(mapping(one).get("val")) for one in sequence(said.get("labels"))}


def _absence(uri: str, status: int | None) -> Absence:
    return Absence(platform=Platform.BLUESKY, native_id=uri, kind="gone", status=status)
