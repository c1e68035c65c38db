"""Lines over weeks."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Collection, Sequence
from typing import Final

from attrs import frozen

from reports.charts.drawing import INKS, Chart, Letters, Marks, Place, fit, inline, points, rules
from reports.charts.ratios import RatioWords

_WIDTH: Final = 340
_HEIGHT: Final = 168
_LEFT: Final = 44
_RIGHT: Final = 332
_TOP: Final = 14
_BOTTOM: Final = 136
_LINE_HEIGHT: Final = 14

Point = tuple[dt.date, float | None, bool]
"""Monday of the week, value, is the week complete."""


@frozen(kw_only=True)
class Line:
    """Points of the same thing; ``name`` is written at its end unless its ink is ``other``."""

    name: str
    ink: str
    points: Sequence[Point]

    @property
    def is_named(self) -> bool:
        """Whether it stands out from the others."""
        return self.ink != "other"


def weeks(
    words: RatioWords,
    lines: Sequence[Line],
    *,
    chart_id: str,
    title: str,
    is_share: bool = False,
    breaks: Collection[dt.date] = (),
) -> Chart:
    """Draw lines over weeks, from zero; ``is_share``: values are parts of one.

    An incomplete week is a hollow point that no line leads to. No line leads into a week of ``breaks``; an upright one
    stands before it.
    """
    frame = _frame(lines)
    description = _described(words, lines, is_share=is_share)
    svg = inline(
        [rules([*_levels(frame), *_uprights(frame, breaks)], stroke=1), *_marks(frame, lines, breaks)],
        [*_axis_letters(words, frame, is_share=is_share), *_names(frame, lines)],
        width=_WIDTH,
        height=_HEIGHT,
        chart_id=chart_id,
        title=title,
        description=description,
    )
    return Chart(chart_id=chart_id, title=title, description=description, narrow=svg)


@frozen(kw_only=True)
class _Frame:
    """Where weeks and values stand, in pixels."""

    days: Sequence[dt.date]
    """Mondays, in order."""
    ceiling: float

    @property
    def span(self) -> int:
        """Days from the first week to the last, at least one."""
        return max((self.days[-1] - self.days[0]).days, 1)

    @property
    def steps(self) -> tuple[float, ...]:
        """Values at which a line lies across."""
        return (0, self.ceiling / 2, self.ceiling)

    def across(self, week: dt.date) -> float:
        return _LEFT + (_RIGHT - _LEFT) * ((week - self.days[0]).days / self.span if len(self.days) > 1 else 0.5)

    def down(self, value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * value / self.ceiling


def _frame(lines: Sequence[Line]) -> _Frame:
    every = [point for line in lines for point in line.points]
    known = [value for _, value, _ in every if value is not None]
    return _Frame(days=sorted({week for week, _, _ in every}), ceiling=_round_up(max(known, default=0)))


def _levels(frame: _Frame) -> list[Place]:
    return [
        {
            "x": _LEFT,
            "x2": _RIGHT,
            "y": frame.down(step),
            "y2": frame.down(step),
            "ink": INKS["muted" if step == 0 else "grid"],
        }
        for step in frame.steps
    ]


def _uprights(frame: _Frame, breaks: Collection[dt.date]) -> list[Place]:
    half_a_week = (_RIGHT - _LEFT) * 3.5 / frame.span
    places = [frame.across(week) - half_a_week for week in frame.days[1:] if week in breaks]
    return [{"x": x, "x2": x, "y": _TOP, "y2": _BOTTOM, "ink": INKS["muted"]} for x in places]


def _marks(frame: _Frame, lines: Sequence[Line], breaks: Collection[dt.date]) -> list[Marks]:
    """The lines and their dots; those with a name lie over the others."""
    marks = []
    for line in sorted(lines, key=lambda line: line.is_named):
        steps: list[Place] = [
            {
                "x": frame.across(before[0]),
                "x2": frame.across(after[0]),
                "y": frame.down(before[1]),
                "y2": frame.down(after[1]),
                "ink": INKS[line.ink],
            }
            for before, after in itertools.pairwise(line.points)
            if after[0] not in breaks and before[1] is not None and after[1] is not None and before[2] and after[2]
        ]
        marks.append(rules(steps, stroke=2.25 if line.is_named else 1.25))
        if line.is_named:
            marks.append(points(_dots(frame, line), size=22))
    return marks


def _dots(frame: _Frame, line: Line) -> list[Place]:
    return [
        {
            "x": frame.across(week),
            "y": frame.down(value),
            "shape": "circle",
            "ink": INKS[line.ink],
            "fill": INKS[line.ink if is_complete else "paper"],
        }
        for week, value, is_complete in line.points
        if value is not None
    ]


def _axis_letters(words: RatioWords, frame: _Frame, *, is_share: bool) -> list[Letters]:
    formats, days = words.formats, frame.days

    shown = days if len(days) < 3 else [days[0], days[len(days) // 2], days[-1]]
    ends = {days[0]: "start", days[-1]: "end"} if len(days) > 1 else {}
    return [
        *(
            Letters(
                _LEFT - 8,
                frame.down(step) + 4,
                _value(words, step, is_share=is_share),
                ink="muted",
                size=12,
                align="end",
            )
            for step in frame.steps
        ),
        *(
            Letters(frame.across(day), 156, formats.short_day(day), ink="muted", size=12, align=ends.get(day, "middle"))
            for day in shown
        ),
    ]


def _names(frame: _Frame, lines: Sequence[Line]) -> list[Letters]:
    """A name above the end of each line that has one, as near as another name leaves room."""
    names, taken = [], list[float]()
    for line in lines:
        known = [value for _, value, _ in line.points if value is not None]
        if not line.is_named or not line.name or not known:
            continue
        place = _free_place(frame.down(known[-1]) - 9, taken)
        if place is not None:
            taken.append(place)
            name = fit(line.name, 150, 12)
            names.append(Letters(_RIGHT, place, name, ink=line.ink, size=12, weight=600, align="end"))
    return names


def _free_place(wanted: float, taken: Sequence[float]) -> float | None:
    """The height nearest to the wanted one at which a name lies on no other."""
    free = [
        place for place in range(_TOP + 4, _BOTTOM - 3) if all(abs(place - other) >= _LINE_HEIGHT for other in taken)
    ]
    return min(free, key=lambda place: abs(place - wanted), default=None)


def _described(words: RatioWords, lines: Sequence[Line], *, is_share: bool) -> str:
    return "; ".join(
        (f"{line.name}: " if line.name else "")
        + ", ".join(
            f"{words.formats.day(week)} {_value(words, value, is_share=is_share)}" for week, value, _ in line.points
        )
        for line in lines
        if line.is_named or len(lines) <= 2
    )


def _value(words: RatioWords, value: float | None, *, is_share: bool) -> str:
    """A share, a whole number, or one with a fraction."""
    formats = words.formats
    if is_share:
        return formats.share(value)
    return formats.count(value) if value is None or value == round(value) else formats.rate(value)


def _round_up(value: float) -> float:
    """The next round number that halves well."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if step * power >= value * 0.999)
