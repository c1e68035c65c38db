"""The client API's answers about posts: an account's statuses page by page, one status, and what was answered to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from crawler.items import Comment, NextRequest, Outcome, Platform, PostList, Profile, RequestKind
from crawler.pages.base import PageProblem
from crawler.pages.mastodon.accounts import profile_of
from crawler.pages.mastodon.addresses import ID
from crawler.pages.mastodon.answers import ApiPage, absence_of, is_json, software_of
from crawler.pages.mastodon.statuses import StatusReader
from crawler.pages.open_page import query_of
from crawler.reading.answered import replies_of
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, mapping
from crawler.reading.urls import path_of

_STATUSES = re.compile(rf"/api/v1/accounts/({ID})/statuses/?")
_STATUS = re.compile(rf"/api/v1/statuses/({ID})/?")
_CONTEXT = re.compile(rf"/api/v1/statuses/({ID})/context/?")
_LIST = re.compile(rb'[\xef\xbb\xbf\s]*\[\s*\{[^\[\]{}]{0,1500}"in_reply_to_account_id"\s*:')
"""A list of statuses; in one of notifications they stand inside."""
_NEXT = re.compile(r"<([^<>]{1,4000})>\s*(?:;[^,<>]{0,200}?)?;\s*rel=\"?next\b", re.IGNORECASE)

_CONTEXT_SHOWS = 50
"""From so many answers on a thread may go on: who is not signed in gets 60 at most, less those that are not public."""


class StatusesPage(ApiPage):
    """One page of an account's statuses, newest first, all roles; or what somebody brings of another list of them, such
    as a hashtag's."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://fosstodon.org/api/v1/accounts/109302436954721982/statuses?limit=40",
        "http://localhost:8080/api/v1/accounts/01F8MH1H7YV1Z7D2C8K2730QBF/statuses?limit=40&max_id=01FVW7JHQFSFK166WWKR8CBA6M",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_STATUSES.fullmatch(path_of(url)) or _LIST.match(head))

    def read(self) -> PostList:
        try:
            statuses = self.payload()
            if not isinstance(statuses, list):
                raise self.moved("the answer holds no list of posts")
        except PageProblem as problem:
            if "max_id" in query_of(str(self.response.url)):
                raise
            return self.other_way(problem)
        asked = _STATUSES.fullmatch(path_of(str(self.response.url)))
        reader = StatusReader(self, unquote(asked.group(1)) if asked else None)
        profile: Profile | None = None
        for status in statuses:
            account = mapping(mapping(status).get("account"))
            reader.add(status)
            if profile is None and self.capture.account is None and account and asked:
                # an import may hold nothing else about the account; a crawl has asked for its profile already
                profile = profile_of(account, self.host, software_of(self), self.capture.fetched_at)
        if statuses and not reader.understood:
            raise self.moved("the list holds no posts")
        return reader.result(profile=profile, next_requests=self._next(statuses))

    def _next(self, statuses: Sequence[Any]) -> tuple[NextRequest, ...]:
        url = str(self.response.url)
        query = query_of(url)
        stated = self.response.headers.getall("Link", [])
        if stated:
            found = _NEXT.search(", ".join(stated)[:20_000])
            # The header may name the server's public address where we asked another: only its max_id is taken.
            following = query_of(found.group(1)).get("max_id") if found else None
        else:
            # Mastodon's own last page still has the header. Without it, how many posts a page holds says nothing: some
            # servers give fewer than was asked for, or leave some out of a full page. An empty page is the end.
            following = identifier(mapping(statuses[-1]).get("id")) if statuses else None
        if following is None or following == query.get("max_id"):
            return ()
        parts = urlsplit(url)
        kept = {name: value for name, value in query.items() if name not in ("max_id", "min_id", "since_id")}
        target = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept | {"max_id": following}), ""))
        return (NextRequest(url=target, kind=RequestKind.LISTING),)


class StatusPage(ApiPage):
    """One Status."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://mastodon.social/api/v1/statuses/110446183735368325",
        "http://[::1]:4000/api/v1/statuses/AaQZzfdqFXvWlwMHQO",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_STATUS.fullmatch(path_of(url)))

    @property
    def asked_for(self) -> str:
        return f"A post on {self.host}"

    def read(self) -> PostList:
        try:
            status = mapping(self.payload())
        except PageProblem as problem:
            asked = _STATUS.fullmatch(path_of(str(self.response.url)))
            if problem.outcome in (Outcome.NOT_FOUND, Outcome.GONE) and asked and is_json(bytes(self.response.body)):
                return PostList(absences=(absence_of(self.host, asked.group(1), self.response.status),))
            raise
        ref = self.capture.account
        reader = StatusReader(self, ref.native_account_id if ref is not None else None)
        reader.add(status)
        if not reader.understood:
            raise self.moved("the answer holds no post")
        account = mapping(status.get("account"))
        profile = None
        if self.capture.account is None and account and status.get("reblog") is None:
            profile = profile_of(account, self.host, software_of(self), self.capture.fetched_at)
        return reader.result(profile=profile)


class ContextPage(ApiPage):
    """What was answered to one status: how many comments, and how many of them the account answered."""

    examples: ClassVar[tuple[str, ...]] = ("https://mastodon.social/api/v1/statuses/110446183735368325/context",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_CONTEXT.fullmatch(path_of(url)))

    @property
    def asked_for(self) -> str:
        return f"What was answered to a post on {self.host}"

    def read(self) -> PostList:
        said = self.payload()
        asked = _CONTEXT.fullmatch(path_of(str(self.response.url)))
        below = mapping(said).get("descendants")
        if not isinstance(below, list) or asked is None:
            raise self.moved("the answer holds no thread")
        native_id = asked.group(1)
        statuses = [one for each in below if identifier((one := mapping(each)).get("id"))]
        authors = {_answered_account(one) for one in statuses if identifier(one.get("in_reply_to_id")) == native_id}
        author = authors.pop() if len(authors) == 1 else None
        if statuses and author is None:
            # nothing here answers the post itself, or the answers do not say whose it is
            return PostList(flags=("thread_without_author",))
        comments = [self._comment(one, author) for one in statuses]
        shown = {native_id, *(one.native_id for one in comments)}
        is_whole = len(below) < _CONTEXT_SHOWS and all(one.answers in shown for one in comments)
        replies = replies_of(
            comments, platform=Platform.MASTODON, host=self.host, native_id=native_id, is_complete=is_whole
        )
        return PostList(replies=(replies,))

    def _comment(self, status: Mapping[str, Any], author: str | None) -> Comment:
        moment = read_date(status.get("created_at"), latest=self.capture.fetched_at)
        return Comment(
            native_id=identifier(status.get("id")) or "",
            answers=identifier(status.get("in_reply_to_id")),
            is_by_account=identifier(mapping(status.get("account")).get("id")) == author,
            at=moment.at if moment else None,
        )


def _answered_account(status: Mapping[str, Any]) -> str | None:
    return identifier(status.get("in_reply_to_account_id"))
