"""Lemmy's answers, one class a kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from crawler.items import (
    NextRequest,
    Outcome,
    Platform,
    PostList,
    RequestKind,
)
from crawler.pages.base import PageProblem
from crawler.pages.lemmy.views import Views, address_of, name_in, profile_of
from crawler.pages.open_page import WordedPage, name_of, number_in, with_query
from crawler.reading.jsonvalue import identifier, mapping, sequence, string
from crawler.reading.urls import path_of

PAGE_SIZE = 50
_DEFAULT_LIMIT = 10
_API = r"/api/(?:v[34]|alpha)"
_COMMUNITY = re.compile(rf"{_API}/community/?")
_USER = re.compile(r"/api/(?:v3/user|v4/person|alpha/user)/?")
_LIST = re.compile(rf"{_API}/(?:post/list|person/content)/?")
_POST = re.compile(rf"{_API}/post/?")
_POST_WORDS = re.compile(rb'"post"\s*:\s*\{')
_OF_POST = re.compile(rb'"(?:creator_id|community_id|ap_id|featured_community|stickied)"')
_LISTS = re.compile(rb'\s*\{\s*"(?:posts|items|content)"\s*:\s*\[')
_ONE_VIEW = re.compile(rb'\s*\{\s*"post_view"\s*:')
_USER_VIEW = re.compile(rb'\s*\{\s*"person_view"\s*:')
_COMMUNITY_VIEW = re.compile(rb'\s*\{\s*"community_view"\s*:')
_MOST_ENTRIES = 1_000
_VERSION = re.compile(r"/api/(v[34]|alpha)/")
_OTHER_VERSION = {"v3": "v4", "v4": "alpha"}


class LemmyPage(WordedPage):
    platform = Platform.LEMMY
    network = "Lemmy"

    def error_in(self, said: Any) -> str | None:
        """``{"error": "couldnt_find_post"}``; PieFed's ``{"code": 400, "message": "No result found", "status": …}``."""
        about = mapping(said)
        error = about.get("error", about.get("message") if "code" in about else None)
        return (string(error) or "") if error is not None else None

    @property
    def owner(self) -> str | None:
        """``u/name@host`` when it is a user who is followed, or asked for: everything stands on their page then."""
        ref = self.ref
        if ref is not None:
            return f"{name_of(ref)}@{ref.host}" if ref.handle.startswith("u/") else None
        name = self.user_asked_for if _LIST.fullmatch(self.path) else None
        return f"u/{name if '@' in name else f'{name}@{self.host}'}" if name else None

    @property
    def user_asked_for(self) -> str:
        return self.query.get("username") or self.query.get("person_name_or_id", "")

    @property
    def version(self) -> str:
        """Which interface answered: ``v3``, ``v4``, or PieFed's ``alpha``."""
        found = _VERSION.match(self.path)
        return found.group(1) if found else "v3"

    @property
    def other_version(self) -> str | None:
        """What to ask instead, where the server does not know this question and has no words for that: Lemmy 1.0
        answers only some of API v3, PieFed nothing but its own."""
        is_json = self.body.lstrip().startswith(b"{")
        return _OTHER_VERSION.get(self.version) if self.status == 404 and not is_json else None

    def request(self, place: str, kind: RequestKind, **query: object) -> NextRequest:
        """Ask the same server, at ``place`` below ``/api/``."""
        parts = urlsplit(self.url)
        return NextRequest(url=f"{parts.scheme}://{parts.netloc}/api/{place}?{urlencode(query)}", kind=kind)


