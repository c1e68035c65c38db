"""Claims as they are shown: rows by platform and dimension, and their forest plots."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from reports.desk import Answer, Desk, Row, grouped
from reports.filters import Formats, excerpt
from reports.words import tone


def _missing_words(row: Row, formats: Formats) -> str:
    """What a row needs before it can be judged: others, more posts or more accounts; empty when it was judged."""
    if tone(row["verdict"]) != "open":
        return ""
    if row["share_of_posts"] == 1:
        return formats.gettext("there are no others")
    if row["posts_missing"]:
        return formats.counted(row["posts_missing"], "more_post")
    if row["accounts_missing"]:
        return formats.counted(row["accounts_missing"], "more_account")
    return ""


_FEW: Final = 4
"""Rows that cannot be told yet and still stand beside those that were judged."""

_FOREST_ORDER: Final = {"up": 0, "up-here": 0, "mixed": 0, "flat": 0, "down-here": 0, "down": 0, "open": 1}


def _forest_rows(rows: Iterable[Row], formats: Formats, *, is_ranked: bool) -> list[Row]:
    """Rows with what a forest plot prints beside them; judged ones first when ranked, as nothing ranks the others."""
    named = [
        row
        | {
            "label": excerpt(formats.words.level(str(row["level"]), str(row["dimension"])), 60),
            "verdict": row["shown_verdict"],
            "tone": tone(row["shown_verdict"]),
        }
        for row in rows
    ]
    for row in named:
        row["missing_words"] = _missing_words(row, formats)
    return sorted(named, key=lambda row: _FOREST_ORDER[row["tone"]]) if is_ranked else named


def _has_margin(row: Row) -> bool:
    return row["lift"] is not None and row["lift_low"] is not None and row["lift_high"] is not None


def _stands_out(row: Row) -> bool:
    return row["tone"] in {"up", "down", "mixed"}


def comparisons(
    answer: Answer,
    desk: Desk,
    *,
    key: str,
    title: str,
    dimensions: Sequence[str] = (),
    is_exploratory: bool = False,
) -> list[Row]:
    """Per platform: the rows by dimension, and their forest plot, which ``title`` names with ``%(platform)s`` in it.

    Exploratory traits are many: only dimensions in which something stands out are drawn, all are in the table.
    """
    plots = []
    for platform, rows in grouped(answer.rows, "platform"):
        groups = [
            (dimension, _forest_rows(found, desk.formats, is_ranked=dimension not in _NATURAL_ORDER))
            for dimension, found in grouped(rows, "dimension")
        ]
        for dimension, found in groups:
            if dimension in _NATURAL_ORDER:
                found.sort(key=_NATURAL_ORDER[dimension])
        if dimensions:
            groups.sort(key=lambda group: dimensions.index(group[0]))
        drawn = [
            (desk.words.dimension(dimension), [row for row in found if _has_margin(row)])
            for dimension, found in groups
            if any(map(_has_margin, found)) and (not is_exploratory or any(map(_stands_out, found)))
        ]
        drawn, untold = (drawn, []) if is_exploratory else _told_apart(drawn)
        named = title % {"platform": desk.words.platform(platform)}
        plots.append(
            {
                "platform": platform,
                "groups": groups,
                "rows": [row for _, found in groups for row in found],
                "compared": any(row["tone"] != "open" for _, found in groups for row in found),
                "measured": [row for _, found in groups for row in found if _has_margin(row)],
                "uncompared": [row for _, found in groups for row in found if not _has_margin(row)],
                "passed": [row for _, found in groups for row in found if _stands_out(row)],
                "chart": desk.draw.forest(drawn, chart_id=f"{key}-{platform}", title=named) if drawn else None,
                "open_chart": desk.draw.forest(untold, chart_id=f"{key}-{platform}-open", title=named)
                if untold
                else None,
            }
        )
    return plots


_Groups = list[tuple[str, list[Row]]]


def _told_apart(groups: _Groups) -> tuple[_Groups, _Groups]:
    """What was judged, and what cannot be told yet; all together where nothing was, or little is left."""
    judged, untold = (
        [
            (heading, kept)
            for heading, rows in groups
            if (kept := [row for row in rows if (row["tone"] == "open") == is_])
        ]
        for is_ in (False, True)
    )
    is_apart = judged and sum(len(rows) for _, rows in untold) > _FEW
    return (judged, untold) if is_apart else (groups, [])


_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# dimensions whose levels have an order of their own, which a ranking would hide
_NATURAL_ORDER: Final[Mapping[str, Callable[[Row], Any]]] = {
    "weekday": lambda row: _WEEKDAYS.index(row["level"]) if row["level"] in _WEEKDAYS else len(_WEEKDAYS),
    "hour_block": lambda row: row["level"],
    "length": lambda row: _smallest(row["level"]),
    "hashtag_count": lambda row: _smallest(row["level"]),
    "media_count": lambda row: _smallest(row["level"]),
    "video_length": lambda row: _smallest(row["level"]),
}


def _smallest(level: str) -> tuple[int, int]:
    """Where a span stands among its like: ``none``, ``up_to_80``, ``81_to_200``, ``over_2000``."""
    numbers = [int(number) for number in re.findall(r"\d+", level)[:1]]
    first = numbers[0] if numbers else -1
    return (first, 0) if not level.startswith("over") else (first, 1)
