"""The comments under one post: how many of them the account answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from attrs import evolve

from crawler.items import Comment, NextRequest, PostList, RequestKind, Thread
from crawler.pages.lemmy.pages import LemmyPage
from crawler.pages.lemmy.views import address_of
from crawler.pages.open_page import with_query
from crawler.reading.answered import following
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, mapping
from crawler.reading.urls import path_of

_COMMENTS = re.compile(r"/api/(?:v[34]|alpha)/comment/list/?")
_DEPTH = 50
"""Lemmy lets nobody answer deeper."""
_AT_ONCE = 300
"""The most that an answer to a question with a depth holds."""
_MOST_COMMENTS = 2_000
_ORDER = {"v3": "Old", "v4": "old", "alpha": "Old"}


def comments_request(api: str, native_id: str) -> NextRequest:
    """``api``: address of a server's interface, with its version."""
    order = _ORDER[api.rpartition("/")[2]]
    query = urlencode({"post_id": native_id, "max_depth": _DEPTH, "sort": order})
    return NextRequest(url=f"{api}/comment/list?{query}", kind=RequestKind.REPLIES, native_id=native_id)


class CommentsPage(LemmyPage):
    """All comments under a post, answers to answers included."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/comment/list?post_id=7&max_depth=50&sort=Old",
        "http://127.0.0.1:8536/api/v4/comment/list?post_id=7",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_COMMENTS.fullmatch(path_of(url)))

    @property
    def asked_for(self) -> str:
        return f"The list of comments on a post on {self.host}"

    def read(self) -> PostList:
        asked = self.query.get("post_id", "")
        if (other := self.other_version) is not None:
            parts = urlsplit(self.url)
            return PostList(next_requests=(comments_request(f"{parts.scheme}://{parts.netloc}/api/{other}", asked),))
        said = mapping(self.answer())
        views = next((said[key] for key in ("comments", "items") if key in said), None)
        if not isinstance(views, list):
            raise self.changed("the answer holds no comments")
        shown = [mapping(each) for each in views[:_MOST_COMMENTS] if mapping(mapping(each).get("comment"))]
        if views and not shown:
            raise self.changed("the list holds no comments")
        if self.ref is None or not asked:
            return PostList()
        if shown and not any(self._tells_whose(view) for view in shown):
            return PostList(flags=("thread_without_author",))
        known = self.capture.thread or Thread(native_id=asked)
        found = [each for view in shown if (each := self._comment(view)) is not None]
        is_whole = known.is_complete and ("next_page" in said or len(views) < _AT_ONCE)
        thread = evolve(
            known, comments=(*known.comments, *found), waiting=self._further(said, len(views)), is_complete=is_whole
        )
        return following(thread, platform=self.platform, host=self.host)

    def _further(self, said: Mapping[str, Any], count: int) -> tuple[NextRequest, ...]:
        """1.0 and PieFed show pages."""
        cursor, name = identifier(said.get("next_page")), "page" if self.version == "alpha" else "page_cursor"
        if not count or cursor is None or cursor == self.query.get(name):
            return ()
        return (NextRequest(url=with_query(self.url, **{name: cursor}), kind=RequestKind.REPLIES),)

    def _comment(self, view: Mapping[str, Any]) -> Comment | None:
        said = mapping(view.get("comment"))
        native_id, path = identifier(said.get("id")), identifier(said.get("path")) or ""
        if native_id is None or said.get("removed") is True or said.get("deleted") is True:
            return None
        # "0.12.15" stands below 12; "0.12" below the post itself
        above = path.split(".")[-2:-1]
        stated = said.get("published_at") or said.get("published")
        moment = read_date(stated, zone=UTC, latest=self.capture.fetched_at)
        return Comment(
            native_id=native_id,
            answers=above[0] if above and above[0] != "0" else None,
            is_by_account=self._is_by_account(view),
            at=moment.at if moment else None,
        )

    def _is_by_account(self, view: Mapping[str, Any]) -> bool:
        if self.owner is not None:
            return f"u/{address_of(mapping(view.get('creator')), self.host)}".casefold() == self.owner.casefold()
        is_moderator = bool(_moderates_since(view)) or view.get("creator_is_moderator") is True
        return is_moderator or mapping(view.get("comment")).get("distinguished") is True

    def _tells_whose(self, view: Mapping[str, Any]) -> bool:
        """Whether it can be said of a comment if the account wrote it."""
        if self.owner is not None:
            return bool(mapping(view.get("creator")))
        is_stated = "creator_is_moderator" in view or "creator_is_admin" in view
        return is_stated or mapping(view.get("comment")).get("distinguished") is True


def _moderates_since(view: Mapping[str, Any]) -> object:
    """As 1.0 says it."""
    about = mapping(view.get("creator_community_actions"))
    return about.get("became_moderator_at") or about.get("became_moderator")
