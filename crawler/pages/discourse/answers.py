"""Discourse's answers: listings of topics, a topic, posts, a user."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import unquote

from crawler.items import Absence, MissingReason, NextRequest, Outcome, Post, PostList, Profile, RequestKind
from crawler.pages.base import PageProblem
from crawler.pages.discourse.threads import replies_in
from crawler.pages.discourse.topics import (
    LIKES_OF_FIRST_POST,
    TOPIC_PATH,
    ForumPage,
    has_topic_likes,
    is_small_action,
    likes_on,
    names_of,
    opener,
    reason_to_skip,
    topic_request,
)
from crawler.pages.open_page import number_in, query_of, with_query
from crawler.pages.walls import is_html
from crawler.reading.content import said_text
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.urls import path_of

_LIST_PATH = re.compile(
    r"(?:/[^/]{1,100})?/(?:latest|new|top|hot|categories_and_latest|topics/created-by/([^/]{1,100})"
    r"|c/([^?#]{1,300}?)(?:/l/(?:latest|new|top|hot))?|tag/[^?#]{1,200})\.json"
)
_LIST_HEAD = re.compile(
    rb'"topic_list"\s*:\s*\{|\A\s*\{\s*"users"\s*:\s*\[\s*\{\s*"id"\s*:\s*-?[0-9]{1,18}\s*,\s*"username"\s*:'
    rb'[^\[\]{}]{0,1000}"avatar_template"'
)
"""The users of a listing stand before its topics, and may fill the head."""
_POSTS_PATH = re.compile(r"(?:/[^/]{1,100})?/posts(?:/([1-9][0-9]{0,17}))?\.json")
_POSTS_HEAD = re.compile(
    rb'\s*\{\s*(?:"latest_posts"\s*:\s*\[|"id"\s*:\s*[0-9]+\s*,(?=.{0,4000}"(?:cooked|post_number)"\s*:))', re.DOTALL
)
_TOPIC_HEAD = re.compile(rb'\s*\{\s*"post_stream"\s*:\s*\{')
_USER_PATH = re.compile(r"(?:/[^/]{1,100})?/u(?:sers)?/([^/]{1,100})\.json")
_USER_HEAD = re.compile(rb'"(?:avatar_template|user_badges|trust_level)"\s*:')
_ERROR = re.compile(rb'\s*\{\s*"(?:errors|action|error_type)"\s*:')
_MAX_TOPICS = 500
_MAX_PAGE = 10_000


def _is_ours(path: object, content_type: str, head: bytes, own: re.Pattern[bytes]) -> bool:
    """By its own words; without any, as a wall or as an error, by its path."""
    is_other = bool(head) and not is_html(content_type, head) and head.lstrip()[:1] in (b"{", b"[")
    is_said = own.search(head) is not None and not head.lstrip().startswith(b"<")
    return is_said or (path is not None and (not is_other or bool(_ERROR.match(head))))


class TopicsPage(ForumPage):
    """One page of a listing of topics."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://forum.acme.example/latest.json?order=created",
        "https://forum.acme.example/c/support/5.json?order=created&page=1",
        "http://127.0.0.1:3000/topics/created-by/acme.json",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        path = _LIST_PATH.fullmatch(path_of(url))
        return _is_ours(path, content_type, head, _LIST_HEAD) and not _TOPIC_HEAD.match(head)

    def read(self) -> PostList:
        said = mapping(self.answer())
        listing = mapping(said.get("topic_list"))
        entries = listing.get("topics")
        if not isinstance(entries, list):
            raise self.changed("the answer holds no list of topics")
        users = names_of([*sequence(said.get("users")), *sequence(listing.get("users"))])
        posts: dict[str, Post] = {}
        skipped: Counter[str] = Counter()
        for entry in map(mapping, entries[:_MAX_TOPICS]):
            reason = reason_to_skip(entry)
            post = (
                None
                if reason
                else self.topic(entry, opener(entry, users) or self._user, {}, self.account_of(self._place))
            )
            if post is None:
                skipped[reason or "not_understood"] += 1
            else:
                posts.setdefault(post.native_id, post)
        if entries and not posts and skipped["not_understood"]:
            raise self.changed("the list holds no topics")
        return PostList(
            posts=tuple(posts.values()),
            profile=self._profile([*sequence(said.get("users"))]) if not self._page else None,
            next_requests=(*self._opened_by_themselves(posts), *self._next(listing, len(entries))),
            skipped=dict(skipped),
        )

    @property
    def _user(self) -> str | None:
        found = _LIST_PATH.fullmatch(self.path)
        return unquote(found.group(1)) if found and found.group(1) else None

    @property
    def _place(self) -> str | None:
        found = _LIST_PATH.fullmatch(self.path)
        if found is None or not (found.group(1) or found.group(2)):
            return None
        return f"u/{self._user}" if found.group(1) else f"c/{found.group(2)}"

    @property
    def _page(self) -> int:
        return number_in(self.query, "page", 0)

    def _opened_by_themselves(self, posts: Mapping[str, Post]) -> tuple[NextRequest, ...]:
        if self.ref is None or self.is_thin:
            return ()
        base = self.url.partition("?")[0].removesuffix(self.path)
        return tuple(topic_request(base, native_id, post.published_at) for native_id, post in posts.items())

    def _next(self, listing: Mapping[str, Any], count: int) -> tuple[NextRequest, ...]:
        """The page is counted on, because the stated address may name neither the order nor the form of the answer."""
        more = string(listing.get("more_topics_url"))
        if not more or not count or self._page >= _MAX_PAGE:
            return ()
        page = max(number_in(query_of(more), "page", self._page + 1), self._page + 1)
        return (NextRequest(url=with_query(self.url, page=page), kind=RequestKind.LISTING),)

    def _profile(self, users: list[Any]) -> Profile | None:
        wanted = self.ref.handle.removeprefix("u/") if self.ref and self.ref.handle.startswith("u/") else self._user
        for user in map(mapping, users):
            if wanted and (string(user.get("username")) or "").casefold() == wanted.casefold():
                return profile_of(self, user)
        return None


