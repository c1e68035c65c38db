"""What is embedded in a post: pictures, a film, a card, or another post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawler.items import Format, Media
from crawler.reading.jsonvalue import identifier, link, mapping, positive, sequence, string

_GIF_SERVICES = ("https://media.tenor.com/", "https://static.klipy.com/")  # how the app attaches a looping picture


def embedded_in(embed: Mapping[str, Any]) -> tuple[tuple[Media, ...], Format | None, str | None]:
    """Media, format and card address of an embed, as view or (where the answer holds no view) as record."""
    kind = (string(embed.get("$type")) or "").removesuffix("#view").rpartition(".")[2]
    if not embed:
        return (), None, None
    if kind == "images":
        media = tuple(_picture(mapping(one)) for one in sequence(embed.get("images")))
        return media, Format.CAROUSEL if len(media) > 1 else Format.IMAGE, None
    if kind == "video":
        url = link(embed.get("playlist")) or link(embed.get("thumbnail"))
        shape = mapping(embed.get("aspectRatio"))
        # "gif" is how the app marks a short silent loop
        medium = Media(
            kind="gifv" if embed.get("presentation") == "gif" else "video",
            url=url,
            width=positive(shape.get("width")),
            height=positive(shape.get("height")),
            alt_text=string(embed.get("alt")),
        )
        return (medium,), Format.VIDEO, None
    if kind == "external":
        card = mapping(embed.get("external"))
        url = link(card.get("uri"))
        if url and url.startswith(_GIF_SERVICES) and ".gif" in url:
            return (Media(kind="gifv", url=url, alt_text=string(card.get("description"))),), Format.VIDEO, None
        return (), Format.LINK, url
    if kind == "recordWithMedia":
        return embedded_in(mapping(embed.get("media")))
    if kind == "record":
        # a feed, a list, a starter pack or a labeler is shown as a card; a quoted post says its role, not its format
        return (), None if quoted_in(embed) is not None else Format.LINK, None
    return (), Format.OTHER, None


def _picture(image: Mapping[str, Any]) -> Media:
    shape = mapping(image.get("aspectRatio"))
    return Media(
        kind="image",
        url=link(image.get("fullsize")) or link(image.get("thumb")),
        width=positive(shape.get("width")),
        height=positive(shape.get("height")),
        alt_text=string(image.get("alt")),
    )


def quoted_in(embed: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What an embed says of the post it quotes (perhaps only its URI, when that is gone); ``None`` without one."""
    kind = (string(embed.get("$type")) or "").removesuffix("#view").rpartition(".")[2]
    if kind not in ("record", "recordWithMedia"):
        return None
    record = mapping(embed.get("record"))
    if kind == "recordWithMedia" or "uri" not in record:
        record = mapping(record.get("record")) or record
    uri = identifier(record.get("uri"))
    return record if uri and "/app.bsky.feed.post/" in uri else None
