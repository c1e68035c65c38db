"""A post as other sites show it: ``/@user/post/CODE/embed``, drawn by the server with class names that speak.

Each post is an ``OuterContainer``. Of an answer the post before it is drawn above, its text in
``BodyContainerParent``; what is quoted stands inside, in ``QuotePostContainer``, and its text is filled in by a script.
``ActionBarIcon`` are likes, replies, reposts and shares out of the app, in that order, and ``ActionBarCount`` in it is
missing where there are none; of likes it is missing, too, where they are hidden. The time written is a length of time
("3d"): the code's own is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from crawler.items import Format, Media, Metrics, Outcome, Platform, Post, PostList, Precision, Role
from crawler.pages.base import Capture, PageProblem
from crawler.pages.threads.items import SITE
from crawler.pages.threads.pages import PROFILE_PATH, PostPage, post_in
from crawler.reading import count_words, hashtags
from crawler.reading.alt_text import written_by_hand
from crawler.reading.captions import linked, mentioned
from crawler.reading.counted import counted
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import link
from crawler.reading.meta import parse_page
from crawler.reading.snowflakes import instagram_id, instagram_time
from crawler.reading.stated import columns
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import path_of
from crawler.reading.wrapped_links import unwrapped

_COLUMNS = ("like_count", "comment_count", "share_count")
_MEDIA = frozenset(("SoloMediaContainer", "MediaContainer", "MediaScrollContainer"))
_PLACEHOLDER = "\ufffc"


class EmbedPage(PostPage):
    """``/@user/post/CODE/embed``: one post, drawn for a frame on another site."""

    this_is = "This frame"
    examples: ClassVar[tuple[str, ...]] = (
        "https://www.threads.com/@acme/post/DPCXhCwkqEe/embed",
        "https://www.threads.net/t/DPCXhCwkqEe/embed/",
    )

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003
        return cls.is_embed(url) and cls.is_ours(url, head)

    def read(self) -> PostList:
        code = post_in(self.path)[1]
        native_id = instagram_id(code)
        if self.status in (404, 410) and native_id:
            return self.gone(native_id, self.status)
        page = parse_page(self.html(), str(self.response.url))
        if page is None or native_id is None:
            return super().read()
        drawn = _chosen(page.root)
        if drawn is not None and drawn.handle:
            return PostList(posts=(drawn.post(code, native_id, self.capture),))
        if any(_has(one, "EmbedError", "ErrorText") for one in page.root.iter(etree.Element)):
            raise PageProblem(
                Outcome.NOT_FOUND,
                f"{self.asked_for} is not shown on other sites: removed, private, or for signed-in readers only.",
            )
        return super().read()


class _Drawn:
    """One post of the frame, apart from what it quotes."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        below = list(element.iter(etree.Element))
        self.quoted = next((one for one in below if _has(one, "QuotePostContainer")), None)
        inside = set(self.quoted.iter(etree.Element)) if self.quoted is not None else set()
        self.own = [one for one in below if one not in inside]

    def named(self, *classes: str) -> Iterator[etree._Element]:
        return (one for one in self.own if _has(one, *classes))

    @cached_property
    def topic(self) -> etree._Element | None:
        return next(self.named("TopicTagWrapper"), None)

    @cached_property
    def handle(self) -> str | None:
        in_topic = set(self.topic.iter(etree.Element)) if self.topic is not None else set()
        return _handle_in(one for one in self.own if one not in in_topic)

    @cached_property
    def text(self) -> str:
        words = next(self.named("BodyTextContainer"), None)
        return html_to_text(_markup(words)).replace(_PLACEHOLDER, "").strip() if words is not None else ""

    def post(self, code: str, native_id: str, capture: Capture) -> Post:
        handle, at = self.handle or "", instagram_time(native_id, capture.fetched_at)
        media, links = tuple(self.media()), distinct(self.links())
        quoted = list(self.quoted.iter(etree.Element)) if self.quoted is not None else []
        by, original = _handle_in(quoted), next(filter(None, map(_code_in, quoted)), None)
        is_reply = any(True for _ in _parents(self.element))
        return Post(
            platform=Platform.THREADS,
            native_id=native_id,
            account=handle,
            author=handle,
            url=f"{SITE}/@{handle}/post/{code}",
            role=Role.REPLY if is_reply else Role.QUOTE if quoted else Role.ORIGINAL,
            format=_format(media, has_link=bool(links)),
            text=self.text,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            original_native_id=instagram_id(original) if original else None,
            original_url=f"{SITE}/@{by}/post/{original}" if by and original else None,
            media=media,
            hashtags=hashtags.unique([*self.topics(), *(tag for _, tag in hashtags.written(self.text))]),
            mentions=mentioned(self.text),
            links=links,
            metrics=self.metrics(),
        )

    def media(self) -> Iterator[Media]:
        seen: set[str] = set()
        for one in (part for frame in self.named(*_MEDIA) for part in frame.iter("img", "video")):
            source = one if one.get("src") else next(one.iter("source"), one)
            url = link(source.get("src"))
            if url and url not in seen:
                seen.add(url)
                yield Media(
                    kind="video" if one.tag == "video" else "image",
                    url=url,
                    alt_text=written_by_hand(one.get("alt")) or None,
                )

    def links(self) -> Iterator[str | None]:
        for frame in self.named("BodyTextContainer", "LinkAttachmentOuterContainer", "LinkAttachmentContainer"):
            for one in frame.iter("a"):
                target = unwrapped(one.get("href") or "")
                yield None if path_of(target).startswith("/@") or "threads." in target[:30] else link(target)
        yield from linked(self.text)

    def topics(self) -> Iterator[str]:
        for one in self.topic.iter("a") if self.topic is not None else ():
            try:
                yield clean(parse_qs(urlsplit(one.get("href") or "").query).get("q", [""])[0]).strip()
            except ValueError:
                continue

    def metrics(self) -> Metrics:
        stated: dict[str, object] = dict.fromkeys((*_COLUMNS, "quote_count"))
        icons = list(self.named("ActionBarIcon"))
        if len(icons) >= len(_COLUMNS):
            for column, icon in zip(_COLUMNS, icons, strict=False):
                said = next(("".join(one.itertext()) for one in icon.iter() if _has(one, "ActionBarCount")), "").strip()
                # likes may be hidden, which looks like none
                stated[column] = said or (None if column == "like_count" else 0)
        for line in self.named("MetadataContainer"):
            # until 2024: "12 replies · 34 likes"
            for one in counted("".join(line.itertext())):
                if count_words.COMMENTS.search(one.words):
                    stated["comment_count"] = one.count
                elif count_words.REACTIONS.search(one.words):
                    stated["like_count"] = one.count
        return Metrics(**columns(stated, not_public=("view_count", "save_count")))


