"""Pictures, videos and sounds of a message, and what medium they make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from crawler.items import Format, Media
from crawler.pages.telegram.addresses import SITE
from crawler.pages.telegram.elements import first_of
from crawler.reading.urls import absolute

_BACKGROUND = re.compile(r"background-image\s*:\s*url\(\s*['\"]?([^'\")\s]+)")
_WIDTH = re.compile(r"(?:^|;)\s*width\s*:\s*([0-9]{1,5})px")
_RATIO = re.compile(r"padding-top\s*:\s*([0-9]{1,4}(?:\.[0-9]{1,20})?)%")
_DURATION = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-9]{2})")
_UNSHOWN = ("location_wrap", "contact_wrap", "invoice", "game", "giveaway")
_MAX_ELEMENTS = 5_000


def media_in(message: etree._Element) -> Iterator[Media]:
    """Pictures, videos and sounds in the order in which they stand; not the thumbnail of a link or of an answer."""
    for count, element in enumerate(message.iter("a", "div", "audio", "i")):
        classes = (element.get("class") or "").split()
        if count >= _MAX_ELEMENTS:
            return
        if "tgme_widget_message_photo_wrap" in classes:
            width, height = _size(element, first_of(element, "tgme_widget_message_photo"))
            yield Media(kind="image", url=_background(element), width=width, height=height)
        elif {"tgme_widget_message_video_player", "tgme_widget_message_roundvideo_player"} & set(classes):
            yield _video(element, is_round="tgme_widget_message_roundvideo_player" in classes)
        elif "tgme_widget_message_voice" in classes and element.tag == "audio":
            player = next(
                (one for one in element.iterancestors() if "voice_player" in (one.get("class") or "")), element
            )
            yield Media(kind="audio", url=absolute(element.get("src") or "", SITE), duration_seconds=_seconds(player))
        elif "tgme_widget_message_sticker" in classes and element.tag == "i":
            yield Media(kind="image", url=absolute(element.get("data-webp") or "", SITE) or _background(element))


def _video(player: etree._Element, *, is_round: bool) -> Media:
    video = next(player.iter("video"), None)
    thumb = next((one for one in player.iter("i") if "_thumb" in (one.get("class") or "")), None)
    wrap = first_of(player, "tgme_widget_message_video_wrap")
    width, height = _size(wrap, wrap)
    duration = _seconds(player)
    # a looping picture plays by itself and has no length
    is_loop = (
        video is not None and not is_round and duration is None and {"autoplay", "loop", "muted"} <= set(video.keys())
    )
    address = absolute(video.get("src") or "", SITE) if video is not None else None
    return Media(
        kind="gifv" if is_loop else "video",
        url=address.partition("?")[0] if address else (_background(thumb) if thumb is not None else None),
        width=width,
        height=height,
        duration_seconds=duration,
    )


def format_of(message: etree._Element, media: tuple[Media, ...], *, has_card: bool, has_text: bool) -> Format | None:
    """The medium of a message; ``None`` for what only the app shows."""
    if first_of(message, "tgme_widget_message_poll") is not None:
        return Format.POLL
    icon = first_of(message, "tgme_widget_message_document_icon")
    if icon is not None:
        return Format.AUDIO if "audio" in (icon.get("class") or "").split() else Format.OTHER
    if first_of(message, "tgme_widget_message_sticker_wrap") is not None or any(
        first_of(message, f"tgme_widget_message_{name}") is not None for name in _UNSHOWN
    ):
        return Format.OTHER
    if len(media) > 1:
        return Format.CAROUSEL
    if media:
        return {"image": Format.IMAGE, "audio": Format.AUDIO}.get(media[0].kind, Format.VIDEO)
    if has_card:
        return Format.LINK
    return Format.TEXT if has_text else None


def _size(wide: etree._Element | None, tall: etree._Element | None) -> tuple[int | None, int | None]:
    """Pixels from ``width:600px`` and ``padding-top:133.3%`` (height as a part of the width)."""
    width = _WIDTH.search(wide.get("style") or "") if wide is not None else None
    ratio = _RATIO.search(tall.get("style") or "") if tall is not None else None
    if width is None or int(width.group(1)) == 0:
        return None, None
    pixels = int(width.group(1))
    return pixels, (round(pixels * float(ratio.group(1)) / 100) or None) if ratio is not None else None


def _background(element: etree._Element) -> str | None:
    found = _BACKGROUND.search(element.get("style") or "")
    return absolute(found.group(1), SITE) if found else None


def _seconds(player: etree._Element) -> float | None:
    for stamp in player.iter("time"):
        found = _DURATION.fullmatch((stamp.text or "").strip())
        if found:
            hours, minutes, seconds = (int(part or 0) for part in found.groups())
            return float(hours * 3600 + minutes * 60 + seconds)
    return None
