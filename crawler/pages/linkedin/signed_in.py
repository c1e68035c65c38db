"""Posts as LinkedIn's own program draws them for signed-in readers: ``div[data-urn]``, told apart by its classes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from crawler.items import Format, Media, Metrics, Platform, Post, Precision, Role
from crawler.pages.linkedin.captured import REPOSTED
from crawler.pages.linkedin.page import SITE, handle_of, leaving, number_in, post_url
from crawler.reading import hashtags
from crawler.reading.counted import counted
from crawler.reading.drawn import drawn_text
from crawler.reading.jsonvalue import link
from crawler.reading.snowflakes import linkedin_time
from crawler.reading.stated import columns

_COUNTS = "social-details-social-counts"
_FORMATS = (
    ("update-components-linkedin-video", Format.VIDEO), ("update-components-document__container", Format.CAROUSEL),
    ("update-components-poll", Format.POLL), ("update-components-image", Format.IMAGE),
    ("update-components-article", Format.LINK), ("update-components-entity", Format.LINK),
)  # fmt: skip
_CARRIED = frozenset(("update-components-mini-update-v2", "feed-shared-mini-update-v2"))
_COMMENTS = "comments-comments-list"
_OTHER_COUNTS = frozenset((f"{_COUNTS}__reactions", f"{_COUNTS}__comments"))
_MOST_POSTS = 500


def drawn_updates(root: etree._Element, owner: str, latest: datetime) -> Iterator[Post]:
    """Every drawn post, in order. ``owner``: whose page it is, ``""`` on a post's own page; ``latest``: when it was
    fetched."""
    left = _MOST_POSTS
    for element in root.iter("div", "article"):
        number = number_in(element.get("data-urn"))
        if number is not None and left and (post := _post(element, number, owner, latest)) is not None:
            left -= 1
            yield post


def _post(element: etree._Element, number: str, owner: str, latest: datetime) -> Post | None:
    drawn = _Drawn(element)
    actor, header = drawn.first("update-components-actor"), drawn.first("update-components-header")
    author, poster = _account(actor), _account(header)
    is_passed_on = header is not None and REPOSTED.search(drawn_text(header)) is not None
    whose = poster if is_passed_on else author
    account = owner or whose or author
    is_others = bool(owner) and whose is not None and whose.casefold() != owner.casefold()
    if actor is None or not account or is_others:
        return None
    words = drawn.first("update-components-update-v2__commentary", "feed-shared-update-v2__commentary")
    text = drawn_text(words) if words is not None else ""
    kind = next((kind for name, kind in _FORMATS if drawn.first(name) is not None), Format.TEXT)
    media = tuple(drawn.media(kind))
    at = linkedin_time(number, latest)
    own_words = Role.QUOTE if text else Role.REPOST
    return Post(
        platform=Platform.LINKEDIN,
        native_id=number,
        account=account,
        author=author or account,
        url=post_url(number),
        role=Role.REPOST if is_passed_on else own_words if drawn.carries else Role.ORIGINAL,
        format=Format.CAROUSEL if kind == Format.IMAGE and len(media) > 1 else kind,
        text=text,
        published_at=at,
        published_precision=Precision.SECOND if at else None,
        media=media,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        links=tuple(dict.fromkeys(url for one in _links(words) if (url := leaving(one)))),
        metrics=Metrics(**columns(drawn.counts(), not_public=("view_count", "save_count"))),
    )


class _Drawn:
    """The elements of a post, without those of a post that it carries and of its comments."""

    def __init__(self, element: etree._Element) -> None:
        self.carries = False
        self._first: dict[str, etree._Element] = {}
        self._shares: list[etree._Element] = []
        """Places of counts without a class of their own."""
        waiting = [element]
        while waiting:
            one = waiting.pop()
            classes = (one.get("class") or "").split()
            is_carried = not _CARRIED.isdisjoint(classes)
            self.carries = self.carries or is_carried
            if one is not element and (is_carried or _COMMENTS in classes or one.get("data-urn")):
                continue
            for name in classes:
                self._first.setdefault(name, one)
            if one.tag == "video":
                self._first.setdefault("<video>", one)
            if one.tag == "li" and f"{_COUNTS}__item" in classes and _OTHER_COUNTS.isdisjoint(classes):
                self._shares.append(one)
            waiting.extend(part for part in reversed(one) if isinstance(part.tag, str))

    def first(self, *names: str) -> etree._Element | None:
        return next((self._first[name] for name in names if name in self._first), None)

    def media(self, kind: Format) -> Iterator[Media]:
        if kind == Format.VIDEO:
            film = self.first("<video>")
            yield Media(kind="video", url=link(film.get("poster")) if film is not None else None)
        elif kind == Format.IMAGE and (holder := self.first("update-components-image")) is not None:
            for one in holder.iter("img"):
                if url := link(one.get("src")):
                    yield Media(kind="image", url=url)

    def counts(self) -> dict[str, object]:
        """Counts by the classes of their places; the place without a class of its own counts reposts."""
        places = {
            "like_count": [self.first(f"{_COUNTS}__reactions-count", f"{_COUNTS}__social-proof-fallback-number")],
            "comment_count": [self.first(f"{_COUNTS}__comments")],
            "share_count": self._shares,
        }
        stated: dict[str, object] = {}
        for column, elements in places.items():
            said = (" ".join("".join(one.itertext()).split()) for one in elements if one is not None)
            stated[column] = next((found[0].count for one in said if (found := counted(one))), None)
        return stated


def _account(element: etree._Element | None) -> str | None:
    """The first account that an element links to."""
    return next((name for one in _links(element) if (name := handle_of(link(one, SITE)))), None)


def _links(element: etree._Element | None) -> Iterator[str]:
    for one in element.iter("a") if element is not None else ():
        if one.get("href"):
            yield one.get("href") or ""
