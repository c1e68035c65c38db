"""What other sites show of TikTok: embeds of a video and of an account, oEmbed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

from attrs import evolve

from crawler.items import Format, Media, Metrics, Outcome, Platform, Post, PostList, Profile, Reason
from crawler.pages.base import PageProblem
from crawler.pages.tiktok.items import COUNTS, SITE, counts_of, film, first_link, is_public, post_of, read_profile
from crawler.pages.tiktok.page import TiktokPage, states
from crawler.reading import hashtags
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.oembed import provider_in
from crawler.reading.relay import objects
from crawler.reading.stated import columns
from crawler.reading.text import html_to_text
from crawler.reading.urls import path_of

_EMBED_PATH = re.compile(r"/embed/(?:v\d/)?(?:@([\w.]{1,32})|(\d{15,25}))/?")
_NUMBER = re.compile(r"/(?:video|photo|v)/(\d{15,25})")
_STATED = ("playCount", "diggCount", "createTime", "text")
"""What a removed video's entry has none of."""
_IN_HTML = re.compile(r'data-video-id="(\d{15,25})"')
_TAG = re.compile(r'href="[^"]{0,200}/tag/[^"]{0,300}"[^<>]{0,300}>(#[^<]{1,300})<')


class EmbedPage(TiktokPage):
    """``/embed/@user`` and ``/embed/v2/<id>``: Frontity's state with a list of plays, or with one post."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/embed/@acme",
        "https://www.tiktok.com/embed/v2/7571863205253778710",
        "https://www.tiktok.com/embed/7571863205253778710",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _EMBED_PATH.fullmatch(path_of(url)) is not None and cls.is_ours(url, head)

    def read(self) -> PostList:
        html = self.html()
        found = _EMBED_PATH.fullmatch(self.path)
        handle, native_id = (found.group(1), found.group(2)) if found else (None, None)
        posts: dict[str, Post] = {}
        profile: Profile | None = None
        is_route_known = False
        for route in (one for state in states(html) for one in _routes(state)):
            is_route_known = is_route_known or any(name in route for name in ("videoList", "videoData", "isReady"))
            user = mapping(route.get("userInfo"))
            name = identifier(user.get("uniqueId")) or handle or ""
            if user.get("code") == 404:
                raise PageProblem(Outcome.NOT_FOUND, f"{self.asked_for} is not there; check the link in the list.")
            profile = profile or read_profile(route, name, self.capture)
            for item in sequence(route.get("videoList")):
                if (post := self._post(mapping(item), {}, name)) is not None:
                    posts.setdefault(post.native_id, post)
            data = mapping(route.get("videoData"))
            author = identifier(mapping(data.get("authorInfos")).get("uniqueId")) or handle
            if (post := self._post(mapping(data.get("itemInfos")), data, author)) is not None:
                posts.setdefault(post.native_id, post)
        if posts or profile:
            return PostList(posts=tuple(posts.values()), profile=profile)
        if is_route_known and native_id:
            return self.gone(native_id)
        raise self.wall(html)

    def _post(self, item: Mapping[str, Any], beside: Mapping[str, Any], handle: str | None) -> Post | None:
        """``itemInfos`` with what stands beside it, or an entry of ``videoList``, which has plays only."""
        if not any(item.get(name) not in (None, "") for name in _STATED) or not is_public(item):
            return None
        meta = mapping(mapping(item.get("video")).get("videoMeta"))
        pictures = sequence(mapping(beside.get("imagePostInfo")).get("displayImages"))
        stills = tuple(Media(kind="image", url=first_link(mapping(one).get("urlList"))) for one in pictures)
        post = post_of(
            item.get("id"), handle, string(item.get("text")) or string(item.get("desc")), item.get("createTime"),
            self.capture,
            media=stills or (film(first_link(item.get("covers")) or item.get("coverUrl"), meta),),
            metrics=Metrics(**counts_of(COUNTS, {"stats": item})),
        )  # fmt: skip
        challenges = map(mapping, sequence(beside.get("challengeInfoList")))
        tags = [string(one.get("challengeName") or one.get("title")) or "" for one in challenges]
        return post and evolve(post, hashtags=hashtags.unique([*post.hashtags, *tags]))


class OembedPage(TiktokPage):
    """oEmbed: whether a video is there, who made it and what it says; no counts, no date."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.tiktok.com/oembed?url=https%3A%2F%2Fwww.tiktok.com%2F%40acme%2Fvideo%2F7571863205253778710",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        if path_of(url).rstrip("/").endswith("/oembed") and "tiktok.com" in unquote(url):
            return True
        return provider_in(head) == "TikTok"

    def read(self) -> PostList:
        question = unquote(urlsplit(str(self.response.url)).query)
        asked = _NUMBER.search(question)
        if self.status in (400, 404) and asked:
            if self.status == 400 and "//tiktok.com/" in question:
                raise PageProblem(
                    Outcome.ERROR, f"{self.asked_for}: TikTok knows addresses with www. only (400).",
                    Reason.NOT_SUPPORTED,
                )  # fmt: skip
            return self.gone(asked.group(1), self.status)
        answer = self.answer()
        html = string(answer.get("html")) or ""
        in_html = _IN_HTML.search(html)
        number = (
            identifier(answer.get("embed_product_id"))
            or (in_html.group(1) if in_html else None)
            or (asked.group(1) if asked and not answer.get("code") else None)
        )
        post = self._post(answer, html, number, is_photo="/photo/" in html or "/photo/" in question)
        if post is None:
            if answer.get("code") and asked:
                return self.gone(asked.group(1), self.status)
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for}: the answer holds no video.")
        return PostList(posts=(post,))

    def _post(self, answer: Mapping[str, Any], html: str, number: str | None, *, is_photo: bool) -> Post | None:
        if number is None or not (number.isascii() and number.isdigit()):
            return None
        by_address = path_of(link(answer.get("author_url")) or "").strip("/@")
        handle = identifier(answer.get("author_unique_id")) or by_address
        text = string(answer.get("title"))
        tags = [html_to_text(one).lstrip("#") for one in _TAG.findall(html)]
        thumbnail = link(answer.get("thumbnail_url"))
        size = (positive(answer.get("thumbnail_width")), positive(answer.get("thumbnail_height")))
        cover = Media(kind="image" if is_photo else "video", url=thumbnail, width=size[0], height=size[1])
        return Post(
            platform=Platform.TIKTOK,
            native_id=number,
            account=handle,
            author=handle or None,
            url=f"{SITE}/@{handle}/{'photo' if is_photo else 'video'}/{number}",
            format=Format.CAROUSEL if is_photo else Format.SHORT_VIDEO,
            text=text,
            media=(cover,) if thumbnail else (),
            hashtags=hashtags.unique([*tags, *(tag for _, tag in hashtags.written(text or ""))]),
            metrics=Metrics(**columns(dict.fromkeys(COUNTS))),
        )


def _routes(state: object) -> list[Mapping[str, Any]]:
    """The objects of a state that stand for a page."""
    known = mapping(mapping(mapping(state).get("source")).get("data"))
    return [mapping(one) for one in known.values()] if known else list(objects(state))
