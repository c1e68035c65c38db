"""What a plan asks for, given what is known."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from attrs import evolve, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Platform
from crawler.looks import Growth, comparison_age, is_due, look_ages
from crawler.plan import CrawlPlan, ListedAccount, PlanError, estimate, make_plan
from crawler.platforms import FACTS

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


@frozen(kw_only=True)
class Post:
    native_id: str = "1"
    url: str | None = None
    role: str = "original"
    published_at: datetime | None = None
    observed_at: datetime = NOW


@frozen(kw_only=True)
class Stamp:
    url: str
    fetched_at: datetime
    etag: str | None = '"x"'
    last_modified: str | None = None


@frozen(kw_only=True)
class Facts:
    account_key: str
    native_account_id: str | None = None
    software: str | None = None
    last_complete_at: datetime | None = None
    last_outcome: str | None = None
    last_reason: str | None = None
    last_message: str | None = None
    was_cut: bool = False
    known_posts: tuple[Post, ...] = ()
    validators: tuple[Stamp, ...] = ()
    looked_at: tuple[str, ...] = ()
    dead_ends: tuple[str, ...] = ()
    growth: Mapping[int, float] = field(factory=dict)


@frozen(kw_only=True)
class Host:
    host: str
    retry_after_at: datetime | None = None
    error_streak: int | None = None
    crawl_delay_seconds: float | None = None
    extra: str = field(default="")


def listed(key: str, platform: Platform = Platform.MASTODON, host: str = "m.example") -> ListedAccount:
    return ListedAccount(account_key=key, platform=platform, host=host, handle=key, url=key, company=key.title())


def seen(age_hours: float, observed_age_hours: float, role: str = "original") -> Post:
    published = NOW - timedelta(hours=age_hours)
    return Post(role=role, published_at=published, observed_at=published + timedelta(hours=observed_age_hours))


@pytest.mark.parametrize(
    ("age", "observed", "expected"),
    [
        (11, 1, False),
        (13, 1, True),
        (13, 12.5, False),
        (40, 13, True),
        (73, 60, True),
        (100, 80, False),
        (2_000, 780, False),
    ],
)
def test_a_post_is_due_when_it_crossed_an_age_since_it_was_seen(age: float, observed: float, expected: bool) -> None:
    assert is_due(Platform.MASTODON, seen(age, observed), NOW) is expected


@pytest.mark.parametrize(
    ("role", "expected"), [("original", True), ("quote", True), ("reply", False), ("repost", False)]
)
def test_only_own_posts_are_looked_at_again(role: str, expected: bool) -> None:
    assert is_due(Platform.BLUESKY, seen(40, 1, role), NOW) is expected


def test_a_post_without_a_date_is_never_due() -> None:
    assert not is_due(Platform.WEB, Post(published_at=None), NOW)


@pytest.mark.parametrize("platform", [Platform.MASTODON, Platform.INSTAGRAM, Platform.WEB])
@given(phase=st.floats(min_value=0, max_value=24))
def test_a_crawl_a_day_sees_each_post_before_and_after_the_comparison_age(platform: Platform, phase: float) -> None:
    """method.md 2: an observation in [T/2, T) and one in [T, 2T], whatever hour a post appears."""
    target = comparison_age(platform)
    published = NOW - timedelta(days=60)
    observed: list[float] = []
    for day in range(60):
        age = phase + 24 * day
        post = Post(published_at=published, observed_at=published + timedelta(hours=observed[-1] if observed else 0))
        if not observed or is_due(platform, post, published + timedelta(hours=age)):
            observed.append(age)
    assert any(target / 2 <= age < target for age in observed)
    assert any(target <= age <= 2 * target for age in observed)
    assert len(observed) <= 7


STILL = Growth(dict.fromkeys(range(12), 0.0))
FAST = Growth(dict.fromkeys(range(12), 1.0))


@pytest.mark.parametrize(
    ("age", "observed", "growth", "expected"),
    [
        # without growth only the looks around the age of comparison are worth it
        (30, 1, STILL, False),
        (60, 40, STILL, True),
        (75, 60, STILL, True),
        (200, 80, STILL, False),
        (200, 80, Growth(), True),
        # a post that has grown by half and more is looked at between the set ages, too
        (130, 74, FAST, True),
        (80, 74, FAST, False),
        (130, 74, Growth(), False),
        # what was seen of older posts bounds what is older still
        (1_000, 200, Growth({6: 0.1, 7: 0.01}), False),
    ],
)
def test_looks_follow_how_an_accounts_posts_grow(age: float, observed: float, growth: Growth, expected: bool) -> None:
    assert is_due(Platform.MASTODON, seen(age, observed), NOW, growth) is expected


@given(st.floats(1, 3_000), st.floats(1, 3_000), st.dictionaries(st.integers(0, 11), st.floats(0, 5)))
def test_growth_over_two_spans_is_that_of_both(first: float, second: float, slopes: dict[int, float]) -> None:
    growth = Growth(slopes)
    at = sorted((1.0, first, second))
    whole, parts = growth.between(at[0], at[2]), (growth.between(at[0], at[1]), growth.between(at[1], at[2]))
    if whole is not None:
        assert sum(part or 0 for part in parts) == pytest.approx(whole)


def test_late_looks_at_posts_of_one_day_are_spread() -> None:
    published = NOW - timedelta(hours=190)
    posts = [
        Post(native_id=f"{number}", published_at=published, observed_at=published + timedelta(hours=80))
        for number in range(200)
    ]
    due = [
        sum(is_due(Platform.MASTODON, post, published + timedelta(hours=hours)) for post in posts)
        for hours in (167, 172, 182, 194)
    ]
    assert due[0] == 0
    assert 20 < due[1] < due[2] < due[3] == 200


def test_what_takes_more_than_half_of_a_hosts_requests_waits_and_the_urgent_goes_first() -> None:
    others = [seen(400, 100) for _ in range(30)]
    at_comparison = [seen(700, 600) for _ in range(5)]
    posts = tuple(evolve(post, native_id=f"{number}") for number, post in enumerate([*others, *at_comparison]))
    account = listed("a", Platform.WEB, "a.example")
    (planned,) = make_plan([account], [Facts(account_key="a", known_posts=posts)], now=NOW, page_budget=20).accounts
    due = {post.native_id for post in planned.known_posts if post.is_due}
    assert len(due) == 10
    assert due >= {f"{number}" for number in range(30, 35)}


def test_whoever_was_cut_comes_first_then_who_was_never_seen_whole() -> None:
    facts = [
        Facts(account_key="whole", last_complete_at=NOW - timedelta(days=1)),
        Facts(account_key="cut", was_cut=True, last_complete_at=NOW - timedelta(days=9)),
        Facts(account_key="broken off"),
    ]
    plan = make_plan([listed("whole"), listed("new"), listed("broken off"), listed("cut")], facts, now=NOW)
    assert [account.account_key for account in plan.accounts] == ["cut", "new", "broken off", "whole"]


def test_the_ages_are_those_at_which_posts_are_compared() -> None:
    """The crawler opens no database; the analysis keeps the same ages in a seed."""
    with (ROOT / "analysis" / "seeds" / "platforms.csv").open(encoding="utf-8", newline="") as file:
        compared = {row["platform"]: int(row["compare_age_hours"]) for row in csv.DictReader(file)}
    assert {platform.value for platform in Platform} <= compared.keys()
    for platform in Platform:
        assert compared[platform] in look_ages(platform)
        assert compared[platform] / 2 in look_ages(platform)


def test_crawler_and_analysis_agree_on_who_is_walled() -> None:
    with (ROOT / "analysis" / "seeds" / "platforms.csv").open(encoding="utf-8", newline="") as file:
        walled = {row["platform"] for row in csv.DictReader(file) if row["is_walled"] == "true"}
    assert walled == {platform.value for platform, facts in FACTS.items() if facts.is_walled}


def test_known_posts_are_those_since_the_horizon_newest_first() -> None:
    posts = (
        seen(24 * 90, 1),
        Post(native_id="b", published_at=NOW - timedelta(days=3)),
        Post(native_id="a", published_at=NOW),
    )
    plan = make_plan([listed("a")], [Facts(account_key="a", known_posts=posts)], now=NOW, horizon_days=84)
    (account,) = plan.accounts
    assert account.horizon_at == NOW - timedelta(days=84)
    assert [post.native_id for post in account.known_posts] == ["a", "b"]


def test_a_validator_counts_only_when_the_visit_behind_it_was_whole() -> None:
    whole = NOW - timedelta(days=2)
    stamps = (
        Stamp(url="http://m.example/old", fetched_at=whole - timedelta(minutes=1)),
        Stamp(url="http://m.example/interrupted", fetched_at=NOW - timedelta(days=1)),
        Stamp(url="http://m.example/none", fetched_at=whole, etag=None),
    )
    plan = make_plan([listed("a")], [Facts(account_key="a", last_complete_at=whole, validators=stamps)], now=NOW)
    assert [each.url for each in plan.accounts[0].validators] == ["http://m.example/old"]
    never = make_plan([listed("a")], [Facts(account_key="a", validators=stamps)], now=NOW)
    assert never.accounts[0].validators == ()


def test_the_plan_survives_its_file() -> None:
    facts = Facts(
        account_key="a",
        native_account_id="did:x",
        last_complete_at=NOW,
        known_posts=(seen(40, 1),),
        validators=(Stamp(url="u", fetched_at=NOW),),
    )
    hosts = [Host(host="m.example", retry_after_at=NOW + timedelta(hours=1), error_streak=2, crawl_delay_seconds=4.0)]
    plan = make_plan(
        [listed("a")],
        [facts],
        hosts,
        now=NOW,
        contact="mail@x.example",
        own_hosts=["127.0.0.1:1"],
        base_urls={"bluesky": "http://b"},
    )
    assert CrawlPlan.from_json(plan.to_json()) == plan
    # a field of a later version is no obstacle
    values = json.loads(plan.to_json())
    values["later"] = 1
    values["accounts"][0]["later"] = 1
    assert CrawlPlan.from_json(json.dumps(values)) == plan


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"now": 1}',
        '{"crawl_id": "x", "now": "2026-01-01T00:00:00Z", "accounts": [{"platform": "orkut"}]}',
    ],
)
def test_a_plan_that_cannot_be_read_says_so_in_one_sentence(text: str) -> None:
    with pytest.raises(PlanError) as error:
        CrawlPlan.from_json(text)
    assert str(error.value).startswith("the plan ")
    assert "\n" not in str(error.value)


def test_an_estimate_counts_what_is_due_and_what_is_likely_new() -> None:
    posts = tuple(
        Post(
            native_id=str(day), published_at=NOW - timedelta(days=day), observed_at=NOW - timedelta(days=day, hours=-1)
        )
        for day in range(1, 85)
    )
    day_ago = NOW - timedelta(days=1)
    accounts = [listed("blog", Platform.WEB, "blog.example"), listed("own", Platform.WEB, "127.0.0.1:1"), listed("new")]
    accounts.append(listed("bsky", Platform.BLUESKY, ""))
    facts = [
        Facts(account_key="blog", known_posts=posts, last_complete_at=day_ago),
        Facts(account_key="own", known_posts=posts, last_complete_at=day_ago),
    ]
    hosts = [Host(host="blog.example", crawl_delay_seconds=30.0)]
    plan = make_plan(
        accounts, facts, hosts, now=NOW, own_hosts=["127.0.0.1:1"], base_urls={"bluesky": "http://127.0.0.1:1"}
    )
    found = {each.account_key: each for each in estimate(plan)}
    due = sum(post.is_due for each in plan.accounts if each.account_key == "blog" for post in each.known_posts)
    assert found["blog"].request_count == 2 + 1 + due
    assert found["blog"].minutes == pytest.approx(found["blog"].request_count / 2)
    assert found["own"].minutes == 0
    assert found["bsky"].minutes == 0, "its API is served by a host of one's own"
    assert found["new"].is_first_visit
