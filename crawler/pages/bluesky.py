"""Bluesky: the public AppView's XRPC answers, and bsky.app's pages as its server sends them.

Fact sheet
- Sources: the lexicons ``app.bsky.*`` (github.com/bluesky-social/atproto) and docs.bsky.app. No key. The AppView's
  address is a setting; only its default is named here.
- An account: ``app.bsky.actor.getProfile`` → DID → ``app.bsky.feed.getAuthorFeed`` (100 a page, paged by ``cursor``).
  Known posts: ``app.bsky.feed.getPosts``, 25 at once; what is left out of the answer is gone. What was answered to a
  post: ``app.bsky.feed.getPostThread``, as deep as ``depth`` says; blocked and deleted answers are stubs or left out.
- Public counts: likes, reposts, replies; quotes since 2024-08, bookmarks since 2025-09 (older answers lack them).
  No views.
- bsky.app's post and profile pages carry JSON-LD (with raw line ends in strings, and escaped twice). Its ShareAction
  counts reposts and quotes together (flag ``shares_include_quotes``).

Rules
- A post is named by its ``at://`` URI with the DID; an account by its handle, which may change while the DID stays.
- ``reason`` reasonRepost: a repost, named ``<uri>#repost:<DID of who reposted>`` and dated by ``reason.indexedAt``,
  with the original's author, text and counts; a repost of the account's own post is that own post. reasonPin: the
  post is pinned, not new.
- ``record.reply``: a reply, also when it goes on with the account's own thread or quotes as well. A post embedded: a
  quote. A post answered or quoted only by its URI is linked by DID.
- ``createdAt`` is set by the author's program. It counts unless it is unreadable, later than ``indexedAt`` (when the
  AppView saw it), or before Bluesky's first posts (November 2022): then ``indexedAt`` is the date; where the two are
  more than ``CLOCK_SKEW`` apart, ``published_text`` keeps the claim and the page is flagged ``date_from_index``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from lxml import etree

from crawler.items import (
    Absence,
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
    Precision,
    Profile,
    Reason,
    Replies,
    RequestKind,
    Role,
)
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.walls import is_html, problem_of
from crawler.reading import hashtags
from crawler.reading.answered import replies_of
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.html_root import html_root
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, positive, sequence, string
from crawler.reading.text import clean

DEFAULT_BASE_URL = "https://public.api.bsky.app"
PAGE_SIZE = 100
POSTS_AT_ONCE = 25
THREAD_DEPTH = 6
FIRST_POSTS = datetime(2022, 11, 1, tzinfo=UTC)
CLOCK_SKEW = timedelta(minutes=5)

_WEB = "https://bsky.app"
_METHOD = re.compile(r"/xrpc/(app\.bsky\.(?:actor\.getProfile|feed\.(?:getAuthorFeed|getPosts|getPostThread)))/?")
_POST_URI = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,512})")
_WEB_POST = re.compile(r"/profile/([^/]+)/post/([A-Za-z0-9._~:-]{1,512})/?")
_WEB_PROFILE = re.compile(r"/profile/([^/]+)/?")
_OWN_WORDS = re.compile(
    rb"bsky_(?:post|profile)_summary|web-cdn\.bsky\.app|embed\.bsky\.app|content=[\"']Bluesky Social"
)
_HANDLE = re.compile(r"@?([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+)")
_NOT_FOUND = re.compile(r"not ?found|(?:unable to|could not|cannot) resolve|valid did or a handle")
_NO_HANDLE = "handle.invalid"  # what the AppView says when a handle no longer points to its account
_COUNTS = {
    "like_count": "likeCount",
    "comment_count": "replyCount",
    "share_count": "repostCount",
    "quote_count": "quoteCount",
    "save_count": "bookmarkCount",
}
_THREAD_READ = 2_000
"""Answers of one thread that are looked at."""
_GIF_SERVICES = ("https://media.tenor.com/", "https://static.klipy.com/")  # how the app attaches a looping picture


def first_requests(ref: AccountRef, base_urls: Mapping[str, str]) -> tuple[NextRequest, ...]:
    """The profile, by DID when it is known (a renamed account keeps it), else by handle."""
    query = urlencode({"actor": ref.native_account_id or ref.handle})
    url = f"{_base(base_urls)}/xrpc/app.bsky.actor.getProfile?{query}"
    return (NextRequest(url=url, kind=RequestKind.PROFILE),)


def post_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[tuple[str, str | None]],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """One request for each ``POSTS_AT_ONCE`` posts. Reposts have no page of their own and are left out."""
    uris = [native_id for native_id, _ in posts if _POST_URI.fullmatch(native_id)]
    batches = [uris[start : start + POSTS_AT_ONCE] for start in range(0, len(uris), POSTS_AT_ONCE)]
    return tuple(
        NextRequest(
            url=f"{_base(base_urls)}/xrpc/app.bsky.feed.getPosts?{urlencode([('uris', uri) for uri in batch])}",
            kind=RequestKind.POST,
            native_id=batch[0] if len(batch) == 1 else None,
        )
        for batch in batches
    )


def reply_requests(
    ref: AccountRef,  # noqa: ARG001 — the same for every platform
    posts: Sequence[str],
    base_urls: Mapping[str, str],
) -> tuple[NextRequest, ...]:
    """The thread below each of these posts."""
    return tuple(
        NextRequest(
            url=f"{_base(base_urls)}/xrpc/app.bsky.feed.getPostThread?"
            + urlencode({"uri": uri, "depth": THREAD_DEPTH, "parentHeight": 0}),
            kind=RequestKind.REPLIES,
            native_id=uri,
        )
        for uri in posts
        if _POST_URI.fullmatch(uri)
    )


def _base(base_urls: Mapping[str, str]) -> str:
    return base_urls.get(Platform.BLUESKY, DEFAULT_BASE_URL).rstrip("/")


class _XrpcPage(PlatformPage):
    """What the pages of the AppView share: whose account it is, and what an error answer means."""

    platform = Platform.BLUESKY
    method: ClassVar[tuple[str, ...]]
    first_keys: ClassVar[tuple[bytes, ...]]
    """Keys that open such an answer, for a copy of it at another address."""

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if found := _METHOD.fullmatch(_path(url)):
            return found.group(1) in cls.method
        if b"app.bsky." not in head and b"did:plc:" not in head:
            return False
        opening = head.lstrip(b"\xef\xbb\xbf \t\r\n{")[:40]
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and opening.startswith(cls.first_keys)

    @property
    def query(self) -> Mapping[str, list[str]]:
        try:
            return parse_qs(urlsplit(str(self.response.url)).query)
        except ValueError:
            return {}

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The Bluesky account {ref.handle if ref else self.query.get('actor', ['of this page'])[0]}"

    def payload(self) -> Mapping[str, Any]:
        """The JSON answer; raises :class:`PageProblem` for errors and for anything that is no JSON object."""
        status = self.response.status or 200
        body = bytes(self.response.body)
        try:
            said = parse(body)
        except NotJsonError:
            raise problem_of(status, body, self.asked_for) from None
        answer = mapping(said)
        if status >= 400 or isinstance(answer.get("error"), str):
            raise self._problem(status, string(answer.get("error")) or "", string(answer.get("message")) or "")
        if not answer:
            raise self.changed("the answer is empty")
        return answer

    def _problem(self, status: int, error: str, message: str) -> PageProblem:
        """XRPC errors: a name in ``error``, a sentence in ``message``; most come with status 400."""
        words = (message or error)[:200].strip()
        detail = f" (“{words}”)" if words else ""
        said = f"{error} {message}".lower()
        if "deactivated" in said:
            return PageProblem(Outcome.GONE, f"{self.asked_for} is switched off by its owner{detail}.")
        if "takedown" in said or "taken down" in said or "suspended" in said:
            return PageProblem(Outcome.GONE, f"{self.asked_for} was taken down{detail}.")
        if "blockedactor" in said or "blockedbyactor" in said:
            sentence = f"{self.asked_for} does not show its posts to this reader{detail}."
            return PageProblem(Outcome.LOGIN_WALL, sentence, Reason.PERMISSION_MISSING)
        if status in (400, 404) and _NOT_FOUND.search(said):
            return PageProblem(
                Outcome.NOT_FOUND, f"{self.asked_for} does not exist{detail}; check the link in the list."
            )
        if status == 401 or "authmissing" in said or "authrequired" in said or "authenticationrequired" in said:
            sentence = f"{self.asked_for} is shown to signed-in people only{detail}."
            return PageProblem(Outcome.LOGIN_WALL, sentence, Reason.TOKEN_MISSING)
        if status == 501 or "notimplemented" in said or "notsupported" in said:
            sentence = f"{self.asked_for}: the server knows no such request{detail}; is its address an AppView's?"
            return PageProblem(Outcome.ERROR, sentence, Reason.NOT_SUPPORTED)
        if status >= 400 and status != 400:
            return problem_of(status, b"", self.asked_for)
        return PageProblem(Outcome.ERROR, f"{self.asked_for} answered with an error{detail}.", Reason.HTTP_ERROR)

    def changed(self, what: str) -> PageProblem:
        return PageProblem(
            Outcome.LAYOUT_CHANGED, f"{self.asked_for}: {what}; the server answers in a way we do not know."
        )


class ProfilePage(_XrpcPage):
    """``app.bsky.actor.getProfile``: the account and its counts; leads to its feed."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile?actor=acme.example",
        "http://127.0.0.1:2584/xrpc/app.bsky.actor.getProfile?actor=did%3Aplc%3Aabc",
    )
    method: ClassVar[tuple[str, ...]] = ("app.bsky.actor.getProfile",)
    first_keys: ClassVar[tuple[bytes, ...]] = (b'"did"',)

    def read(self) -> PostList:
        said = self.payload()
        did, handle = identifier(said.get("did")), _handle(said, self.capture.account)
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
            url=f"{_WEB}/profile/{handle}",
            name=string(said.get("displayName")),
            bio=bio.strip(),
            links=_unique([*_text_links(bio), link(said.get("website"))]),
            avatar_url=link(said.get("avatar")),
            banner_url=link(said.get("banner")),
            pinned_native_id=identifier(mapping(said.get("pinnedPost")).get("uri")),
            is_verified=verification.get("verifiedStatus") == "valid" if verification else None,
            created_at=created.at if created else None,
            **counts,
            missing=missing,
        )
        query = urlencode({"actor": did, "limit": PAGE_SIZE, "filter": "posts_with_replies", "includePins": "true"})
        feed = f"{_base(self.capture.base_urls)}/xrpc/app.bsky.feed.getAuthorFeed?{query}"
        return PostList(
            profile=profile,
            next_requests=(NextRequest(url=feed, kind=RequestKind.LISTING),),
            flags=("asks_for_signed_in_readers",) if "!no-unauthenticated" in _labels(said) else (),
        )


