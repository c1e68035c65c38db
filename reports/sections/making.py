"""How posts are made: hashtags, length, pictures, questions, links, calls to action, and what each does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from reports.comparisons import comparisons
from reports.desk import Desk, Row, Section, grouped

# in the order in which a post is made; what is not named here comes after
_ORDER: Final = (
    "length",
    "question",
    "call_to_action",
    "price",
    "emoji",
    "hashtag_count",
    "mention",
    "has_link",
    "link_target",
    "media_count",
    "image_size",
    "image_shape",
    "alt_text",
    "video_length",
)


def making(desk: Desk) -> Section:
    """Per platform: what each way of making a post does, which hashtags are used, and what the network allows."""
    answer, weights = desk.ask("making"), desk.ask("making_weights")
    hashtags, limits = desk.ask("making_hashtags"), desk.ask("making_limits")
    shares = {(row["platform"], row["dimension"]): row["explained_share"] for row in weights.rows}
    tags, caps = dict(grouped(hashtags.rows, "platform")), dict(grouped(limits.rows, "platform"))
    plots = comparisons(
        answer, desk, key="making", title=desk.gettext("How posts are made on %(platform)s"), is_exploratory=True
    )
    for plot in plots:
        platform = plot["platform"]
        ways = _ways(plot["groups"], platform, shares)
        plot["ways"] = ways
        plot["flat"] = [way for way in ways if way["is_flat"]]
        plot["untold"] = [way for way in ways if not way["passed"] and not way["is_flat"]]
        plot["hashtags"], plot["limits"] = tags.get(platform, []), caps.get(platform, [])
    return Section(
        key="making",
        title=desk.gettext("How it is made"),
        answers=[answer, weights, hashtags, limits],
        is_empty=not answer.rows,
        empty=desk.gettext(
            "What length, hashtags, pictures and links do is compared once enough posts are old enough to compare."
        ),
        content={
            "plots": [plot for plot in plots if plot["ways"]],
            "thin": [plot for plot in plots if not plot["ways"]],
        },
    )


def _ways(
    groups: Sequence[tuple[str, Sequence[Row]]], platform: str, shares: Mapping[tuple[str, str], float]
) -> list[Row]:
    """One row a dimension that could be compared at all: what stands out first."""
    ways = []
    for dimension, rows in groups:
        compared = [row for row in rows if row["lift"] is not None and row["lift_low"] is not None]
        ways.append(
            {
                "dimension": dimension,
                "compared": compared,
                "passed": [row for row in compared if row["tone"] not in {"open", "flat"}],
                "is_flat": all(row["tone"] == "flat" for row in compared),
                "share": shares.get((platform, dimension)),
            }
        )
    known = [way for way in ways if way["compared"]]
    return sorted(known, key=lambda way: (not way["passed"], _place(str(way["dimension"])), str(way["dimension"])))


def _place(dimension: str) -> int:
    return _ORDER.index(dimension) if dimension in _ORDER else len(_ORDER)
