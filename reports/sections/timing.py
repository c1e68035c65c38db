"""Day of the week and time of day."""

from __future__ import annotations

from reports.comparisons import comparisons
from reports.desk import Desk, Section


def timing(desk: Desk) -> Section:
    """Day of the week and time of day."""
    answer = desk.ask("timing")
    return Section(
        key="timing",
        title="When",
        answers=[answer, desk.ask("sample")],
        is_empty=not answer.rows,
        empty="Days and hours are compared once posts with a known time of day are old enough to compare.",
        content={
            "plots": comparisons(
                answer,
                desk,
                key="timing",
                title="Days and hours",
                dimensions=("weekday", "hour_block"),
                is_exploratory=True,
            )
        },
    )