class FeedPage(_XrpcPage):
    """``app.bsky.feed.getAuthorFeed``: one page of what an account posted and reposted, newest first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=acme.example&limit=100",
        "http://localhost:2584/xrpc/app.bsky.feed.getAuthorFeed?actor=did%3Aplc%3Aabc&cursor=2026-11-01T00%3A00%3A00.000Z",
    )
    method: ClassVar[tuple[str, ...]] = ("app.bsky.feed.getAuthorFeed",)
    first_keys: ClassVar[tuple[bytes, ...]] = (b'"feed"', b'"cursor"')

    def read(self) -> PostList:
        answer = self.payload()
        if not isinstance(answer.get("feed"), list):
            raise self.changed("the answer holds no feed")
        reader = _PostReader(self.capture, self._owners())
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
        url = f"{_base(self.capture.base_urls)}/xrpc/app.bsky.feed.getAuthorFeed?{urlencode(asked)}"
        return (NextRequest(url=url, kind=RequestKind.LISTING),)


class PostsPage(_XrpcPage):
    """``app.bsky.feed.getPosts``, or the one post that ``app.bsky.feed.getPostThread`` is about."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts?uris=at%3A%2F%2Fdid%3Aplc%3Aabc%2Fapp.bsky.feed.post%2F3k",
        "http://127.0.0.1:2584/xrpc/app.bsky.feed.getPostThread?uri=at%3A%2F%2Fdid%3Aplc%3Aabc%2Fapp.bsky.feed.post%2F3k&depth=0",
    )
    method: ClassVar[tuple[str, ...]] = ("app.bsky.feed.getPosts", "app.bsky.feed.getPostThread")
    first_keys: ClassVar[tuple[bytes, ...]] = (b'"posts"', b'"thread"', b'"post"')

    @property
    def asked_for(self) -> str:
        return "A post on Bluesky"

    def read(self) -> PostList:
        asked = [uri for uri in (*self.query.get("uris", ()), *self.query.get("uri", ())) if _POST_URI.fullmatch(uri)]
        try:
            answer = self.payload()
        except PageProblem as problem:
            if problem.outcome == Outcome.NOT_FOUND and len(asked) == 1 and "getPostThread" in str(self.response.url):
                return PostList(absences=(_absence(asked[0], self.response.status),))
            raise
        reader = _PostReader(self.capture, frozenset())
        replies: tuple[Replies, ...] = ()
        if isinstance(answer.get("posts"), list):
            for post in answer["posts"]:
                reader.add_post(mapping(post))
            found = reader.seen
            absences = tuple(_absence(uri, None) for uri in asked if uri not in found)
        elif "thread" in answer:
            thread = mapping(answer["thread"])
            absences = self._thread(thread, reader, asked)
            replies = _answered(thread, self.capture.fetched_at)
        elif "post" in answer:
            reader.add_entry(answer)
            absences = ()
        else:
            raise self.changed("the answer holds no post")
        if not reader.understood and not absences and answer.get("posts") != []:
            raise self.changed("the answer holds no post")
        return reader.result(absences=absences, replies=replies)

    def _thread(self, thread: Mapping[str, Any], reader: _PostReader, asked: Sequence[str]) -> tuple[Absence, ...]:
        if reader.is_stub(thread):
            uri = identifier(thread.get("uri")) or (asked[0] if asked else None)
            return (_absence(uri, None),) if uri and thread.get("notFound") is True else ()
        reader.add_post(mapping(thread.get("post")))
        return ()


