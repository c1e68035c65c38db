"""Ways to see more: open places of each company, and the cheapest way into each walled account."""

from __future__ import annotations

from typing import Final

from reports.desk import Desk, Section, grouped

_SHORT: Final = 6
"""Companies and accounts that are not folded."""


def doors(desk: Desk) -> Section:
    """Ways to see more: open places of each company, and the cheapest way into each walled account."""
    opened, walled = desk.ask("open_doors"), desk.ask("doors")
    companies, accounts = grouped(opened.rows, "company"), grouped(walled.rows, "url")
    return Section(
        key="doors",
        title=desk.gettext("Ways to see more"),
        answers=[opened, walled],
        is_empty=not opened.rows and not walled.rows,
        empty=desk.gettext(
            "Every account can be read from outside, and no further open place of these companies is known."
        ),
        content={
            "open_doors": companies,
            "walled": [{"first": ways[0], "others": ways[1:]} for _, ways in accounts],
            "is_short": len(companies) + len(accounts) <= _SHORT,
        },
    )
