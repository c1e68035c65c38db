"""The comments on one article, and whom its author answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import evolve

from crawler.items import Comment, NextRequest, PostList, RequestKind
from crawler.pages.forem.answers import COMMENTS_A_PAGE, ForemPage, is_ours
from crawler.pages.open_page import number_in, with_query
from crawler.reading.answered import following
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, mapping, sequence, string
from crawler.reading.urls import path_of

_MOST_COMMENTS = 2_000
_COMMENTS_PATH = re.compile(r"/api/comments/?")


class CommentsPage(ForemPage):
    """The comments on one article."""

    examples: ClassVar[tuple[str, ...]] = ("https://dev.to/api/comments?a_id=164198&per_page=100&page=1",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return is_ours(_COMMENTS_PATH.fullmatch(path_of(url)), head, b"[", b"comment")

    @property
    def asked_for(self) -> str:
        return f"The list of comments on an article on {self.host}"

    def read(self) -> PostList:
        said, thread = self.answer(), self.capture.thread
        if not isinstance(said, list):
            raise self.changed("the answer holds no list of comments")
        if said and not any("children" in mapping(one) for one in said[:_MOST_COMMENTS]):
            raise self.changed("the list holds no comments")
        if thread is None:
            return PostList()
        comments: list[Comment] = []
        left: list[tuple[Mapping[str, Any], str | None]] = [(mapping(one), None) for one in said]
        while left and len(comments) < _MOST_COMMENTS:
            one, above = left.pop()
            native_id, author = identifier(one.get("id_code")), string(mapping(one.get("user")).get("username"))
            left += [(mapping(below), native_id) for below in sequence(one.get("children"))]
            if native_id is None or author is None:  # deleted, or hidden by the article's author
                continue
            moment = read_date(one.get("created_at"), latest=self.capture.fetched_at)
            is_own = author.casefold() == (thread.author or "").casefold()
            at = moment.at if moment else None
            comments.append(Comment(native_id=native_id, answers=above, is_by_account=is_own, at=at))
        more = evolve(
            thread,
            comments=(*thread.comments, *comments),
            # a server that knows no pages answers every page with all comments
            waiting=self._further(len(said)) if {*comments} - {*thread.comments} else (),
            is_complete=thread.is_complete and not left,
        )
        return following(more, platform=self.platform, host=self.host)

    def _further(self, count: int) -> tuple[NextRequest, ...]:
        if count < number_in(self.query, "per_page", COMMENTS_A_PAGE):
            return ()
        page = max(number_in(self.query, "page", 1), 1)
        return (NextRequest(url=with_query(self.url, page=page + 1), kind=RequestKind.REPLIES),)
