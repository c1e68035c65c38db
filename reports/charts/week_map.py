"""The week by day and block of hours."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

from attrs import frozen
from markupsafe import Markup

from reports.charts.drawing import INKS, Chart, Letters, Place, boxes, inline, rules
from reports.charts.ratios import MARKS, RatioWords, Row
from reports.words import tone

# blocks of hours across, days down
_HOUR_BLOCKS: Final = ("00-04", "04-08", "08-12", "12-16", "16-20", "20-24")
_MUCH: Final = 1.5


@frozen(kw_only=True)
class _Box:
    """A cell of a map, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def filled(self, ink: str) -> Place:
        return {"x": self.left, "x2": self.right, "y": self.top, "y2": self.bottom, "ink": INKS[ink]}

    def framed(self, ink: str) -> list[Place]:
        corners = [(self.left, self.top), (self.right, self.top), (self.right, self.bottom), (self.left, self.bottom)]
        return [
            {"x": x, "y": y, "x2": x2, "y2": y2, "ink": INKS[ink]}
            for (x, y), (x2, y2) in itertools.pairwise([*corners, corners[0]])
        ]


def week_map(words: RatioWords, cells: Sequence[Row], *, chart_id: str, title: str) -> Chart:
    """The week by day and block of hours: ratio, range and posts in each cell, tinted where the range is clear.

    A cell has ``weekday_number`` (1 is Monday), ``hour_block, lift, lift_low, lift_high, measured_post_count,
    account_count, shown_verdict``, ``is_enough`` (else it is hatched, with its posts alone) and ``is_clear`` (the
    whole range lies above or below the usual).
    """
    told = [cell for cell in cells if cell["is_enough"]]
    description = "; ".join(
        f"{words.formats.weekday(cell['weekday_number'])} {cell['hour_block']}: {words.ratio(cell)} "
        f"({words.margin(cell)}), {words.formats.counted(cell['measured_post_count'], 'post')}"
        for cell in told
    )
    named = {"title": title, "description": description}
    return Chart(
        chart_id=chart_id,
        narrow=_drawn(words, cells, chart_id=f"{chart_id}-n", is_wide=False, **named),
        wide=_drawn(words, cells, chart_id=f"{chart_id}-w", is_wide=True, **named),
        **named,
    )


def _drawn(
    words: RatioWords, cells: Sequence[Row], *, chart_id: str, is_wide: bool, title: str, description: str
) -> Markup:
    width, left, top, row_height = (1040, 104, 24, 48) if is_wide else (340, 40, 24, 46)
    height, column = top + 7 * row_height, (width - left) / len(_HOUR_BLOCKS)
    fills: list[Place] = []
    frames: list[Place] = []
    texts = [
        Letters(left + column * (place + 0.5), 14, block.replace("-", "–"), ink="muted", size=12, align="middle")
        for place, block in enumerate(_HOUR_BLOCKS)
    ]
    texts += [
        Letters(0, top + row_height * (day - 0.5) + 4, words.formats.weekday(day, is_short=not is_wide), ink="ink")
        for day in range(1, 8)
    ]
    for cell in cells:
        place = _HOUR_BLOCKS.index(cell["hour_block"])
        box = _Box(
            left=left + column * place + 1.5,
            top=top + row_height * (cell["weekday_number"] - 1) + 1.5,
            right=left + column * (place + 1) - 1.5,
            bottom=top + row_height * cell["weekday_number"] - 1.5,
        )
        if cell["is_enough"]:
            fills.append(box.filled(_tint(cell)))
            look = tone(cell["shown_verdict"])
            frames += box.framed(MARKS[look][0]) if look in {"up", "down", "mixed"} else []
        elif cell["measured_post_count"]:
            fills.append(box.filled("hatched"))
        texts += _cell_letters(words, cell, box, is_wide=is_wide)
    return inline(
        [boxes(fills), rules(frames, stroke=2.5)],
        texts,
        width=width,
        height=height,
        chart_id=chart_id,
        title=title,
        description=description,
    )


def _cell_letters(words: RatioWords, cell: Row, box: _Box, *, is_wide: bool) -> list[Letters]:
    """What stands in a cell: the ratio and its range over the number of posts, or these alone."""
    if not cell["measured_post_count"]:
        return []
    posts = words.formats.count(cell["measured_post_count"])
    if is_wide:
        number = words.formats.counted(cell["measured_post_count"], "post")
        texts = [Letters(box.left + 9, box.bottom - 8, number, ink="muted")]
        if cell["is_enough"]:
            texts.append(Letters(box.left + 9, box.top + 18, words.ratio(cell), weight=600))
            texts.append(Letters(box.left + 62, box.top + 18, words.margin(cell), ink="muted"))
        return texts
    middle = (box.left + box.right) / 2
    texts = [Letters(middle, box.bottom - 8, posts, ink="muted", size=12, align="middle")]
    if cell["is_enough"]:
        ratio = words.formats.times(cell["lift"])
        texts.append(Letters(middle, box.top + 18, ratio, weight=600, align="middle"))
    return texts


def _tint(cell: Row) -> str:
    """How a cell of the map is filled: by its ratio where the whole range lies on one side, else evenly."""
    if not cell["is_clear"]:
        return "even"
    if cell["lift"] > 1:
        return "much-more" if cell["lift"] >= _MUCH else "more"
    return "much-less" if cell["lift"] <= 1 / _MUCH else "less"
