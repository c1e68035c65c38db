"""What works against how much the market uses it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from attrs import frozen
from markupsafe import Markup

from reports.charts.drawing import INKS, Chart, Letters, Place, fit, inline, points, rules, width_of
from reports.charts.ratios import MARKS, RATIO_CEILING, RatioWords, Row
from reports.label_places import label_places
from reports.words import tone


@frozen(kw_only=True)
class _Frame:
    """Where ratios (upwards, logarithmic) and shares (to the right) stand in a drawing, in pixels."""

    left: float
    right: float
    top: float
    bottom: float
    low: float
    high: float
    ceiling: float

    def across(self, share: float) -> float:
        return self.left + 10 + (self.right - self.left - 20) * share / self.ceiling

    def down(self, ratio: float) -> float:
        inside = min(max(ratio, self.low), self.high)
        return self.bottom - (self.bottom - self.top) * math.log(inside / self.low) / math.log(self.high / self.low)


def openings(words: RatioWords, rows: Sequence[Row], *, chart_id: str, title: str) -> Chart:
    """How much better (upwards, with the interval) against how much the market uses it (to the right).

    A row has ``label, verdict, lift, lift_low, lift_high, post_count, account_count, accounts_up`` and
    ``share_of_posts_market`` (0-1); rows that come first find the better places for their names.
    """
    description = "; ".join(
        words.gettext(
            "%(kind)s: %(comparison)s, in %(share)s of the market’s posts, %(verdict)s",
            kind=row["label"],
            comparison=words.in_words(row),
            share=words.formats.share(row["share_of_posts_market"]),
            verdict=words.formats.words.verdict(row["verdict"]),
        )
        for row in rows
    )
    named = {"title": title, "description": description}
    height = 320 if len(rows) > 2 else 230
    return Chart(
        chart_id=chart_id,
        narrow=_drawn(words, rows, chart_id=f"{chart_id}-n", width=340, height=height, **named),
        wide=_drawn(words, rows, chart_id=f"{chart_id}-w", width=1040, height=height, **named),
        **named,
    )


def _drawn(
    words: RatioWords, rows: Sequence[Row], *, chart_id: str, width: int, height: int, title: str, description: str
) -> Markup:
    frame = _Frame(
        left=46.0,
        right=width - 8.0,
        top=26.0,
        bottom=height - 46.0,
        low=1 / 1.06,
        high=min(RATIO_CEILING, max([1.5, *(row["lift_high"] for row in rows)])) * 1.06,
        ceiling=next(one for one in (0.1, 0.2, 0.5, 1.0) if one >= max(r["share_of_posts_market"] for r in rows)),
    )
    # on a phone a name fits beside any mark: on one of its sides there is half of the frame at least
    names = [fit(row["label"], 130 if width < 500 else 320, 13) for row in rows]
    places = label_places(
        [
            (
                frame.across(row["share_of_posts_market"]),
                frame.down(row["lift"]),
                frame.down(row["lift_high"]),
                frame.down(row["lift_low"]),
                width_of(name, 13),
            )
            for row, name in zip(rows, names, strict=True)
        ],
        left=frame.left,
        right=frame.right + 4,
        top=frame.top,
        bottom=frame.bottom - 2,
    )
    grid, texts = _axes(words, frame, height)
    texts += [
        Letters(place.x, place.y, name, size=13, weight=600, align=place.align)
        for name, place in zip(names, places, strict=True)
        if place is not None
    ]
    lines, marks = [], []
    for row in rows:
        colour, is_filled, shape = MARKS[tone(row["verdict"])]
        x, ink = frame.across(row["share_of_posts_market"]), INKS[colour]
        lines.append(
            {"x": x, "x2": x, "y": frame.down(row["lift_high"]), "y2": frame.down(row["lift_low"]), "ink": ink}
        )
        fill = ink if is_filled else INKS["paper"]
        marks.append({"x": x, "y": frame.down(row["lift"]), "shape": shape, "ink": ink, "fill": fill})
    return inline(
        [rules(grid, stroke=1), rules(lines, stroke=2.5), points(marks, size=95)],
        texts,
        width=width,
        height=height,
        chart_id=chart_id,
        title=title,
        description=description,
    )


def _axes(words: RatioWords, frame: _Frame, height: int) -> tuple[list[Place], list[Letters]]:
    """Lines and letters of the axes."""
    ticks = [tick for tick in ((1.0, 1.5, 2.0) if frame.high < 2.6 else (1.0, 2.0, 4.0, 8.0)) if tick <= frame.high]
    grid: list[Place] = [
        {
            "x": frame.left,
            "x2": frame.right,
            "y": frame.down(tick),
            "y2": frame.down(tick),
            "ink": INKS["muted" if tick == 1 else "grid"],
        }
        for tick in ticks
    ]
    texts = [
        Letters(frame.left - 6, frame.down(tick) + 4, words.tick(tick), ink="muted", size=12, align="end")
        for tick in ticks
    ]
    texts += [
        Letters(
            frame.across(share), frame.bottom + 18, words.formats.share(share), ink="muted", size=12, align="middle"
        )
        for share in (0.0, frame.ceiling / 2, frame.ceiling)
    ]
    texts.append(Letters(0, 13, words.gettext("↑ ratio to the usual"), ink="muted", size=12))
    texts.append(
        Letters(
            frame.right, height - 8, words.gettext("part of the market’s posts →"), ink="muted", size=12, align="end"
        )
    )
    return grid, texts
