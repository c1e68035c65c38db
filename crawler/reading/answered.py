"""How many comments under a post its account answered, and how fast: numbers only, of nobody a name or a word."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from statistics import median

from attrs import evolve

from crawler.items import Comment, Platform, PostList, Replies, Thread

ANSWERS_AT_MOST = 10
"""Requests, after the first answer, that read one thread; what stands behind them is left out."""


def replies_of(
    comments: Iterable[Comment], *, platform: Platform, host: str = "", native_id: str, is_complete: bool
) -> Replies:
    """The comments of others, those that the account answered directly, and the median seconds to its first answer.

    What the account adds below its own post is no comment and no answer. An answer that is dated before its comment (a
    clock that was set wrong) counts as an answer of unknown speed. ``is_complete``: the source showed every comment.
    """
    said = {each.native_id: each for each in comments}
    first: dict[str, datetime | None] = {}
    for one in said.values():
        answered = said.get(one.answers or "")
        if one.is_by_account and answered is not None and not answered.is_by_account:
            known = first.get(answered.native_id)
            first[answered.native_id] = min((at for at in (known, one.at) if at is not None), default=None)
    seconds = [
        (answered_at - asked_at).total_seconds()
        for native, answered_at in first.items()
        if answered_at is not None and (asked_at := said[native].at) is not None and answered_at >= asked_at
    ]
    return Replies(
        platform=platform,
        host=host,
        native_id=native_id,
        comment_count=sum(not each.is_by_account for each in said.values()),
        answered_count=len(first),
        median_seconds=float(median(seconds)) if seconds else None,
        is_complete=is_complete,
    )


def following(thread: Thread, *, platform: Platform, host: str = "") -> PostList:
    """The next request of a thread that several answers show; its numbers when nothing more is to be asked for."""
    if thread.waiting and thread.asked_count < ANSWERS_AT_MOST:
        request, *rest = thread.waiting
        left = evolve(thread, waiting=tuple(rest), asked_count=thread.asked_count + 1)
        return PostList(next_requests=(evolve(request, thread=left),))
    replies = replies_of(
        thread.comments,
        platform=platform,
        host=host,
        native_id=thread.native_id,
        is_complete=thread.is_complete and not thread.waiting,
    )
    return PostList(replies=(replies,))
