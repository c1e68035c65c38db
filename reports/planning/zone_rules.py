"""A time zone's rules as a VTIMEZONE (RFC 5545, 3.6.5), every change of the clocks at its very moment.

The calendar library can write one, but puts changes forward an hour late (measured with icalendar 7.3).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_MINUTE = dt.timedelta(minutes=1)


def zone_rules(name: str, first_year: int, last_year: int) -> Timezone:
    """The rules of the zone from the beginning of ``first_year`` to the end of ``last_year``."""
    zone = ZoneInfo(name)
    start = dt.datetime(first_year, 1, 1, tzinfo=dt.UTC)
    rules = Timezone()
    rules.add("tzid", name)
    rules.add_component(_observance(start, zone, start))
    for change in _changes(zone, start, dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC)):
        rules.add_component(_observance(change, zone, change - _MINUTE))
    return rules


def _changes(zone: ZoneInfo, start: dt.datetime, end: dt.datetime) -> Iterator[dt.datetime]:
    """Moments (UTC) from which another offset holds."""
    before, moment = start, start + dt.timedelta(days=1)
    while moment <= end:
        if _offset(moment, zone) != _offset(before, zone):
            low, high = before, moment
            while high - low > _MINUTE:
                middle = low + (high - low) / 2
                middle -= dt.timedelta(seconds=middle.second, microseconds=middle.microsecond)
                low, high = (low, middle) if _offset(middle, zone) != _offset(low, zone) else (middle, high)
            yield high
        before, moment = moment, moment + dt.timedelta(days=1)


def _offset(moment: dt.datetime, zone: ZoneInfo) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()


def _observance(since: dt.datetime, zone: ZoneInfo, before: dt.datetime) -> Any:
    local = since.astimezone(zone)
    made: Any = TimezoneDaylight() if local.dst() else TimezoneStandard()
    made.add("dtstart", (since + _offset(before, zone)).replace(tzinfo=None))
    made.add("tzoffsetfrom", _offset(before, zone))
    made.add("tzoffsetto", _offset(since, zone))
    made.add("tzname", local.tzname() or "")
    return made
