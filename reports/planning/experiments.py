"""Which test a plan carries: at most one, of two kinds of posts on one platform, drawn inside pairs over months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from reports.filters import Formats
from reports.planning.draw import drawn_arms
from reports.planning.evidence import Evidence, Level
from reports.planning.mix import Choices, learning_rate
from reports.planning.power import MOST_WEEKS, USUAL_VARIANCE, Sight, pairs_needed
from reports.planning.slot_ids import EXPERIMENT, new_id
from reports.planning.slots import Experiment, Slot, Status

ENDED: Final = "ended"


@frozen(kw_only=True)
class Test:
    """The test of a plan, or why there is none."""

    __test__ = False  # pytest takes classes of this name for its own

    platform: str | None = None
    experiment: Experiment | None = None
    """``None``: no test; ``sight`` says what would have been seen."""
    sight: Sight | None = None
    share: float = 0.0
    """Of the slots on its platform."""
    dimension: str | None = None
    arms: tuple[str, str] | None = None
    """Levels of ``dimension`` that would be or are compared."""
    is_carried: bool = False
    """It began with an earlier plan."""
    pairs_left: int = 0
    """To be drawn until it is complete."""
    half_pairs: tuple[tuple[int, str], ...] = ()
    """Block and arm that pairs lack of which one slot is planned already."""
    next_block: int = 1
    changed: tuple[Experiment, ...] = ()
    """Designs to be kept: begun, or ended."""

    def slots_of(self, count: int) -> int:
        """How many of ``count`` slots on its platform it takes: what half pairs lack, and pairs while some are left."""
        if self.experiment is None:
            return 0
        halves = min(len(self.half_pairs), count)
        wanted = max(0 if halves else 1, round((count * self.share - halves) / 2))
        return halves + 2 * min(wanted, self.pairs_left, (count - halves) // 2)

    def pairs(self) -> Iterator[Sequence[tuple[str, int]]]:
        """Arm and block of the next slots: what half pairs lack, then pairs; either order of the arms is as likely."""
        assert self.experiment is not None, "asked of a plan with a test only"  # noqa: S101 - an invariant
        for block, arm in self.half_pairs:
            yield ((arm, block),)
        block = self.next_block
        while True:
            first, second = drawn_arms(self.experiment.seed, self.experiment.experiment_id, block)
            yield (first, block), (second, block)
            block += 1

    def level_of(self, arm: str, choices: Choices) -> Level:
        """The level of an arm; one that the evidence does not know (any more) is a level without evidence."""
        experiment = self.experiment
        assert experiment is not None, "asked of a plan with a test only"  # noqa: S101 - an invariant
        name = experiment.level_a if arm == "a" else experiment.level_b
        for level in choices.usable[experiment.dimension]:
            if level.level == name:
                return level
        return Level(platform=experiment.platform, dimension=experiment.dimension, level=name, verdict="not_enough")

    def why(self, block: int, formats: Formats) -> str:
        """One sentence for a slot of it, in the language of the brief."""
        if self.experiment is None:
            return ""
        planned, words = self.experiment, formats.words
        return formats.gettext(
            "Drawn by lot to learn: %(tried)s against %(usual)s on %(platform)s, pair %(block)s of %(pairs)s. Post what"
            " was drawn, or the test says nothing.",
            tried=words.level(planned.level_a, planned.dimension),
            usual=words.level(planned.level_b, planned.dimension),
            platform=words.platform(planned.platform),
            block=formats.count(block),
            pairs=formats.count(planned.pairs_planned),
        )


@frozen(kw_only=True)
class Situation:
    """What a test is chosen from."""

    choices: Mapping[str, Choices]
    rates: Mapping[str, float]
    """Platform → slots a week."""
    most_a_week: Mapping[str, int]
    evidence: Evidence
    known: Sequence[Experiment]
    known_slots: Sequence[Slot]
    """Without those that are planned anew."""
    is_partial: bool = False
    """Other networks are left alone."""
    plan: str
    month: dt.date
    seed: str
    now: dt.datetime

    @property
    def to_learn(self) -> float:
        """Slots a week that a test may take, of all platforms together."""
        return learning_rate(self.rates, self.choices)

    def share(self, platform: str) -> float:
        """Of the slots there that a test may take: all that is there to learn goes to one test."""
        return min(1.0, self.to_learn / self.rates[platform]) if self.rates.get(platform) else 0.0

    def sight(self, platform: str) -> Sight:
        """What a test there would show."""
        measured = self.evidence.variances.get(platform)
        return Sight(
            variance=measured or USUAL_VARIANCE,
            is_measured=measured is not None,
            pairs_a_week=self.share(platform) * self.rates.get(platform, 0.0) / 2,
        )


def chosen_test(situation: Situation) -> Test:
    """The running test while it is not complete and within reach, else the most promising one within reach, else none
    (with what the one that comes nearest would see)."""
    verdicts = {row["experiment_id"]: row["verdict"] for row in situation.evidence.experiments}
    begun = [each for each in situation.known if each.status != ENDED]
    if situation.is_partial and any(each.platform not in situation.choices for each in begun):
        return Test()
    over: list[Experiment] = []
    for experiment in begun:
        if verdicts.get(experiment.experiment_id, "running") == "running" and experiment.platform in situation.choices:
            test = _carried(experiment, situation)
            if test is not None:
                ended = [evolve(each, status=ENDED) for each in begun if each != experiment]
                return evolve(test, changed=tuple(ended))
        over.append(evolve(experiment, status=ENDED))
    return _new_test(situation, tuple(over))


def _carried(experiment: Experiment, situation: Situation) -> Test | None:
    """The running test, with what is left to draw of it; pairs that came to nothing are drawn again. ``None`` when what
    is left is out of reach."""
    blocks: dict[int, list[Slot]] = {}
    for slot in situation.known_slots:
        if slot.experiment_id == experiment.experiment_id and slot.arm and slot.block:
            blocks.setdefault(slot.block, []).append(slot)
    complete = {block for name, block in situation.evidence.complete_pairs if name == experiment.experiment_id}
    waiting: list[int] = []
    halves: list[tuple[int, str]] = []
    for block, slots in sorted(blocks.items()):
        alive = [slot for slot in slots if slot.status is not Status.DROPPED]
        if block in complete or not alive or max(slot.planned_at for slot in alive) < situation.now - _PATIENCE:
            continue
        if len(alive) > 1:
            waiting.append(block)
        elif len(slots) == 1:
            halves.append((block, "b" if alive[0].arm == "a" else "a"))
    sight = situation.sight(experiment.platform)
    left = max(0, experiment.pairs_planned - len(complete) - len(waiting) - len(halves))
    if left > sight.pairs_a_week * MOST_WEEKS:
        return None
    return Test(
        platform=experiment.platform,
        experiment=experiment,
        sight=sight,
        share=situation.share(experiment.platform),
        dimension=experiment.dimension,
        arms=(experiment.level_a, experiment.level_b),
        is_carried=experiment.plan != situation.plan,
        pairs_left=left,
        half_pairs=tuple(halves),
        next_block=max(blocks, default=0) + 1,
    )


def _new_test(situation: Situation, over: tuple[Experiment, ...]) -> Test:
    """The most promising test within reach, and its design; else what the one that comes nearest would see."""
    tried_before = {(each.platform, each.dimension, each.level_a, each.level_b) for each in situation.known}
    ranked = []
    for platform, choices in situation.choices.items():
        sight = situation.sight(platform)
        both = choices.arms(situation.most_a_week, 2 * sight.pairs_a_week, tried_before) if sight.pairs_a_week else None
        if both is not None:
            is_near = sight.target is not None
            merit = both[0].promise if is_near else sight.pairs_a_week / sight.variance
            ranked.append(((is_near, merit, platform), sight, both))
    if not ranked:
        return Test(changed=over)
    (_, _, platform), sight, (tried, other) = max(ranked, key=lambda each: each[0])
    arms = (tried.level, other.level)
    if sight.target is None:
        return Test(platform=platform, sight=sight, dimension=tried.dimension, arms=arms, changed=over)
    experiment = Experiment(
        experiment_id=new_id(
            EXPERIMENT,
            situation.month.year,
            situation.month.month,
            f"{situation.seed}/{platform}/{tried.dimension}/{tried.level}/{other.level}",
            {each.experiment_id for each in situation.known},
        ),
        plan=situation.plan,
        platform=platform,
        dimension=tried.dimension,
        level_a=tried.level,
        level_b=other.level,
        seed=situation.seed,
        variance=round(sight.variance, 6),
        target_ratio=sight.target,
        pairs_planned=pairs_needed(sight.variance, sight.target),
    )
    return Test(
        platform=platform,
        experiment=experiment,
        sight=sight,
        share=situation.share(platform),
        dimension=tried.dimension,
        arms=arms,
        pairs_left=experiment.pairs_planned,
        changed=(*over, experiment),
    )


_PATIENCE: Final = dt.timedelta(weeks=5)
"""Posts come of age, and are seen, within this time: until then a pair may still become complete."""
