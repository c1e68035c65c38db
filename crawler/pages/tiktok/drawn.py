"""Videos without their state: the grid that TikTok's program draws on a profile, and the head of a video's page."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve
from lxml import etree

from crawler.items import Format, Media, Metrics, Post
from crawler.pages.base import Capture
from crawler.pages.tiktok.items import COUNTS, post_of
from crawler.reading import count_words
from crawler.reading.counted import counted
from crawler.reading.drawn import drawn_text
from crawler.reading.jsonvalue import link
from crawler.reading.meta import Page
from crawler.reading.stated import columns
from crawler.reading.text import clean
from crawler.reading.urls import path_of

_ITEM, _CAPTION = "user-post-item", "user-post-item-desc"
_NUMBER = re.compile(r"/@([\w.]{1,32})/(video|photo)/(\d{15,25})")
_BY_MACHINE = re.compile(
    r"\b(?:created by|creado por|criado por|créé par|erstellt von|creato da|gemaakt door) .{1,80}?"
    r" (?:with|con|com|avec|mit|met) .{1,200}$",
    re.DOTALL,
)
"""What TikTok writes behind the caption into the text that stands for a cover."""
_PINNED = re.compile(
    r"pin|fijad|épingl|angeheft|angepinnt|fissat|fixad|vastgemaakt|przypi|закреп|固定|置顶|置頂|ピン|고정|مثبت",
    re.IGNORECASE,
)


def drawn_posts(root: etree._Element, handle: str, capture: Capture) -> Iterator[Post]:
    """The account's videos in the order of the grid."""
    for item in root.iter("div", "li"):
        if item.get("data-e2e") == _ITEM and (post := _post(item, handle, capture)) is not None:
            yield post


def _post(item: etree._Element, handle: str, capture: Capture) -> Post | None:
    found = next((number for one in item.iter("a") if (number := _NUMBER.search(one.get("href") or ""))), None)
    if found is None or found.group(1).casefold() != handle.casefold():
        return None
    plays = _text(item, "video-views")
    picture = item.find(".//img")
    alt = clean(picture.get("alt") or "") if picture is not None else ""
    text = _caption(item) or _BY_MACHINE.sub("", alt).strip()
    is_photo = found.group(2) == "photo"
    cover = Media(kind="image" if is_photo else "video", url=link(picture.get("src")) if picture is not None else None)
    metrics = Metrics(**columns({**dict.fromkeys(COUNTS), "view_count": plays}))
    post = post_of(found.group(3), handle, text or None, None, capture, media=(cover,), metrics=metrics)
    badge = _text(item, "video-card-badge")
    return post and evolve(
        post,
        # how many pictures there are is not drawn
        format=Format.CAROUSEL if is_photo else post.format,
        is_pinned=badge is not None and _PINNED.search(badge) is not None,
    )


def stated_post(page: Page, handle: str, native_id: str, capture: Capture) -> Post | None:
    """A video by the head of its page, which states rounded likes and comments beside words of a machine:
    "25.5K Likes, 146 Comments. TikTok video from …"."""
    address = _NUMBER.search(path_of(page.first("og:url") or page.linked("canonical") or ""))
    said, mark, _ = (page.first("description") or "").partition("TikTok")
    found = counted(said) if mark else []
    comments = next((one.count for one in found if count_words.COMMENTS.search(one.words)), None)
    # some languages have words of their own for likes, but beside comments nothing else is counted
    others = (one for one in found if one.count is not comments)
    likes = next((one.count for one in others if comments or count_words.REACTIONS.search(one.words)), None)
    if address is None or address.group(3) != native_id or (likes is None and comments is None):
        return None
    counts = dict.fromkeys(COUNTS) | {"like_count": likes, "comment_count": comments}
    is_photo = address.group(2) == "photo"
    cover = Media(kind="image" if is_photo else "video", url=link(page.first("og:image")))
    text, handle = page.first("og:description"), handle or address.group(1)
    post = post_of(native_id, handle, text, None, capture, media=(cover,), metrics=Metrics(**columns(counts)))
    return post and evolve(post, format=Format.CAROUSEL if is_photo else post.format)


def _caption(item: etree._Element) -> str | None:
    """What stands below a cover, before the next one."""
    for beside in item.itersiblings(etree.Element):
        if beside.get("data-e2e") == _ITEM:
            break
        if beside.get("data-e2e") == _CAPTION:
            return drawn_text(beside) or None
        if (said := _text(beside, _CAPTION)) is not None:
            return said
    return None


def _text(element: etree._Element, mark: str) -> str | None:
    found = element.find(f'.//*[@data-e2e="{mark}"]')
    return (drawn_text(found) or None) if found is not None else None
