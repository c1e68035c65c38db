"""A pin as Pinterest's interfaces state it: Relay answers, of which each states a part, and older resource answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.items import Format, Media, Metrics, Platform, Post
from crawler.pages.base import Capture
from crawler.pages.pinterest.page import pin_url
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.dates import read_date
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string
from crawler.reading.relay import objects
from crawler.reading.stated import columns
from crawler.reading.urls import path_of

Part = Mapping[str, Any]

NOT_PUBLIC = ("share_count", "view_count")
_REACTIONS = {1: "love", 5: "good idea", 7: "thanks", 11: "wow", 13: "haha"}
_FOR_SEARCH_ENGINES = re.compile(r"^(?:[^\W\d]{3,10}\.? \d{1,2}, \d{4}|\d{1,2} [^\W\d]{3,10}\.? \d{4}(?: г\.)?) [-–—] ")
_DESCRIPTIONS = ("description", "closeupUnifiedDescription", "closeupDescription")


def read_pin(parts: Sequence[Part], native_id: str, capture: Capture) -> Post | None:
    """One pin out of its parts; ``None`` when they say neither whose it is nor when it was pinned."""
    pinner = next((mapping(one["pinner"]) for one in parts if _name(mapping(one.get("pinner")))), {})
    maker = next((mapping(one["nativeCreator"]) for one in parts if _name(mapping(one.get("nativeCreator")))), {})
    created = next(
        (read for one in parts if (read := read_date(one.get("createdAt"), latest=capture.fetched_at))), None
    )
    if not pinner and not maker and created is None:
        return None
    handle = _name(pinner) or _name(maker) or (capture.account.handle if capture.account else "")
    text = without_date(_words(parts, *_DESCRIPTIONS) or "")
    is_video = any(one.get("isVideo") is True or mapping(one.get("videos")) for one in parts)
    slides = max(
        (len(sequence(mapping(one.get(holder)).get(name))) for one in parts for holder, name in _SLIDES), default=0
    )
    outward = next((url for one in parts if (url := link(one.get("link")))), None)
    alt = next((words for one in parts if (words := string(one.get("altText")))), None)
    return Post(
        platform=Platform.PINTEREST,
        native_id=native_id,
        account=handle,
        author=handle or None,
        url=pin_url(native_id),
        format=Format.VIDEO if is_video else Format.CAROUSEL if slides > 1 else Format.IMAGE,
        title=_words(parts, "title", "gridTitle"),
        text=text,
        published_at=created.at if created else None,
        published_precision=created.precision if created else None,
        is_promoted_label=True if any(one.get("isPromoted") is True for one in parts) else None,
        media=tuple(_media(parts, alt, is_video=is_video)),
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text)),
        links=(outward,) if outward else (),
        metrics=_metrics(parts),
    )


_KIND = re.compile(r"[0-9]{1,9}")
_SLIDES = (("storyPinData", "pages"), ("carouselData", "carouselSlots"))


def relay_part(one: Part) -> Part:
    """A pin of a resource answer (``created_at``, ``repin_count``, …) in the spelling of Relay."""
    totals = mapping(one.get("aggregated_pin_data"))
    kinds = one.get("reaction_counts")
    carousel = mapping(one.get("carousel_data"))
    images = mapping(one.get("images"))
    comments = one.get("comment_count")
    return {
        **{name: one.get(name) for name in ("pinner", "description", "title", "link", "videos")},
        "createdAt": one.get("created_at"),
        "nativeCreator": one.get("native_creator"),
        "gridTitle": one.get("grid_title"),
        "altText": one.get("alt_text"),
        "isVideo": one.get("is_video"),
        "isPromoted": one.get("is_promoted"),
        "commentsDisabled": one.get("comments_disabled"),
        "storyPinData": one.get("story_pin_data"),
        "carouselData": {"carouselSlots": carousel.get("carousel_slots") or carousel.get("index_to_slot")},
        "imageSpec_orig": images.get("orig"),
        **{f"imageSpec_{name}": size for name, size in images.items()},
        "repinCount": one.get("repin_count"),
        "aggregatedPinData": {
            "aggregatedStats": {"saves": mapping(totals.get("aggregated_stats")).get("saves")},
            "commentCount": totals.get("comment_count") if comments is None else comments,
        },
        "reactionCountsData": [
            {"reactionType": int(kind) if _KIND.fullmatch(kind) else kind, "reactionCount": count}
            for kind, count in kinds.items()
        ] if isinstance(kinds, dict) else None,
    }  # fmt: skip


def without_date(text: str) -> str:
    """A description without the date that Pinterest puts before it for search engines."""
    return _FOR_SEARCH_ENGINES.sub("", text)


def _name(account: Part) -> str:
    """An account's handle; the widgets state its address only."""
    return identifier(account.get("username")) or path_of(link(account.get("profile_url")) or "").strip("/")


def _words(parts: Sequence[Part], *names: str) -> str | None:
    """The first text that is not blank."""
    said = ((string(one.get(name)) or "").strip() for name in names for one in parts)
    return next((text for text in said if text), None)


def _media(parts: Sequence[Part], alt: str | None, *, is_video: bool) -> Iterator[Media]:
    sizes = [
        mapping(value)
        for one in parts
        for name, value in one.items()
        if name.startswith(("imageSpec_", "image")) and isinstance(value, dict)
    ]
    best = max(sizes, key=lambda one: positive(one.get("width")) or 0, default={})
    original = next((url for one in parts if (url := link(mapping(one.get("imageSpec_orig")).get("url")))), None)
    clips = [entry for one in parts for entry in objects(one.get("videos")) if "duration" in entry]
    clip = max(clips, key=lambda entry: positive(entry.get("width")) or 0, default={})
    millis = clip.get("duration")
    if original or best or clip:
        yield Media(
            kind="video" if is_video else "image",
            url=link(clip.get("url")) or original or link(best.get("url")),
            width=positive(clip.get("width") or best.get("width")),
            height=positive(clip.get("height") or best.get("height")),
            duration_seconds=millis / 1000 if isinstance(millis, int) and 0 < millis < 10**9 else None,
            alt_text=alt,
        )


def _metrics(parts: Sequence[Part]) -> Metrics:
    totals = [mapping(one.get("aggregatedPinData")) for one in parts]
    saves = _first([mapping(one.get("aggregatedStats")) for one in totals], "saves")
    kinds, total = _reactions(parts), _first(parts, "totalReactionCount")
    is_listed = bool(kinds) or (kinds is not None and total is None)
    stated = {
        "like_count": sum((kinds or {}).values()) if is_listed else total,
        "comment_count": _first(totals, "commentCount"),
        "save_count": _first(parts, "repinCount") if saves is None else saves,
    }
    return Metrics(**columns(stated, not_public=NOT_PUBLIC), reactions=kinds or {})


def _reactions(parts: Sequence[Part]) -> dict[str, int] | None:
    """Reactions by kind; ``None`` when no part has a list of them."""
    lists = [one["reactionCountsData"] for one in parts if isinstance(one.get("reactionCountsData"), list)]
    kinds: dict[str, int] = {}
    for row in (mapping(row) for rows in lists for row in rows):
        kind, count = row.get("reactionType"), read_count(row.get("reactionCount"))
        if count is not None:
            known = _REACTIONS.get(kind) if isinstance(kind, int) else None
            kinds[known or str(kind)[:40].lower()] = count.value
    return kinds if lists else None


def _first(parts: Sequence[Part], name: str) -> object:
    return next((one[name] for one in parts if one.get(name) is not None), None)
