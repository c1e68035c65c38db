"""When a project collects and when it tells, and which share of posts that rhythm reads at the age of comparison.

A week is counted in minutes of local time from Monday 00:00; the two hours a year that clocks are put on or back are
left out of the counting, not of the timers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from attrs import field, frozen

DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""As :meth:`datetime.date.weekday` counts them."""


@frozen(kw_only=True)
class Rhythm:
    """Times of day at which every day's collecting starts, and the weekly moment of the brief."""

    zone: str
    collect: tuple[time, ...]
    """For accounts whose lists have no times of their own."""
    tell_weekday: int
    """0 is Monday."""
    tell: time
    lists: Mapping[str, tuple[time, ...]] = field(factory=dict)
    """List → times of every day at which its accounts are visited instead."""
    list_tells: Mapping[str, tuple[int, time]] = field(factory=dict)
    """List → weekday and time of a weekly brief of its own."""

    @property
    def tell_minute(self) -> int:
        return self.tell_weekday * DAY_MINUTES + _minute(self.tell)

    def visits(self, lists: Iterable[str] = ()) -> tuple[int, ...]:
        """Minutes of the week at which an account in these lists is visited: the run that tells collects first."""
        lists = list(lists)
        own = [self.lists[name] for name in lists if name in self.lists]
        own_tells = [self.list_tells[name] for name in lists if name in self.list_tells]
        times = {at for each in own for at in each} if own else set(self.collect)
        daily = (day * DAY_MINUTES + _minute(at) for day in range(7) for at in times)
        tells = (weekday * DAY_MINUTES + _minute(at) for weekday, at in own_tells)
        return tuple(sorted({*daily, *tells, self.tell_minute}))

    def next_collect(self, now: datetime) -> datetime | None:
        """The first collecting after ``now``, in the rhythm's zone; ``None`` when only the brief's run collects."""
        times = {*self.collect, *(at for each in self.lists.values() for at in each)}
        return min((following(self.zone, now, at) for at in times), default=None)

    def next_tell(self, now: datetime) -> datetime:
        """The first brief after ``now``, in the rhythm's zone."""
        return following(self.zone, now, self.tell, self.tell_weekday)

    def next_list_tells(self, now: datetime) -> dict[str, datetime]:
        """List → the first brief of its own after ``now``, in the rhythm's zone."""
        return {name: following(self.zone, now, at, day) for name, (day, at) in sorted(self.list_tells.items())}


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def following(zone: str, now: datetime, at: time, weekday: int | None = None) -> datetime:
    """The first ``at`` of the zone's clock after ``now``; on ``weekday`` where one is given."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date()
    while True:
        moment = datetime.combine(day, at, ZoneInfo(zone))
        if moment.timestamp() > now.timestamp() and (weekday is None or day.weekday() == weekday):
            return moment
        day += timedelta(days=1)


def without_hours_off(visits: Iterable[int], off: tuple[time, time], *, is_made_up: bool) -> tuple[int, ...]:
    """The visits of a machine that is off every day from ``off[0]`` until ``off[1]``.

    ``is_made_up``: what was missed is done when the machine is on again (systemd and launchd do, cron does not).
    """
    begins, ends = _minute(off[0]), _minute(off[1])
    found: set[int] = set()
    for visit in visits:
        minute = visit % DAY_MINUTES
        is_off = begins <= minute < ends if begins <= ends else minute >= begins or minute < ends
        if not is_off:
            found.add(visit)
        elif is_made_up:
            found.add((visit + (ends - minute) % DAY_MINUTES) % WEEK_MINUTES)
    return tuple(sorted(found))


@frozen(kw_only=True)
class Reach:
    """What becomes of the posts of one platform, as shares (0-1) that sum to 1."""

    at_age: float
    """Looked at in [T/2, T) and in [T, 2T]: their count at age T is interpolated between the two."""
    later: float
    """Not so, but looked at once they were T old: that count stands, read later than at T."""
    left_out: float
    """Never looked at once they were T old."""
    hours_late: float
    """Median age beyond T of the looks that ``later`` counts; 0 where there are none."""


def reach(
    visits: Sequence[int], age_hours: int, horizon_days: int, published: Collection[int] = range(WEEK_MINUTES)
) -> Reach:
    """How a weekly rhythm reads posts that are published at these minutes of the week, each as often.

    ``visits`` are minutes of the week, ascending. A visit looks at a post that has become T/2 or T old since it was
    last seen (:func:`crawler.plan.is_due`), so that a visit in a span is a look in it; older than the horizon, nothing
    is looked at.
    """
    if not visits:
        return Reach(at_age=0.0, later=0.0, left_out=1.0, hours_late=0.0)
    age, horizon = age_hours * 60, horizon_days * DAY_MINUTES
    waits = _waits(visits)
    counts = {"at_age": 0, "left_out": 0}
    late: list[int] = []
    for minute in published:
        to_early = waits[(minute + age // 2) % WEEK_MINUTES]
        to_mature = waits[(minute + age) % WEEK_MINUTES]
        if age + to_mature > horizon:
            counts["left_out"] += 1
        elif to_early < age - age // 2 and to_mature <= age:
            counts["at_age"] += 1
        else:
            late.append(to_mature)
    late.sort()
    return Reach(
        at_age=counts["at_age"] / len(published),
        later=len(late) / len(published),
        left_out=counts["left_out"] / len(published),
        hours_late=late[len(late) // 2] / 60 if late else 0.0,
    )


def _waits(visits: Sequence[int]) -> list[int]:
    """For each minute of the week, how many minutes until the next visit (0 at a visit)."""
    around = [*visits, visits[0] + WEEK_MINUTES]
    return [around[bisect_left(around, minute)] - minute for minute in range(WEEK_MINUTES)]


def longest_gap(visits: Sequence[int]) -> float:
    """Hours of the longest time between two visits; a week where there is one visit."""
    return max(later - earlier for earlier, later in pairwise([*visits, visits[0] + WEEK_MINUTES])) / 60
