"""Definitions, window, what was left out, versions."""

from __future__ import annotations

from reports.desk import Desk, Section


def method(desk: Desk) -> Section:
    """Definitions, window, what was left out, versions."""
    definitions, left_out, build = desk.ask("method"), desk.ask("left_out"), desk.ask("build")
    outcomes, flag_rules = desk.ask("outcomes"), desk.ask("flag_rules")
    return Section(
        key="method",
        title=desk.gettext("Method"),
        answers=[build, definitions, left_out, outcomes, flag_rules],
        is_empty=False,
        content={
            "definitions": definitions.rows,
            "left_out": left_out.rows,
            "outcomes": outcomes.rows,
            "flag_rules": flag_rules.rows,
        },
    )