def _answered(thread: Mapping[str, Any], fetched_at: datetime) -> tuple[Replies, ...]:
    """How the author of the post at the top of ``thread`` answered what stands below; nothing of who said what."""
    top = mapping(thread.get("post"))
    uri, author = identifier(top.get("uri")), identifier(mapping(top.get("author")).get("did"))
    if uri is None or author is None or not isinstance(thread.get("replies"), list):
        return ()
    comments: list[Comment] = []
    is_complete = True
    waiting = [(thread, uri)]
    while waiting and len(comments) < _THREAD_READ:
        node, above = waiting.pop()
        shown = [one for each in sequence(node.get("replies")) if (one := mapping(mapping(each).get("post")))]
        stated = read_count(mapping(node.get("post")).get("replyCount"))
        is_complete = is_complete and (stated is None or len(shown) >= stated.value)
        for each in sequence(node.get("replies")):
            post = mapping(mapping(each).get("post"))
            if (below := identifier(post.get("uri"))) is None:
                continue
            moment = read_date(mapping(post.get("record")).get("createdAt"), latest=fetched_at)
            is_by_account = identifier(mapping(post.get("author")).get("did")) == author
            at = moment.at if moment else None
            comments.append(Comment(native_id=below, answers=above, is_by_account=is_by_account, at=at))
            waiting.append((mapping(each), below))
    is_complete = is_complete and not waiting
    return (replies_of(comments, platform=Platform.BLUESKY, native_id=uri, is_complete=is_complete),)


