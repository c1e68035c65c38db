"""Every account: what was seen and what was not, and what nobody can see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from reports.desk import Desk, Row, Section
from reports.words import outcome_tone

_FEW: Final = 6
"""Accounts that are shown together, whatever came of their visits."""


def coverage(desk: Desk) -> Section:
    """Every account: what was seen and what was not, and what nobody can see."""
    accounts, line, notices = desk.ask("coverage"), desk.ask("coverage_line"), desk.ask("notices")
    return Section(
        key="coverage",
        title=desk.gettext("What we saw and did not see"),
        answers=[accounts, line, *([notices] if notices.rows else [])],
        is_empty=not accounts.rows,
        empty=desk.gettext("The list has no accounts yet: `rivalscope add URL` adds the first."),
        content={
            **_by_soundness(accounts.rows),
            "line": line.rows[0],
            "notices": notices.rows,
            "unseen": desk.words.unseen(),
        },
    )


def _by_soundness(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The accounts that were not seen in full, and those that were; all among the first where they are few."""
    if len(rows) <= _FEW:
        return {"sound": [], "unsound": list(rows)}
    return {
        "sound": [row for row in rows if outcome_tone(row["outcome"]) == "good"],
        "unsound": [row for row in rows if outcome_tone(row["outcome"]) != "good"],
    }