class TopicPage(ForumPage):
    """One topic; of its posts the first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://forum.acme.example/t/12483.json",
        "https://forum.acme.example/t/our-new-kettle/12483.json?print=true",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _is_ours(_topic_path(path_of(url)), content_type, head, _TOPIC_HEAD)

    def read(self) -> PostList:
        asked = _topic_path(self.path)
        try:
            said = mapping(self.answer())
        except PageProblem as problem:
            if problem.outcome in (Outcome.NOT_FOUND, Outcome.GONE) and asked and not is_html("", self.body):
                return PostList(absences=(self._absence(asked.group(1)),))
            raise
        return topic_in(self, said)

    def _absence(self, native_id: str) -> Absence:
        return Absence(platform=self.platform, host=self.host, native_id=native_id, kind="gone", status=self.status)


def topic_in(page: ForumPage, said: Mapping[str, Any]) -> PostList:
    """A topic as its answer gives it. Raises :class:`PageProblem` when it gives none."""
    reason = reason_to_skip(said)
    if reason:
        return PostList(skipped={reason: 1})
    posts = [mapping(one) for one in sequence(mapping(said.get("post_stream")).get("posts"))]
    first = next((one for one in posts if one.get("post_number") == 1), {})
    if posts and not first and "title" not in said:
        # more posts of a topic, without the topic
        return PostList(skipped={"other_author": len(posts)})
    details = mapping(said.get("details"))
    author = string(mapping(details.get("created_by")).get("username"))
    post = page.topic(said, author, first, page.account_of()) if "post_stream" in said else None
    if post is None:
        raise page.changed("the answer holds no topic")
    is_of_first = not has_topic_likes(said) and likes_on(first) is not None
    others = len(posts) - bool(first)
    answered = replies_in(page, said, posts)
    return PostList(
        posts=(post,),
        replies=answered.replies,
        next_requests=answered.next_requests,
        skipped={"other_author": others} if others > 0 else {},
        flags=((LIKES_OF_FIRST_POST,) if is_of_first else ()) + answered.flags,
    )


class PostsPage(ForumPage):
    """``/posts/ID.json``: one post that somebody brought on purpose; ``/posts.json``: the forum's newest, of which the
    first posts of topics are kept, and what a watched user wrote."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://forum.acme.example/posts/39739.json",
        "https://forum.acme.example/posts.json",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _is_ours(_POSTS_PATH.fullmatch(path_of(url)), content_type, head, _POSTS_HEAD) and not _LIST_HEAD.search(
            head
        )

    def read(self) -> PostList:
        said = mapping(self.answer())
        is_one = "latest_posts" not in said
        entries = [said] if is_one else said["latest_posts"]
        if not isinstance(entries, list):
            raise self.changed("the answer holds no list of posts")
        posts: dict[str, Post] = {}
        skipped: Counter[str] = Counter()
        for entry in map(mapping, entries[:_MAX_TOPICS]):
            reason = reason_to_skip(entry) or self._reason(entry, is_one=is_one)
            post = None if reason else self._post(entry)
            if post is None:
                skipped[reason or "not_understood"] += 1
            else:
                posts.setdefault(post.native_id, post)
        if not posts and (is_one or entries) and not (skipped.keys() - {"not_understood"}):
            raise self.changed("the answer holds no posts")
        return PostList(posts=tuple(posts.values()), skipped=dict(skipped))

    def _reason(self, entry: Mapping[str, Any], *, is_one: bool) -> str | None:
        if is_small_action(entry):
            return "service_message"
        ref = self.ref
        if ref is not None and ref.handle.startswith("u/"):
            is_own = (string(entry.get("username")) or "").casefold() == ref.handle.removeprefix("u/").casefold()
        else:
            is_own = is_one or entry.get("post_number") == 1
        return None if is_own else "other_author"

    def _post(self, entry: Mapping[str, Any]) -> Post | None:
        if entry.get("post_number") != 1:
            return self.reply(entry)
        topic = {
            "id": entry.get("topic_id"),
            "slug": entry.get("topic_slug"),
            "title": entry.get("topic_title"),
            "posts_count": entry.get("topic_posts_count"),
        }
        return self.topic(topic, string(entry.get("username")), entry, self.account_of())


