"""Lemmy's answers, one class a kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from crawler.items import (
    Format,
    Metrics,
    MissingReason,
    NextRequest,
    Outcome,
    Platform,
    Post,
    PostList,
    RequestKind,
)
from crawler.pages.base import PageProblem
from crawler.pages.lemmy.views import Shown, Views, address_of, profile_of
from crawler.pages.open_page import WordedPage, host_or_none, name_of, number_in, published_fields, with_query
from crawler.pages.walls import is_html
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, sequence, string
from crawler.reading.markdown import read_markdown
from crawler.reading.text import html_links, html_to_text
from crawler.reading.urls import path_of

PAGE_SIZE = 50
_DEFAULT_LIMIT = 10
_API = r"/api/v[34]"
_COMMUNITY = re.compile(rf"{_API}/community/?")
_USER = re.compile(r"/api/v3/user/?")
_LIST = re.compile(rf"{_API}/(?:post/list|person/content)/?")
_POST = re.compile(rf"{_API}/post/?")
_PAGE_PATH = re.compile(r"/post/([0-9]{1,18})/?")
_POST_WORDS = re.compile(rb'"post"\s*:\s*\{')
_OF_POST = re.compile(rb'"(?:creator_id|community_id|ap_id|featured_community|stickied)"')
_LISTS = re.compile(rb'\s*\{\s*"(?:posts|items)"\s*:\s*\[')
_ONE_VIEW = re.compile(rb'\s*\{\s*"post_view"\s*:')
_USER_VIEW = re.compile(rb'\s*\{\s*"person_view"\s*:')
_COMMUNITY_VIEW = re.compile(rb'\s*\{\s*"community_view"\s*:')
_AP_TYPE = re.compile(rb'"type"\s*:\s*"([A-Za-z]+)"')
_AP_ACTOR = re.compile(r"/(?:[cum]|user|users)/([^/]{1,200})/?")
_MOST_ENTRIES = 1_000


class _ApiPage(WordedPage):
    platform = Platform.LEMMY
    network = "Lemmy"

    def error_in(self, said: Any) -> str | None:
        """``{"error": "couldnt_find_post"}``."""
        error = mapping(said).get("error")
        return (string(error) or "") if error is not None else None


class CommunityPage(_ApiPage):
    """A community; leads to its posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/community?name=coffee",
        "http://127.0.0.1:8536/api/v4/community?name=coffee",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_COMMUNITY.fullmatch(path_of(url)) or _COMMUNITY_VIEW.match(head))

    def read(self) -> PostList:
        view = mapping(mapping(self.answer()).get("community_view"))
        community = mapping(view.get("community"))
        if string(community.get("name")) is None:
            raise self.changed("the answer holds no community")
        if community.get("removed") is True or community.get("deleted") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} was removed from its server.")
        name = address_of(community, self.host).removesuffix(f"@{self.host}")
        query = urlencode({"community_name": name, "sort": "New", "limit": PAGE_SIZE})
        parts = urlsplit(self.url)
        url = f"{parts.scheme}://{parts.netloc}/api/v3/post/list?{query}"
        return PostList(
            profile=profile_of("c", community, mapping(view.get("counts")) or community, self.host),
            next_requests=(NextRequest(url=url, kind=RequestKind.LISTING),),
            flags=("remote_copy",) if community.get("local") is False else (),
        )


class UserPage(_ApiPage):
    """A user with one page of posts."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/user?username=acme&sort=New&limit=50&page=1",
        "http://127.0.0.1:8536/api/v3/user?username=acme",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return bool(_USER.fullmatch(path_of(url)) or _USER_VIEW.match(head))

    def read(self) -> PostList:
        said = mapping(self.answer())
        view = mapping(said.get("person_view"))
        person = mapping(view.get("person"))
        if string(person.get("name")) is None:
            raise self.changed("the answer holds no user")
        if person.get("deleted") is True:
            raise PageProblem(Outcome.GONE, f"{self.asked_for} was deleted.")
        owner = f"u/{address_of(person, self.host)}"
        reader = Views(self, owner)
        posts = sequence(said.get("posts"))
        for each in posts[:_MOST_ENTRIES]:
            reader.add(mapping(each))
        for _ in sequence(said.get("comments"))[:_MOST_ENTRIES]:
            reader.skip("comment")
        page = number_in(self.query, "page", 1)
        is_full = len(posts) >= max(1, number_in(self.query, "limit", _DEFAULT_LIMIT))
        more = with_query(self.url, page=page + 1)
        return reader.result(
            profile=profile_of("u", person, mapping(view.get("counts")) or person, self.host) if page == 1 else None,
            next_requests=(NextRequest(url=more, kind=RequestKind.LISTING),) if is_full else (),
            flags=("remote_copy",) if person.get("local") is False else (),
        )


class PostsPage(_ApiPage):
    """A list of posts, the pinned ones first."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/post/list?community_name=coffee&sort=New&limit=50",
        "http://127.0.0.1:8536/api/v4/post/list?community_name=coffee&page_cursor=P308c595",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if _LIST.fullmatch(path_of(url)):
            return True
        return bool(_LISTS.match(head) and _POST_WORDS.search(head) and _OF_POST.search(head))

    def read(self) -> PostList:
        said = mapping(self.answer())
        views = said.get("posts", said.get("items"))
        if not isinstance(views, list):
            raise self.changed("the answer holds no list of posts")
        reader = Views(self, None)
        for view in views[:_MOST_ENTRIES]:
            reader.add(mapping(view))
        if views and not reader.is_understood:
            raise self.changed("the list holds no posts")
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


