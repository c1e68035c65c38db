"""Version 2 of the interface, as recordings and clients keep it: ``{"meta": …, "response": {"posts": […]}}``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from attrs import evolve

from crawler.items import Format, Media, Post, PostList, Profile
from crawler.pages.tumblr.posts import (
    HIDDEN_COUNTS,
    MAX_POSTS,
    POST_ID,
    Body,
    TumblrPage,
    body_of,
    form_of,
    joined,
    metrics_of,
    names_in,
    reblog_of,
    tags_of,
    together,
)
from crawler.reading.content import said_text
from crawler.reading.counts import read_count
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import path_of

_PATH = re.compile(
    r"/(?:api/)?v2/(?:blog/[^/]{1,100}/posts(?:/[^/]{1,40}){0,3}|blog/[^/]{1,100}/info|tagged|timeline/.{1,200})/?"
)
_HEAD = re.compile(rb'\s*\{\s*"meta"\s*:\s*\{[^{}]{0,200}\}\s*,\s*"(?:response|errors)"\s*:')
_WORDS = re.compile(rb'"(?:blog_?name|reblog_?key|note_?count|tumblelog)"\s*:', re.IGNORECASE)
_FORMS = {"quote": Format.TEXT, "chat": Format.TEXT, "answer": Format.TEXT, "link": Format.LINK, "video": Format.VIDEO,
          "audio": Format.AUDIO}  # fmt: skip
_KINDS = {"like": "like_count", "reblog": "reblog_count", "reply": "reply_count"}
_MAX_BLOCKS = 500


class ApiPage(TumblrPage):
    """Posts of a blog, or of a tag, in the old form or in blocks."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://api.tumblr.com/v2/blog/acme.tumblr.com/posts?limit=20",
        "https://www.tumblr.com/api/v2/blog/acme/posts?npf=true",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        is_other = bool(head) and _HEAD.match(head) is None
        if _PATH.fullmatch(path_of(url)) is not None:
            return not is_other
        return bool(head) and not is_other and _WORDS.search(head) is not None

    def stated_status(self, said: Mapping[str, Any]) -> int:
        status = read_count(mapping(said.get("meta")).get("status"))
        return status.value if status and 400 <= status.value < 600 else 200

    def read(self) -> PostList:
        said = mapping(mapping(self.answer()).get("response"))
        entries = (
            said.get("posts") if isinstance(said.get("posts"), list) else mapping(said.get("timeline")).get("elements")
        )
        blog = mapping(said.get("blog"))
        if not isinstance(entries, list):
            if not blog:
                raise self.changed("the answer holds no list of posts")
            entries = []
        profile = profile_in(self, blog) if blog else None
        return self.listed((post_in(self, mapping(one)) for one in entries[:MAX_POSTS]), profile)


def posts_in(page: TumblrPage, objects: Iterator[Mapping[str, Any]]) -> Iterator[Post | None]:
    """The posts among the objects of a page's state."""
    for one in objects:
        if _said(one, "note_count") is not None and _said(one, "blog_name") is not None and "id" in one:
            yield post_in(page, one)


def profile_in(page: TumblrPage, blog: Mapping[str, Any]) -> Profile | None:
    """The blog that an answer is about."""
    name = string(blog.get("name"))
    if not name:
        return None
    about = string(blog.get("description")) or ""
    counts = {"follower_count": read_count(blog.get("followers")), "post_count": read_count(blog.get("posts"))}
    known: dict[str, Any] = {column: count.value for column, count in counts.items() if count}
    avatars = [mapping(one) for one in sequence(blog.get("avatar"))]
    return Profile(
        platform=page.platform,
        native_account_id=identifier(blog.get("uuid")),
        handle=page.account_of(name),
        url=link(blog.get("url")),
        name=html_to_text(string(blog.get("title")) or "") or None,
        bio=said_text(about),
        links=body_of(about, None).links,
        avatar_url=next((url for one in avatars if (url := link(one.get("url")))), None),
        **known,
        missing={column: why for column, why in HIDDEN_COUNTS.items() if column not in known},
    )


def post_in(page: TumblrPage, entry: Mapping[str, Any]) -> Post | None:
    """A post in the old form or in blocks, with names_like_this or namesLikeThis."""
    native_id = identifier(_said(entry, "id_string")) or identifier(entry.get("id"))
    if native_id is None or POST_ID.fullmatch(native_id) is None:
        return None
    blog = string(_said(entry, "blog_name")) or string(mapping(entry.get("blog")).get("name"))
    url = link(_said(entry, "post_url"))
    account = page.account_of(blog or names_in(url)[0])
    if not account:
        return None
    blocks = _blocks(entry)
    title, body, media, form = _from_blocks(blocks) if blocks else _from_fields(entry, url)
    reblog = reblog_of(
        (_said(entry, "reblogged_root_name"), _said(entry, "reblogged_root_url")),
        (_said(entry, "reblogged_from_name"), _said(entry, "reblogged_from_url")),
    )
    return Post(
        platform=page.platform,
        native_id=native_id,
        account=account,
        format=form,
        title=title,
        text=body.text,
        **page.dates(entry.get("timestamp"), entry.get("date")),
        **page.carried(reblog, account, url),
        is_pinned=_said(entry, "is_pinned") is True,
        media=media,
        hashtags=tags_of(sequence(entry.get("tags"))),
        mentions=body.mentions,
        links=body.links,
        metrics=metrics_of(
            _said(entry, "note_count"),
            entry.get("plays") if form is Format.AUDIO else None,
            {kind: count for kind, name in _KINDS.items() if (count := _said(entry, name)) is not None},
        ),
    )