class WebPostPage(PlatformPage):
    """A post's page on bsky.app (or another host of the same web app), as its server sends it."""

    platform = Platform.BLUESKY
    examples: ClassVar[tuple[str, ...]] = ("https://bsky.app/profile/acme.example/post/3mddvy5bv6k27",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_WEB_POST.fullmatch(_path(url))) and _is_web_app(url, content_type, head)

    def read(self) -> PostList:
        page = _WebApp(self, "A post on Bluesky")
        said = page.linked_data("DiscussionForumPosting", "SocialMediaPosting") or page.labelled_post()
        address = _WEB_POST.fullmatch(_path(str(self.response.url)))
        author = mapping(said.get("author"))
        handle = page.handle(author) or (unquote(address.group(1)) if address else None)
        uri = page.own_uri("app.bsky.feed.post")
        if uri is None and address and unquote(address.group(1)).startswith("did:"):
            uri = f"at://{unquote(address.group(1))}/app.bsky.feed.post/{address.group(2)}"
        if handle is None or uri is None or not _POST_URI.fullmatch(uri) or "datePublished" not in said:
            raise page.changed()
        moment = read_date(said.get("datePublished"), latest=self.capture.fetched_at)
        counts = page.counts(said.get("interactionStatistic"))
        text = _unescaped(said.get("text")) or ""
        pictures = [url for one in _as_list(said.get("image")) if (url := link(one) or link(mapping(one).get("url")))]
        metrics = Metrics(
            like_count=counts.get("LikeAction"),
            comment_count=counts.get("CommentAction"),
            share_count=counts.get("ShareAction"),
            missing={
                column: MissingReason.NOT_OBSERVED
                for column, action in (("like_count", "LikeAction"), ("comment_count", "CommentAction"),
                                       ("share_count", "ShareAction"), ("quote_count", ""), ("save_count", ""))
                if action not in counts
            } | {"view_count": MissingReason.NOT_PUBLIC},
        )  # fmt: skip
        post = Post(
            platform=Platform.BLUESKY,
            native_id=uri,
            account=handle,
            author=handle,
            url=f"{_WEB}/profile/{handle}/post/{uri.rpartition('/')[2]}",
            text=text,
            published_at=moment.at if moment else None,
            published_precision=moment.precision if moment else None,
            published_text=None if moment else string(said.get("datePublished")),
            media=tuple(Media(kind="image", url=url) for url in pictures),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
            metrics=metrics,
        )
        flags = [*page.flags, *(() if moment else ("implausible_date",))]
        if "@type" in said and "ShareAction" in counts:
            flags.append("shares_include_quotes")
        return PostList(posts=(post,), flags=tuple(flags))


