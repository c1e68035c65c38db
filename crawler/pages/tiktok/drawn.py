"""Videos as TikTok's own program draws them on a profile: a grid of covers with plays, without dates and likes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import evolve
from lxml import etree

from crawler.items import Format, Media, Metrics, Post
from crawler.pages.base import Capture
from crawler.pages.tiktok.items import COUNTS, post_of
from crawler.reading.drawn import drawn_text
from crawler.reading.jsonvalue import link
from crawler.reading.stated import columns
from crawler.reading.text import clean

_NUMBER = re.compile(r"/@([\w.]{1,32})/(video|photo)/(\d{15,25})")
_BY_MACHINE = re.compile(r"\s*\bcreated by .{1,80}? with .{1,200}$", re.DOTALL)
"""What TikTok writes behind the caption into the text that stands for a cover."""
_PINNED = re.compile(
    r"pin|fijad|épingl|angeheft|angepinnt|fissat|fixad|vastgemaakt|przypi|закреп|固定|置顶|置頂|ピン|고정|مثبت",
    re.IGNORECASE,
)


def drawn_posts(root: etree._Element, handle: str, capture: Capture) -> Iterator[Post]:
    """The account's videos in the order of the grid."""
    for item in root.iter("div", "li"):
        if item.get("data-e2e") == "user-post-item" and (post := _post(item, handle, capture)) is not None:
            yield post


def _post(item: etree._Element, handle: str, capture: Capture) -> Post | None:
    found = next((number for one in item.iter("a") if (number := _NUMBER.search(one.get("href") or ""))), None)
    if found is None or found.group(1).casefold() != handle.casefold():
        return None
    plays = _text(item, "video-views")
    picture = item.find(".//img")
    alt = clean(picture.get("alt") or "") if picture is not None else ""
    holder = item.getparent()
    text = (_text(holder, "user-post-item-desc") if holder is not None else None) or _BY_MACHINE.sub("", alt).strip()
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


def _text(element: etree._Element, mark: str) -> str | None:
    found = element.find(f'.//*[@data-e2e="{mark}"]')
    return (drawn_text(found) or None) if found is not None else None