def _blocks(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the post says in the new form, behind what it carries of others: as the old form has it in one text."""
    trail = [mapping(one).get("content") for one in sequence(entry.get("trail"))[:_MAX_BLOCKS]]
    said = [block for each in (*trail, entry.get("content")) for block in sequence(each)[:_MAX_BLOCKS]]
    return [mapping(one) for one in said[:_MAX_BLOCKS]]


def _said(entry: Mapping[str, Any], name: str) -> Any:
    """A value under its name in the interface's spelling, else in that of the site's own pages."""
    if name in entry:
        return entry[name]
    first, *others = name.split("_")
    return entry.get(first + "".join(each.title() for each in others))


_Taken = tuple[str | None, Body, tuple[Media, ...], Format]


def _from_fields(entry: Mapping[str, Any], url: str | None) -> _Taken:
    """The old form: fields by type."""

    def said(name: str) -> str:
        return string(entry.get(name)) or ""

    kind = said("type")
    parts = {
        "photo": ("caption",), "video": ("caption",), "audio": ("caption",), "quote": ("text", "source"),
        "link": ("description",), "answer": ("question", "answer"),
    }.get(kind, ("body",))  # fmt: skip
    bodies = [body_of(said(part), url, link(entry.get("url")) if kind == "link" else None) for part in parts]
    title = html_to_text(said("track_name") if kind == "audio" else said("title")) or None
    own: list[Media] = []
    if kind == "photo":
        for photo in sequence(entry.get("photos")):
            largest = mapping(mapping(photo).get("original_size"))
            own.append(_medium("image", largest, None))
    elif kind in ("video", "audio"):
        address = link(entry.get("video_url")) or link(entry.get("audio_url"))
        own.append(Media(kind=kind, url=address, duration_seconds=_seconds(entry.get("duration"))))
    media = (*own, *(medium for body in bodies for medium in body.media))
    whole = evolve(together(bodies), media=media)
    return title, whole, media, _FORMS.get(kind) or form_of(media, title)


def _from_blocks(blocks: Sequence[Mapping[str, Any]]) -> _Taken:
    """The new form (NPF): a first heading is the title."""
    texts: list[str] = []
    media: list[Media] = []
    links: list[str] = []
    mentions: list[str] = []
    title: str | None = None
    kinds = {string(block.get("type")) for block in blocks}
    for block in blocks:
        kind = string(block.get("type"))
        if kind == "text":
            text = clean(string(block.get("text")) or "").strip()
            if string(block.get("subtype")) == "heading1" and title is None and not texts:
                title = text or None
            else:
                texts.append(text)
            for mark in map(mapping, sequence(block.get("formatting"))):
                links += [url for url in [link(mark.get("url"))] if url and mark.get("type") == "link"]
                mentions += [name for name in [string(mapping(mark.get("blog")).get("name"))] if name]
        elif kind in ("image", "video", "audio"):
            stated = block.get("media")
            sizes = [mapping(one) for one in stated] if isinstance(stated, list) else [mapping(stated)]
            largest = max(sizes, key=lambda one: positive(one.get("width")) or 0, default={})
            media.append(_medium(kind, largest, block))
        elif kind == "link":
            links += [url for url in [link(block.get("url"))] if url]
            texts.append(joined(string(block.get("title")), string(block.get("description"))))
        elif kind == "poll":
            answers = [string(_said(mapping(one), "answer_text")) for one in sequence(block.get("answers"))]
            texts.append(joined(string(block.get("question")), *answers))
    body = Body(
        text=joined(*texts),
        media=tuple(media),
        links=tuple(dict.fromkeys(links)),
        mentions=tuple(dict.fromkeys(mentions)),
    )
    form = form_of(media, title)
    if "poll" in kinds:
        form = Format.POLL
    elif not media and "link" in kinds:
        form = Format.LINK
    return title, body, body.media, form


def _medium(kind: str, largest: Mapping[str, Any], block: Mapping[str, Any] | None) -> Media:
    said = block or {}
    milliseconds = said.get("duration")
    return Media(
        kind=kind,
        url=link(largest.get("url")) or link(said.get("url")),
        width=positive(largest.get("width")),
        height=positive(largest.get("height")),
        duration_seconds=milliseconds / 1000 if isinstance(milliseconds, int) and 0 < milliseconds < 10**9 else None,
        alt_text=string(_said(said, "alt_text")),
    )


def _seconds(said: object) -> float | None:
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    return float(said) if 0 < said < 10**6 else None