class WebProfilePage(PlatformPage):
    """A profile's page on bsky.app (or another host of the same web app), as its server sends it."""

    platform = Platform.BLUESKY
    examples: ClassVar[tuple[str, ...]] = ("https://bsky.app/profile/acme.example",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_WEB_PROFILE.fullmatch(_path(url))) and _is_web_app(url, content_type, head)

    def read(self) -> PostList:
        page = _WebApp(self, "The Bluesky account of this page")
        said = page.linked_data("ProfilePage") or page.labelled_profile()
        person = mapping(said.get("mainEntity"))
        handle = page.handle(person)
        if handle is None:
            raise page.changed()
        of_others, own = (
            page.counts(person.get("interactionStatistic")),
            page.counts(person.get("agentInteractionStatistic")),
        )
        counts = {
            "follower_count": of_others.get("FollowAction"),
            "following_count": own.get("FollowAction"),
            "post_count": own.get("WriteAction"),
        }
        created = read_date(said.get("dateCreated"), latest=self.capture.fetched_at)
        bio = (_unescaped(person.get("description")) or "").strip()
        known: dict[str, Any] = {column: count for column, count in counts.items() if count is not None}
        profile = Profile(
            platform=Platform.BLUESKY,
            native_account_id=identifier(person.get("identifier")),
            handle=handle,
            url=f"{_WEB}/profile/{handle}",
            name=_unescaped(person.get("name")),
            bio=bio,
            links=_unique(_text_links(bio)),
            avatar_url=link(person.get("image")),
            created_at=created.at if created else None,
            **known,
            missing={column: MissingReason.NOT_OBSERVED for column, count in counts.items() if count is None},
        )
        return PostList(profile=profile, flags=tuple(page.flags))


class _WebApp:
    """The machine-readable parts of a page of the web app."""

    def __init__(self, page: PlatformPage, asked_for: str) -> None:
        self.asked_for = asked_for
        self.flags: list[str] = []
        self._body = bytes(page.response.body)
        self._status = page.response.status or 200
        self._tree = html_root(self._body)
        if self._status >= 400:
            raise problem_of(self._status, self._body, asked_for)

    def changed(self) -> PageProblem:
        return problem_of(200, self._body, self.asked_for)

    def linked_data(self, *types: str) -> Mapping[str, Any]:
        """The first JSON-LD object of one of ``types``; empty when there is none."""
        for script in self._elements("//script[@type='application/ld+json']"):
            # raw line ends stand inside the strings, which strict JSON forbids
            try:
                said = parse(script.text or "", strict=False)
            except NotJsonError:
                self.flags.append("broken_jsonld")
                continue
            for one in _as_list(said):
                if mapping(one).get("@type") in types:
                    return mapping(one)
        return {}

    def labelled_post(self) -> Mapping[str, Any]:
        """What pages from before 2025 say instead, in JSON-LD's words: meta elements and a summary for noscript."""
        metas = {one.get("name"): one.get("content") for one in self._elements("//meta[@name]")}
        labels = {metas.get(f"twitter:label{number}"): metas.get(f"twitter:value{number}") for number in range(1, 10)}
        published = self._elements("//meta[@property='article:published_time']/@content")
        counted = {"Likes": "LikeAction", "Replies": "CommentAction", "Reposts": "ShareAction"}
        return {
            "author": {"alternateName": self._summary("bsky_handle")},
            "text": self._summary("bsky_post_text"),
            "interactionStatistic": [
                {"interactionType": action, "userInteractionCount": labels[label]}
                for label, action in counted.items()
                if label in labels
            ],
        } | ({"datePublished": str(published[0])} if published else {})

    def labelled_profile(self) -> Mapping[str, Any]:
        """The same for a profile; such pages count nothing."""
        return {
            "mainEntity": {
                "name": self._summary("bsky_display_name"),
                "alternateName": self._summary("bsky_handle"),
                "identifier": self._summary("bsky_did"),
                "description": self._summary("bsky_profile_description"),
            }
        }

    def _summary(self, name: str) -> str | None:
        found = self._elements(f"//*[@id='{name}']")
        return "".join(found[0].itertext()) if found else None

    def own_uri(self, collection: str) -> str | None:
        for element in self._elements("//link[@rel='alternate'][starts-with(@href, 'at://')]"):
            uri = clean(element.get("href"))
            if f"/{collection}/" in uri and _POST_URI.fullmatch(uri):
                return uri
        rkey = self._elements("//link[@rel='canonical'] | //meta[@property='og:url']")
        did = (self._summary("bsky_did") or "").strip()
        for element in rkey:
            found = _WEB_POST.fullmatch(_path(element.get("href") or element.get("content") or ""))
            uri = f"at://{did}/{collection}/{found.group(2)}" if found else ""
            if _POST_URI.fullmatch(uri):
                return uri
        return None

    def handle(self, person: Mapping[str, Any]) -> str | None:
        said = _unescaped(person.get("alternateName"))
        found = _HANDLE.fullmatch(said.strip()) if said else None
        return found.group(1) if found else None

    def counts(self, said: object) -> dict[str, int]:
        """schema.org action name → count."""
        counts = {}
        for one in map(mapping, _as_list(said)):
            kind = one.get("interactionType")
            name = (string(kind) or string(mapping(kind).get("@type")) or "").rpartition("/")[2]
            count = read_count(one.get("userInteractionCount"))
            if name and count is not None:
                counts[name] = count.value
        return counts

    def _elements(self, path: str) -> list[etree._Element]:
        return [] if self._tree is None else self._tree.xpath(path)


