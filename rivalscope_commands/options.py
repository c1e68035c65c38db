"""Options that several commands share, and how their words are read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from crawler.commands.session import current_time
from crawler.commands.terminal import fail

if TYPE_CHECKING:
    from crawler.config import Config

_YEARS = range(1990, 2101)
"""Of which something could be known; sums with days near the ends of the calendar have no result."""


def parse_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write it like 2026-11-15") from None
    return _known_of(day, text)


def _known_of(day: date, text: str) -> date:
    if day.year not in _YEARS:
        raise typer.BadParameter(f"nothing can be known of {text}; name a year from {_YEARS[0]} to {_YEARS[-1]}")
    return day


def parse_day_or_all(text: str) -> Any:
    return "all" if text == "all" else parse_day(text)


def parse_week(text: str) -> date:
    """The Sunday of an ISO week."""
    try:
        day = date.fromisoformat(f"{text}-7")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no week; write it like 2026-W47") from None
    return _known_of(day, text)


def parse_month(text: str) -> date:
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no month; write it like 2026-12") from None
    return _known_of(day, text)


def check_window(since: date | str | None, until: date | None, as_of: date | None) -> None:
    """Raises CommandError for a window that holds no day."""
    if not isinstance(since, date):
        return
    for name, last in (("--until", until), ("--as-of", as_of)):
        if last is not None and since > last:
            fail(f"--since {since} comes after {name} {last}, so no day lies between; exchange them.")


def check_past(config: Config, **days: date | str | None) -> None:
    """Raises CommandError for a day, by the option that names it, that has not come where the user lives."""
    today = current_time().astimezone(ZoneInfo(config.timezone)).date()
    for name, day in days.items():
        if isinstance(day, date) and day > today:
            fail(f"--{name.replace('_', '-')} {day} has not come yet; name a day until {today}.")


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
