"""The comments on a video: how many there are, and whom its author answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from attrs import evolve

from crawler.items import Comment, Metrics, MissingReason, NextRequest, Outcome, Post, PostList, RequestKind, Thread
from crawler.pages.base import PageProblem
from crawler.pages.peertube.answers import PeerTubePage, handle_of
from crawler.reading.answered import following
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, mapping, sequence
from crawler.reading.urls import path_of

PAGE_SIZE = 100
_THREADS = re.compile(r"/api/v1/videos/([\w-]{1,64})/comment-threads/?")
_TREE = re.compile(r"/api/v1/videos/([\w-]{1,64})/comment-threads/([0-9]{1,18})/?")
_MOST_COMMENTS = 2_000
"""Of one answer; what stands behind them is left out."""


class CommentThreadsPage(PeerTubePage):
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


class CommentTreePage(PeerTubePage):
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
            is_by_account=handle_of(account) == author,
            at=moment.at if moment else None,
        )
    ]


def _commented(post: Post, said: object, why_not: MissingReason) -> Post:
    metrics, count = post.metrics or Metrics(), read_count(said)
    missing = {column: why for column, why in metrics.missing.items() if column != "comment_count"}
    if count is None:
        missing["comment_count"] = why_not
    return evolve(post, metrics=evolve(metrics, comment_count=count.value if count else None, missing=missing))
