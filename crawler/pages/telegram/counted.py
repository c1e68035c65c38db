"""Views of a message, and reactions to it."""

from __future__ import annotations

from lxml import etree

from crawler.items import Metrics, MissingReason
from crawler.pages.telegram.elements import all_of, first_of, text_of
from crawler.reading.counts import Count, read_count
from crawler.reading.text import clean

NOT_PUBLIC = {"comment_count": MissingReason.NOT_PUBLIC, "share_count": MissingReason.NOT_PUBLIC}
_MAX_KINDS = 100


def metrics_of(message: etree._Element) -> Metrics:
    """What a message counts; reactions together are its likes, known no more finely than the coarsest of them."""
    values: dict[str, int] = {}
    missing = dict(NOT_PUBLIC)
    rounded: dict[str, int] = {}
    shown = first_of(message, "tgme_widget_message_views")
    views = read_count(text_of(shown)) if shown is not None else None
    if views is None:
        missing["view_count"] = MissingReason.NOT_OBSERVED if shown is None else MissingReason.NOT_PARSED
    else:
        values["view_count"] = views.value
        if views.rounded is not None:
            rounded["view_count"] = views.rounded
    reactions = _reactions(message)
    counts = [count for count in reactions.values() if count is not None]
    if not counts or len(counts) < len(reactions):
        missing["like_count"] = MissingReason.NOT_PARSED if reactions else MissingReason.NOT_OBSERVED
    else:
        total = sum(count.value for count in counts)
        values["like_count"] = total
        # a sum is known no more finely than the coarsest of its parts
        unit = max(
            (10 ** (len(str(count.value)) - count.rounded) for count in counts if count.rounded is not None), default=1
        )
        if unit > 1:
            rounded["like_count"] = max(1, len(str(total)) - len(str(unit)) + 1)
    by_kind = {kind: count.value for kind, count in reactions.items() if count is not None}
    return Metrics(**values, reactions=by_kind, missing=missing, rounded=rounded)


def _reactions(message: etree._Element) -> dict[str, Count | None]:
    """Emoji, or number of a custom emoji → count; without paid stars."""
    found: dict[str, Count | None] = {}
    for number, element in enumerate(all_of(message, "tgme_reaction")):
        if number >= _MAX_KINDS:
            break
        if "tgme_reaction_paid" in (element.get("class") or "").split():
            continue
        custom = next(element.iter("tg-emoji"), None)
        shown = "".join(part for child in element.iterchildren("*") for part in child.itertext()).strip()
        kind = clean(shown)[:40] or (clean(custom.get("emoji-id") or "")[:40] if custom is not None else "")
        written = "".join([element.text or "", *(child.tail or "" for child in element)])
        # two custom emoji may look the same as text
        if kind in found and custom is not None:
            kind = clean(custom.get("emoji-id") or "")[:40]
        found.setdefault(kind, read_count(written))
    return found
