"""Where and when a month's slots stand, before anything is said of what is in them."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from attrs import frozen

from reports.planning.draw import drawn_number
from reports.planning.evidence import Evidence
from reports.planning.moments import Week, free_moments, hour_block
from reports.planning.slot_ids import SLOT, new_id
from reports.planning.slots import WEEKDAYS, Channel, Rules, Slot, Status

_CROWDED = 2.0
"""What another post on the same day weighs, in ln of the effect of a weekday."""
_NEAR = 0.3
"""What each day nearer than three weighs."""
_APART = dt.timedelta(hours=2)


@frozen(kw_only=True)
class Place:
    """A slot to be filled."""

    slot_id: str
    week: str
    channel: Channel
    moment: dt.datetime
    """By the user's clock."""


def places(
    weeks: Sequence[Week],
    *,
    month: dt.date,
    per_week: int,
    channels: Sequence[Channel],
    kept: Sequence[Slot],
    rules: Rules,
    evidence: Evidence,
    seed: str,
    after: dt.datetime,
) -> tuple[list[Place], int]:
    """The places that ``kept`` slots leave open, by time, and how many more found no day and hour."""
    found: list[Place] = []
    missing = 0
    load = Counter((slot.platform, slot.account_key) for slot in kept)
    kept_ids = {slot.slot_id for slot in kept}
    taken = [(slot.platform, slot.local) for slot in kept if slot.status is not Status.DROPPED]
    free_by_day = {day: list(free_moments(day, rules, after=after)) for week in weeks for day in week.days}
    for week, ids in _ids_by_week(weeks, month=month, per_week=per_week, seed=seed):
        there = [slot for slot in kept if f"{slot.local:%G-W%V}" == week.label]
        free = [each for each in ids if each not in kept_ids][: max(0, len(ids) - len(there))]
        for slot_id in free:
            by_need = sorted(
                channels,
                key=lambda each: (
                    load[each.platform, each.account_key],
                    drawn_number(seed, each.platform, each.handle),
                ),
            )
            for channel in by_need:
                moment = _moment(week, channel.platform, taken, rules, evidence, free_by_day, seed=f"{seed}/{slot_id}")
                if moment is not None:
                    found.append(Place(slot_id=slot_id, week=week.label, channel=channel, moment=moment))
                    taken.append((channel.platform, moment))
                    load[channel.platform, channel.account_key] += 1
                    break
            else:
                missing += bool(week.days)
    return sorted(found, key=lambda each: (each.moment, each.slot_id)), missing


def _ids_by_week(
    weeks: Sequence[Week], *, month: dt.date, per_week: int, seed: str
) -> Iterator[tuple[Week, list[str]]]:
    """As many ids a week as are planned, of weeks that reach over the month's ends their part; always the same ones."""
    taken: set[str] = set()
    days = 0
    for week in weeks:
        before = math.floor(per_week * days / 7 + 0.5)
        days += week.size
        ids = []
        for number in range(math.floor(per_week * days / 7 + 0.5) - before):
            ids.append(new_id(SLOT, month.year, month.month, f"{seed}/{week.label}/{number}", taken))
            taken.add(ids[-1])
        yield week, ids


def _moment(
    week: Week,
    platform: str,
    taken: Sequence[tuple[str, dt.datetime]],
    rules: Rules,
    evidence: Evidence,
    free: Mapping[dt.date, Sequence[dt.datetime]],
    *,
    seed: str,
) -> dt.datetime | None:
    """The best free moment of the week: where a day or hour was shown to matter there, else spread over the days."""
    audience = ZoneInfo(rules.audience_timezone or rules.timezone)
    there = Counter(moment.date() for name, moment in taken if name == platform)
    best: tuple[float, int, dt.datetime] | None = None
    for day in week.days:
        if there[day] >= rules.most_a_day:
            continue
        crowd = sum(
            _CROWDED if moment.date() == day else max(0, 3 - abs((moment.date() - day).days)) * _NEAR
            for _, moment in taken
        )
        close = [moment for _, moment in taken if abs((moment.date() - day).days) <= 1]
        for moment in free[day]:
            if any(abs(moment - other) < _APART for other in close):
                continue
            heard = moment.astimezone(audience)
            effect = evidence.effect(platform, "weekday", WEEKDAYS[heard.weekday()])
            effect += evidence.effect(platform, "hour_block", hour_block(heard))
            rank = (round(effect - crowd, 9), drawn_number(seed, moment.isoformat()), moment)
            if best is None or rank[:2] > best[:2]:
                best = rank
    return best[2] if best else None
