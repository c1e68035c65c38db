"""Ways to see more: open places of each company, and the cheapest way into each walled account."""

from __future__ import annotations

from reports.desk import Desk, Section, grouped


def doors(desk: Desk) -> Section:
    """Ways to see more: open places of each company, and the cheapest way into each walled account."""
    opened, walled = desk.ask("open_doors"), desk.ask("doors")
    return Section(
        key="doors",
        title=desk.gettext("Ways to see more"),
        answers=[opened, walled],
        is_empty=not opened.rows and not walled.rows,
        empty=desk.gettext("No account stands behind a wall, and no further open place of these companies is known."),
        content={
            "open_doors": grouped(opened.rows, "company"),
            "walled": [{"first": ways[0], "others": ways[1:]} for _, ways in grouped(walled.rows, "url")],
        },
    )