class PostPage(_ApiPage):
    """One post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/api/v3/post?id=50908658",
        "http://127.0.0.1:8536/api/v4/post?id=7",
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
        ref = self.capture.account
        reader = Views(self, f"{name_of(ref)}@{ref.host}" if ref is not None and ref.handle.startswith("u/") else None)
        reader.add(view)
        for _ in sequence(said.get("cross_posts"))[:_MOST_ENTRIES]:
            reader.skip("cross_post")  # somebody's post of the same link in another community
        if not reader.is_understood:
            raise self.changed("the answer holds no post")
        return reader.result()


class PageObject(_ApiPage):
    """An ActivityPub ``Page``, as servers give it for ``Accept: application/activity+json``."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://lemmy.world/post/50908658",
        "http://127.0.0.1:8536/post/7",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        if not head:
            return _PAGE_PATH.fullmatch(path_of(url)) is not None
        if is_html(content_type, head) or not head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return False
        if b"www.w3.org/ns/activitystreams" in head and (found := _AP_TYPE.search(head)):
            return found.group(1) == b"Page"
        return _PAGE_PATH.fullmatch(path_of(url)) is not None

    @property
    def asked_for(self) -> str:
        return f"A post on {self.host}"

    def read(self) -> PostList:
        said = mapping(self.answer())
        object_id, title = link(said.get("id")), string(said.get("name"))
        if said.get("type") != "Page" or object_id is None or title is None:
            raise self.changed("the answer holds no post")
        audience = [*_list(said.get("to")), *_list(said.get("cc"))]
        if not any(isinstance(name, str) and name.endswith("Public") for name in audience):
            return PostList(skipped={"not_public": 1})
        author = next((_actor(each, "u", "user", "users") for each in _list(said.get("attributedTo"))), None)
        places = [*_list(said.get("audience")), *audience]
        account = next((name for each in places if (name := _actor(each, "c", "m"))), None)
        source, content = mapping(said.get("source")), string(said.get("content")) or ""
        if source.get("mediaType") == "text/markdown":
            text, links = read_markdown(string(source.get("content")) or "")
        else:
            found = (link(address) for address, _ in html_links(content))
            text, links = html_to_text(content), tuple(dict.fromkeys(each for each in found if each))
        attached = [mapping(each) for each in _list(said.get("attachment"))]
        addresses = (link(each.get("href")) or link(each.get("url")) for each in attached)
        kinds = [string(each.get("mediaType")) for each in attached]
        target = next((each for each in addresses if each), None)
        moment = read_date(said.get("published"), zone=UTC, latest=self.capture.fetched_at)
        edited = read_date(said.get("updated"), zone=UTC, latest=self.capture.fetched_at)
        shown = Shown.of(target, kinds[0] if kinds else None)
        # its author chose to attach a link; the picture beside it is what the server drew of it
        kind = Format.LINK if attached and attached[0].get("type") == "Link" and not kinds[0] else shown.format
        return PostList(
            posts=(
                Post(
                    platform=Platform.LEMMY,
                    host=host_or_none(object_id) or self.host,
                    native_id=object_id,
                    account=f"c/{account}" if account else f"u/{author}" if author else "",
                    author=author,
                    url=object_id,
                    format=kind,
                    title=title.strip(),
                    text=text,
                    language=string(mapping(said.get("language")).get("identifier")),
                    **published_fields(moment, said.get("published")),
                    edited_at=edited.at if edited else None,
                    is_edited=edited is not None,
                    media=shown.media if kind != Format.LINK else (),
                    links=tuple(dict.fromkeys([*([target] if target and kind == Format.LINK else []), *links])),
                    metrics=Metrics(
                        missing={
                            **dict.fromkeys(("like_count", "comment_count"), MissingReason.NOT_OBSERVED),
                            **dict.fromkeys(("share_count", "view_count", "save_count"), MissingReason.NOT_PUBLIC),
                        }
                    ),
                ),
            ),
            flags=() if moment or said.get("published") is None else ("implausible_date",),
        )


def _list(said: object) -> Sequence[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


def _actor(said: object, *kinds: str) -> str | None:
    """``name@host`` out of an actor's address, when it is of one of these kinds."""
    address = link(said) or link(mapping(said).get("id")) or ""
    found, home = _AP_ACTOR.fullmatch(path_of(address)), host_or_none(address)
    return f"{found.group(1)}@{home}" if found and home and path_of(address).split("/")[1] in kinds else None
