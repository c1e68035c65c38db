"""What is to be posted next, why, and what tests of own posts said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reports.desk import Desk, Row, Section
from reports.language import marked

_BASES: Final[Mapping[str, str]] = {
    "proven": marked("Shown to work"),
    "opening": marked("Works, and is rarely used"),
    "test": marked("Drawn by lot, to learn"),
    "best_bet": marked("A best bet"),
}
_STATES: Final[Mapping[str, str]] = {"draft": marked("draft"), "approved": marked("approved")}


def plan(desk: Desk) -> Section:
    """The coming slots by week, what the past ones became, and the tests with their verdicts."""
    slots, tests = desk.ask("plan_slots"), desk.ask("plan_experiments")
    rows = [
        row
        | {
            "basis_words": desk.gettext(_BASES.get(row["basis"], row["basis"])),
            "status_words": desk.gettext(_STATES.get(row["status"], row["status"])),
            "week": desk.formats.week(row["planned_at"]),
            "month": str(row["plan"]).removeprefix("plan-"),
        }
        for row in slots.rows
    ]
    coming = [row for row in rows if row["is_coming"]]
    weeks: dict[str, list[Row]] = {}
    for row in coming:
        weeks.setdefault(row["week"], []).append(row)
    past = [row for row in rows if not row["is_coming"]]
    return Section(
        key="plan",
        title=desk.gettext("Next month’s plan"),
        answers=[slots, tests],
        is_empty=not rows and not tests.rows,
        empty=desk.gettext(
            "There is no plan yet. “rivalscope plan” makes one from what is shown to work: a calendar, "
            "files for Buffer and Hootsuite, and a sheet to edit."
        ),
        content={
            "weeks": list(weeks.items()),
            "coming_count": len(coming),
            "months": list(dict.fromkeys(row["month"] for row in coming)),
            "past": past,
            "posted_count": sum(row["post_id"] is not None for row in past),
            "tests": [
                row
                | {
                    "tried": desk.words.level(row["level_a"], row["dimension"]),
                    "usual": desk.words.level(row["level_b"], row["dimension"]),
                    "sights": [
                        (weeks_from_now, row[f"smallest_in_{weeks_from_now}_weeks"]) for weeks_from_now in (4, 8, 12)
                    ],
                }
                for row in tests.rows
            ],
        },
    )
