"""Trends and shares compare only who was present in both periods, and the week the list changed is marked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, Written

pytestmark = pytest.mark.method
TARGETS = (
    "marts.company_weeks",
    "marts.league",
    "marts.list_changes",
    "marts.presence",
    "marts.share_of_voice",
    "marts.weekly_trends",
)
FIRST = datetime(2026, 9, 7, 12, tzinfo=UTC)
"""Noon of a Monday, ten whole weeks before the running one."""


def week(number: int) -> date:
    """Monday of a week of the market."""
    return FIRST.date() + timedelta(weeks=number)


def daily(lab: Lab, account: str, weeks: range, *, likes: int, form: str = "text") -> list[Written]:
    return [
        lab.post(
            account,
            f"{account}-{number}-{day}",
            FIRST + timedelta(weeks=number, days=day),
            format=form,
            text=None,
            seen=[lab.seen(80, likes, 0, 0)],
        )
        for number in weeks
        for day in range(7)
    ]


@pytest.fixture(scope="module")
def market(lab: Lab) -> Built:
    """Alder and Birch all the time; Cedar from week 5; Elm taken off in week 5; Fir added in week 7 with all its past.

    Grove was not looked at after week 4; Dogwood posts once in three weeks, first in week 1.
    """
    posts = [
        *daily(lab, "alder", range(10), likes=10),
        *daily(lab, "birch", range(5), likes=30, form="image"),
        *daily(lab, "birch", range(5, 10), likes=20, form="text"),
        *daily(lab, "cedar", range(5, 10), likes=50),
        *daily(lab, "elm", range(10), likes=900),
        *daily(lab, "fir", range(10), likes=40),
        *daily(lab, "grove", range(4), likes=5),
    ]
    posts += [
        lab.post(
            "dogwood",
            f"dogwood-{n}",
            FIRST + timedelta(weeks=n),
            text=None,
            seen=[lab.seen(80, 0, 0, 0), lab.seen(200, 0, 0, 0)],
        )
        for n in (1, 4, 7, 9)
    ]
    return lab.build(
        lab.world(
            posts,
            removed={"elm"},
            noted_at={"elm": FIRST + timedelta(weeks=5, days=2), "fir": FIRST + timedelta(weeks=7, days=1)},
        )
    )


def test_the_weeks_in_which_companies_came_or_went_are_marked(market: Built) -> None:
    rows = market.rows("from marts.list_changes order by week_start_date")
    assert [(row["week_start_date"], row["came"], row["went"]) for row in rows] == [
        (week(4), [], ["Grove"]),
        (week(5), ["Cedar"], ["Elm"]),
        (week(7), ["Fir"], []),
    ]
    for mart in ("weekly_trends", "share_of_voice"):
        marked = market.rows(f"select distinct week_start_date, came, went from marts.{mart} where is_list_changed")
        assert sorted((row["week_start_date"], row["came"], row["went"]) for row in marked) == [
            (row["week_start_date"], row["came"], row["went"]) for row in rows
        ]


def test_who_is_present_is_who_was_seen_in_all_of_the_week(market: Built) -> None:
    rows = market.rows(
        "select company, list(week_start_date order by week_start_date) as weeks from marts.company_weeks group by all"
    )
    present = {row["company"]: row["weeks"] for row in rows}
    whole = [week(number) for number in range(10)]
    assert (
        present
        == {
            "Alder": whole,
            "Birch": whole,
            "Cedar": whole[6:],  # its known posts begin at noon of the Monday of week 5
            "Dogwood": whole,  # one post in three weeks, so that a week of silence says nothing
            "Fir": whole,
            "Grove": whole[:4],
        }
    )


def test_a_share_changes_only_among_those_present_in_both_weeks(market: Built) -> None:
    rows = market.rows("from marts.share_of_voice order by week_start_date, company")
    found = {(row["company"], row["week_start_date"]): row for row in rows}
    # Alder 70 a week, Birch 210 and then 140, Fir 280, Cedar 350, Grove 35
    assert found["Alder", week(5)]["engagement_share"] == pytest.approx(70 / (70 + 140 + 280 + 350))
    assert found["Alder", week(5)]["engagement_share_change"] == pytest.approx(70 / 490 - 70 / 560)
    assert found["Birch", week(5)]["engagement_share_change"] == pytest.approx(140 / 490 - 210 / 560)
    assert found["Cedar", week(5)]["engagement_share_change"] is None
    assert found["Cedar", week(6)]["engagement_share_change"] is None
    assert found["Cedar", week(7)]["engagement_share_change"] == pytest.approx(0)
    assert found["Alder", week(6)]["engagement_share_change"] == pytest.approx(0)
    assert found["Alder", week(4)]["engagement_share_change"] == pytest.approx(0)
    assert found["Alder", week(0)]["engagement_share_change"] is None


def test_a_trend_changes_only_among_those_present_in_both_weeks(market: Built) -> None:
    def trend(dimension: str, level: str, number: int) -> dict[str, Any]:
        (row,) = market.rows(
            f"from marts.weekly_trends where dimension = '{dimension}' and level = '{level}' "
            f"and week_start_date = '{week(number)}'"
        )
        return row

    everything = trend("all", "all", 5)
    assert (everything["post_count"], everything["account_count"]) == (28, 4)
    # Alder, Birch and Fir 7 each in both weeks; Dogwood one post in week 4 and none in week 5
    assert everything["post_count_change"] == -1
    assert everything["share_of_posts_change"] == pytest.approx(0)
    text = trend("format", "text", 5)
    assert text["share_of_posts"] == pytest.approx(1)
    assert text["share_of_posts_change"] == pytest.approx(1 - 15 / 22)
    assert text["post_count_change"] == 21 - 15
    # Grove was there in week 3, not in week 4
    assert trend("all", "all", 4)["post_count_change"] == 1
    assert trend("all", "all", 0)["post_count_change"] is None


def test_the_league_compares_whole_weeks_of_those_who_were_there_throughout(market: Built) -> None:
    league = {row["company"]: row for row in market.rows("from marts.league where platform = 'mastodon'")}
    last, before = {"Alder": 280, "Birch": 560, "Fir": 1120}, {"Alder": 280, "Birch": 770, "Fir": 1120}
    for company, engagement in last.items():
        row = league[company]
        share = engagement / sum(last.values())
        assert row["engagement_share_4w"] == pytest.approx(share)
        assert row["engagement_share_change_4w"] == pytest.approx(share - before[company] / sum(before.values()))
        assert (row["post_count_last_week"], row["post_count_previous_4w_per_week"]) == (7, 7)
        assert row["came_week"] is None
    cedar = league["Cedar"]
    assert (cedar["engagement_share_4w"], cedar["engagement_share_change_4w"]) == (None, None)
    assert (cedar["post_count_last_week"], cedar["post_count_previous_4w_per_week"]) == (7, None)
    assert cedar["came_week"] == week(5)
    assert "Elm" not in league


def test_over_all_platforms_a_company_is_compared_where_it_was_throughout(lab: Lab) -> None:
    """Birch opens a second place in week 6: its change is that of the first."""
    posts = [*daily(lab, "alder", range(10), likes=10), *daily(lab, "birch", range(10), likes=30)]
    posts += [
        lab.post(
            "birch.video",
            f"video-{day}",
            FIRST + timedelta(weeks=6, days=day),
            platform="bluesky",
            text=None,
            seen=[lab.seen(80, 500, 0, 0)],
        )
        for day in range(28)
    ]
    posts += [
        lab.post(
            "alder.sky",
            f"sky-{day}",
            FIRST + timedelta(days=day),
            platform="bluesky",
            text=None,
            seen=[lab.seen(80, 1, 0, 0)],
        )
        for day in range(70)
    ]
    built = lab.build(lab.world(posts, companies={"birch.video": "Birch", "alder.sky": "Alder"}))
    league = {row["company"]: row for row in built.rows("from marts.league where platform = 'all'")}
    assert league["Birch"]["engagement_share_4w"] == pytest.approx(840 / (840 + 280 + 28))
    assert league["Birch"]["engagement_share_change_4w"] == pytest.approx(0)
    assert league["Birch"]["post_count_previous_4w_per_week"] is None
    assert league["Birch"]["post_count"] == 98


def test_weeks_are_those_of_the_configured_zone(lab: Lab) -> None:
    """23:30 UTC on a Sunday is Monday in Tokyo: the account's posts begin in the new week there."""
    sunday = FIRST + timedelta(weeks=4, days=6, hours=11, minutes=30)
    posts = [
        *daily(lab, "alder", range(10), likes=10),
        *(
            lab.post("birch", f"b{day}", sunday + timedelta(days=day), text=None, seen=[lab.seen(80, 1, 0, 0)])
            for day in range(28)
        ),
    ]
    world = lab.world(posts)
    for zone, number in (("UTC", 4), ("Asia/Tokyo", 5)):
        rows = lab.build(world, timezone=zone).rows("from marts.list_changes where len(came) > 0")
        assert [(row["week_start_date"], row["came"]) for row in rows] == [(week(number), ["Birch"])]


def test_a_complete_visit_reaches_back_twelve_weeks(lab: Lab) -> None:
    """Without it Cedar would seem to come in week 5; the visit saw that it had posted nothing before."""
    posts = [*daily(lab, "alder", range(10), likes=10), *daily(lab, "cedar", range(5, 10), likes=10)]
    world = lab.world(posts)
    at = FIRST + timedelta(weeks=7)
    world.visits = [
        {
            "crawl_id": "one",
            "account_id": world.account_id("mastodon", account),
            "outcome": "complete",
            "page_count": 1,
            "post_count": 9,
            "is_cut": False,
            "observed_at": at,
        }
        for account in ("alder", "cedar")
    ]
    built = lab.build(world)
    assert built.rows("from marts.list_changes") == []
    (row,) = built.rows("from marts.presence where company = 'Cedar'")
    assert row["present_from"] == row["data_from"] == at - timedelta(weeks=12)