def _chosen(root: etree._Element) -> _Drawn | None:
    """The post that the address names: of those that stand by themselves the marked one, else the last."""
    found = [one for one in root.iter("div") if _has(one, "OuterContainer")]
    alone = [one for one in found if not any(_has(above, "OuterContainer") for above in one.iterancestors())]
    marked = [one for one in alone if _has(one, "OuterContainerFull")]
    return _Drawn((marked or alone)[-1]) if alone else None


def _parents(element: etree._Element) -> Iterator[etree._Element]:
    """The texts of the posts above that this one answers."""
    for before in element.itersiblings("div", preceding=True):
        yield from (one for one in before.iter("div") if _has(one, "BodyContainerParent"))


def _handle_in(elements: Iterable[etree._Element]) -> str | None:
    """Whose page the first link of a heading leads to."""
    for one in elements:
        if one.tag != "a" or not _is_heading(one):
            continue
        target = link(one.get("href"), SITE)
        found = PROFILE_PATH.fullmatch(path_of(target)) if target else None
        if found:
            return found.group(1)
    return None


def _is_heading(one: etree._Element) -> bool:
    return _has(one, "HeaderLink") or any(
        _has(above, "HeaderContainer", "NameContainer") for above in one.iterancestors("div")
    )


def _code_in(one: etree._Element) -> str | None:
    target = link(one.get("href"), SITE) if one.tag == "a" else None
    return post_in(path_of(target))[1] or None if target else None


def _format(media: tuple[Media, ...], *, has_link: bool) -> Format:
    if len(media) > 1:
        return Format.CAROUSEL
    if media:
        return Format.VIDEO if media[0].kind == "video" else Format.IMAGE
    return Format.LINK if has_link else Format.TEXT


def _has(element: etree._Element, *names: str) -> bool:
    return not set(names).isdisjoint((element.get("class") or "").split())


def _markup(element: etree._Element) -> str:
    return str(etree.tostring(element, encoding="unicode", method="html", with_tail=False))[:100_000]
