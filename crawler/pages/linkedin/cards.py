"""A post as LinkedIn's public pages draw it: ``article[data-activity-urn]``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from crawler.items import Format, Media, Metrics, Platform, Post, Precision, Role
from crawler.pages.linkedin.page import handle_of, leaving, number_in, post_url
from crawler.pages.linkedin.structured import NOT_PUBLIC
from crawler.reading import hashtags
from crawler.reading.drawn import drawn_text
from crawler.reading.jsonvalue import link
from crawler.reading.snowflakes import linkedin_time
from crawler.reading.stated import columns
from crawler.reading.text import clean

_MACHINE_ALT = re.compile(r"^No alternative text", re.IGNORECASE)
_EDITED = re.compile(
    r"edited|bearbeitet|editado|modifié|modificat|bewerkt|redigera|redigert|redigeret|edytowan|düzenlendi|изменен|編集"
    r"|编辑|編輯|수정",
    re.IGNORECASE,
)
_SPACES = re.compile(r"[ \t]+")
_CONTENT = (
    ("feed-native-video-content", Format.VIDEO),
    ("feed-native-document-content", Format.CAROUSEL),
    ("feed-poll-content", Format.POLL),
    ("feed-images-content", Format.IMAGE),
    ("article-content", Format.LINK),
)


class Card:
    """One card and what it says."""

    def __init__(self, element: etree._Element) -> None:
        self._card = element
        self.number = number_in(element.get("data-activity-urn"))
        self.carried = number_in(element.get("data-attributed-urn"))

    def post(self, owner: str, latest: datetime) -> Post | None:
        """The post; ``owner`` is whose page the card stands on, ``latest`` when it was fetched. ``None`` when it has no
        number."""
        if self.number is None:
            return None
        actor = next((one for one in self._card.iter("a") if _is_for(one, "feed-actor-name")), None)
        author = handle_of(link(actor.get("href"))) if actor is not None else None
        is_repost = any(_is_for(one, "feed-reaction-header") for one in self._card.iter("a", "p"))
        words = self._find("main-feed-activity-card__commentary")
        text = _text(words) if words is not None else ""
        title = self._find("article-content__title")
        media = tuple(self._media())
        at = linkedin_time(self.number, latest)
        return Post(
            platform=Platform.LINKEDIN,
            native_id=self.number,
            account=owner or author or "",
            author=author or (None if is_repost else owner or None),
            url=post_url(self.number),
            role=Role.REPOST if is_repost else Role.ORIGINAL,
            format=self._format(media),
            title=" ".join("".join(title.itertext()).split()) if title is not None else None,
            text=text,
            published_at=at,
            published_precision=Precision.SECOND if at else None,
            is_edited=self.is_edited,
            original_native_id=self.carried if is_repost else None,
            original_published_at=linkedin_time(self.carried, latest) if is_repost and self.carried else None,
            media=media,
            hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
            links=tuple(dict.fromkeys(self._links(words))),
            metrics=self.metrics(),
        )

    @property
    def is_edited(self) -> bool | None:
        when = self._card.find(".//time")
        return True if when is not None and _EDITED.search("".join(when.itertext())) else None

    def metrics(self) -> Metrics:
        stated = {
            column: holder.get(attribute) if (holder := self._card.find(f".//*[@{attribute}]")) is not None else None
            for column, attribute in (("like_count", "data-num-reactions"), ("comment_count", "data-num-comments"))
        }
        return Metrics(**columns(stated, not_public=NOT_PUBLIC))

    def has(self, content: str) -> bool:
        """Whether something of a kind (``feed-native-video-content``) is attached."""
        return self._find(content) is not None

    def _find(self, name: str) -> etree._Element | None:
        found: etree._Element | None = self._card.find(f'.//*[@data-test-id="{name}"]')
        return found

    def _links(self, words: etree._Element | None) -> Iterator[str]:
        for holder in (words, self._find("article-content")):
            for one in holder.iter("a") if holder is not None else ():
                if url := leaving(one.get("href")):
                    yield url

    def _media(self) -> Iterator[Media]:
        if self.has("feed-native-video-content"):
            holders = (one.get("data-poster-url") for one in self._card.iter("div", "video"))
            yield Media(kind="video", url=next((url for one in holders if (url := link(one))), None))
            return
        pictures = self._find("feed-images-content")
        for one in pictures.iter("img") if pictures is not None else ():
            alt = one.get("alt")
            yield Media(
                kind="image",
                url=link(one.get("data-delayed-url") or one.get("src")),
                alt_text=clean(alt) if alt and not _MACHINE_ALT.match(alt) else None,
            )

    def _format(self, media: tuple[Media, ...]) -> Format:
        kind = next((kind for name, kind in _CONTENT if self.has(name)), Format.TEXT)
        return Format.CAROUSEL if kind == Format.IMAGE and len(media) > 1 else kind


def cards_of(root: etree._Element) -> Iterator[Card]:
    """Every card of a page, in order."""
    for element in root.iter("article", "li", "div"):
        if element.get("data-activity-urn"):
            yield Card(element)


def _is_for(element: etree._Element, control: str) -> bool:
    return (element.get("data-tracking-control-name") or "").endswith(control)


def _text(element: etree._Element) -> str:
    """The words of a card; of its markup's own spaces and lines only those are left that are drawn."""
    return "\n".join(_SPACES.sub(" ", line).strip() for line in drawn_text(element).split("\n"))
