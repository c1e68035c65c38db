"""A post as LinkedIn's own interface ("Voyager") answers it, with what it refers to put in its place.

In such objects the key of what was put in place keeps the star of the reference (``*socialDetail``); older ones have
no star. The shape is that of the browser extension Zeeschuimer, github.com/digitalmethodsinitiative/zeeschuimer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from crawler.items import Format, Metrics, Outcome, Platform, Post, PostList, Precision, Role
from crawler.pages.base import Capture, PageProblem
from crawler.pages.linkedin.page import handle_of, number_in, outward, post_url
from crawler.reading import hashtags
from crawler.reading.counts import read_count
from crawler.reading.jsonvalue import link, mapping, sequence, string
from crawler.reading.relay import objects
from crawler.reading.snowflakes import linkedin_time
from crawler.reading.stated import columns

_PROMOTED = re.compile(
    r"promot|sponsor|gesponsert|gesponsord|anzeige|promocion|promovid|publicidad|プロモーション|推广|推廣",
    re.IGNORECASE,
)
_PLACES_OF_MARKS = ("subDescription", "supplementaryActorInfo")
_SUGGESTED = re.compile(
    r"suggest|recommend|vorgeschlagen|empfohlen|sugerid|recomend|suggéré|consigliat|おすすめ", re.IGNORECASE
)
REPOSTED = re.compile(
    r"repost|geteilt|compart|republi[cé]|partag|ripubblic|condivi|herplaatst|gedeeld|udostępn|репост|поделил|再投稿|シェア"
    r"|转发|轉發|轉貼|퍼감|재게시",
    re.IGNORECASE,
)
"""What stands above a post that somebody passed on."""
_CONTENT = (
    ("poll", Format.POLL), ("document", Format.CAROUSEL), ("carousel", Format.CAROUSEL), ("externalvideo", Format.LINK),
    ("video", Format.VIDEO), ("article", Format.LINK), ("entity", Format.LINK), ("image", Format.IMAGE),
    ("event", Format.OTHER),
)  # fmt: skip


def read_captured(data: object, capture: Capture) -> PostList:
    """One captured post. What LinkedIn put in the stream for money or as a suggestion is only counted, and so are
    others' posts where it is known whose are wanted. Raises :class:`PageProblem` for anything else."""
    read = read_update(mapping(data), capture, capture.account.handle if capture.account else None)
    if read is None:
        raise PageProblem(Outcome.LAYOUT_CHANGED, "This is no post of LinkedIn in a shape that we know.")
    return PostList(skipped={read: 1}) if isinstance(read, str) else PostList(posts=(read,))


def read_update(update: Mapping[str, Any], capture: Capture, wanted: str | None) -> Post | str | None:
    """The post that an update is, or why it is left out; ``None`` for what is none. ``wanted``: whose posts alone."""
    number = number_of_update(update)
    social, text = _part(update, "socialDetail"), _commentary(update)
    if number is None or not (social or text):
        return None
    author, reposter = _author(update), _reposter(update)
    account = reposter or author
    reason = _uninvited(update) or (
        "foreign_post" if wanted and account and account.casefold() != wanted.casefold() else None
    )
    if reason is not None:
        return reason
    carried = _part(update, "resharedUpdate")
    own_words = text if reposter is None else None
    at = linkedin_time(number, capture.fetched_at)
    return Post(
        platform=Platform.LINKEDIN,
        native_id=number,
        account=account or wanted or "",
        author=author if not carried or own_words else _author(carried) or author,
        url=post_url(number),
        role=Role.REPOST if reposter else (Role.QUOTE if text else Role.REPOST) if carried else Role.ORIGINAL,
        format=_format(_part(update, "content"), text),
        text=text or "",
        published_at=at,
        published_precision=Precision.SECOND if at else None,
        original_native_id=number_of_update(carried) if carried else None,
        hashtags=hashtags.unique(tag for _, tag in hashtags.written(text or "")),
        links=outward(text or ""),
        metrics=_metrics(social),
    )


def _part(node: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """What a reference leads to, or what stands there itself."""
    return mapping(node.get(f"*{name}")) or mapping(node.get(name))


def number_of_update(update: Mapping[str, Any]) -> str | None:
    """The number of the activity (or share) that an update is."""
    metadata = mapping(update.get("metadata"))
    names = (
        mapping(update.get("updateMetadata")).get("urn"), metadata.get("backendUrn"), metadata.get("urn"),
        update.get("preDashEntityUrn"), update.get("entityUrn"), update.get("urn"), update.get("id"),
    )  # fmt: skip
    return next((number for one in names if isinstance(one, str) and (number := number_in(one))), None)


def _commentary(update: Mapping[str, Any]) -> str | None:
    words = mapping(update.get("commentary")).get("text")
    return string(words) or string(mapping(words).get("text"))


def _author(update: Mapping[str, Any]) -> str | None:
    keys = ("actionTarget", "navigationUrl", "url")
    named = (one.get(key) for one in objects(mapping(update.get("actor"))) for key in keys)
    return next((handle for one in named if (handle := handle_of(link(one)))), None)


def _reposter(update: Mapping[str, Any]) -> str | None:
    """Who passed a post on without a word: the line above it names them, the rest of it is the original's."""
    header = mapping(update.get("header"))
    if not REPOSTED.search(string(mapping(header.get("text")).get("text")) or ""):
        return None
    named = (one.get(key) for one in objects(header) for key in ("actionTarget", "navigationUrl", "url"))
    return next((handle for one in named if (handle := handle_of(link(one)))), None)


def _uninvited(update: Mapping[str, Any]) -> str | None:
    """Why LinkedIn shows a post that nobody asked for: a word stands in place of its time, or a line above it."""
    actor = mapping(update.get("actor"))
    marks = [string(mapping(actor.get(name)).get("text")) or "" for name in _PLACES_OF_MARKS]
    if any(_PROMOTED.search(mark) for mark in marks):
        return "promoted"
    above = string(mapping(mapping(update.get("header")).get("text")).get("text")) or ""
    return "suggested" if _SUGGESTED.search(above) else None


def _metrics(social: Mapping[str, Any]) -> Metrics:
    totals = _part(social, "totalSocialActivityCounts")
    stated = {
        "like_count": totals.get("numLikes", _total(social, "likes")),
        "comment_count": totals.get("numComments", _total(social, "comments")),
        "share_count": totals.get("numShares", social.get("totalShares")),
    }
    kinds = {
        str(one.get("reactionType")).lower(): count.value
        for one in map(mapping, sequence(totals.get("reactionTypeCounts")))
        if (count := read_count(one.get("count"))) is not None
    }
    return Metrics(**columns(stated, not_public=("view_count", "save_count")), reactions=kinds)


def _total(social: Mapping[str, Any], name: str) -> object:
    return mapping(_part(social, name).get("paging")).get("total")


def _format(content: Mapping[str, Any], text: str | None) -> Format | None:
    if not content:
        return Format.TEXT if text else None
    names = " ".join([str(content.get("$type")), *(name for name, value in content.items() if value)]).lower()
    kind = next((kind for word, kind in _CONTENT if word in names), None)
    pictures = next((one["images"] for one in objects(content) if sequence(one.get("images"))), ())
    return Format.CAROUSEL if kind == Format.IMAGE and len(pictures) > 1 else kind