class CommunityPage(LemmyPage):
    """A community; leads to its posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/community?name=coffee",
        "http://127.0.0.1:8536/api/v4/community?name=coffee",
        "https://piefed.social/api/alpha/community?name=coffee",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_COMMUNITY.fullmatch(path_of(url)) or _COMMUNITY_VIEW.match(head))

    def read(self) -> PostList:
        if (other := self.other_version) is not None:
            name = self.query.get("name", "")
            query = {"name": name} | ({"name_or_id": name} if other == "v4" else {})
            return PostList(next_requests=(self.request(f"{other}/community", RequestKind.PROFILE, **query),))
        view = mapping(mapping(self.answer()).get("community_view"))
        community = mapping(view.get("community"))
        if string(community.get("name")) is None:
            raise self.changed("the answer holds no community")
        if community.get("removed") is True or community.get("deleted") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} was removed from its server.")
        name = address_of(community, self.host).removesuffix(f"@{self.host}")
        is_v4 = self.version == "v4"
        # of two names for one question a server passes over the one that it does not know
        names = {"community_name": name} | ({"community_name_or_id": name} if is_v4 else {})
        listing = self.request(
            f"{self.version}/post/list", RequestKind.LISTING, **names, sort="new" if is_v4 else "New", limit=PAGE_SIZE
        )
        return PostList(
            profile=profile_of("c", view, community, self.host, fetched_at=self.capture.fetched_at),
            next_requests=(listing,),
            flags=("remote_copy",) if community.get("local") is False else (),
        )


class UserPage(LemmyPage):
    """A user: with one page of posts (API v3), or leading to them (v4)."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/user?username=acme&sort=New&limit=50&page=1",
        "http://127.0.0.1:8536/api/v4/person?username=acme",
        "https://piefed.social/api/alpha/user?username=acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_USER.fullmatch(path_of(url)) or _USER_VIEW.match(head))

    def read(self) -> PostList:
        name = self.user_asked_for
        if (other := self.other_version) is not None:
            query = {"username": name} | ({"person_name_or_id": name} if other == "v4" else {})
            place = "v4/person" if other == "v4" else "alpha/user"
            return PostList(next_requests=(self.request(place, RequestKind.PROFILE, **query),))
        said = mapping(self.answer())
        view = mapping(said.get("person_view"))
        person = mapping(view.get("person"))
        if not name_in(person):
            raise self.changed("the answer holds no user")
        if person.get("deleted") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} was deleted.")
        reader = Views(self, f"u/{address_of(person, self.host)}")
        posts = sequence(said.get("posts"))
        for each in posts[:_MOST_ENTRIES]:
            reader.add(mapping(each))
        for _ in sequence(said.get("comments"))[:_MOST_ENTRIES]:
            reader.skip("comment")
        page = number_in(self.query, "page", 1)
        return reader.result(
            profile=profile_of("u", view, person, self.host, fetched_at=self.capture.fetched_at) if page == 1 else None,
            next_requests=self._following(name, identifier(person.get("id")), page, len(posts)),
            flags=("remote_copy",) if person.get("local") is False else (),
        )

    def _following(self, name: str, number: str | None, page: int, count: int) -> tuple[NextRequest, ...]:
        if self.version == "alpha":
            query = {"person_id": number or "", "sort": "New", "limit": PAGE_SIZE}
            return (self.request("alpha/post/list", RequestKind.LISTING, **query),)
        if self.version == "v4":
            query = {"username": name, "person_name_or_id": name, "type_": "posts", "limit": PAGE_SIZE}
            return (self.request("v4/person/content", RequestKind.LISTING, **query),)
        if count < max(1, number_in(self.query, "limit", _DEFAULT_LIMIT)):
            return ()
        return (NextRequest(url=with_query(self.url, page=page + 1), kind=RequestKind.LISTING),)


class PostsPage(LemmyPage):
    """A list of posts, the pinned ones first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/post/list?community_name=coffee&sort=New&limit=50",
        "http://127.0.0.1:8536/api/v4/post/list?community_name=coffee&page_cursor=P308c595",
        "https://piefed.social/api/alpha/post/list?community_name=coffee&sort=New&limit=50",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if _LIST.fullmatch(path_of(url)):
            return True
        return bool(_LISTS.match(head) and _POST_WORDS.search(head) and _OF_POST.search(head))

    def read(self) -> PostList:
        said = mapping(self.answer())
        views = next((said[key] for key in ("posts", "items", "content") if key in said), None)
        if not isinstance(views, list):
            raise self.changed("the answer holds no list of posts")
        reader = Views(self, self.owner)
        for view in views[:_MOST_ENTRIES]:
            reader.add(mapping(view))
        if views and not reader.is_understood:
            raise self.changed("the list holds no posts")
        if reader.is_of_others:
            raise self.changed("the list holds posts of other communities only")
        return reader.result(next_requests=self._following(said, len(views)))

    def _following(self, said: Mapping[str, Any], count: int) -> tuple[NextRequest, ...]:
        url, query = self.url, self.query
        if not count:
            return ()
        if "next_page" in said:
            cursor = identifier(said.get("next_page"))
            if cursor is None or cursor == query.get("page_cursor"):
                return ()
            return (NextRequest(url=with_query(url, page_cursor=cursor, page=None), kind=RequestKind.LISTING),)
        # who was asked by a cursor knows cursors: one that is not stated is the end
        if "page_cursor" in query or count < number_in(query, "limit", _DEFAULT_LIMIT):
            return ()
        return (NextRequest(url=with_query(url, page=number_in(query, "page", 1) + 1), kind=RequestKind.LISTING),)


class PostPage(LemmyPage):
    """One post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/post?id=50908658",
        "http://127.0.0.1:8536/api/v4/post?id=7",
        "https://piefed.social/api/alpha/post?id=7",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_POST.fullmatch(path_of(url)) or _ONE_VIEW.match(head))

    @property
    def asked_for(self) -> str:
        return f"A post on {self.host}"

    def read(self) -> PostList:
        said = mapping(self.answer())
        view = mapping(said.get("post_view")) or said
        reader = Views(self, self.owner)
        reader.add(view)
        for _ in sequence(said.get("cross_posts"))[:_MOST_ENTRIES]:
            reader.skip("cross_post")  # somebody's post of the same link in another community
        if not reader.is_understood:
            raise self.changed("the answer holds no post")
        return reader.result()
