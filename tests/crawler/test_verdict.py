"""How a visit ended, told from what it went through: outcome, reason, sentence and whether the budget cut it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.failures import Problem
from crawler.items import Outcome, Platform, Reason, Visit, Way
from crawler.platforms import way_in
from crawler.verdict import Course, verdict

_WALL = Problem(Outcome.LOGIN_WALL, None, "It wants a login.")
_BUDGET = Problem(Outcome.PARTIAL, Reason.BUDGET_SPENT, "The budget is spent.")
_TIMEOUT = Problem(Outcome.ERROR, Reason.TIMEOUT, "It took too long.")
_MISSING = Problem(Outcome.NOT_FOUND, None, "There is no such page.")
_STRANGE = Problem(Outcome.LAYOUT_CHANGED, None, "It looks different.")
_DOUBTFUL = Problem(Outcome.SUSPECT, None, "Half of the posts are missing.")
_ROBOTS = Problem(Outcome.ROBOTS_DENIED, None, "Its robots.txt forbids it.")
_SHOWN = {"listing_count": 1}
_UNCHANGED = {"unchanged_count": 1}


def _visit(**told: Any) -> Visit:
    nothing: dict[str, Any] = {
        "platform": Platform.WEB, "url": "https://kettle.example/", "wall": None, "problems": (),
        "problems_of_ways": (), "detours": (), "remarks": (), "moved_to": None, "survey": None, "walked": (),
        "listing_count": 0, "unchanged_count": 0, "post_count": 0, "oldest_at": None, "is_complete": False,
        "is_interrupted": False,
    }  # fmt: skip
    return verdict(Course(**(nothing | told)))


@pytest.mark.parametrize(
    ("told", "outcome", "reason"),
    [
        ({}, Outcome.LAYOUT_CHANGED, Reason.NO_FEED),
        (_SHOWN, Outcome.COMPLETE, None),
        (_UNCHANGED, Outcome.UNCHANGED, None),
        (_UNCHANGED | {"post_count": 1}, Outcome.COMPLETE, None),
        (_UNCHANGED | _SHOWN, Outcome.COMPLETE, None),
        ({"is_interrupted": True}, Outcome.ERROR, Reason.INTERRUPTED),
        ({"is_interrupted": True} | _SHOWN, Outcome.PARTIAL, Reason.INTERRUPTED),
        ({"is_interrupted": True} | _UNCHANGED, Outcome.PARTIAL, Reason.INTERRUPTED),
        ({"problems": (_TIMEOUT,)}, Outcome.ERROR, Reason.TIMEOUT),
        ({"problems": (_TIMEOUT, _WALL)}, Outcome.ERROR, Reason.TIMEOUT),
        ({"detours": (_ROBOTS, _WALL)}, Outcome.ROBOTS_DENIED, None),
        ({"problems": (_TIMEOUT,)} | _SHOWN, Outcome.PARTIAL, Reason.TIMEOUT),
        ({"problems": (_TIMEOUT,)} | _UNCHANGED, Outcome.PARTIAL, Reason.TIMEOUT),
        ({"problems": (_TIMEOUT, _DOUBTFUL)} | _SHOWN, Outcome.SUSPECT, Reason.TIMEOUT),
        ({"problems_of_ways": (_MISSING,)}, Outcome.NOT_FOUND, None),
        ({"problems_of_ways": (_MISSING,)} | _SHOWN, Outcome.COMPLETE, None),
        ({"problems_of_ways": (_MISSING,)} | _UNCHANGED, Outcome.UNCHANGED, None),
        ({"problems_of_ways": (_TIMEOUT,)} | _SHOWN, Outcome.PARTIAL, Reason.TIMEOUT),
        ({"problems_of_ways": (_TIMEOUT,), "is_complete": True} | _SHOWN, Outcome.COMPLETE, None),
    ],
)
def test_how_a_visit_ended(told: dict[str, Any], outcome: Outcome, reason: Reason | None) -> None:
    visit = _visit(**told)
    assert (visit.outcome, visit.reason, visit.is_cut) == (outcome, reason, False)


@pytest.mark.parametrize("shown", [{}, _SHOWN])
def test_a_spent_budget_is_what_a_visit_is_told_by(shown: dict[str, int]) -> None:
    visit = _visit(problems=(_BUDGET,), **shown)
    assert (visit.outcome, visit.reason, visit.is_cut) == (Outcome.PARTIAL, Reason.BUDGET_SPENT, True)
    assert _visit(problems=(_TIMEOUT, _BUDGET)).outcome == Outcome.PARTIAL
    visit = _visit(problems=(_TIMEOUT, _BUDGET), **_SHOWN)
    assert visit.reason == Reason.BUDGET_SPENT
    assert visit.message == "Read in part: The budget is spent. (2 requests ended badly in all.)"
    assert _visit(problems=(_BUDGET,), **_SHOWN).message == "Read in part: The budget is spent."


@pytest.mark.parametrize(
    ("problems", "told"),
    [((), _ROBOTS), ((_MISSING,), _ROBOTS), ((_STRANGE,), _ROBOTS), ((_TIMEOUT,), _TIMEOUT), ((_WALL,), _WALL)],
)
def test_a_closed_door_is_told_where_the_way_round_it_led_nowhere(problems: tuple[Problem, ...], told: Problem) -> None:
    assert _visit(detours=(_ROBOTS,), problems=problems).outcome == told.outcome


def test_a_closed_door_that_was_gone_round_is_no_news() -> None:
    assert _visit(detours=(_ROBOTS,), **_SHOWN).outcome == Outcome.COMPLETE
    assert _visit(detours=(_ROBOTS,), problems=(_MISSING,), **_SHOWN).message == "Read in part: There is no such page."


def test_an_expected_wall_is_told_in_its_own_words_and_another_with_the_way_in() -> None:
    wall = Visit(outcome=Outcome.LOGIN_WALL, reason=Reason.NO_PUBLIC_PREVIEW, message="Nothing is public there.")
    expected = _visit(platform=Platform.X, wall=wall, problems=(_WALL,))
    assert (expected.outcome, expected.reason, expected.message) == (wall.outcome, wall.reason, wall.message)
    other = _visit(platform=Platform.X, wall=wall, problems=(_ROBOTS,))
    way = way_in(Platform.X)
    assert other.message == f"Its robots.txt forbids it; what works now: {way}."
    for_a_reason = Problem(Outcome.LOGIN_WALL, Reason.TOKEN_EXPIRED, "The token expired.")
    given = _visit(platform=Platform.X, wall=wall, problems=(for_a_reason,))
    assert (given.reason, given.message) == (
        Reason.TOKEN_EXPIRED,
        f"The token expired; what works now: {way}.",
    )
    assert _visit(platform=Platform.X, wall=wall, problems=(_TIMEOUT,)).message == _TIMEOUT.message
    assert _visit(platform=Platform.X, problems=(_ROBOTS,)).message == _ROBOTS.message


def test_what_was_seen_is_told_with_its_ways_its_reach_and_each_remark_once() -> None:
    assert _visit(**_SHOWN, post_count=1).message == "Saw 1 post."
    seen = _visit(
        **_SHOWN,
        post_count=2,
        walked=(Way.FEED, Way.SITEMAP),
        oldest_at=datetime(2026, 3, 1, tzinfo=UTC),
        remarks=("Counts are hidden.", "Counts are hidden."),
    )
    assert seen.message == "Saw 2 posts by its feed and its sitemap, back to 2026-03-01. Counts are hidden."
    assert _visit(**_SHOWN, survey="Posts are found by its feed.").message == "Posts are found by its feed."


@pytest.mark.parametrize(("told", "outcome"), [(_SHOWN, Outcome.COMPLETE), (_UNCHANGED, Outcome.UNCHANGED)])
def test_an_account_that_moved_is_followed_by_a_command(told: dict[str, int], outcome: Outcome) -> None:
    visit = _visit(**told, moved_to="https://kettle.example/new place")
    assert (visit.outcome, visit.reason) == (outcome, Reason.MOVED)
    assert visit.message.endswith("rivalscope rename https://kettle.example/ 'https://kettle.example/new place'")
