"""The counts of a post, out of the objects that carry its feedback's id, and of its video.

Each page spreads them over other objects: a feed story has reactions and shares in one, comments in another; a reel has
``likers``, ``total_comment_count`` and ``share_count_reduced``; a photo ``unified_reactors``; views are a video's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from crawler.items import Metrics, MissingReason
from crawler.reading.counts import Count, read_count
from crawler.reading.jsonvalue import identifier, mapping, sequence, string

COUNT_KEYS = frozenset(
    ("reaction_count", "share_count", "comment_rendering_instance", "comment_rendering_instance_for_feed_location",
     "total_comment_count", "share_count_reduced", "likers", "unified_reactors", "reactors", "top_reactions",
     "i18n_reaction_count", "i18n_share_count", "comments_count_summary_renderer", "video_view_count",
     "video_post_view_count", "play_count", "post_play_count", "play_count_reduced", "comment_count", "comments")
)  # fmt: skip
_VIEWS = ("play_count", "video_view_count", "post_play_count", "video_post_view_count", "play_count_reduced")
# the network's own numbers for the kinds, whose names on a page are in its reader's language
_KINDS = {
    "1635855486666999": "like", "1678524932434102": "love", "115940658764963": "haha", "478547315650144": "wow",
    "908563459236466": "sad", "444813342392137": "angry", "613557422527858": "care",
}  # fmt: skip


def metrics_of(rows: Sequence[Mapping[str, Any]], videos: Sequence[Mapping[str, Any]], *, is_video: bool) -> Metrics:
    """``rows``: the feedback's objects; ``videos``: the video's. ``like_count`` is all reactions together."""
    values: dict[str, Any] = {}
    rounded: dict[str, int] = {}
    missing: dict[str, MissingReason] = {"save_count": MissingReason.NOT_PUBLIC}
    if not is_video:
        missing["view_count"] = MissingReason.NOT_PUBLIC
    for column, said in (
        ("like_count", _reactions(rows)),
        ("comment_count", (one for row in rows for one in _comments(row))),
        ("share_count", _shares(rows)),
        *([("view_count", (one.get(name) for name in _VIEWS for one in (*videos, *rows)))] if is_video else []),
    ):
        count = _best(said)
        if count is None:
            missing[column] = MissingReason.NOT_OBSERVED
            continue
        values[column] = count.value
        if count.rounded is not None:
            rounded[column] = count.rounded
    return Metrics(**values, reactions=_by_kind(rows), missing=missing, rounded=rounded)


def _reactions(rows: Sequence[Mapping[str, Any]]) -> list[object]:
    exact = [
        mapping(row.get(name)).get("count")
        for name in ("reaction_count", "unified_reactors", "likers", "reactors")
        for row in rows
    ]
    return [*exact, *(row.get("i18n_reaction_count") for row in rows)]


def _shares(rows: Sequence[Mapping[str, Any]]) -> list[object]:
    exact = [mapping(row.get("share_count")).get("count") for row in rows]
    return [*exact, *(row.get(name) for name in ("i18n_share_count", "share_count_reduced") for row in rows)]


def _comments(row: Mapping[str, Any]) -> list[object]:
    summary = mapping(mapping(row.get("comments_count_summary_renderer")).get("feedback"))
    instances = [
        mapping(one.get(name))
        for one in (row, summary)
        for name in ("comment_rendering_instance", "comment_rendering_instance_for_feed_location")
    ]
    totals = [mapping(one.get("comments")).get("total_count") for one in instances]
    return [
        *totals,
        row.get("total_comment_count"),
        *(mapping(row.get(name)).get("total_count") for name in ("comment_count", "comments")),
    ]


def _best(said: Iterable[object]) -> Count | None:
    """The first exact count, else the first rounded one; a short text without a unit ("262") is exact."""
    found = [count for one in said if (count := read_count(one)) is not None]
    return next((count for count in found if count.rounded is None), found[0] if found else None)


def _by_kind(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    kinds: dict[str, int] = {}
    for row in rows:
        for edge in map(mapping, sequence(mapping(row.get("top_reactions")).get("edges"))):
            node = mapping(edge.get("node"))
            name = _KINDS.get(identifier(node.get("id")) or "") or (string(node.get("localized_name")) or "").lower()
            count = read_count(edge.get("reaction_count"))
            if name and count is not None and count.rounded is None:
                kinds.setdefault(name, count.value)
    return kinds
