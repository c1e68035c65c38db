"""A month is planned from evidence, keeps to what was set, and can be planned again."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.errors import PlanningError
from reports.filters import Formats
from reports.language import read_language
from reports.planning.evidence import Limits
from reports.planning.hooks import IDEAS, hook_ideas
from reports.planning.links import slot_of
from reports.planning.planner import SUPERSEDED, Plan, make_plan
from reports.planning.slots import Basis, Campaign, Channel, Rules, Slot, Status
from reports.words import LEVELS
from tests.reports.planning.conftest import (
    BLUESKY,
    DECEMBER,
    MASTODON,
    NOW,
    Make,
    evidence,
    known,
    level,
    thin,
    works,
)


def active(plan: Plan) -> list[Slot]:
    return [slot for slot in plan.slots if slot.status is not Status.DROPPED]


def of_platform(plan: Plan, platform: str) -> list[Slot]:
    return [slot for slot in active(plan) if slot.platform == platform]


def test_most_slots_are_on_what_works_some_on_openings_some_to_learn(make: Make) -> None:
    plan = make(per_week=10)
    counts = Counter(slot.basis for slot in active(plan))
    assert counts[Basis.PROVEN] > counts[Basis.OPENING] > 0
    assert counts[Basis.PROVEN] + counts[Basis.OPENING] >= 0.7 * len(active(plan))
    assert 0.2 <= counts[Basis.TEST] / len(active(plan)) <= 0.3
    for slot in active(plan):
        assert slot.basis is not Basis.PROVEN or slot.format == "carousel"
        assert slot.basis is not Basis.OPENING or slot.post_type == "behind_the_scenes"
        assert slot.format != "text", "it does worse"


def test_every_slot_says_all_that_is_needed(make: Make) -> None:
    plan = make()
    assert len({slot.slot_id for slot in plan.slots}) == len(plan.slots) > 15
    for slot in active(plan):
        assert slot.hook and slot.why and slot.format and slot.post_type
        assert slot.plan == "plan-2026-12"
        assert len(set(slot.evidence)) == 2
        assert "larch" not in " ".join(slot.evidence)
        assert slot_of(slot.link or "") == slot.slot_id
        assert slot.link and slot.link.startswith("https://larch.example/shop?ref=a&utm_source=")
        assert slot.account_key in (MASTODON.account_key, BLUESKY.account_key)


def test_a_hook_says_what_it_is_about() -> None:
    assert all("“bag”" in idea for idea in hook_ideas("question", "bag", None, "seed"))
    assert all(idea.startswith("Sale: ") for idea in hook_ideas("question", "bag", "Sale", "seed"))
    assert all("what you sell most" in idea for idea in hook_ideas("question", None, None, "seed"))


def test_ideas_and_reasons_are_in_the_language_of_the_brief_and_its_words_in_the_markets(make: Make) -> None:
    german = Formats(locale="de", timezone="UTC", language=read_language("de"))
    levels = [*known("mastodon"), *known("bluesky")]
    levels += [level(platform, "topic", "cold brew", account_count=9) for platform in ("mastodon", "bluesky")]
    there = {slot.slot_id: slot for slot in active(make(evidence(*levels, formats=german), per_week=10))}
    here = {slot.slot_id: slot for slot in active(make(evidence(*levels), per_week=10))}
    assert there.keys() == here.keys()
    for slot_id, slot in there.items():
        english = here[slot_id]
        assert slot.hook and english.hook and slot.why and english.why
        assert "„cold brew“" in slot.hook
        assert "“cold brew”" in english.hook
        assert not re.search(r"\b(?:the|what|with|and)\b", f"{slot.hook} {slot.why}")
        assert slot.basis is english.basis
    assert {slot.why.partition(":")[0] for slot in there.values() if slot.basis is Basis.TEST} == {  # type: ignore[union-attr]
        "Ausgelost, um zu lernen"
    }
    assert any("2,0 × (zwischen 1,5 und 2,8) so viel Resonanz wie" in (slot.why or "") for slot in there.values())


@pytest.mark.parametrize("post_type", [*IDEAS, "other"])
def test_every_idea_is_there_in_german(post_type: str) -> None:
    english = hook_ideas(post_type, "bag", "Sale", "seed")
    german = hook_ideas(post_type, "bag", "Sale", "seed", read_language("de"))
    assert len(set(german)) == len(english)
    assert all(idea.startswith("Sale: ") and "„bag“" in idea for idea in german)
    assert not any(re.search(r"\b(?:the|what|with|and|one)\b", idea) for idea in german)


@pytest.mark.parametrize("post_type", [level for dimension, level in LEVELS if dimension == "post_type"])
def test_a_hook_without_a_topic_says_no_word_twice(post_type: str) -> None:
    for idea in hook_ideas(post_type, None, None, "seed"):
        assert not re.search(r"\b(\w+) \1\b", idea, re.IGNORECASE), idea


def test_the_same_month_is_planned_the_same_and_another_otherwise(make: Make) -> None:
    assert make().slots == make().slots
    january = make(month=dt.date(2027, 1, 1))
    assert {slot.slot_id for slot in january.slots}.isdisjoint(slot.slot_id for slot in make().slots)


@pytest.mark.parametrize("per_week", [1, 2, 4, 7, 14])
def test_a_week_has_as_many_slots_as_asked_and_a_part_of_a_week_its_part(make: Make, per_week: int) -> None:
    weeks = Counter(f"{slot.local:%G-W%V}" for slot in make(per_week=per_week).slots)
    assert [weeks[f"2026-W{week}"] for week in (50, 51, 52)] == [per_week] * 3
    assert 0 <= weeks["2026-W49"] <= per_week
    assert abs(sum(weeks.values()) - per_week * 31 / 7) <= 1


def test_networks_get_equal_parts(make: Make) -> None:
    plan = make()
    assert abs(len(of_platform(plan, "mastodon")) - len(of_platform(plan, "bluesky"))) <= 1


def test_nothing_comes_twice_in_a_row(make: Make) -> None:
    for what in (None, evidence(*thin("mastodon"), *thin("bluesky"))):
        plan = make(what, per_week=14)
        for platform in ("mastodon", "bluesky"):
            slots = of_platform(plan, platform)
            assert all(one.kind != two.kind for one, two in pairwise(slots))
            assert all(one.hook != two.hook for one, two in pairwise(slots))


def test_days_and_quiet_hours_are_kept_and_holidays_are_free(make: Make) -> None:
    rules = {
        "days": frozenset({0, 2, 4}),
        "quiet": ((dt.time(18), dt.time(10)), (dt.time(12), dt.time(13))),
        "country": "DE",
        "subdivision": "BY",
    }
    plan = make(per_week=6, rules=rules)
    assert len(active(plan)) > 15
    for slot in active(plan):
        assert slot.local.weekday() in {0, 2, 4}
        assert dt.time(10) <= slot.local.time() < dt.time(18)
        assert slot.local.hour != 12
        assert slot.local.date() != dt.date(2026, 12, 25), "a Friday, and Christmas"
        assert slot.local.minute % 5 == 0
    assert any(slot.local.date() == dt.date(2026, 12, 25) for slot in make(per_week=14, rules={}).slots)


def test_a_country_that_no_calendar_knows_is_named(make: Make) -> None:
    with pytest.raises(PlanningError, match="ISO 3166"):
        make(rules={"country": "XX"})
    with pytest.raises(PlanningError, match="DE-ZZ"):
        make(rules={"country": "DE", "subdivision": "ZZ"})


def test_no_day_gets_more_than_it_may(make: Make) -> None:
    plan = make(per_week=30, rules={"most_a_day": 2})
    per_day = Counter((slot.platform, slot.local.date()) for slot in active(plan))
    assert max(per_day.values()) == 2
    assert len(active(plan)) < 30 * 31 / 7 + 1


def test_capacity_bounds_what_is_hard_to_make(make: Make) -> None:
    plan = make(per_week=14, rules={"most_a_week": {"carousel": 2, "video": 0}})
    per_week = Counter(f"{slot.local:%G-W%V}" for slot in active(plan) if slot.format == "carousel")
    assert max(per_week.values()) == 2
    assert not [slot for slot in active(plan) if slot.format == "video"]
    assert len(active(plan)) > 50


def test_campaigns_fill_their_days_with_their_link(make: Make) -> None:
    sale = Campaign(
        name="Spring sale",
        first_day=dt.date(2026, 12, 7),
        last_day=dt.date(2026, 12, 13),
        link="https://larch.example/sale",
        platforms=("mastodon",),
    )
    plan = make(per_week=8, rules={"campaigns": [sale]})
    for slot in active(plan):
        is_in = slot.platform == "mastodon" and 7 <= slot.local.day <= 13
        assert (slot.campaign == "Spring sale") == is_in
        assert ((slot.link or "").startswith("https://larch.example/sale?utm_")) == is_in
        assert not is_in or "Spring sale" in (slot.hook or "")


def test_times_that_matter_are_chosen_by_the_clock_of_the_audience(make: Make) -> None:
    what = evidence(
        *known("mastodon"), works("mastodon", "hour_block", "12-16"), works("mastodon", "weekday", "tuesday")
    )
    plan = make(what, per_week=2, channels=[MASTODON], rules={"audience_timezone": "America/New_York"})
    heard = [slot.planned_at.astimezone(ZoneInfo("America/New_York")) for slot in active(plan)]
    assert all(12 <= moment.hour < 16 for moment in heard)
    assert sum(moment.weekday() == 1 for moment in heard) >= 4


def test_hashtags_keep_to_the_networks_cap_and_own_ones_come_first(make: Make) -> None:
    tags = [level("bluesky", "hashtag", name, account_count=4) for name in ("tea", "cake", "oven", "cup")]
    worse = level("bluesky", "hashtag", "spam", "worse", account_count=4)
    lonely = level("bluesky", "hashtag", "brand", account_count=1)
    limits = {"bluesky": Limits(hashtags=2, hashtags_advised=5)}
    what = evidence(*known("bluesky"), *tags, worse, lonely, limits=limits)
    for slot in make(what, channels=[BLUESKY], rules={"hashtags": ("larch",)}).slots:
        assert slot.hashtags[0] == "larch"
        assert len(slot.hashtags) == 2
        assert slot.hashtags[1] in {"tea", "cake", "oven", "cup"}


def test_with_no_verdict_it_is_a_labelled_mix_of_best_bets(make: Make) -> None:
    plan = make(evidence(*thin("mastodon"), variance=3.0), per_week=2, channels=[MASTODON])
    assert {slot.basis for slot in plan.slots} == {Basis.BEST_BET}
    assert any("Nothing is shown to work on Mastodon yet" in str(note) for note in plan.notes)
    assert all("proves nothing yet" in (slot.why or "") for slot in plan.slots)


@pytest.mark.parametrize("platform", ["instagram", "tiktok", "youtube", "linkedin", "x", "web"])
def test_a_network_of_which_nothing_is_known_gets_a_plan_too(make: Make, platform: str) -> None:
    plan = make(evidence(), per_week=3, channels=[Channel(platform=platform)])
    assert len(plan.slots) >= 12
    assert any("No post on" in str(note) for note in plan.notes)
    assert all(one.kind != two.kind for one, two in pairwise(plan.slots))


def test_an_own_result_counts_as_shown(make: Make) -> None:
    own = level("mastodon", "format", "poll", is_own_result=True, ratio_low=1.1)
    plan = make(evidence(*thin("mastodon"), own), channels=[MASTODON], per_week=4)
    assert Counter(slot.basis for slot in plan.slots)[Basis.PROVEN] >= 0.7 * len(plan.slots) - 1
    assert all(slot.format == "poll" for slot in plan.slots if slot.basis is Basis.PROVEN)


def test_planning_again_changes_nothing_where_nothing_changed(make: Make) -> None:
    first = make()
    again = make(before=first.slots, experiments=first.experiments)
    assert again.changes == []
    assert again.slots == first.slots


def test_planning_again_keeps_what_a_person_decided(make: Make) -> None:
    first = make()
    approved, captioned, dropped, posted = first.slots[2], first.slots[5], first.slots[7], first.slots[9]
    decided = {
        approved.slot_id: evolve(approved, status=Status.APPROVED, version=1),
        captioned.slot_id: evolve(captioned, caption="My words", version=1),
        dropped.slot_id: evolve(dropped, status=Status.DROPPED, version=1),
        posted.slot_id: evolve(posted, post_url="https://social.example/@larch/1", version=1),
    }
    before = [decided.get(slot.slot_id, slot) for slot in first.slots]
    other = evidence(*thin("mastodon"), *thin("bluesky"))
    again = make(other, before=before, experiments=first.experiments)
    by_id = {slot.slot_id: slot for slot in again.slots}
    assert {slot_id: by_id[slot_id] for slot_id in decided} == decided
    assert set(by_id) == {slot.slot_id for slot in first.slots}
    assert all(slot.version == 1 for slot in again.changes), "drafts follow the new evidence"
    assert again.changes
    for platform in ("mastodon", "bluesky"):
        assert all(one.kind != two.kind for one, two in pairwise(of_platform(again, platform)))


def test_a_slower_rhythm_cancels_drafts_and_a_faster_one_takes_them_up_again(make: Make) -> None:
    first = make(per_week=6)
    slower = make(per_week=3, before=first.slots, experiments=first.experiments)
    gone = [slot for slot in slower.slots if slot.status is Status.DROPPED]
    assert {slot.why for slot in gone} == {SUPERSEDED}
    assert len(active(slower)) == len(make(per_week=3).slots)
    faster = make(per_week=6, before=slower.slots, experiments=first.experiments)
    assert {slot.slot_id for slot in active(faster)} == {slot.slot_id for slot in first.slots}


def test_what_is_over_stays_and_the_rest_of_the_month_is_planned(make: Make) -> None:
    first = make()
    middle = dt.datetime(2026, 12, 16, 11, tzinfo=dt.UTC)
    again = make(evidence(*thin("mastodon")), channels=[MASTODON], before=first.slots, now=middle)
    past = [slot for slot in first.slots if slot.planned_at <= middle]
    assert [slot for slot in again.slots if slot.planned_at <= middle] == past
    assert all(slot.planned_at > middle for slot in again.changes)
    alone = make(now=middle)
    assert alone.slots and all(slot.planned_at > middle for slot in alone.slots)


def test_planning_one_network_anew_leaves_the_others_and_their_test_alone(make: Make) -> None:
    first = make(per_week=12)
    tested = first.test.platform
    other = BLUESKY if tested == "mastodon" else MASTODON
    again = make(per_week=3, channels=[other], before=first.slots, experiments=first.experiments, is_partial=True)
    assert again.experiments == ()
    assert {slot.platform for slot in again.changes} == {other.platform}
    assert of_platform(again, tested or "") == of_platform(first, tested or "")
    assert len(of_platform(again, other.platform)) == pytest.approx(3 * 31 / 7, abs=1)


def test_slots_that_find_no_room_are_said(make: Make) -> None:
    plan = make(per_week=10, channels=[MASTODON], rules={"days": frozenset({0})})
    assert any("found no free day and hour" in str(note) for note in plan.notes)
    assert not any("found no free day" in str(note) for note in make().notes)


@pytest.mark.parametrize(
    ("zone", "month", "change"),
    [
        ("Europe/Berlin", dt.date(2027, 3, 1), dt.date(2027, 3, 28)),
        ("America/New_York", dt.date(2026, 11, 1), dt.date(2026, 11, 1)),
        ("Australia/Sydney", dt.date(2026, 10, 1), dt.date(2026, 10, 4)),
    ],
)
def test_times_are_the_users_over_a_change_of_the_clocks(
    make: Make, zone: str, month: dt.date, change: dt.date
) -> None:
    rules = {"timezone": zone, "quiet": ((dt.time(4), dt.time(1)),), "most_a_day": 3}
    plan = make(month=month, per_week=28, rules=rules, now=dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
    on_the_day = [slot.local for slot in plan.slots if slot.local.date() == change]
    assert on_the_day
    for slot in plan.slots:
        assert 1 <= slot.local.hour < 4
        there_and_back = slot.local.replace(tzinfo=None).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
        assert there_and_back == slot.planned_at, "a time that is left out, or comes twice"


@settings(max_examples=25, deadline=None)
@given(
    per_week=st.integers(1, 20),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    month=st.dates(dt.date(2026, 12, 1), dt.date(2028, 12, 1)),
    carousels=st.integers(0, 3),
)
def test_whatever_is_set_holds(per_week: int, days: frozenset[int], month: dt.date, carousels: int) -> None:
    plan = make_plan(
        month,
        per_week=per_week,
        channels=[MASTODON, BLUESKY],
        rules=Rules(timezone="Europe/Berlin", days=days, most_a_week={"carousel": carousels}),
        evidence=evidence(*known("mastodon"), *known("bluesky")),
        project="larch",
        now=NOW,
    )
    assert plan.slots
    assert all(slot.local.weekday() in days for slot in plan.slots)
    assert all((slot.local.year, slot.local.month) == (month.year, month.month) for slot in plan.slots)
    weeks = Counter(f"{slot.local:%G-W%V}" for slot in plan.slots if slot.format == "carousel")
    assert max(weeks.values(), default=0) <= carousels
    assert max(Counter(f"{slot.local:%G-W%V}" for slot in plan.slots).values()) <= per_week
    assert plan.month >= DECEMBER
