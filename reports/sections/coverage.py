"""Every account: what was seen and what was not, and what nobody can see."""

from __future__ import annotations

from reports.desk import Desk, Section


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
            "accounts": accounts.rows,
            "line": line.rows[0],
            "notices": notices.rows,
            "unseen": desk.words.unseen(),
        },
    )
