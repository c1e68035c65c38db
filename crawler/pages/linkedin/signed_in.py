"""Posts as LinkedIn's own program draws them for signed-in readers: ``div[data-urn]``, told apart by its classes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from crawler.items import Format, Media, Metrics, Platform, Post, Precision, Role
from crawler.pages.linkedin.captured import REPOSTED
from crawler.pages.linkedin.page import handle_of, leaving, number_in, post_url
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
_CARRIED = ("update-components-mini-update-v2", "feed-shared-mini-update-v2")
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
    own = _without_carried(element)
    actor = _first(own, "update-components-actor")
    author = next((name for one in _links(actor) if (name := handle_of(link(one, "https://www.linkedin.com")))), None)
    header = _first(own, "update-components-header")
    above = drawn_text(header) if header is not None else ""
    is_passed_on = header is not None and REPOSTED.search(above) is not None
    poster = next((name for one in _links(header) if (name := handle_of(link(one, "https://www.linkedin.com")))), None)
    account = owner or (poster if is_passed_on else None) or author
    is_others = bool(owner and author) and (author or "").casefold() != owner.casefold() and not is_passed_on
    if actor is None or not account or is_others:
        return None
    words = _first(own, "update-components-update-v2__commentary", "feed-shared-update-v2__commentary")
    text = drawn_text(words) if words is not None else ""
    kind = next((kind for name, kind in _FORMATS if _first(own, name) is not None), Format.TEXT)
    media = tuple(_media(own, kind))
    carries = any(_is_of(one, *_CARRIED) for one in element.iter("div"))
    at = linkedin_time(number, latest)
    return Post(
        platform=Platform.LINKEDIN,
        native_id=number,
        account=account,
        author=author or account,
        url=post_url(number),
        role=Role.REPOST if is_passed_on else (Role.QUOTE if text else Role.REPOST) if carries else Role.ORIGINAL,
        format=Format.CAROUSEL if kind == Format.IMAGE and len(media) > 1 else kind,
        text=text,
        published_at=at,
        published_precision=Precision.SECOND if at else None,
        media=media,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        links=tuple(dict.fromkeys(url for one in _links(words) if (url := leaving(one)))),
        metrics=_metrics(own),
    )


def _without_carried(element: etree._Element) -> list[etree._Element]:
    """The elements of a post without those of a post that it carries, and of its comments."""
    found: list[etree._Element] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if one is not element and (_is_of(one, *_CARRIED, "comments-comments-list") or one.get("data-urn")):
            continue
        found.append(one)
        waiting.extend(reversed([part for part in one if isinstance(part.tag, str)]))
    return found


def _is_of(element: etree._Element, *names: str) -> bool:
    return not set(names).isdisjoint((element.get("class") or "").split())


def _first(own: list[etree._Element], *names: str) -> etree._Element | None:
    return next((one for one in own if _is_of(one, *names)), None)


def _links(element: etree._Element | None) -> Iterator[str]:
    for one in element.iter("a") if element is not None else ():
        if one.get("href"):
            yield one.get("href") or ""


def _media(own: list[etree._Element], kind: Format) -> Iterator[Media]:
    if kind == Format.VIDEO:
        poster = next((url for one in own if one.tag == "video" and (url := link(one.get("poster")))), None)
        yield Media(kind="video", url=poster)
    elif kind == Format.IMAGE:
        holder = _first(own, "update-components-image")
        for one in holder.iter("img") if holder is not None else ():
            if url := link(one.get("src")):
                yield Media(kind="image", url=url)


def _metrics(own: list[etree._Element]) -> Metrics:
    """Counts by the classes of their places; of those without a class of their own the one with a number is shares."""
    stated: dict[str, object] = dict.fromkeys(("like_count", "comment_count", "share_count"))
    for one in own:
        column = (
            "like_count" if _is_of(one, f"{_COUNTS}__reactions-count", f"{_COUNTS}__social-proof-fallback-number")
            else "comment_count" if _is_of(one, f"{_COUNTS}__comments")
            else "share_count" if one.tag == "li" and _is_of(one, f"{_COUNTS}__item")
            and not _is_of(one, f"{_COUNTS}__reactions")
            else None
        )  # fmt: skip
        if column and stated[column] is None and (found := counted(" ".join("".join(one.itertext()).split()))):
            stated[column] = found[0].count
    return Metrics(**columns(stated, not_public=("view_count", "save_count")))
