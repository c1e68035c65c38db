"""What a status and an ActivityPub object have in common: links, dates, durations, media kinds, content warnings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from crawler.items import Format, Media
from crawler.reading.distinct import distinct
from crawler.reading.jsonvalue import link
from crawler.reading.text import html_links

_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,6})?)")
QUOTE_FALLBACK = frozenset({"quote-inline", "reference-link-inline"})  # "RE: …", for clients that know no quotes


def outward_links(content: str, mentioned: Iterable[str | None], card_url: str | None = None) -> tuple[str, ...]:
    """Addresses in ``content`` that are no mention and no hashtag, then the card's."""
    skipped = set(mentioned)
    found = [
        url
        for href, classes in html_links(content)
        if not classes & {"mention", "hashtag", "u-url"} and (url := link(href)) and url not in skipped
    ]
    return distinct([*found, card_url])


def join_warning(warning: str | None, text: str) -> str:
    return "\n\n".join(part for part in ((warning or "").strip(), text) if part)


def seconds_of(said: object) -> float | None:
    if isinstance(said, int | float) and not isinstance(said, bool):
        return float(said) if 0 < said < 10**6 else None
    if isinstance(said, str) and (found := _CLOCK.fullmatch(said)):
        hours, minutes, seconds = found.groups()
        return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds) or None
    return None


def kind_of_type(media_type: str | None) -> str:
    kind = (media_type or "").partition("/")[0].lower()
    return kind if kind in ("image", "video", "audio") else "unknown"


def format_of(media: Sequence[Media], *, is_poll: bool, has_card: bool) -> Format:
    if is_poll:
        return Format.POLL
    if len(media) > 1:
        return Format.CAROUSEL
    if media:
        kinds = {"image": Format.IMAGE, "video": Format.VIDEO, "gifv": Format.VIDEO, "audio": Format.AUDIO}
        return kinds.get(media[0].kind, Format.OTHER)
    return Format.LINK if has_card else Format.TEXT
