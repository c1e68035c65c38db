"""Day of the week and time of day."""

from __future__ import annotations

from reports.comparisons import comparisons
from reports.desk import Desk, Section


def timing(desk: Desk) -> Section:
    """Day of the week and time of day."""
    answer = desk.ask("timing")
    return Section(
        key="timing",
        title=desk.gettext("When"),
        answers=[answer, desk.ask("sample")],
        is_empty=not answer.rows,
        empty=desk.gettext(
            "Days and hours are compared once posts with a known time of day are old enough to compare."
        ),
        content={
            "plots": comparisons(
                answer,
                desk,
                key="timing",
                title=desk.gettext("Days and hours on %(platform)s"),
                dimensions=("weekday", "hour_block"),
                is_exploratory=True,
            )
        },
    )
