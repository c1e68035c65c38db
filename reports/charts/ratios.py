"""Ratios with their ranges: the axis that holds them, the marks that show them, and the words beside these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from reports.charts.drawing import INKS, Marks, Scale, points, rules
from reports.filters import Formats
from reports.words import tone

# tone of a verdict → (colour, is the mark filled, shape): told apart without colour
MARKS: Final[Mapping[str, tuple[str, bool, str]]] = {
    "up": ("up", True, "circle"),
    "up-here": ("up", False, "circle"),
    "down": ("down", True, "square"),
    "down-here": ("down", False, "square"),
    "mixed": ("mixed", True, "diamond"),
    "flat": ("flat", True, "circle"),
    "open": ("open", False, "circle"),
}
RATIO_CEILING: Final = 8.0
_RATIO_FLOOR: Final = 1 / 8
_TICKS_FAR: Final = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
_TICKS_NEAR: Final = (0.5, 0.75, 1.0, 1.5, 2.0)
_FRACTIONS: Final[Mapping[float, str]] = {0.125: "⅛", 0.25: "¼", 0.5: "½", 0.75: "¾"}

Row = Mapping[str, Any]


def ratio_axis(rows: Sequence[Row], *, left: float, right: float) -> tuple[Scale, tuple[float, ...]]:
    """An axis that holds all ranges, at least a half to twice, at most an eighth to eight times; and its ticks."""
    lows = [row["lift_low"] for row in rows if row["lift_low"] is not None]
    highs = [row["lift_high"] for row in rows if row["lift_high"] is not None]
    low = max(_RATIO_FLOOR, min([0.5, *lows])) / 1.08
    high = min(RATIO_CEILING, max([2.0, *highs])) * 1.08
    ticks = _TICKS_NEAR if low > 0.4 and high < 2.6 else tuple(t for t in _TICKS_FAR if low <= t <= high)
    return Scale(low=low, high=high, left=left, right=right), ticks


def interval_marks(rows: Sequence[tuple[Row, float]], scale: Scale) -> list[Marks]:
    """Line and mark of each (row, y); an end beyond the axis becomes an arrowhead."""
    lines, marks, arrows = [], [], []
    for row, y in rows:
        if row["lift"] is None or row["lift_low"] is None or row["lift_high"] is None:
            continue
        colour, is_filled, shape = MARKS[tone(row["verdict"])]
        left, right = max(row["lift_low"], scale.low), min(row["lift_high"], scale.high)
        if left < right:
            lines.append({"x": left, "x2": right, "y": y, "y2": y, "ink": INKS[colour]})
        for is_beyond, x, arrow in (
            (row["lift_low"] < scale.low, scale.low, "triangle-left"),
            (row["lift_high"] > scale.high, scale.high, "triangle-right"),
        ):
            if is_beyond:
                arrows.append({"x": x, "y": y, "shape": arrow, "ink": INKS[colour], "fill": INKS[colour]})
        if scale.low <= row["lift"] <= scale.high:
            fill = INKS[colour if is_filled else "paper"]
            marks.append({"x": row["lift"], "y": y, "shape": shape, "ink": INKS[colour], "fill": fill})
    return [
        rules(lines, stroke=2.5, scale=scale),
        points(arrows, size=40, scale=scale),
        points(marks, size=95, scale=scale),
    ]


class RatioWords:
    """What is written beside marks, as everywhere else in the brief; empty where a value is not known."""

    def __init__(self, formats: Formats) -> None:
        self.formats = formats
        self.gettext = formats.gettext

    def tick(self, ratio: float) -> str:
        """A mark of the axis: ``½ ×``."""
        whole = ratio == round(ratio)
        return f"{_FRACTIONS.get(ratio) or (self.formats.count if whole else self.formats.rate)(ratio)} ×"

    def ratio(self, row: Row) -> str:
        """``1.6 ×``."""
        return "" if row["lift"] is None else f"{self.formats.times(row['lift'])} ×"

    def up(self, row: Row) -> str:
        """At how many accounts it did better: ``5 of 6``."""
        if not row["account_count"] or row["accounts_up"] is None:
            return ""
        return self.gettext(
            "%(part)s of %(whole)s",
            part=self.formats.count(row["accounts_up"]),
            whole=self.formats.count(row["account_count"]),
        )

    def margin(self, row: Row) -> str:
        """The range: ``1.2 to 2.1``."""
        if row["lift_low"] is None or row["lift_high"] is None:
            return ""
        return self.gettext(
            "%(low)s to %(high)s",
            low=self.formats.times(row["lift_low"]),
            high=self.formats.times(row["lift_high"]),
        )

    def sample(self, row: Row) -> str:
        """Posts, and accounts where it did better: ``84 posts · up at 5 of 6``."""
        up = self.up(row)
        posts = self.formats.counted(row["post_count"], "post")
        return " · ".join(part for part in (posts, up and self.gettext("up at %(part)s", part=up)) if part)

    def in_words(self, row: Row) -> str:
        """All of a row but its verdict."""
        ratio = f"{self.ratio(row)} ({self.margin(row)})" if self.ratio(row) else self.gettext("not compared")
        return f"{ratio}, {self.sample(row)}"

    def verdict(self, row: Row) -> str:
        """The verdict, and what is missing where there is none yet."""
        shown = self.formats.words.verdict(row["verdict"], row.get("measure", ""))
        return f"{shown}: {row['missing_words']}" if row.get("missing_words") else shown
