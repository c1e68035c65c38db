"""Definitions, window, what was left out, versions."""

from __future__ import annotations

from reports.desk import Desk, Row, Section
from reports.filters import Formats


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
            "outcomes": [row | {"definition": _definition(row, desk.formats)} for row in outcomes.rows],
            "flag_rules": flag_rules.rows,
        },
    )


def _definition(row: Row, formats: Formats) -> str:
    """What an outcome means, with the formula ``likes × 1 + comments × 3`` behind it where it has one."""
    words, colon, formula = str(row["definition"]).partition(": ")
    terms = [term.partition(" × ") for term in formula.split(" + ") if term]
    return (
        formats.translated(words)
        + colon
        + " + ".join(formats.gettext(noun) + by + weight for noun, by, weight in terms)
    )