class _PostReader:
    """Post views of one answer into posts, each id once."""

    def __init__(self, capture: Capture, owners: frozenset[str]) -> None:
        self.fetched_at = capture.fetched_at
        self.ref = capture.account
        self.owners = owners
        """DIDs of the account whose feed it is; empty when any author will do (handles change, so they do not tell)."""
        self.understood = False
        self.seen: set[str] = set()
        """URIs that the answer holds, whether or not as a readable post."""
        self._posts: dict[str, Post] = {}
        self._skipped: dict[str, int] = {}
        self._flags: dict[str, None] = {}

    def is_stub(self, said: Mapping[str, Any]) -> bool:
        """Counts what stands for a post that is deleted or blocked."""
        kind = string(said.get("$type")) or ""
        for mark, suffix, why in (
            ("notFound", "#notFoundPost", "deleted_stub"), ("blocked", "#blockedPost", "blocked_stub"),
        ):  # fmt: skip
            if said.get(mark) is True or kind.endswith(suffix):
                self._skip(why)
                if mark == "blocked":
                    self.seen.add(identifier(said.get("uri")) or "")
                return True
        return False

    def add_entry(self, entry: Mapping[str, Any]) -> None:
        """One ``feedViewPost``: a post, perhaps with the reason why it stands in the feed."""
        post, reason = mapping(entry.get("post")), mapping(entry.get("reason"))
        kind = string(reason.get("$type")) or ""
        if kind.endswith("#reasonRepost") or (not kind and "by" in reason):
            self._add_repost(entry, post, reason)
            return
        reply = mapping(entry.get("reply"))
        self.add_post(post, is_pinned=kind.endswith("#reasonPin"), parent=mapping(reply.get("parent")))

    def add_post(
        self, view: Mapping[str, Any], *, is_pinned: bool = False, parent: Mapping[str, Any] | None = None
    ) -> None:
        if self.is_stub(view):
            return
        uri, author, record = self._parts(view)
        if uri is None:
            return
        if not self._is_owner(author):
            self._skip("other_author")
            return
        handle = _handle(author, self.ref if self.owners else None) or uri.split("/")[2]
        self._keep(
            Post(
                **self._content(view, record, uri, handle),
                native_id=uri,
                account=handle,
                author=handle,
                **self._role(view, record, parent or {}),
                **self._published(record.get("createdAt"), view.get("indexedAt")),
                is_pinned=is_pinned,
            )
        )

    def result(
        self,
        *,
        next_requests: tuple[NextRequest, ...] = (),
        absences: tuple[Absence, ...] = (),
        replies: tuple[Replies, ...] = (),
    ) -> PostList:
        return PostList(
            posts=tuple(self._posts.values()),
            absences=absences,
            replies=replies,
            next_requests=next_requests,
            skipped=self._skipped,
            flags=tuple(self._flags),
        )

    def _parts(self, view: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any], Mapping[str, Any]]:
        uri, author, record = identifier(view.get("uri")), mapping(view.get("author")), mapping(view.get("record"))
        self.seen.add(uri or "")
        if uri is None or not _POST_URI.fullmatch(uri) or identifier(author.get("did")) is None or not record:
            self._skipped["unreadable"] = self._skipped.get("unreadable", 0) + 1
            return None, author, record
        self.understood = True
        return uri, author, record

    def _add_repost(self, entry: Mapping[str, Any], view: Mapping[str, Any], reason: Mapping[str, Any]) -> None:
        if self.is_stub(view):
            return
        by = mapping(reason.get("by"))
        if by.get("did") == mapping(view.get("author")).get("did") is not None:
            self.add_post(view, parent=mapping(mapping(entry.get("reply")).get("parent")))
            return
        uri, author, record = self._parts(view)
        if uri is None:
            return
        if not self._is_owner(by):
            self._skip("other_author")
            return
        account = _handle(by, self.ref) or ""
        lasting_name = identifier(by.get("did")) or account
        handle = _handle(author, None) or uri.split("/")[2]
        content = self._content(view, record, uri, handle)
        original = self._published(record.get("createdAt"), view.get("indexedAt"))
        self._keep(
            Post(
                **content,
                native_id=f"{uri}#repost:{lasting_name}",
                account=account,
                author=handle,
                role=Role.REPOST,
                **self._published(reason.get("indexedAt"), None),
                original_native_id=uri,
                original_url=content["url"],
                original_published_at=original["published_at"],
            )
        )

    def _keep(self, post: Post) -> None:
        known = self._posts.get(post.native_id)
        if known is None or (post.is_pinned and not known.is_pinned):
            self._posts[post.native_id] = post

    def _skip(self, why: str) -> None:
        self.understood = True
        self._skipped[why] = self._skipped.get(why, 0) + 1

    def _is_owner(self, account: Mapping[str, Any]) -> bool:
        return not self.owners or identifier(account.get("did")) in self.owners

    def _published(self, created: object, indexed: object) -> dict[str, Any]:
        claimed, seen = read_date(created, latest=self.fetched_at), read_date(indexed, latest=self.fetched_at)
        text = None if created is None else clean(str(created))[:100]
        if claimed is None and seen is None:
            self._flags["implausible_date"] = None
            return {"published_at": None, "published_text": text}
        if claimed is not None and (
            seen is None or (FIRST_POSTS <= claimed.at <= seen.at and claimed.precision == Precision.SECOND)
        ):
            is_exact = claimed.precision == Precision.SECOND
            return {
                "published_at": claimed.at,
                "published_precision": claimed.precision,
                "published_text": None if is_exact else text,
            }
        if seen is not None and claimed is not None and abs(claimed.at - seen.at) <= CLOCK_SKEW:
            text = None
        else:
            self._flags["date_from_index"] = None
        return {
            "published_at": seen.at if seen else None,
            "published_precision": seen.precision if seen else None,
            "published_text": text,
        }

    def _role(self, view: Mapping[str, Any], record: Mapping[str, Any], parent: Mapping[str, Any]) -> dict[str, Any]:
        answered = identifier(mapping(mapping(record.get("reply")).get("parent")).get("uri"))
        if answered is not None:
            author = mapping(parent.get("author")) if identifier(parent.get("uri")) == answered else {}
            seen = read_date(mapping(parent.get("record")).get("createdAt"), latest=self.fetched_at) if author else None
            return {
                "role": Role.REPLY,
                "original_native_id": answered,
                "original_url": _web_url(answered, _handle(author, None)),
                "original_published_at": seen.at if seen else None,
            }
        quoted = _quoted(mapping(view.get("embed"))) or _quoted(mapping(record.get("embed")))
        if quoted is None:
            return {"role": Role.ORIGINAL}
        uri = identifier(quoted.get("uri"))
        author, value = mapping(quoted.get("author")), mapping(quoted.get("value"))
        made = read_date(value.get("createdAt"), latest=self.fetched_at) if value else None
        return {
            "role": Role.QUOTE,
            "original_native_id": uri,
            "original_url": _web_url(uri, _handle(author, None)),
            "original_published_at": made.at if made else None,
        }

    def _content(self, view: Mapping[str, Any], record: Mapping[str, Any], uri: str, handle: str) -> dict[str, Any]:
        """The fields that a post and a reposted post have in common."""
        stated = record.get("text")
        written = stated if isinstance(stated, str) else ""
        text = clean(written).strip()
        marks = _Marks(written, record)
        embed = mapping(view.get("embed")) or mapping(record.get("embed"))
        media, embedded_format, card = _embedded(embed)
        if embedded_format is Format.OTHER:
            self._flags["unknown_embed"] = None
        languages = [said for one in sequence(record.get("langs")) if (said := string(one))]
        return {
            "platform": Platform.BLUESKY,
            "url": _web_url(uri, handle),
            "format": embedded_format or Format.TEXT,
            "text": text,
            "language": languages[0] if languages else None,
            "media": media,
            "hashtags": marks.hashtags,
            "mentions": marks.mentions,
            "links": _unique([*marks.links, card]),
            "metrics": _metrics(view),
        }


