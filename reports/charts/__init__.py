"""Charts as inline SVG, in the widths where their letters keep their size: ``narrow`` for a phone or a column, ``wide``
for a desk. Values are drawn as given; charts choose axes and places, and compute nothing that is printed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from reports.charts.drawing import Chart
from reports.charts.forest import Groups, forest
from reports.charts.openings import openings
from reports.charts.ratios import RatioWords, Row
from reports.charts.strip import strip
from reports.charts.week_map import week_map
from reports.charts.weeks import Line, weeks
from reports.filters import Formats

__all__ = ["Chart", "Draw", "Line"]


class Draw:
    """Draws the charts of one brief; numbers in them are written as everywhere else in it."""

    def __init__(self, formats: Formats) -> None:
        self._words = RatioWords(formats)

    def forest(self, groups: Groups, *, chart_id: str, title: str) -> Chart:
        """See :func:`reports.charts.forest.forest`."""
        return forest(self._words, groups, chart_id=chart_id, title=title)

    def openings(self, rows: Sequence[Row], *, chart_id: str, title: str) -> Chart:
        """See :func:`reports.charts.openings.openings`."""
        return openings(self._words, rows, chart_id=chart_id, title=title)

    def week_map(self, cells: Sequence[Row], *, chart_id: str, title: str) -> Chart:
        """See :func:`reports.charts.week_map.week_map`."""
        return week_map(self._words, cells, chart_id=chart_id, title=title)

    def strip(self, row: Row, *, chart_id: str, title: str) -> Chart:
        """See :func:`reports.charts.strip.strip`."""
        return strip(self._words, row, chart_id=chart_id, title=title)

    def weeks(
        self,
        lines: Sequence[Line],
        *,
        chart_id: str,
        title: str,
        is_share: bool = False,
        breaks: Collection[dt.date] = (),
    ) -> Chart:
        """See :func:`reports.charts.weeks.weeks`."""
        return weeks(self._words, lines, chart_id=chart_id, title=title, is_share=is_share, breaks=breaks)
