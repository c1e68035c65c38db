"""Options that several commands share, and how their words are read."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer


def parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2026-11-15") from None


def parse_day_or_all(text: str) -> Any:
    return "all" if text == "all" else parse_day(text)


def parse_week(text: str) -> date:
    """The Sunday of an ISO week."""
    try:
        return date.fromisoformat(f"{text}-7")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no week; write it like 2026-W47") from None


def parse_month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no month; write it like 2026-12") from None


AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=parse_day, metavar="DATE", help="Only what was known at the end of that day."),
]


Since = Annotated[
    Any, typer.Option(parser=parse_day_or_all, metavar="DATE|all", help="First day of the window; else 26 weeks back.")
]


Wait = Annotated[
    int,
    typer.Option(
        metavar="MINUTES", min=0, max=1440, help="How long to wait for another run to end; else this one ends at once."
    ),
]


ListName = Annotated[
    str,
    typer.Option(
        "--list", metavar="NAME", show_default=False, help="Only accounts of this list, as if there were no others."
    ),
]


Until = Annotated[date | None, typer.Option(parser=parse_day, metavar="DATE", help="Last day of the window.")]