class _Marks:
    """Mentions, links and hashtags of a post: its facets (byte ranges of the text) and what is written without one."""

    def __init__(self, text: str, record: Mapping[str, Any]) -> None:
        data = text.encode("utf-8", "surrogatepass")
        tags = [(len(text[:at].encode("utf-8", "surrogatepass")), tag) for at, tag in hashtags.written(text)]
        mentions: list[str | None] = []
        links: list[str | None] = []
        for facet in map(mapping, sequence(record.get("facets"))):
            place = mapping(facet.get("index"))
            start, end = place.get("byteStart"), place.get("byteEnd")
            if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(data)):
                start = end = len(data)  # a facet that points nowhere still names what it links
            shown = clean(data[start:end].decode("utf-8", "replace"))
            for feature in map(mapping, sequence(facet.get("features"))):
                kind = (string(feature.get("$type")) or "").rpartition("#")[2]
                if kind == "tag" and (tag := string(feature.get("tag"))):
                    tags.append((start, tag.strip().lstrip("#＃")))
                elif kind == "link":
                    links.append(link(feature.get("uri")))
                elif kind == "mention":
                    found = _HANDLE.fullmatch(shown.strip())
                    mentions.append(found.group(1) if found else identifier(feature.get("did")))
        tags.sort(key=lambda one: one[0])
        outline = [said.strip().lstrip("#") for one in sequence(record.get("tags")) if (said := string(one))]
        self.hashtags = hashtags.unique([*(clean(tag) for _, tag in tags), *outline])
        self.mentions = _unique(mentions)
        self.links = _unique(links)


