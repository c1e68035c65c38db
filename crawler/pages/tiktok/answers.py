"""Answers of TikTok's own interfaces, as recordings of a browser keep them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from crawler.items import Outcome, Post, PostList, Profile
from crawler.pages.base import Capture, PageProblem
from crawler.pages.tiktok.items import author_of, handle_in, is_item, is_private, is_public, read_item, read_profile
from crawler.pages.tiktok.page import TiktokPage
from crawler.reading.jsonvalue import identifier, string
from crawler.reading.relay import objects
from crawler.reading.urls import host_of, path_of

_PATH = re.compile(r"/api/(?:[\w-]+/){1,4}(?:item_list|detail)/?|/api/search/(?:[\w-]+/){1,3}full/?")
_HEAD = re.compile(rb'"(?:itemList|itemInfo|userInfo|item_list)"\s*:')
_OWN_LIST = re.compile(r"/api/post/item_list/?")
"""The posts of one account."""
_LISTS = ("itemList", "item_list", "data")


class AnswerPage(TiktokPage):
    """``/api/post/item_list/`` (an account's videos), ``/api/item/detail/``, ``/api/user/detail/``, and the like."""

    this_is = "This answer"
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/api/post/item_list/?aid=1988&count=35&cursor=0",
        "https://www.tiktok.com/api/item/detail/?itemId=7571863205253778710",
        "https://m.tiktok.com/api/user/detail/?uniqueId=acme",
        "https://www.tiktok.com/api/search/general/full/?keyword=acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if cls.hosts.fullmatch(host_of(url)) and _PATH.fullmatch(path_of(url)):
            return True
        return head.lstrip()[:1] == b"{" and _HEAD.search(head) is not None and b"tiktok" in head

    @property
    def asked_for(self) -> str:
        handle = self._asked("uniqueId")
        return (
            f"The {self.network} {self.account_is} {handle}"
            if handle and not self.capture.account
            else super().asked_for
        )

    def _asked(self, name: str) -> str | None:
        """What the address asks for by that name."""
        return identifier(parse_qs(urlsplit(str(self.response.url)).query).get(name, [None])[0])

    def read(self) -> PostList:
        if not self.body.strip() and self.status < 400:
            raise PageProblem(
                Outcome.BLOCKED, f"{self.asked_for} is empty: TikTok gives programs that it does not trust nothing."
            )
        answer = self.answer()
        posts: dict[str, Post] = {}
        skipped: Counter[str] = Counter()
        items = list(filter(is_item, objects(answer)))
        is_own_list = _OWN_LIST.fullmatch(self.path) is not None and len(set(map(author_of, items))) == 1
        for item in items:
            read = wanted_post(item, self.capture, is_own_list=is_own_list)
            if isinstance(read, Post):
                posts.setdefault(read.native_id, read)
            else:
                skipped[read] += 1
        profile = _profile(answer, self.capture)
        if posts or skipped or profile is not None:
            if not posts and profile is not None and is_private(answer, profile.handle):
                raise self.private()
            return PostList(posts=tuple(posts.values()), profile=profile, skipped=dict(skipped))
        return self._nothing(answer)

    def _nothing(self, answer: Mapping[str, Any]) -> PostList:
        """What an answer means that holds no post and no account."""
        stated = answer.get("statusCode", answer.get("status_code"))
        code = stated if isinstance(stated, int) else 0
        if code:
            words = string(answer.get("statusMsg")) or string(answer.get("status_msg")) or ""
            return self.refused(code, words, self._asked("itemId"))
        # the last page of a list has none, or leaves it out
        is_list = any(answer.get(name) == [] for name in _LISTS) or answer.get("hasMore", answer.get("has_more")) in (
            False, 0,
        )  # fmt: skip
        if is_list:
            return PostList()
        raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for} holds no video and no account.")


def wanted_post(item: Mapping[str, Any], capture: Capture, *, is_own_list: bool = False) -> Post | str:
    """The post that an item states, or why it is left out: another account's where it is known whose are wanted, an
    advertisement, one that not everybody sees, or a shape that is not known."""
    post = read_item(item, capture)
    if post is None:
        return "not_understood"
    if not post.account:
        return "names_no_account"
    wanted = capture.account.handle.casefold() if capture.account else None
    if wanted is not None and post.account.casefold() != wanted:
        return "foreign_post"
    if not is_public(item):
        return "not_public"
    # an account's own video that it pays for is its post all the same
    return "promoted" if wanted is None and not is_own_list and item.get("isAd") is True else post


def _profile(answer: Mapping[str, Any], capture: Capture) -> Profile | None:
    """The account that an answer is about."""
    handle = capture.account.handle if capture.account else handle_in(answer)
    return read_profile({"userInfo": answer.get("userInfo")}, handle, capture) if handle else None
