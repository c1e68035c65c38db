"""Version 1 of the interface: ``/api/read/json``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from crawler.items import Absence, Format, Media, NextRequest, Outcome, Post, PostList, Profile, RequestKind
from crawler.pages.base import PageProblem
from crawler.pages.open_page import number_in, with_query
from crawler.pages.tumblr.posts import (
    HIDDEN_COUNTS,
    MAX_POSTS,
    POST_ID,
    Body,
    TumblrPage,
    body_of,
    form_of,
    metrics_of,
    names_in,
    reblog_of,
    tags_of,
    together,
)
from crawler.pages.walls import problem_of
from crawler.reading.content import distinct_media, said_text
from crawler.reading.counts import read_count
from crawler.reading.jsonvalue import NotJsonError, identifier, link, mapping, parse, positive, sequence, string
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import path_of

_PATH = re.compile(r"/api/read/json/?")
_HEAD = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:(?:var\s+)?tumblr_api_read\s*=\s*|[\w.$]{1,80}\()?\s*\{\s*"tumblelog"\s*:')
_WIDTHS = (1280, 500, 400, 250, 100, 75)
_FORMS = {"quote": Format.TEXT, "conversation": Format.TEXT, "answer": Format.TEXT, "link": Format.LINK,
          "video": Format.VIDEO, "audio": Format.AUDIO}  # fmt: skip
_SELECTS = ("type", "tagged", "search", "id")
"""What narrows a query: its total is not the blog's."""


