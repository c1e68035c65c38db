"""JSON answers of Pinterest's own interfaces: resources, widgets, and single pins that a browser extension captured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from crawler.items import Outcome, Post, PostList
from crawler.pages.base import Capture, PageProblem
from crawler.pages.pinterest.page import PinterestPage
from crawler.pages.pinterest.pins import read_pin, relay_part
from crawler.pages.pinterest.state import pins_of
from crawler.pages.walls import problem_of
from crawler.reading.jsonvalue import NotJsonError, identifier, mapping, parse, sequence
from crawler.reading.relay import objects
from crawler.reading.urls import host_of, path_of

_RESOURCE_PATH = re.compile(r"/resource/(\w+)/get/?")
_GRAPHQL_PATH = re.compile(r"/_/graphql/?")
_WIDGET_PATH = re.compile(r"/v3/pidgets/(?:(?:boards|users)/[^/]+(?:/[^/]+)?/pins|pins/info)/?")


class ResourcePage(PinterestPage):
    """``/resource/…/get/`` (a user's pins, a search, one pin), ``/_/graphql/`` (the same, asked for by today's program)
    and ``/v3/pidgets/…/pins/`` (what a widget shows)."""

    this_is = "This answer"
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.pinterest.com/resource/UserActivityPinsResource/get/?data=%7B%7D",
        "https://www.pinterest.com/resource/BaseSearchResource/get/?source_url=%2Fsearch",
        "https://www.pinterest.com/resource/PinResource/get/",
        "https://www.pinterest.com/_/graphql/",
        "https://widgets.pinterest.com/v3/pidgets/boards/acme/cakes-of-2026/pins/",
        "https://api.pinterest.com/v3/pidgets/pins/info/?pin_ids=106890191127977979",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        path = path_of(url)
        if _RESOURCE_PATH.fullmatch(path) or _WIDGET_PATH.fullmatch(path):
            return True
        if _GRAPHQL_PATH.fullmatch(path) and cls.hosts.fullmatch(host_of(url)):
            return True
        return head.lstrip()[:1] == b"{" and b'"resource_response"' in head

    def read(self) -> PostList:
        try:
            answer = mapping(parse(self.body))
        except NotJsonError:
            raise problem_of(self.status, self.body, self.asked_for) from None
        if _GRAPHQL_PATH.fullmatch(self.path) and self.status < 400:
            return self._queried(answer)
        response = mapping(answer.get("resource_response")) or answer
        if self.status >= 400 or response.get("error") or response.get("status") == "failure":
            raise self._refused(response)
        data = response.get("data")
        is_widget = "resource_response" not in answer
        listed = sequence(data) or sequence(mapping(data).get("pins"))
        pins = map(mapping, listed) if is_widget else filter(_is_pin, objects(data))
        posts: dict[str, Post] = {}
        skipped: dict[str, int] = {}
        for one in pins:
            post = _resource_pin(one, self.capture)
            reason = _unwanted(one, post, self.capture)
            if reason is not None or post is None:
                skipped[reason or "not_understood"] = skipped.get(reason or "not_understood", 0) + 1
            else:
                posts.setdefault(post.native_id, post)
        lists = (data, *(mapping(data).get(name) for name in ("results", "pins")))
        if not posts and not skipped and data != {} and [] not in lists:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no pin.")
        return PostList(posts=tuple(posts.values()), skipped=skipped)

    def _queried(self, answer: Mapping[str, Any]) -> PostList:
        """What a query of today's program was answered, in the spelling of the pages' own answers."""
        ref = self.capture.account
        posts, skipped = pins_of(ref.handle if ref else None, [answer.get("data")], self.capture)
        if not posts and not skipped:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for} holds no pin.")
        return PostList(posts=tuple(posts.values()), skipped=dict(skipped))

    def _refused(self, response: Mapping[str, Any]) -> PageProblem:
        stated = response.get("http_status")
        if self.status >= 400:
            stated = self.status
        return problem_of(stated if isinstance(stated, int) and 400 <= stated < 600 else 502, self.body, self.asked_for)


def read_captured_pin(data: object, capture: Capture) -> PostList:
    """One captured pin. Raises :class:`PageProblem` for anything else."""
    said = mapping(data)
    number = identifier(said.get("entityId")) or identifier(said.get("id"))
    if number is not None and said.get("_zs-origin") == "html":
        return PostList(skipped={"without_account": 1})
    post = None
    if number is not None:
        is_resource = "created_at" in said or said.get("type") == "pin"
        post = read_pin([relay_part(said) if is_resource else said], number, capture)
    if post is None:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no pin of Pinterest in a shape that we know.")
    reason = _unwanted(said, post, capture)
    return PostList(posts=(post,)) if reason is None else PostList(skipped={reason: 1})


def _resource_pin(one: Mapping[str, Any], capture: Capture) -> Post | None:
    number = identifier(one.get("id"))
    return read_pin([relay_part(one)], number, capture) if number is not None else None


def _is_pin(one: Mapping[str, Any]) -> bool:
    return one.get("type") == "pin" and "created_at" in one


def _unwanted(one: Mapping[str, Any], post: Post | None, capture: Capture) -> str | None:
    """Why a pin is left out: somebody pays for it, or it is not of the account that was asked for."""
    wanted = capture.account.handle.casefold() if capture.account else None
    if wanted is not None and post is not None:
        return None if post.account.casefold() == wanted else "foreign_post"
    return "promoted" if one.get("is_promoted") is True or one.get("isPromoted") is True else None
