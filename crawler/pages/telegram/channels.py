"""The channel as the column beside its messages shows it, and as its landing page does."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from crawler.items import MissingReason, Platform, Profile
from crawler.pages.telegram.addresses import LANDING_PATH, NAME, PREVIEW_PATH, SITE, plain_path
from crawler.pages.telegram.elements import all_of, first_of, html_text_of, text_of
from crawler.reading.counts import Count, read_count
from crawler.reading.distinct import distinct
from crawler.reading.urls import absolute

SUBSCRIBERS = re.compile(r"(.{1,30}?)\s*(subscribers?|members?)\b", re.IGNORECASE)


def channel_beside(root: etree._Element, url: str) -> Profile | None:
    """The channel as the column beside its messages shows it; its counts are rounded."""
    info = first_of(root, "tgme_channel_info")
    found = PREVIEW_PATH.fullmatch(plain_path(url)) or LANDING_PATH.fullmatch(plain_path(url))
    if info is None:
        return None
    username = first_of(info, "tgme_channel_info_header_username")
    handle = text_of(username).removeprefix("@") if username is not None else ""
    if not re.fullmatch(NAME, handle):
        if found is None:
            return None
        handle = found.group(1)
    title, about = first_of(info, "tgme_channel_info_header_title"), first_of(info, "tgme_channel_info_description")
    labels = first_of(info, "tgme_channel_info_header_labels")
    photo = first_of(info, "tgme_page_photo_image")
    picture = next(photo.iter("img"), None) if photo is not None else None
    address = absolute(picture.get("src") or "", SITE) if picture is not None else None
    subscribers: Count | None = None
    is_stated = False
    for counter in all_of(info, "tgme_channel_info_counter"):
        if counted := SUBSCRIBERS.match(text_of(counter)):
            subscribers, is_stated = read_count(counted.group(1)), True
    return Profile(
        platform=Platform.TELEGRAM,
        handle=handle,
        url=f"{SITE}/{handle}",
        name=text_of(title) if title is not None else None,
        bio=html_text_of(about) if about is not None else "",
        links=links_in(about),
        avatar_url=address,
        is_verified=labels is not None and any(True for _ in all_of(labels, "verified-icon")),
        **followers_of(subscribers, is_stated=is_stated),
    )


def followers_of(count: Count | None, *, is_stated: bool) -> dict[str, Any]:
    """The counts of a profile; ``is_stated``: the page says one, readable or not."""
    missing = {"following_count": MissingReason.NOT_PUBLIC, "post_count": MissingReason.NOT_PUBLIC}
    if count is None:
        missing["follower_count"] = MissingReason.NOT_PARSED if is_stated else MissingReason.NOT_OBSERVED
        return {"missing": missing}
    return {
        "follower_count": count.value,
        "rounded": {"follower_count": count.rounded} if count.rounded is not None else {},
        "missing": missing,
    }


def links_in(about: etree._Element | None, base: str | None = None) -> tuple[str, ...]:
    """Where the words about a channel lead."""
    return distinct(absolute(one.get("href") or "", base) for one in about.iter("a")) if about is not None else ()
