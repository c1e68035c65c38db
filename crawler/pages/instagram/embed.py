"""What other sites show of Instagram: the embed of a post and of an account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from lxml import etree

from crawler.items import Format, Media, Outcome, Platform, Post, PostList, Precision, Reason
from crawler.pages.base import PageProblem
from crawler.pages.instagram.description import PostSentence
from crawler.pages.instagram.media import MediaReader, is_media, post_url, read_user
from crawler.pages.instagram.pages import InstagramPage, is_of_code
from crawler.pages.instagram.state import contexts, states
from crawler.reading import hashtags
from crawler.reading.captions import linked, mentioned
from crawler.reading.counted import counted
from crawler.reading.jsonvalue import identifier, link
from crawler.reading.meta import parse_page
from crawler.reading.relay import objects
from crawler.reading.snowflakes import instagram_id, instagram_time
from crawler.reading.text import clean
from crawler.reading.urls import path_of

_PATH = re.compile(r"(?:/(p|reel|tv)/([A-Za-z0-9_-]{5,64})|/([A-Za-z0-9_.]{1,30}))/embed(?:/captioned)?/?")
_FORMATS = {"GraphImage": Format.IMAGE, "GraphVideo": Format.VIDEO, "GraphSidecar": Format.CAROUSEL}
_BROKEN = "EmbedIsBroken"


class EmbedPage(InstagramPage):
    """``/p/…/embed/captioned/`` and ``/<user>/embed/``: a state in a script, or else only what is drawn."""

    examples: ClassVar[tuple[str, ...]] = (
        "https://www.instagram.com/p/CAbCdEfGhIj/embed/captioned/",
        "https://www.instagram.com/reel/CAbCdEfGhIj/embed/",
        "https://www.instagram.com/acme/embed/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return _PATH.fullmatch(path_of(url)) is not None and cls.is_ours(url, head)

    def read(self) -> PostList:
        found = _PATH.fullmatch(self.path)
        code, handle = (found.group(2), found.group(3)) if found else (None, None)
        native_id = instagram_id(code) if code else None
        if self.status in (404, 410) and native_id:
            return self.gone(native_id, self.status)
        html = self.html()
        reader = MediaReader(self.capture, owner=handle)
        profile = None
        for state in (*contexts(html), *states(html)):
            for one in objects(state):
                if handle and _is_account(one, handle):
                    profile = profile or read_user(one)
                elif (is_media(one) or _is_embedded(one)) and (code is None or is_of_code(one, code)):
                    reader.add(one)
        if reader.count or profile:
            return reader.result(profile)
        post = self._drawn(html, code, native_id) if code and native_id else None
        if post is not None:
            return PostList(posts=(post,))
        if _BROKEN in html:
            raise PageProblem(
                Outcome.LOGIN_WALL,
                f"{self.asked_for} is not shown on other sites (removed, private, or its owner does not allow it).",
                Reason.NO_PUBLIC_PREVIEW,
            )
        raise self.wall(parse_page(html, str(self.response.url)), html)

    def _drawn(self, html: str, code: str, native_id: str) -> Post | None:
        """The page without state: a caption and two counts in its visible text."""
        page = parse_page(html, str(self.response.url))
        if page is None:
            return None
        holder = page.root.find(".//*[@data-media-type]")
        user = _text_of(page.root, "UsernameText") or _text_of(page.root, "CaptionUsername")
        if user is None:
            return None
        kind = _FORMATS.get((holder.get("data-media-type") or "") if holder is not None else "")
        comments_line = _text_of(page.root, "CaptionComments") or ""
        caption = _text_of(page.root, "Caption")
        if caption is not None:
            writer = _text_of(page.root, "CaptionUsername") or ""
            caption = caption.removeprefix(writer).removesuffix(comments_line).strip()
        likes = next(iter(counted(_text_of(page.root, "SocialProof") or "")), None)
        comments = next(iter(counted(comments_line)), None)
        said = PostSentence(
            likes=likes.count if likes else None,
            comments=comments.count if comments else None,
            author=user,
            caption=caption,
            date=None,
        )
        is_reel = "/reel/" in self.path
        at = instagram_time(native_id, self.capture.fetched_at)
        is_video = is_reel or kind == Format.VIDEO
        return Post(
            platform=Platform.INSTAGRAM,
            native_id=native_id,
            account=user,
            author=user,
            url=post_url(code, is_reel=is_reel),
            format=Format.SHORT_VIDEO if is_reel else kind,
            text=caption,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            media=tuple(_cover(page.root, "video" if is_video else "image")),
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(caption or "")),
            mentions=mentioned(caption or ""),
            links=linked(caption or ""),
            metrics=said.metrics(is_video=is_video),
        )


def _is_embedded(value: Mapping[str, Any]) -> bool:
    """A medium as embeds carry it, which need not have a time."""
    return isinstance(value.get("shortcode"), str) and ("__typename" in value or "display_url" in value)


def _is_account(value: Mapping[str, Any], handle: str) -> bool:
    return (identifier(value.get("username")) or "").casefold() == handle.casefold() and "followers_count" in value


def _cover(root: etree._Element, kind: str) -> Iterator[Media]:
    """What is drawn of the post: of several pictures the first, of a film its cover."""
    for element in root.iter("img"):
        if "EmbeddedMediaImage" in (element.get("class") or "").split() and (url := link(element.get("src"))):
            yield Media(kind=kind, url=url)
            return


def _text_of(root: etree._Element, name: str) -> str | None:
    """The text of the first element of this class that has any; a caption keeps its lines."""
    for element in root.iterfind(".//*[@class]"):
        if name in (element.get("class") or "").split():
            said = _lines(element) if name == "Caption" else " ".join("".join(element.itertext()).split())
            if text := clean(said).strip():
                return text
    return None


def _lines(element: etree._Element) -> str:
    pieces: list[str] = []
    for part in element.iter():
        if part.tag == "br":
            pieces.append("\n")
        if isinstance(part.tag, str) and part.text:
            pieces.append(part.text)
        if part is not element and part.tail:
            pieces.append(part.tail)
    return "".join(pieces)
