"""What a plan is made of: slots, tests, channels, and the rules that a user sets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import evolve, field, fields, frozen

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Basis(StrEnum):
    """Why a slot is of its kind."""

    PROVEN = "proven"
    """Shown to work."""
    OPENING = "opening"
    """Works, and competitors use it rarely."""
    TEST = "test"
    """Drawn by lot, to learn from it."""
    BEST_BET = "best_bet"
    """Promising; nothing is shown."""


class Status(StrEnum):
    """How far a slot is."""

    DRAFT = "draft"
    APPROVED = "approved"
    DROPPED = "dropped"


def _tuple(values: Iterable[str] | None) -> tuple[str, ...]:
    return tuple(values or ())


@frozen(kw_only=True)
class Slot:
    """One post to be; the fields of a landing record ``slot``."""

    slot_id: str
    version: int = 0
    plan: str
    status: Status = field(default=Status.DRAFT, converter=Status)
    platform: str
    account_key: str | None = None
    host: str | None = None
    format: str | None = None
    post_type: str | None = None
    topic: str | None = None
    hook: str | None = None
    caption: str | None = None
    """The text as a person wrote it."""
    hashtags: tuple[str, ...] = field(default=(), converter=_tuple)
    """Without ``#``."""
    link: str | None = None
    campaign: str | None = None
    basis: Basis = field(converter=Basis)
    why: str | None = None
    evidence: tuple[str, ...] = field(default=(), converter=_tuple)
    """Addresses of posts of competitors."""
    experiment_id: str | None = None
    arm: str | None = None
    block: int | None = None
    post_url: str | None = None
    timezone: str
    planned_at: dt.datetime
    """UTC."""
    observed_at: dt.datetime | None = field(default=None, eq=False)
    """When it was last changed; no part of what is planned."""

    @property
    def local(self) -> dt.datetime:
        """When it is to be posted, by the user's clock."""
        return self.planned_at.astimezone(ZoneInfo(self.timezone))

    @property
    def kind(self) -> tuple[str | None, str | None]:
        """What does not come twice in a row."""
        return self.format, self.post_type

    @property
    def text(self) -> str:
        """What would be posted: the caption, else the idea; hashtags and link below."""
        tags = " ".join(f"#{tag}" for tag in self.hashtags)
        return "\n\n".join(part for part in (self.caption or self.hook or "", tags, self.link or "") if part)

    def is_kept(self, now: dt.datetime) -> bool:
        """Whether planning again leaves it as it is: a person decided about it, or its time has come."""
        return self.status is not Status.DRAFT or bool(self.caption or self.post_url) or self.planned_at <= now

    def after(self, known: Slot | None) -> Slot | None:
        """It as the next version of ``known``; ``None`` when nothing changed."""
        if known is None:
            return evolve(self, version=0)
        same = evolve(self, version=known.version)
        return None if same == known else evolve(self, version=known.version + 1)

    def stated(self) -> dict[str, Any]:
        """The fields of its landing record."""
        return {each.name: _plain(getattr(self, each.name)) for each in fields(Slot) if each.name != "observed_at"}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Slot:
        """The slot of a row of ``raw.slots`` or of a mart; columns that are none of its fields are ignored."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in row.items() if name in known})


@frozen(kw_only=True)
class Experiment:
    """A test of two kinds of posts, drawn by lot inside pairs; the fields of a landing record ``experiment``."""

    experiment_id: str
    plan: str
    """With which it began."""
    status: str = "running"
    platform: str
    dimension: str
    level_a: str
    level_b: str
    seed: str
    variance: float
    """Of ln(1 + engagement) inside one account."""
    target_ratio: float
    pairs_planned: int

    def stated(self) -> dict[str, Any]:
        """The fields of its landing record."""
        return {each.name: getattr(self, each.name) for each in fields(Experiment)}

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Experiment:
        """The test of a row of ``raw.experiments`` or of a mart."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in row.items() if name in known})


@frozen(kw_only=True)
class Channel:
    """Where slots go: an own account, or a network on which no own account is listed."""

    platform: str
    account_key: str | None = None
    host: str | None = None
    handle: str = ""


@frozen(kw_only=True)
class Campaign:
    """Something that the plan talks about for some days."""

    name: str
    first_day: dt.date
    last_day: dt.date
    link: str | None = None
    platforms: tuple[str, ...] = ()
    """Empty: all."""

    def covers(self, day: dt.date, platform: str) -> bool:
        """Whether it runs on that day there."""
        return self.first_day <= day <= self.last_day and (not self.platforms or platform in self.platforms)


@frozen(kw_only=True)
class Rules:
    """What a plan must keep to, as the user set it."""

    timezone: str
    audience_timezone: str | None = None
    """Whose weekdays and hours the verdicts speak of; else ``timezone``."""
    days: frozenset[int] = frozenset(range(7))
    """Weekdays on which something is posted; Monday is 0."""
    quiet: tuple[tuple[dt.time, dt.time], ...] = ((dt.time(21), dt.time(8)),)
    """From and until; may go over midnight."""
    country: str | None = None
    """Its public holidays are left out (ISO 3166-1)."""
    subdivision: str | None = None
    most_a_day: int = 1
    """On one network."""
    most_a_week: Mapping[str, int] = {}
    """Format → how many there can be made in a week; 0: none."""
    campaigns: Sequence[Campaign] = ()
    hashtags: tuple[str, ...] = ()
    """Own ones, which come first."""
    link: str | None = None
    """Where posts send their readers."""


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
