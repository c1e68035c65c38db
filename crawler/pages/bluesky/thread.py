"""How the author of a post answered what stands below it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crawler.items import Comment, Platform, Replies
from crawler.reading.answered import replies_of
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, mapping, sequence

_THREAD_READ = 2_000
"""Answers of one thread that are looked at."""


def answered_in(thread: Mapping[str, Any], fetched_at: datetime) -> tuple[Replies, ...]:
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
