"""Which kinds of posts a platform gets: shares of what works, of openings and of learning, and the levels to take."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from attrs import define, field, frozen

from reports.planning.draw import drawn_number
from reports.planning.evidence import KINDS, Evidence, Level
from reports.planning.slots import Basis

SHARES: Final[Mapping[Basis, float]] = {Basis.PROVEN: 0.5, Basis.OPENING: 0.25, Basis.TEST: 0.25}
_USUAL: Final[Mapping[str, Sequence[str]]] = {
    "instagram": ("carousel", "short_video", "image"),
    "facebook": ("image", "video", "link"),
    "tiktok": ("short_video", "carousel"),
    "youtube": ("video", "short_video"),
    "peertube": ("video",),
    "pinterest": ("image", "carousel", "video"),
    "linkedin": ("image", "carousel", "text"),
    "web": ("article",),
    "substack": ("article",),
    "medium": ("article",),
    "forem": ("article",),
}
"""Formats of networks of which no post is known yet."""
_USUAL_ELSEWHERE: Final = ("image", "text", "link")
_USUAL_TYPES: Final = ("how_to", "behind_the_scenes", "question", "announcement", "promotion")
_MOST_KINDS: Final = 5
"""So many post types or formats take turns where nothing is shown."""


@frozen(kw_only=True)
class Choices:
    """The levels of one platform that may be planned, by what they rest on."""

    platform: str
    usable: Mapping[str, Sequence[Level]]
    """Dimension → its levels that can be made and were not shown to do worse, the best first."""

    @classmethod
    def of(cls, evidence: Evidence, platform: str, left_out: Collection[str] = ()) -> Choices:
        """``left_out``: formats that the user cannot make."""
        return cls(
            platform=platform,
            usable={dimension: _usable(evidence, platform, dimension, left_out) for dimension in KINDS},
        )

    def with_basis(self, *bases: Basis) -> list[Level]:
        """All usable levels that rest on one of these, the strongest first."""
        found = [each for levels in self.usable.values() for each in levels if each.basis in bases]
        return sorted(found, key=lambda each: (-each.strength, -each.promise, each.dimension, each.level))

    @property
    def works(self) -> bool:
        """Whether anything is shown to work here."""
        return bool(self.with_basis(Basis.PROVEN, Basis.OPENING))

    def arms(
        self,
        most_a_week: Mapping[str, int],
        test_slots_a_week: float,
        tried_before: Collection[tuple[str, str, str, str]] = (),
    ) -> tuple[Level, Level] | None:
        """What is worth a test, and what it is compared with: the most promising level that nobody can tell yet, and
        what the own brand posts most (else the market). ``None`` where there is nothing to compare."""
        open_levels = [
            each for each in self.with_basis(Basis.BEST_BET) if _can_be_made(each, most_a_week, test_slots_a_week)
        ]
        for tried in sorted(open_levels, key=lambda each: (-each.promise, each.dimension, each.level)):
            others = [
                each
                for each in self.usable[tried.dimension]
                if each.level != tried.level
                and _can_be_made(each, most_a_week, test_slots_a_week)
                and (self.platform, tried.dimension, tried.level, each.level) not in tried_before
            ]
            if others:
                return tried, max(others, key=lambda each: (each.own_post_count, each.post_count, each.level))
        return None


def _can_be_made(level: Level, most_a_week: Mapping[str, int], test_slots_a_week: float) -> bool:
    """Whether as many as chance may bring in a week can be made."""
    most = most_a_week.get(level.level) if level.dimension == "format" else None
    return most is None or most >= int(test_slots_a_week) + 1


def _usable(evidence: Evidence, platform: str, dimension: str, left_out: Collection[str]) -> list[Level]:
    known = [each for each in evidence.of(platform, dimension) if each.level not in left_out]
    usable = [each for each in known if not each.is_worse]
    if not usable:
        # where all of it was shown to do worse than the rest, the least bad is still what can be posted
        usable = sorted(known, key=lambda each: -(each.ratio or 0))[:2]
    if not usable:
        usual = _USUAL.get(platform, _USUAL_ELSEWHERE) if dimension == "format" else _USUAL_TYPES
        usable = [
            Level(platform=platform, dimension=dimension, level=name, verdict="not_enough")
            for name in usual
            if name not in left_out
        ]
    works = [each for each in usable if each.basis is not Basis.BEST_BET]
    rest = [each for each in usable if each.basis is Basis.BEST_BET]
    rest.sort(key=lambda each: (each.own_post_count == 0, -each.promise, -each.post_count, each.level))
    return [*sorted(works, key=lambda each: (not each.is_selling, -each.strength)), *rest]


def learning_rate(rates: Mapping[str, float], choices: Mapping[str, Choices]) -> float:
    """Slots a week, of all platforms together, that are there to learn: a quarter, and all where nothing works yet."""
    return sum(rate * (SHARES[Basis.TEST] if choices[platform].works else 1.0) for platform, rate in rates.items())


def quotas(count: int, choices: Choices, *, tests: int = 0, bets: int = 0) -> dict[Basis, int]:
    """How many of ``count`` slots of a platform rest on what, when so many go to a test and to best bets.

    Twice as many on what is shown to work as on openings; what there is none of gives its share to the other, and where
    neither is, all are bets.
    """
    tests = min(tests, count)
    bets = min(bets, count - tests) if choices.works else count - tests
    rest = count - tests - bets
    has_openings, has_proven = (bool(choices.with_basis(basis)) for basis in (Basis.OPENING, Basis.PROVEN))
    share = SHARES[Basis.OPENING] / (SHARES[Basis.OPENING] + SHARES[Basis.PROVEN]) if has_openings else 0.0
    openings = round(rest * share) if has_proven else rest
    return {Basis.PROVEN: rest - openings, Basis.OPENING: openings, Basis.TEST: tests, Basis.BEST_BET: bets}


def in_turns(wanted: Mapping[Basis, int], seed: str, *, half_pairs: int = 0) -> list[Basis]:
    """The bases of a month's slots in order, each spread evenly; the two slots of a pair of a test stand together.

    Of the slots of a test the first ``half_pairs`` only complete pairs, and stand alone at the beginning.
    """
    halves = min(half_pairs, wanted[Basis.TEST])
    units = {basis: (count - halves) // 2 if basis is Basis.TEST else count for basis, count in wanted.items()}
    places = [
        ((number + 0.5) / count, drawn_number(seed, basis), basis)
        for basis, count in units.items()
        for number in range(count)
    ]
    rest = [basis for _, _, basis in sorted(places) for _ in range(2 if basis is Basis.TEST else 1)]
    return [*[Basis.TEST] * halves, *rest]


@define(kw_only=True)
class Rotation:
    """Takes turns among levels, so that no kind of post comes twice in a row on a platform."""

    choices: Choices
    seed: str
    most_a_week: Mapping[str, int]
    made: Counter[tuple[str, str]] = field(factory=Counter)
    """Week and format → slots of all platforms."""
    _used: Counter[tuple[str, str]] = field(factory=Counter)

    def take(
        self, focus: Sequence[Level], week: str, *, near: Collection[tuple[str | None, str | None]]
    ) -> tuple[Level, Level]:
        """A level of ``focus`` and a companion of the other dimension; ``near``: kinds that come just before and after.

        Where capacity leaves none of ``focus`` for that week, any level that can be made stands in.
        """
        candidates = [each for each in focus if self._has_room(each, week)]
        candidates = candidates or [each for each in self._all() if self._has_room(each, week)] or list(focus)
        pairs = [(level, other) for level in self._by_turn(candidates) for other in self._companions(level, week)]
        fresh = [pair for pair in pairs if kind_of(*pair) not in near]
        level, other = (fresh or pairs)[0]
        self.note(level, week)
        self.note(other, week)
        return level, other

    def companion(self, level: Level, weeks: Sequence[str], *, near: Collection[str | None]) -> Level:
        """The other dimension's level for all slots of a pair, which the caller notes; ``near``: those around it."""
        others = self._companions(level, *weeks)
        return next((each for each in others if each.level not in near), others[0])

    def note(self, level: Level, week: str) -> None:
        """Count one slot."""
        self._used[level.dimension, level.level] += 1
        if level.dimension == "format":
            self.made[week, level.level] += 1

    def _all(self) -> list[Level]:
        return [each for levels in self.choices.usable.values() for each in levels]

    def _companions(self, level: Level, *weeks: str) -> list[Level]:
        """The other dimension's levels, those that work alone where there are any."""
        [dimension] = [each for each in KINDS if each != level.dimension]
        levels = [each for each in self.choices.usable[dimension] if self._has_room(each, *weeks)]
        levels = levels or list(self.choices.usable[dimension])
        works = [each for each in levels if each.basis is not Basis.BEST_BET]
        return self._by_turn(works if len(works) > 1 else levels[:_MOST_KINDS])

    def _by_turn(self, levels: Sequence[Level]) -> list[Level]:
        """Those first that came least often."""
        return sorted(
            levels,
            key=lambda each: (
                self._used[each.dimension, each.level],
                -each.strength,
                drawn_number(self.seed, each.dimension, each.level),
            ),
        )

    def _has_room(self, level: Level, *weeks: str) -> bool:
        """Whether one more can be made in each of ``weeks``; a week that is named twice gets two."""
        most = self.most_a_week.get(level.level) if level.dimension == "format" else None
        return most is None or all(self.made[week, level.level] + weeks.count(week) <= most for week in weeks)


def kind_of(one: Level, other: Level) -> tuple[str, str]:
    """Format and post type of two levels, one of each dimension."""
    levels = {each.dimension: each.level for each in (one, other)}
    return levels["format"], levels["post_type"]