class ReadPage(TumblrPage):
    """One page of a blog's posts, or one post of it."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://acme.tumblr.com/api/read/json?num=50&start=0",
        "https://blog.acme.example/api/read/json?id=96439224994",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        return _PATH.fullmatch(path_of(url)) is not None or _HEAD.match(head) is not None

    def read(self) -> PostList:
        try:
            said = self._payload()
        except PageProblem as problem:
            if problem.outcome is Outcome.NOT_FOUND and self._asked_id is not None:
                return self._gone()
            raise
        blog, posts = mapping(said.get("tumblelog")), said.get("posts")
        if not isinstance(posts, list) or not blog:
            raise self.changed("the answer holds no list of posts")
        if not posts and self._asked_id is not None:
            return self._gone()
        account = self.account_of(string(blog.get("name")))
        found = [self._post(mapping(entry), account) for entry in posts[:MAX_POSTS]]
        start = number_in(self.query, "start", 0)
        is_first = not start and self._asked_id is None
        profile = self._profile(said, blog, account) if account and is_first else None
        return self.listed(found, profile, next_requests=self._next(said, start, len(posts)))

    @property
    def _asked_id(self) -> str | None:
        asked = self.query.get("id", "")
        return asked if POST_ID.fullmatch(asked) else None

    def _gone(self) -> PostList:
        absence = Absence(platform=self.platform, native_id=self._asked_id or "", kind="gone", status=self.status)
        return PostList(absences=(absence,))

    def _payload(self) -> Mapping[str, Any]:
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        start, end = self.text.find("{"), self.text.rfind("}")
        said = self.text[start : end + 1] if _HEAD.match(self.body) else ""
        try:
            return mapping(parse(said, strict=False))
        except NotJsonError:
            raise problem_of(self.status, self.body, self.asked_for) from None

    def _next(self, said: Mapping[str, Any], start: int, count: int) -> tuple[NextRequest, ...]:
        total = read_count(said.get("posts-total"))
        is_last = start + count >= total.value if total else count < number_in(self.query, "num", 20)
        if not count or is_last or self._asked_id is not None:
            return ()
        return (NextRequest(url=with_query(self.url, start=start + count), kind=RequestKind.LISTING),)

    def _profile(self, said: Mapping[str, Any], blog: Mapping[str, Any], account: str) -> Profile:
        domain = string(blog.get("cname"))
        of_posts = mapping(mapping(next(iter(sequence(said.get("posts"))), None)).get("tumblelog"))
        total = None if self.query.keys() & set(_SELECTS) else read_count(said.get("posts-total"))
        about = string(blog.get("description")) or ""
        return Profile(
            platform=self.platform,
            native_account_id=identifier(blog.get("uuid")),
            handle=account,
            url=link(f"https://{domain}/") if domain else link(f"https://{account}.tumblr.com/"),
            name=html_to_text(string(blog.get("title")) or "") or None,
            bio=said_text(about),
            links=body_of(about, None).links,
            avatar_url=link(of_posts.get("avatar_url_512")),
            post_count=total.value if total else None,
            missing=HIDDEN_COUNTS,
        )

    def _post(self, entry: Mapping[str, Any], account: str) -> Post | None:
        native_id = identifier(entry.get("id"))
        if native_id is None or POST_ID.fullmatch(native_id) is None:
            return None
        url = link(entry.get("url")) or link(entry.get("url-with-slug"))
        account = account or names_in(url)[0] or ""
        title, body, media = _content(entry, url)
        kind = string(entry.get("type")) or ""
        form = _FORMS.get(kind) or form_of(media, title)
        reblog = reblog_of(
            (entry.get("reblogged-root-name"), entry.get("reblogged-root-url")),
            (entry.get("reblogged-from-name"), entry.get("reblogged-from-url")),
        )
        return Post(
            platform=self.platform,
            native_id=native_id,
            account=account,
            format=form,
            title=title,
            text=body.text,
            **self.dates(entry.get("unix-timestamp"), entry.get("date-gmt"), entry.get("date")),
            **self.carried(reblog, account, url),
            media=media,
            hashtags=tags_of(sequence(entry.get("tags"))),
            mentions=body.mentions,
            links=body.links,
            metrics=metrics_of(entry.get("note-count"), entry.get("audio-plays") if kind == "audio" else None),
        )


def _content(entry: Mapping[str, Any], url: str | None) -> tuple[str | None, Body, tuple[Media, ...]]:
    """Title, text and media of a post of any type."""

    def said(name: str) -> str:
        return string(entry.get(name)) or ""

    kind = said("type")
    if kind == "photo":
        body = body_of(said("photo-caption"), url, link(entry.get("photo-link-url")))
        return None, body, distinct_media((*_photos(entry), *body.media))
    if kind == "link":
        title = html_to_text(said("link-text")) or None
        return title, (body := body_of(said("link-description"), url, link(entry.get("link-url")))), body.media
    if kind in ("video", "audio"):
        body = body_of(said(f"{kind}-caption"), url)
        title = html_to_text(said("id3-title")) or None
        return title if kind == "audio" else None, body, (_player(entry, kind), *body.media)
    if kind == "quote":
        parts, title = (said("quote-text"), said("quote-source")), ""
    elif kind == "answer":
        parts, title = (said("question"), said("answer")), ""
    elif kind == "conversation":
        parts, title = (said("conversation-text"), ""), said("conversation-title")
    else:
        parts, title = (said("regular-body"), ""), said("regular-title")
    bodies = [body_of(part, url) for part in parts]
    whole = together(bodies)
    return html_to_text(title) or None, whole, whole.media


def _photos(entry: Mapping[str, Any]) -> list[Media]:
    """The pictures of a set, or the one; ``width`` and ``height`` are the largest size's, numbers or text."""
    stated = [mapping(one) for one in sequence(entry.get("photos"))] or [entry]
    found = []
    for one in stated:
        url = next((address for width in _WIDTHS if (address := link(one.get(f"photo-url-{width}")))), None)
        if url is not None:
            width, height = (read_count(one.get(side)) for side in ("width", "height"))
            found.append(
                Media(
                    kind="image",
                    url=url,
                    width=positive(width.value) if width else None,
                    height=positive(height.value) if height else None,
                )
            )
    return found


def _player(entry: Mapping[str, Any], kind: str) -> Media:
    source = link(entry.get("video-source")) if kind == "video" else None
    shown = clean(string(entry.get(f"{kind}-player")) or "")
    inner = next((medium for medium in body_of(shown, None).media if medium.kind == kind), None)
    return inner or Media(kind=kind, url=source)
