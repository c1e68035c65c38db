"""What hangs on a story: pictures, a film, a card with a link, mentions and links in its message."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.items import Format, Media
from crawler.pages.facebook.ids import handle_of
from crawler.reading.alt_text import written_by_hand
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence
from crawler.reading.relay import objects
from crawler.reading.urls import host_of

_PICTURE_KEYS = ("viewer_image", "photo_image", "image", "largeShareImage")
_FILE_KEYS = ("browser_native_hd_url", "browser_native_sd_url", "playable_url_quality_hd", "playable_url")
_FILM_KEYS = (
    "playable_duration_in_ms", "length_in_second", "publish_time", "play_count", "play_count_reduced", "playable_url",
)  # fmt: skip


def is_film(value: Mapping[str, Any]) -> bool:
    """Whether an object is about a video, by what it says of it."""
    return any(name in value for name in _FILM_KEYS)


def film_in(parts: Iterable[Mapping[str, Any]]) -> str | None:
    """The number of the first video that a story carries."""
    for part in parts:
        for name in ("video", "playback_video", "media"):
            one = mapping(part.get(name))
            number = identifier(one.get("id"))
            if number and number.isdigit() and (name != "media" or one.get("__typename") == "Video" or is_film(one)):
                return number
    return None


def film(parts: Sequence[Mapping[str, Any]]) -> Media:
    """The video itself, out of the objects that are about it."""
    seconds = next((value for one in parts if (value := _amount(one.get("length_in_second")))), None)
    millis = next((value for one in parts if (value := _amount(one.get("playable_duration_in_ms")))), None)
    sized = next((one for one in parts if positive(one.get("width")) and positive(one.get("height"))), {})
    files = (url for one in parts for name in _FILE_KEYS if (url := link(one.get(name))))
    return Media(
        kind="video",
        url=next(files, None),
        width=positive(sized.get("width")),
        height=positive(sized.get("height")),
        duration_seconds=seconds or (millis / 1000 if millis else None),
    )


def is_photo(value: Mapping[str, Any]) -> bool:
    """Whether an object is a photo, by its type or, where that was left out, by its picture."""
    return "Photo" in (value.get("__typename"), value.get("__isMedia")) or (
        "photo_image" in value and not is_film(value)
    )


def pictures(photos: Iterable[Mapping[str, Any]]) -> list[Media]:
    """Each photo once, with the largest size that is stated."""
    found: dict[str, Media] = {}
    for photo in photos:
        number = identifier(photo.get("id")) or ""
        sizes = [mapping(photo.get(name)) for name in _PICTURE_KEYS]
        best = max(sizes, key=lambda one: positive(one.get("width")) or 0)
        width, height = positive(best.get("width")), positive(best.get("height"))
        url = next((address for one in sizes if (address := link(one.get("uri")))), None)
        alt = written_by_hand(photo.get("accessibility_caption"))
        known = found.get(number)
        if known is not None:
            url, alt = known.url or url, known.alt_text or alt
            if (known.width or 0) >= (width or 0):
                width, height = known.width, known.height
        found[number] = Media(kind="image", url=url, width=width, height=height, alt_text=alt)
    return list(found.values())


def format_of(parts: Sequence[Mapping[str, Any]], photo_count: int, *, is_reel: bool, is_video: bool) -> Format:
    """The medium of a story."""
    if is_reel:
        return Format.SHORT_VIDEO
    if is_video:
        is_live = any(part.get("is_live_streaming") is True or "LIVE" in (part.get("broadcast_status"),
                      part.get("live_status")) for part in parts)  # fmt: skip
        return Format.LIVE if is_live else Format.VIDEO
    if photo_count:
        total = max((count for part in parts if (count := _subattachments(part))), default=photo_count)
        return Format.CAROUSEL if total > 1 else Format.IMAGE
    if any("poll" in str(part.get("__typename", "")).lower() for part in parts):
        return Format.POLL
    return Format.LINK if _has_card(parts) else Format.TEXT


def links_of(message: Mapping[str, Any], parts: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Where the message and a card lead to, outside the network."""
    found: list[str] = []
    for one in sequence(message.get("ranges")):
        entity = mapping(mapping(one).get("entity"))
        said = mapping(entity.get("web_link")).get("url") or entity.get("external_url") or entity.get("url")
        found.append(_outward(said))
    for part in parts:
        card = mapping(part.get("story_attachment_link_renderer"))
        found += [_outward(mapping(one.get("web_link")).get("url")) for one in objects(card)]
    return distinct(found)


def mentions_of(message: Mapping[str, Any]) -> Iterator[str]:
    """The accounts that the message names, each once."""
    entities = (mapping(mapping(one).get("entity")) for one in sequence(message.get("ranges")))
    # without its type an entity is an account if it has a profile
    named = (one for one in entities if one.get("__typename") in ("User", "Page") or "profile_url" in one)
    yield from dict.fromkeys(name for one in named if (name := handle_of(one)))


def _amount(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 10**9 else None


def _subattachments(part: Mapping[str, Any]) -> int:
    for name, value in part.items():
        if name.endswith("_subattachments"):
            count = mapping(value).get("count")
            return count if isinstance(count, int) else len(sequence(mapping(value).get("nodes")))
    return 0


def _has_card(parts: Iterable[Mapping[str, Any]]) -> bool:
    return any("story_attachment_link_renderer" in part or ("web_link" in part and "target" in part) for part in parts)


def _outward(said: object) -> str:
    """Where a link leads that passes through the network's own counter; ``""`` for links inside the network."""
    url = link(said)
    if url is None:
        return ""
    host = host_of(url)
    if host in ("l.facebook.com", "lm.facebook.com"):
        return link(parse_qs(urlsplit(url).query).get("u", [""])[0]) or ""
    return "" if host == "facebook.com" or host.endswith(".facebook.com") else url