def _embedded(embed: Mapping[str, Any]) -> tuple[tuple[Media, ...], Format | None, str | None]:
    """Media, format and card address of an embed, as view or (where the answer holds no view) as record."""
    kind = (string(embed.get("$type")) or "").removesuffix("#view").rpartition(".")[2]
    if not embed:
        return (), None, None
    if kind == "images":
        media = tuple(_picture(mapping(one)) for one in sequence(embed.get("images")))
        return media, Format.CAROUSEL if len(media) > 1 else Format.IMAGE, None
    if kind == "video":
        url = link(embed.get("playlist")) or link(embed.get("thumbnail"))
        shape = mapping(embed.get("aspectRatio"))
        # "gif" is how the app marks a short silent loop
        medium = Media(
            kind="gifv" if embed.get("presentation") == "gif" else "video",
            url=url,
            width=positive(shape.get("width")),
            height=positive(shape.get("height")),
            alt_text=string(embed.get("alt")),
        )
        return (medium,), Format.VIDEO, None
    if kind == "external":
        card = mapping(embed.get("external"))
        url = link(card.get("uri"))
        if url and url.startswith(_GIF_SERVICES) and ".gif" in url:
            return (Media(kind="gifv", url=url, alt_text=string(card.get("description"))),), Format.VIDEO, None
        return (), Format.LINK, url
    if kind == "recordWithMedia":
        return _embedded(mapping(embed.get("media")))
    if kind == "record":
        # a feed, a list, a starter pack or a labeler is shown as a card; a quoted post says its role, not its format
        return (), None if _quoted(embed) is not None else Format.LINK, None
    return (), Format.OTHER, None


def _picture(image: Mapping[str, Any]) -> Media:
    shape = mapping(image.get("aspectRatio"))
    return Media(
        kind="image",
        url=link(image.get("fullsize")) or link(image.get("thumb")),
        width=positive(shape.get("width")),
        height=positive(shape.get("height")),
        alt_text=string(image.get("alt")),
    )


def _quoted(embed: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What an embed says of the post it quotes (perhaps only its URI, when that is gone); ``None`` without one."""
    kind = (string(embed.get("$type")) or "").removesuffix("#view").rpartition(".")[2]
    if kind not in ("record", "recordWithMedia"):
        return None
    record = mapping(embed.get("record"))
    if kind == "recordWithMedia" or "uri" not in record:
        record = mapping(record.get("record")) or record
    uri = identifier(record.get("uri"))
    return record if uri and "/app.bsky.feed.post/" in uri else None


def _metrics(view: Mapping[str, Any]) -> Metrics:
    counts = {column: read_count(view.get(key)) for column, key in _COUNTS.items()}
    missing = {
        column: MissingReason.NOT_OBSERVED if view.get(_COUNTS[column]) is None else MissingReason.NOT_PARSED
        for column, count in counts.items()
        if count is None
    } | {"view_count": MissingReason.NOT_PUBLIC}
    known: dict[str, Any] = {column: count.value for column, count in counts.items() if count}
    return Metrics(**known, missing=missing)


def _handle(account: Mapping[str, Any], ref: AccountRef | None) -> str | None:
    """The handle; where it points nowhere any more, the one that was asked for, else the DID."""
    handle, did = string(account.get("handle")), identifier(account.get("did"))
    if handle and handle != _NO_HANDLE:
        return handle
    if ref is not None and did is not None and ref.native_account_id in (None, did):
        return ref.handle
    return did


def _labels(said: Mapping[str, Any]) -> set[str | None]:
    return {string(mapping(one).get("val")) for one in sequence(said.get("labels"))}


def _web_url(uri: str | None, handle: str | None) -> str | None:
    found = _POST_URI.fullmatch(uri or "")
    return f"{_WEB}/profile/{quote(handle or found.group(1), safe=':')}/post/{found.group(2)}" if found else None


def _absence(uri: str, status: int | None) -> Absence:
    return Absence(platform=Platform.BLUESKY, native_id=uri, kind="gone", status=status)


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _is_web_app(url: str, content_type: str, head: bytes) -> bool:
    is_known_host = urlsplit(url).netloc in ("bsky.app", "www.bsky.app", "main.bsky.dev")
    if not head:
        return is_known_host
    return is_html(content_type, head) and (is_known_host or bool(_OWN_WORDS.search(head)))


_BARE_LINK = re.compile(r"https?://[^\s<>\"]+")


def _text_links(text: str) -> list[str | None]:
    return [link(found.rstrip(".,;:!?)]}»”'")) for found in _BARE_LINK.findall(text)]


def _unescaped(said: object) -> str | None:
    text = string(said)
    return None if text is None else clean(unescape(text))


def _unique(said: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in said if one))


def _as_list(said: object) -> Sequence[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


PAGES: tuple[type[PlatformPage], ...] = (ProfilePage, FeedPage, PostsPage, WebPostPage, WebProfilePage)
