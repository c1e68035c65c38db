"""Day of the week and time of day: whether they matter at all, and the week as a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reports.comparisons import comparisons
from reports.desk import Desk, Row, Section, grouped

_MATTERS: Final = 0.01
"""From this part of the differences on, something is said to go with them."""


def timing(desk: Desk) -> Section:
    """Per platform: how much goes with the time beside the format, the map of the week, days and hours apart."""
    answer, cells, weights = desk.ask("timing"), desk.ask("timing_map"), desk.ask("timing_weights")
    maps = dict(grouped(cells.rows, "platform"))
    shares = {platform: {row["dimension"]: row for row in rows} for platform, rows in grouped(weights.rows, "platform")}
    platforms = [
        plot | _week(plot["platform"], maps.get(plot["platform"], []), shares.get(plot["platform"], {}), desk)
        for plot in comparisons(
            answer,
            desk,
            key="timing",
            title=desk.gettext("Days and hours on %(platform)s"),
            dimensions=("weekday", "hour_block"),
            is_exploratory=True,
        )
    ]
    return Section(
        key="timing",
        title=desk.gettext("When"),
        answers=[answer, cells, weights, desk.ask("sample")],
        is_empty=not answer.rows,
        empty=desk.gettext(
            "Days and hours are compared once posts with a known time of day are old enough to compare."
        ),
        content={
            "plots": [plot for plot in platforms if plot["compared"] or plot["map"]],
            "thin": [plot for plot in platforms if not plot["compared"] and not plot["map"]],
            "zone": cells.rows[0]["timezone"] if cells.rows else None,
        },
    )


def _week(platform: str, cells: list[Row], shares: Mapping[str, Row], desk: Desk) -> dict[str, Any]:
    """The map of one platform, its cells by day, and what goes with the time there."""
    has_map = any(cell["is_enough"] for cell in cells)
    return {
        "map": desk.draw.week_map(
            cells,
            chart_id=f"week-{platform}",
            title=desk.gettext(
                "The week on %(platform)s, by day and time", platform=desk.formats.words.platform(platform)
            ),
        )
        if has_map
        else None,
        "days": grouped(cells, "weekday_number") if has_map else [],
        "counts": cells[0] if has_map else None,
        "weights": shares,
        "weight_of_time": _weight_of_time(shares),
    }


def _weight_of_time(shares: Mapping[str, Row]) -> str:
    """How the time stands to the format: ``none``, ``less``, ``alike``, ``more``, or ``""`` where it is not known."""
    times = [shares[name]["explained_share"] for name in ("weekday", "hour_block") if name in shares]
    if not times or "format" not in shares:
        return ""
    time, form = max(times), shares["format"]["explained_share"]
    if time < _MATTERS:
        return "none"
    return "less" if time < form / 2 else "more" if time > form * 2 else "alike"
