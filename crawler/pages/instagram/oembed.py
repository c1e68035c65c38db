"""Instagram's oEmbed, the open one of old and Meta's with a token: who wrote a post and its words; no counts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from crawler.items import Format, Media, Metrics, Outcome, Platform, Post, PostList, Precision, Reason
from crawler.pages.base import PageProblem
from crawler.pages.instagram.description import handle_in
from crawler.pages.instagram.media import post_url
from crawler.pages.instagram.pages import POST_PATH, InstagramPage
from crawler.reading import hashtags
from crawler.reading.captions import linked, mentioned
from crawler.reading.jsonvalue import identifier, link, mapping, string
from crawler.reading.oembed import provider_in
from crawler.reading.relay import json_documents
from crawler.reading.snowflakes import instagram_id, instagram_time
from crawler.reading.stated import columns
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import host_of, path_of

_PATH = re.compile(r"(?:/v[0-9.]+)?/(?:instagram_oembed|publicapi/oembed|oembed|api/v1/oembed)/?")
_PERMALINK = re.compile(r'data-instgrm-permalink="([^"]{1,500})"')
_CAPTION = re.compile(r"<p\b[^<>]{0,500}>\s*<a\b[^<>]{0,900}>(.{1,5000}?)</a>", re.DOTALL)
_IS_CAPTIONED = "data-instgrm-captioned"
_NO_SUCH_POST = 24
_MAX_HTML = 50_000


class OembedPage(InstagramPage):
    """``/oembed?url=…`` and the Graph API's ``/instagram_oembed?url=…``."""

    this_is = "This answer"
    examples: ClassVar[tuple[str, ...]] = (
        "https://graph.facebook.com/v18.0/instagram_oembed?url=https%3A%2F%2Fwww.instagram.com%2Fp%2FCAbCdEfGhIj%2F",
        "https://api.instagram.com/oembed/?url=https%3A%2F%2Fwww.instagram.com%2Fp%2FCAbCdEfGhIj%2F",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        is_asked = _PATH.fullmatch(path_of(url)) is not None and _asked(url) is not None
        return is_asked or provider_in(head) == "Instagram"

    def read(self) -> PostList:
        asked = _asked(str(self.response.url))
        native_id = instagram_id(asked.group(3)) if asked else None
        said = mapping(next(iter(json_documents(self.body)), None))
        if error := mapping(said.get("error")):
            return self._refused(error, native_id)
        if self.status == 404 and native_id:
            return self.gone(native_id, 404)
        answer = self.answer()
        html = (string(answer.get("html")) or "")[:_MAX_HTML]
        stated = _PERMALINK.search(html)
        address = (POST_PATH.fullmatch(path_of(stated.group(1))) if stated else None) or asked
        post = self._post(answer, html, address) if address else None
        if post is None:
            raise PageProblem(Outcome.LAYOUT_CHANGED, f"{self.asked_for} holds no post.")
        return PostList(posts=(post,))

    def _refused(self, error: Mapping[str, Any], native_id: str | None) -> PostList:
        """What the Graph API says in place of a post. developers.facebook.com/docs/graph-api/guides/error-handling"""
        if error.get("code") == _NO_SUCH_POST and native_id:
            return self.gone(native_id, self.status)
        words = clean(string(error.get("message")) or "")[:200]
        raise PageProblem(
            Outcome.LOGIN_WALL, f"{self.asked_for}: Meta wants a token that may read this (“{words}”).",
            Reason.PERMISSION_MISSING,
        )  # fmt: skip

    def _post(self, answer: Mapping[str, Any], html: str, address: re.Match[str]) -> Post | None:
        kind, code = address.group(2), address.group(3)
        native_id = instagram_id(code)
        drawn = html_to_text(html)
        handle = identifier(answer.get("author_name")) or handle_in(drawn)
        if native_id is None or handle is None:
            return None
        caption = _CAPTION.search(html) if _IS_CAPTIONED in html else None
        # the old answer has the caption as its title
        words = html_to_text(caption.group(1)).strip() if caption else ""
        text = string(answer.get("title")) or (words if words and handle_in(words) != handle else None)
        is_reel = kind in ("reel", "reels")
        picture = link(answer.get("thumbnail_url"))
        at = instagram_time(native_id, self.capture.fetched_at)
        return Post(
            platform=Platform.INSTAGRAM,
            native_id=native_id,
            account=handle,
            author=handle,
            url=post_url(code, is_reel=is_reel),
            # a picture, a film and a carousel look alike
            format=Format.SHORT_VIDEO if is_reel else Format.VIDEO if kind == "tv" else None,
            text=text,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            media=(Media(kind="video" if is_reel else "unknown", url=picture),) if picture else (),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
            mentions=mentioned(text or ""),
            links=linked(text or ""),
            metrics=Metrics(
                **columns(
                    dict.fromkeys(("like_count", "comment_count", "view_count")),
                    not_public=("share_count", "save_count"),
                )
            ),
        )


def _asked(url: str) -> re.Match[str] | None:
    """The post that an address asks about; other networks have posts and answers at addresses of the same shape."""
    about = parse_qs(urlsplit(url).query).get("url", [""])[0]
    return POST_PATH.fullmatch(path_of(about)) if InstagramPage.hosts.fullmatch(host_of(about)) else None