class UserPage(ForumPage):
    """``/u/NAME.json``, where somebody brings it."""

    examples: ClassVar[tuple[str, ...]] = ("https://forum.acme.example/u/acme.json",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        path = _USER_PATH.fullmatch(path_of(url))
        return path is not None and _is_ours(path, content_type, head, _USER_HEAD) and not _LIST_HEAD.search(head)

    def read(self) -> PostList:
        user = mapping(mapping(self.answer()).get("user"))
        profile = profile_of(self, user)
        if profile is None:
            raise self.changed("the answer holds no user")
        return PostList(profile=profile)


def profile_of(page: ForumPage, user: Mapping[str, Any]) -> Profile | None:
    """A user as a listing names them, or as their own answer describes them."""
    name = string(user.get("username"))
    if not name:
        return None
    joined = read_date(user.get("created_at"), latest=page.capture.fetched_at)
    template = (string(user.get("avatar_template")) or "").replace("{size}", "240")
    about = string(user.get("bio_cooked")) or string(user.get("bio_excerpt"))
    website = link(user.get("website"))
    return Profile(
        platform=page.platform,
        host=page.host,
        native_account_id=identifier(user.get("id")),
        handle=page.ref.handle if page.ref else f"u/{name}",
        url=link(f"{page.site}/u/{name}"),
        name=string(user.get("name")) or None,
        bio=said_text(about) if about else None,
        links=(website,) if website else (),
        avatar_url=link(template, f"{page.site}/"),
        software="discourse",
        created_at=joined.at if joined else None,
        missing=dict.fromkeys(("follower_count", "following_count", "post_count"), MissingReason.NOT_PUBLIC),
    )


def _topic_path(path: str) -> re.Match[str] | None:
    return TOPIC_PATH.fullmatch(path.removesuffix(".json")) if path.endswith(".json") else None
