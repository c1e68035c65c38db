"""Which posts a rhythm reads at the age of comparison, held against a simulation of the crawl plan's own rule."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.config import ConfigError, parse_config
from crawler.items import Platform
from crawler.looks import comparison_age, is_due
from crawler.rhythm import DAY_MINUTES, WEEK_MINUTES, Rhythm, reach, without_hours_off

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
PLATFORMS = (Platform.MASTODON, Platform.REDDIT, Platform.WEB)
DAILY = parse_config("").rhythm


class Seen(NamedTuple):
    """A post as the plan knows it."""

    native_id: str
    url: str | None
    role: str
    published_at: datetime
    observed_at: datetime


def weekly(hour: int = 7) -> Rhythm:
    return Rhythm(zone="UTC", collect=(), tell_weekday=0, tell=time(hour))


def looked_at(visits: tuple[int, ...], published: int, platform: Platform, horizon_days: int) -> list[float]:
    """Ages in hours at which a post is looked at, by going through every visit of the weeks that follow."""
    published_at = MONDAY + timedelta(minutes=published)
    ages: list[float] = []
    post: Seen | None = None
    for week in range(horizon_days // 7 + 2):
        for visit in visits:
            now = MONDAY + timedelta(minutes=visit, weeks=week)
            if now < published_at or now - published_at > timedelta(days=horizon_days):
                continue
            if post is None or is_due(platform, post, now):
                post = Seen("1", None, "original", published_at, now)
                ages.append((now - published_at) / timedelta(hours=1))
    return ages


@settings(max_examples=40, deadline=None)
@given(
    visits=st.sets(st.integers(0, WEEK_MINUTES - 1), min_size=1, max_size=14).map(lambda found: tuple(sorted(found))),
    published=st.integers(0, WEEK_MINUTES - 1),
    platform=st.sampled_from(PLATFORMS),
    horizon_days=st.sampled_from((14, 28, 30, 84)),
)
def test_one_post_fares_as_the_plans_own_rule_says(
    visits: tuple[int, ...], published: int, platform: Platform, horizon_days: int
) -> None:
    age = comparison_age(platform)
    ages = looked_at(visits, published, platform, horizon_days)
    mature = [each for each in ages if each >= age]
    is_between = any(age / 2 <= each < age for each in ages) and any(age <= each <= 2 * age for each in ages)
    fate = "left_out" if not mature else "at_age" if is_between else "later"
    found = reach(visits, age, horizon_days, published=(published,))
    assert getattr(found, fate) == 1.0
    if fate == "later":
        assert found.hours_late == pytest.approx(mature[0] - age)


@settings(max_examples=25, deadline=None)
@given(
    visits=st.sets(st.integers(0, WEEK_MINUTES - 1), max_size=10),
    more=st.sets(st.integers(0, WEEK_MINUTES - 1), max_size=10),
    age=st.sampled_from((72, 168, 672)),
)
def test_shares_are_a_whole_and_another_visit_never_loses_a_post(visits: set[int], more: set[int], age: int) -> None:
    few, many = (reach(tuple(sorted(each)), age, 84) for each in (visits, visits | more))
    for each in (few, many):
        assert each.at_age + each.later + each.left_out == pytest.approx(1.0)
    assert many.at_age >= few.at_age
    assert many.left_out <= few.left_out


@pytest.mark.parametrize("platform", PLATFORMS)
def test_once_a_day_reads_every_post_at_its_age(platform: Platform) -> None:
    assert reach(DAILY.visits(), comparison_age(platform), 84).at_age == 1.0


def test_once_a_week_reads_no_post_at_three_days_half_at_seven_and_all_at_twenty_eight() -> None:
    shares = [reach(weekly().visits(), comparison_age(platform), 84).at_age for platform in PLATFORMS]
    assert shares == [0.0, pytest.approx(0.5, abs=0.001), 1.0]


def test_a_short_horizon_leaves_old_comparisons_out() -> None:
    assert reach(DAILY.visits(), 672, 21).left_out == 1.0
    assert reach(DAILY.visits(), 72, 21).left_out == 0.0


def test_a_laptop_that_is_off_at_night_loses_what_nobody_makes_up() -> None:
    night = (time(22), time(8))
    made_up = without_hours_off(DAILY.visits(), night, is_made_up=True)
    assert made_up == tuple(day * DAY_MINUTES + 8 * 60 for day in range(7))
    assert reach(made_up, 72, 84).at_age == 1.0
    lost = without_hours_off(DAILY.visits(), night, is_made_up=False)
    assert lost == ()
    assert reach(lost, 72, 84).left_out == 1.0
    day = without_hours_off(DAILY.visits(), (time(9), time(17)), is_made_up=False)
    assert day == DAILY.visits()


@pytest.mark.parametrize("hours", [1, 30, 200])
def test_the_next_brief_is_a_monday_at_seven_there_whatever_the_clocks_do(hours: int) -> None:
    rhythm = parse_config('timezone = "Europe/Berlin"').rhythm
    # clocks are put back on 25 October 2026
    now = datetime(2026, 10, 19, 5, 30, tzinfo=UTC) + timedelta(hours=hours)
    found = rhythm.next_tell(now)
    assert (found.weekday(), found.hour, found.minute) == (0, 7, 0)
    assert timedelta(0) < found.astimezone(UTC) - now <= timedelta(days=7, hours=1)
    collect = rhythm.next_collect(now)
    assert collect is not None
    assert (collect.hour, collect.minute) == (5, 0)
    assert timedelta(0) < collect.astimezone(UTC) - now <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('collect = ["25:00"]', 'write it like "05:00"'),
        ("collect = [5]", 'write it like "05:00"'),
        ('collect = "05:00"', "must be a list"),
        ('tell = "mnday 07:00"', "did you mean monday"),
        ('tell = "monday"', 'like "monday 07:00"'),
        ('tell = "monday 7 o\'clock"', 'write it like "05:00"'),
        ('colect = ["05:00"]', "did you mean collect?"),
    ],
)
def test_a_mistake_in_the_schedule_is_named_with_its_line(line: str, said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        parse_config(f"[schedule]\n{line}\n")
    assert "line 2" in str(refused.value)
    assert said in str(refused.value)


def test_the_schedule_is_read_as_written() -> None:
    rhythm = parse_config(
        'timezone = "Asia/Tokyo"\n[schedule]\ncollect = ["17:30", "5:00"]\ntell = "Friday 16:00"'
    ).rhythm
    assert rhythm == Rhythm(zone="Asia/Tokyo", collect=(time(5), time(17, 30)), tell_weekday=4, tell=time(16))


def test_a_list_with_times_of_its_own_is_visited_at_those_and_with_the_brief() -> None:
    lists = '[schedule.lists.coffee]\ncollect = ["12:00"]\n[schedule.lists.tea]\ncollect = []\n'
    account = '[[accounts]]\ncompany = "Acme"\nurl = "https://acme.example"\nlists = ["coffee", "tea", "all"]\n'
    rhythm = parse_config(lists + account).rhythm
    days = range(0, WEEK_MINUTES, DAY_MINUTES)
    assert set(rhythm.visits(["coffee"])) == {*(day + 720 for day in days), rhythm.tell_minute}
    assert set(rhythm.visits(["tea"])) == {rhythm.tell_minute}
    assert rhythm.visits(["tea", "coffee"]) == rhythm.visits(["coffee"])
    assert rhythm.visits(["all"]) == rhythm.visits() == DAILY.visits()


def test_times_of_a_list_without_accounts_are_said_and_set_nothing_up() -> None:
    account = '[[accounts]]\ncompany = "Acme"\nurl = "https://acme.example"\nlists = ["coffee"]\n'
    config = parse_config(f'[schedule.lists.cofee]\ncollect = ["12:00"]\n{account}')
    assert config.rhythm.lists == {}
    (sentence,) = config.empty_schedules
    assert sentence.endswith("no account is in the list 'cofee'; did you mean coffee?")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[schedule.lists.coffee]", "[schedule.lists.coffee] has no collect; add: collect"),
        ('[schedule.lists.coffee]\ncolect = ["05:00"]\ncollect = []', "line 2: unknown key 'colect'"),
        ('[schedule.lists.coffee]\ncollect = ["5"]', 'write it like "05:00"'),
    ],
)
def test_a_mistake_in_the_times_of_a_list_is_named_with_its_line(table: str, said: str) -> None:
    account = '[[accounts]]\ncompany = "Acme"\nurl = "https://acme.example"\nlists = ["coffee"]\n'
    with pytest.raises(ConfigError) as refused:
        parse_config(f"{table}\n{account}")
    assert said in str(refused.value)
