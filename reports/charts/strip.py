"""One ratio with its range, for the card."""

from __future__ import annotations

from reports.charts.drawing import INKS, Chart, Letters, inline, rules, width_of
from reports.charts.ratios import RatioWords, Row, interval_marks, ratio_axis


def strip(words: RatioWords, row: Row, *, chart_id: str, title: str) -> Chart:
    """Draw one row as a forest plot has it, with words for half, the usual and twice."""
    width, height = 340, 66
    scale, ticks = ratio_axis([row], left=8, right=332)
    shown = [tick for tick in ticks if tick in (0.25, 0.5, 1, 2, 4, 8)]
    uprights = [
        {"x": tick, "x2": tick, "y": 6, "y2": 44, "ink": INKS["muted" if tick == 1 else "grid"]} for tick in shown
    ]
    named = {0.5: words.gettext("half"), 1.0: words.gettext("the usual"), 2.0: words.gettext("twice")}
    letters = []
    for tick in shown:
        name = named.get(tick, words.tick(tick))
        half = max(14, width_of(name, 12) / 2)
        middle = min(max(scale.place(tick), half), width - half)
        letters.append(Letters(middle, 61, name, ink="muted", size=12, align="middle"))
    description = words.in_words(row)
    svg = inline(
        [rules(uprights, stroke=1, scale=scale), *interval_marks([(row, 25)], scale)],
        letters,
        width=width,
        height=height,
        chart_id=chart_id,
        title=title,
        description=description,
    )
    return Chart(chart_id=chart_id, title=title, description=description, narrow=svg)
