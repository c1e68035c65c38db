"""Lemmy's posts as ActivityPub ``Page`` objects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any, ClassVar

from crawler.items import Format, Metrics, MissingReason, Platform, Post, PostList
from crawler.pages.lemmy.pages import LemmyPage
from crawler.pages.lemmy.views import Shown
from crawler.pages.open_page import edited_fields, host_or_none, published_fields
from crawler.pages.walls import is_html
from crawler.reading import hashtags
from crawler.reading.activity import object_type
from crawler.reading.dates import read_date
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import link, mapping, positive, string
from crawler.reading.markdown import read_markdown
from crawler.reading.text import html_links, html_to_text
from crawler.reading.urls import path_of

_PAGE_PATH = re.compile(r"/post/([0-9]{1,18})/?")
_COMMUNITY = re.compile(r"/[cm]/[^/]{1,200}/?")
_MOST_ATTACHMENTS = 100
_MISSING = {
    **dict.fromkeys(("like_count", "comment_count"), MissingReason.NOT_OBSERVED),
    **dict.fromkeys(("share_count", "view_count", "save_count"), MissingReason.NOT_PUBLIC),
}


class PageObject(LemmyPage):
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
        if (kind := object_type(head)) is not None:
            return kind == "Page"
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
        moment = read_date(said.get("published"), zone=UTC, latest=self.capture.fetched_at)
        edited = read_date(said.get("updated"), zone=UTC, latest=self.capture.fetched_at)
        author = next((_name(each) for each in _list(said.get("attributedTo"))), None)
        places = [*_list(said.get("audience")), *audience]
        community = next(
            (name for each in places if _COMMUNITY.fullmatch(path_of(_id(each))) and (name := _name(each))),
            None,
        )
        text, links = _written(said)
        stated = link(said.get("url"))
        is_own = _is_own(stated, object_id)
        shown, attached = _attached(said, None if is_own else stated)
        post = Post(
            platform=Platform.LEMMY,
            host=host_or_none(object_id) or self.host,
            native_id=object_id,
            account=f"c/{community}" if community else f"u/{author}" if author else "",
            author=author,
            url=stated if is_own else object_id,
            format=shown.format,
            title=title.strip(),
            text=text,
            language=string(mapping(said.get("language")).get("identifier")),
            **published_fields(moment, said.get("published")),
            **edited_fields(edited, moment),
            media=shown.media,
            hashtags=_hashtags(said, community),
            links=tuple(dict.fromkeys((*attached, *links))),
            metrics=Metrics(missing=_MISSING),
        )
        is_undated = moment is None and said.get("published") is not None
        return PostList(posts=(post,), flags=("implausible_date",) if is_undated else ())


def _hashtags(said: Mapping[str, Any], community: str | None) -> tuple[str, ...]:
    """Without the one that a server adds for other networks: the community's name."""
    tags = [mapping(one) for one in _list(said.get("tag"))[:_MOST_ATTACHMENTS]]
    names = [(string(one.get("name")) or "").strip().lstrip("#") for one in tags if one.get("type") == "Hashtag"]
    added = (community or "").partition("@")[0].casefold()
    return hashtags.unique(name for name in names if name.casefold() != added)


def _written(said: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    source, content = mapping(said.get("source")), string(said.get("content")) or ""
    if source.get("mediaType") == "text/markdown":
        return read_markdown(string(source.get("content")) or "")
    found = (link(address) for address, _ in html_links(content))
    return html_to_text(content), distinct(found)


def _is_own(address: str | None, object_id: str) -> bool:
    """Whether ``address`` is where the post itself is shown (NodeBB), rather than what it links to (lotide, Friendica,
    Lemmy before it knew attachments)."""
    is_page = address is not None and Shown.of(address, None).format == Format.LINK
    return is_page and host_or_none(address) == host_or_none(object_id)


def _attached(said: Mapping[str, Any], linked: str | None) -> tuple[Shown, tuple[str, ...]]:
    """What the first attachment makes of the post, or else what it links to, and the links among all of them."""
    shown, links = Shown(Format.TEXT), []
    attached = _list(said.get("attachment"))[:_MOST_ATTACHMENTS] or ([{"href": linked}] if linked else [])
    for number, each in enumerate(map(mapping, attached)):
        address, kind = link(each.get("href")) or link(each.get("url")), string(each.get("mediaType"))
        # its author chose to attach a link; what is behind it is only known where its type is stated
        is_link = each.get("type") == "Link" and kind is None
        about: dict[str, Any] = {
            "alt_text": string(each.get("name")),
            "width": positive(each.get("width")),
            "height": positive(each.get("height")),
        }
        one = Shown(Format.LINK) if is_link and address else Shown.of(address, kind, **about)
        if address and one.format == Format.LINK:
            links.append(address)
        shown = one if number == 0 else shown
    return shown, tuple(links)


def _list(said: object) -> Sequence[Any]:
    return said if isinstance(said, list) else [] if said is None else [said]


def _id(actor: object) -> str:
    return link(actor) or link(mapping(actor).get("id")) or ""


def _name(actor: object) -> str | None:
    """``name@host`` out of an actor's address."""
    name, home = path_of(_id(actor)).rstrip("/").rpartition("/")[2].removeprefix("@"), host_or_none(_id(actor))
    return f"{name}@{home}" if name and home else None
