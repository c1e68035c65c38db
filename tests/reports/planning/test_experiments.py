"""Tests of own posts: only within reach, one at a time, drawn inside pairs, carried over months."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from itertools import pairwise

import pytest
from attrs import evolve
from scipy import stats

from reports.planning.draw import drawn_arms
from reports.planning.notes import ENGLISH
from reports.planning.power import Sight, pairs_needed, smallest_ratio
from reports.planning.slots import Basis, Slot, Status
from reports.planning.writing import sight_lines
from tests.reports.planning.conftest import BLUESKY, MASTODON, NOW, Make, evidence, known, level, thin

FAST = {"per_week": 14}


def pairs(slots: list[Slot]) -> dict[int, list[Slot]]:
    found: dict[int, list[Slot]] = {}
    for slot in slots:
        if slot.basis is Basis.TEST:
            assert slot.block is not None
            found.setdefault(slot.block, []).append(slot)
    return found


def test_a_shop_that_posts_little_is_promised_nothing(make: Make) -> None:
    plan = make(evidence(*thin("mastodon"), variance=1.44), per_week=3, channels=[MASTODON])
    assert plan.test.experiment is None
    assert plan.experiments == ()
    assert not any(slot.basis is Basis.TEST for slot in plan.slots)
    said = "\n".join(sight_lines(plan.test, ENGLISH))
    assert "out of reach" in said
    assert "4 weeks" in said and "8 weeks" in said and "12 weeks" in said


def test_what_a_test_can_see_is_said_before_it_is_planned(make: Make) -> None:
    plan = make(evidence(*thin("mastodon")), channels=[MASTODON], **FAST)
    assert plan.test.sight is not None and plan.test.experiment is not None
    said = sight_lines(plan.test, ENGLISH)[0]
    for weeks, ratio in plan.test.sight.by_weeks:
        assert ratio is not None
        assert f"{weeks} weeks {ratio:.1f} ×" in said


def test_arms_are_drawn_inside_pairs_and_all_else_is_held_equal(make: Make) -> None:
    plan = make(evidence(*thin("mastodon")), channels=[MASTODON], **FAST)
    experiment = plan.test.experiment
    assert experiment is not None
    assert (experiment.dimension, experiment.level_a, experiment.level_b) == ("format", "video", "image")
    found = pairs(list(plan.slots))
    assert len(found) > 10
    for two in found.values():
        assert [slot.format for slot in two] == [{"a": "video", "b": "image"}[slot.arm or ""] for slot in two]
        assert {slot.arm for slot in two} == {"a", "b"}
        assert len({slot.post_type for slot in two}) == 1
        assert abs(two[0].planned_at - two[1].planned_at) < dt.timedelta(days=5)
        assert all("Drawn by lot" in (slot.why or "") for slot in two)


def test_only_one_network_is_tested_and_with_all_that_is_there_to_learn(make: Make) -> None:
    plan = make(per_week=12)
    tested = [slot for slot in plan.slots if slot.basis is Basis.TEST]
    assert len({slot.platform for slot in tested}) == 1
    assert len(tested) == pytest.approx(len(plan.slots) / 4, abs=2)
    assert not any(slot.basis is Basis.BEST_BET for slot in plan.slots)


def test_the_draw_is_balanced_and_cannot_be_foretold_from_the_block() -> None:
    first = [drawn_arms(f"seed {seed}", "e2612-aaaa", block)[0] for seed in range(40) for block in range(50)]
    assert stats.binomtest(first.count("a"), len(first)).pvalue > 0.001
    runs = [drawn_arms("s", "e", block)[0] for block in range(2000)]
    same = sum(one == two for one, two in pairwise(runs))
    assert stats.binomtest(same, len(runs) - 1).pvalue > 0.001


def test_arms_are_no_matter_of_weekday_hour_or_companion(make: Make) -> None:
    rows: list[tuple[str, int, int, str]] = []
    what = evidence(*thin("mastodon"))
    for month in range(12):
        plan = make(what, month=dt.date(2027, month + 1, 1), channels=[MASTODON], **FAST)
        rows += [
            (slot.arm, slot.local.weekday(), slot.local.hour // 4, slot.post_type or "")
            for slot in plan.slots
            if slot.arm
        ]
    assert len(rows) > 300
    for column in (1, 2, 3):
        counts = Counter((row[0], row[column]) for row in rows)
        levels = sorted({row[column] for row in rows}, key=str)
        table = [[counts["a", each] for each in levels], [counts["b", each] for each in levels]]
        assert stats.chi2_contingency(table).pvalue > 0.001


def test_a_test_goes_on_in_the_next_month_until_its_pairs_are_drawn(make: Make) -> None:
    what = evidence(*thin("mastodon"), variance=1.0)
    first = make(what, channels=[MASTODON], per_week=7)
    design = first.test.experiment
    assert design is not None
    slots, drawn, month, now = list(first.slots), len(pairs(list(first.slots))), 1, NOW
    complete: set[tuple[str, int]] = set()
    while drawn < design.pairs_planned and month < 8:
        now = dt.datetime(2027, month, 1, 2, tzinfo=dt.UTC)
        complete |= {(design.experiment_id, slot.block) for slot in slots if slot.block and slot.planned_at < now}
        plan = make(
            evolve(what, complete_pairs=frozenset(complete)),
            month=dt.date(2027, month, 1),
            channels=[MASTODON],
            per_week=7,
            before=slots,
            experiments=[design],
            now=now,
        )
        assert plan.experiments == ()
        assert plan.test.is_carried
        slots += plan.changes
        drawn = len(pairs(slots))
        month += 1
    found = pairs(slots)
    assert drawn == design.pairs_planned
    assert sorted(found) == list(range(1, drawn + 1))
    assert all({slot.arm for slot in two} == {"a", "b"} for two in found.values())


def test_a_test_that_has_a_verdict_ends_and_another_kind_of_post_is_next(make: Make) -> None:
    what = evidence(*thin("mastodon"))
    first = make(what, channels=[MASTODON], **FAST)
    [design] = first.experiments
    verdict = {"experiment_id": design.experiment_id, "verdict": "not_enough"}
    plan = make(
        evolve(what, experiments=[verdict]),
        month=dt.date(2027, 5, 1),
        channels=[MASTODON],
        before=first.slots,
        experiments=[design],
        now=dt.datetime(2027, 4, 29, tzinfo=dt.UTC),
        **FAST,
    )
    ended, begun = plan.experiments
    assert (ended.experiment_id, ended.status) == (design.experiment_id, "ended")
    assert begun.status == "running"
    assert (begun.level_a, begun.level_b) != (design.level_a, design.level_b)


def test_pairs_that_came_to_nothing_are_drawn_again_and_half_ones_are_completed(make: Make) -> None:
    what = evidence(*thin("mastodon"))
    first = make(what, channels=[MASTODON], **FAST)
    [design] = first.experiments
    tested = [slot for slot in first.slots if slot.basis is Basis.TEST]
    kept_half = evolve(tested[0], status=Status.APPROVED, version=1)
    dropped = evolve(tested[2], status=Status.DROPPED, version=1)
    approved = evolve(tested[3], status=Status.APPROVED, version=1)
    decided = {slot.slot_id: slot for slot in (kept_half, dropped, approved)}
    again = make(
        what,
        channels=[MASTODON],
        before=[decided.get(slot.slot_id, slot) for slot in first.slots],
        experiments=[design],
        **FAST,
    )
    found = pairs([slot for slot in again.slots if slot.status is not Status.DROPPED])
    assert kept_half.block is not None and dropped.block is not None
    assert {slot.arm for slot in found[kept_half.block]} == {"a", "b"}
    assert len(found[dropped.block]) == 1, "who saw the draw and dropped it does not get another"
    assert all(len(two) == 2 for block, two in found.items() if block != dropped.block)


def test_a_test_out_of_reach_since_the_rhythm_slowed_is_ended(make: Make) -> None:
    what = evidence(*thin("mastodon"), variance=1.0)
    first = make(what, channels=[MASTODON], per_week=10)
    [design] = first.experiments
    slow = make(what, month=dt.date(2027, 1, 1), channels=[MASTODON], per_week=1, experiments=[design], before=[])
    assert [each.status for each in slow.experiments] == ["ended"]
    assert slow.test.experiment is None


def test_kinds_that_cannot_be_made_often_enough_are_not_tested(make: Make) -> None:
    plan = make(evidence(*thin("mastodon")), channels=[MASTODON], rules={"most_a_week": {"video": 1}}, **FAST)
    assert plan.test.experiment is not None
    assert "video" not in (plan.test.experiment.level_a, plan.test.experiment.level_b)


def test_nothing_to_compare_is_no_test(make: Make) -> None:
    only = [level("mastodon", "format", "image"), level("mastodon", "post_type", "how_to")]
    plan = make(evidence(*only), channels=[MASTODON], **FAST)
    assert plan.test.experiment is None
    assert sight_lines(plan.test, ENGLISH) == ["No test is planned: there are no two kinds of posts to compare."]


@pytest.mark.parametrize(("variance", "ratio"), [(0.5, 2.0), (1.44, 1.5), (1.0, 2.0), (0.3, 1.5)])
def test_so_many_pairs_show_the_effect_four_times_out_of_five(variance: float, ratio: float) -> None:
    count = pairs_needed(variance, ratio)
    shift = math.log(ratio) / math.sqrt(2 * variance) * math.sqrt(count)
    critical = stats.t.ppf(0.975, count - 1)
    assert stats.nct.sf(critical, count - 1, shift) == pytest.approx(0.8, abs=0.03)
    seen = smallest_ratio(variance, count)
    assert seen is not None
    assert seen == pytest.approx(ratio, rel=0.05)


def test_the_planner_never_names_a_target_that_it_cannot_reach() -> None:
    for rate in (0.1, 0.3, 0.5, 1, 2, 4, 10):
        sight = Sight(variance=1.0, is_measured=True, pairs_a_week=rate)
        if sight.target is None:
            assert sight.is_out_of_reach
        else:
            assert pairs_needed(1.0, sight.target) <= rate * 26 + 1
    assert Sight(variance=1.0, is_measured=True, pairs_a_week=0).is_out_of_reach


def test_two_networks_of_which_one_is_known_test_the_other(make: Make) -> None:
    plan = make(evidence(*known("mastodon"), *thin("bluesky")), channels=[MASTODON, BLUESKY], per_week=12)
    assert plan.test.experiment is not None
