"""The replies of a topic: how many of them its account answered. The topic's own answer shows the first twenty."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from attrs import evolve

from crawler.items import Comment, NextRequest, Outcome, PostList, RequestKind, Thread
from crawler.pages.base import PageProblem
from crawler.pages.discourse.topics import ForumPage, answered_number, is_by_account, is_small_action, reason_to_skip
from crawler.reading.answered import following
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, mapping, sequence
from crawler.reading.urls import path_of

_PATH = re.compile(r"(?:/[^/]{1,100})?/t/([1-9][0-9]{0,17})/posts\.json")
_POSTS_AT_ONCE = 20
"""As Discourse's own pages ask for them."""
_MOST_POSTS = 1_000


class TopicPostsPage(ForumPage):
    """More posts of a topic, by their ids."""

    examples: ClassVar[tuple[str, ...]] = ("https://forum.acme.example/t/12483/posts.json?post_ids%5B%5D=39741",)

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — the path is enough
        return bool(_PATH.fullmatch(path_of(url)))

    @property
    def asked_for(self) -> str:
        return f"The list of replies of a topic on {self.host}"

    def read(self) -> PostList:
        thread = self.capture.thread
        try:
            posts = mapping(mapping(self.answer()).get("post_stream")).get("posts")
        except PageProblem as problem:
            if thread is None or problem.outcome is not Outcome.NOT_FOUND:
                raise
            return following(evolve(thread, is_complete=False), platform=self.platform, host=self.host)
        if not isinstance(posts, list):
            raise self.changed("the answer holds no posts")
        if thread is None:
            return PostList(skipped={"other_author": len(posts)} if posts else {})
        found = comments_in(posts[:_MOST_POSTS], self.account_of(), self.capture.fetched_at)
        if found is None:
            return PostList(flags=("thread_without_author",))
        more = evolve(thread, comments=(*thread.comments, *found))
        return following(more, platform=self.platform, host=self.host)


def replies_in(page: ForumPage, said: Mapping[str, Any], posts: Sequence[Mapping[str, Any]]) -> PostList:
    """How the account answered, or the request for the replies that a topic's answer does not show.

    Empty where nobody's account is watched, where the answer does not say who belongs to the staff, and for a topic
    without replies.
    """
    native_id, stream = identifier(said.get("id")), sequence(mapping(said.get("post_stream")).get("stream"))
    others = [one for one in posts[:_MOST_POSTS] if one.get("post_number") != 1]
    if page.ref is None or native_id is None or not (others or len(stream) > 1):
        return PostList()
    comments = comments_in(others, page.account_of(), page.capture.fetched_at)
    if comments is None:
        return PostList(flags=("thread_without_author",))
    shown = {identifier(one.get("id")) for one in posts}
    hidden = [number for each in stream[:100_000] if (number := identifier(each)) and number not in shown]
    stated = read_count(said.get("posts_count"))
    is_known = stated is None or stated.value <= max(len(stream), len(posts))
    base = page.url.partition("?")[0].removesuffix(page.path)
    waiting = [
        NextRequest(
            url=f"{base}/t/{native_id}/posts.json?{urlencode([('post_ids[]', number) for number in numbers])}",
            kind=RequestKind.REPLIES,
            native_id=native_id,
        )
        for numbers in (hidden[start : start + _POSTS_AT_ONCE] for start in range(0, len(hidden), _POSTS_AT_ONCE))
    ]
    thread = Thread(native_id=native_id, comments=comments, waiting=tuple(waiting), is_complete=is_known)
    return following(thread, platform=page.platform, host=page.host)


def comments_in(posts: Sequence[Any], handle: str, latest: datetime) -> tuple[Comment, ...] | None:
    """Replies, named by their number in the topic; ``None`` when one does not say if the account wrote it."""
    found: list[Comment] = []
    for post in map(mapping, posts):
        number = identifier(post.get("post_number"))
        if number is None or is_small_action(post) or reason_to_skip(post) or post.get("hidden") is True:
            continue
        if (whose := is_by_account(post, handle)) is None:
            return None
        moment = read_date(post.get("created_at"), latest=latest)
        at = moment.at if moment else None
        found.append(Comment(native_id=number, answers=answered_number(post), is_by_account=whose, at=at))
    return tuple(found)
