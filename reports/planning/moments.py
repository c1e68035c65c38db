"""When something may be posted: days, hours and holidays, by the user's clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from zoneinfo import ZoneInfo

import holidays
from attrs import frozen

from reports.errors import PlanningError
from reports.planning.slots import Rules

STEP = dt.timedelta(minutes=15)
"""Tools take minutes that end in 0 or 5."""


@frozen(kw_only=True)
class Week:
    """The days of one ISO week on which something may be posted."""

    label: str
    """Like ``2026-W49``."""
    days: tuple[dt.date, ...]
    size: int
    """How many of its days lie in the month."""


def month_days(month: dt.date) -> list[dt.date]:
    """Every day of the month that ``month`` lies in."""
    first = month.replace(day=1)
    return [first + dt.timedelta(days=n) for n in range(31) if (first + dt.timedelta(days=n)).month == first.month]


def holidays_of(rules: Rules, days: Sequence[dt.date]) -> Mapping[dt.date, str]:
    """Public holidays among ``days``. Raises PlanningError for a country that the calendars do not know."""
    if rules.country is None:
        return {}
    known = _calendar(rules.country, rules.subdivision, days[0].year)
    return {day: known[day] for day in days if day in known}


@cache
def _calendar(country: str, subdivision: str | None, year: int) -> Mapping[dt.date, str]:
    try:
        return dict(holidays.country_holidays(country, subdiv=subdivision, years=year, language="en_US").items())
    except NotImplementedError:
        where = f"{country}-{subdivision}" if subdivision else country
        raise PlanningError(
            f"No holidays are known for {where}: write country (and subdivision) under [plan] as ISO 3166 does, like "
            'country = "DE" and subdivision = "BY".'
        ) from None


def weeks_of(month: dt.date, rules: Rules, *, after: dt.datetime) -> list[Week]:
    """The month by weeks, with the days on which something may be posted after ``after``."""
    days = month_days(month)
    closed = holidays_of(rules, days)
    by_week: dict[str, list[dt.date]] = {}
    for day in days:
        by_week.setdefault(f"{day:%G-W%V}", []).append(day)
    return [
        Week(
            label=label,
            days=tuple(
                day
                for day in of_week
                if day.weekday() in rules.days and day not in closed and any(free_moments(day, rules, after=after))
            ),
            size=len(of_week),
        )
        for label, of_week in by_week.items()
    ]


def free_moments(day: dt.date, rules: Rules, *, after: dt.datetime) -> Iterator[dt.datetime]:
    """Moments of ``day`` outside quiet hours and after ``after``, by the user's clock.

    Times that a change of the clocks leaves out, or brings twice, are none of them.
    """
    zone = ZoneInfo(rules.timezone)
    wall = dt.datetime.combine(day, dt.time())
    while wall.date() == day:
        moment = wall.replace(tzinfo=zone)
        is_plain = moment.utcoffset() == wall.replace(tzinfo=zone, fold=1).utcoffset()
        if is_plain and not _is_quiet(wall.time(), rules) and moment > after:
            yield moment
        wall += STEP


def _is_quiet(at: dt.time, rules: Rules) -> bool:
    return any((start <= at < end) if start <= end else (at >= start or at < end) for start, end in rules.quiet)


def hour_block(moment: dt.datetime) -> str:
    """Its four hours, as the analysis names them."""
    start = moment.hour // 4 * 4
    return f"{start:02d}-{start + 4:02d}"
