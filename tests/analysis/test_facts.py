"""What a plan is made from: known posts, validators, cut visits and hosts, read from the published snapshot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from analysis.build import build
from analysis.facts import Facts, plan_facts

if TYPE_CHECKING:
    from tests.analysis.conftest import Project

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
KEY = "https://social.example/@acorn"


def facts_of(project: Project, root: Path, **options: Any) -> Facts:
    project.load()
    build(project.warehouse, project.snapshot, now=NOW + timedelta(days=1), root=root)
    return plan_facts(project.snapshot, now=NOW + timedelta(days=1), **options)


def test_without_a_snapshot_nothing_is_known(tmp_path: Path) -> None:
    assert plan_facts(tmp_path / "rivalscope.duckdb", now=NOW) == Facts()


def test_posts_since_the_horizon_with_their_observations(project: Project, staging_root: Path) -> None:
    project.land(
        project.post("new"),
        project.metrics("new", 1),
        project.metrics("new", 2, minutes=60),
        project.post("uncounted", published_at="2026-11-21T00:00:00Z", role="repost"),
        project.post("undated", published_at=None),
        project.post("old", published_at="2026-01-01T00:00:00Z"),
    )
    [account] = facts_of(project, staging_root, horizon_days=84).accounts
    assert account.account_key == KEY
    assert [(post.native_id, post.role, post.observed_at, post.observation_times) for post in account.known_posts] == [
        ("uncounted", "repost", NOW, ()),
        ("new", "original", NOW + timedelta(hours=1), (NOW, NOW + timedelta(hours=1))),
        ("undated", "original", NOW, ()),
    ]
    assert account.known_posts[1].url == "https://social.example/@acorn/new"
    assert account.known_posts[1].published_at == NOW - timedelta(days=3)


def test_a_post_that_is_gone_is_known_no_more_until_it_is_seen_again(project: Project, staging_root: Path) -> None:
    project.land(
        project.post("gone"),
        project.metrics("gone", 1),
        project.record("absence", native_id="gone", kind="gone"),
        project.post("back"),
        project.record("absence", native_id="back", kind="unlisted", minutes=5),
        project.metrics("back", 2, minutes=10),
    )
    [account] = facts_of(project, staging_root).accounts
    assert [post.native_id for post in account.known_posts] == ["back"]


def test_an_article_that_counts_at_another_site_is_known_at_both(project: Project, staging_root: Path) -> None:
    address = "https://blog.acorn.example/a"
    hosts = ("acorn.example", "blog.acorn.example")
    entry = {"platform": "web", "company": "Acorn", "is_own": False, "lists": [], "state": "active"}
    named = [
        {"account_key": f"https://{host}/", "url": f"https://{host}/", "host": host, "handle": host} for host in hosts
    ]
    project.load(accounts=[entry | each for each in named])
    for host in hosts:
        site = {"account_key": f"https://{host}/", "platform": "web", "host": host, "account": host}
        shown = project.post(address, url=address, **site)
        project.land(shown, project.metrics(address, 3, minutes=len(host), **site), name=f"{host}.jsonl")
    found = {account.account_key: account.known_posts for account in facts_of(project, staging_root).accounts}
    assert project.one("select count(*) from staging.stg_post_keys", project.snapshot) == 1
    [at_www], [at_blog] = found["https://acorn.example/"], found["https://blog.acorn.example/"]
    assert at_www == at_blog
    assert (at_www.native_id, at_www.observation_times) == (address, (NOW + timedelta(minutes=18),))
    # a snapshot of an older version counts both, and plans all the same
    with duckdb.connect(str(project.snapshot)) as connection:
        connection.execute("drop table staging.stg_doubled_posts")
    assert len(plan_facts(project.snapshot, now=NOW + timedelta(days=1)).accounts) == 2


def test_the_newest_whole_answer_gives_the_validators(project: Project, staging_root: Path) -> None:
    def page(url: str, minutes: int, status: int = 200, **fields: Any) -> dict[str, Any]:
        fetched_at = (NOW + timedelta(minutes=minutes)).isoformat()
        return project.record("page", url=url, fetched_at=fetched_at, status=status, **fields)

    project.land(
        page("https://a.example/feed", 0, etag='"1"'),
        page("https://a.example/feed", 5, etag='"2"', last_modified="Sun, 22 Nov 2026 06:00:00 GMT"),
        page("https://a.example/feed", 9, status=304),
        page("https://a.example/plain", 0, etag='"x"'),
        page("https://a.example/plain", 5),
        page("https://a.example/broken", 5, status=500, etag='"no"'),
        page("https://a.example/ancient", -60 * 24 * 200, etag='"old"'),
    )
    [account] = facts_of(project, staging_root).accounts
    assert [(each.url, each.etag, each.last_modified) for each in account.validators] == [
        ("https://a.example/feed", '"2"', "Sun, 22 Nov 2026 06:00:00 GMT")
    ]


@pytest.mark.parametrize(
    ("visits", "was_cut", "last_complete_minutes"),
    [
        ([("complete", False)], False, 0),
        ([("complete", False), ("complete", True)], True, 0),
        ([("complete", True), ("unchanged", False)], False, 1),
        ([("complete", False), ("error", False)], False, 0),
        ([("partial", True)], True, None),
    ],
)
def test_the_newest_visit_says_whether_it_was_cut(
    project: Project,
    staging_root: Path,
    visits: list[tuple[str, bool]],
    was_cut: bool,
    last_complete_minutes: int | None,
) -> None:
    project.land(
        *(
            project.record("visit", outcome=outcome, is_cut=is_cut, minutes=n, crawl_id=f"c{n}")
            for n, (outcome, is_cut) in enumerate(visits)
        )
    )
    [account] = facts_of(project, staging_root).accounts
    assert account.was_cut == was_cut
    expected = None if last_complete_minutes is None else NOW + timedelta(minutes=last_complete_minutes)
    assert account.last_complete_at == expected


@pytest.mark.parametrize(
    ("visits", "last"),
    [
        ([("login_wall", None), ("error", "timeout"), ("robots_denied", "robots_unreachable")], ("login_wall", None)),
        ([("complete", "moved"), *[("error", "timeout")] * 30], ("complete", "moved")),
        ([("complete", None), ("error", "off_host"), ("partial", "interrupted")], ("error", "off_host")),
        ([("error", "timeout"), ("error", "dns_error")], ("error", "dns_error")),
    ],
)
def test_what_a_site_said_holds_however_often_nobody_was_reached_since(
    project: Project, staging_root: Path, visits: list[tuple[str, str | None]], last: tuple[str, str | None]
) -> None:
    project.land(
        *(
            project.record("visit", outcome=outcome, reason=reason, minutes=n, crawl_id=f"c{n}", message=f"Visit {n}.")
            for n, (outcome, reason) in enumerate(visits)
        )
    )
    [account] = facts_of(project, staging_root).accounts
    assert (account.last_outcome, account.last_reason) == last
    assert account.last_message == f"Visit {len(visits) - 1}."


def test_of_an_account_that_moved_only_what_is_on_its_new_server_is_asked_for(
    project: Project, staging_root: Path
) -> None:
    new = {"account_key": "https://new.example/@acorn", "host": "new.example"}
    listed = {"platform": "mastodon", "handle": "acorn", "company": "Acorn", "is_own": False, "lists": []}
    project.land(
        project.post("1"),
        project.record("profile", handle="acorn@social.example", native_account_id="7"),
        project.post("2", **new, url="https://new.example/@acorn/2"),
    )
    project.load(accounts=[{**listed, "account_key": KEY, "url": KEY, "host": "social.example"}])
    moved = {**listed, **new, "url": new["account_key"], "former_keys": [KEY]}
    project.load(accounts=[moved], now=NOW + timedelta(hours=1))
    facts = {account.account_key: account for account in facts_of(project, staging_root).accounts}
    assert project.rows("select count(*), count(distinct account_id) from staging.stg_posts", project.snapshot) == [
        (2, 1)
    ]
    there = facts[new["account_key"]]
    assert [post.native_id for post in there.known_posts] == ["2"]
    assert there.native_account_id is None


def test_the_newest_word_of_a_host_counts(project: Project, staging_root: Path) -> None:
    project.land(
        project.record("host", host="a.example", error_streak=4, retry_after_at="2026-11-22T09:00:00Z"),
        project.record("host", host="a.example", robots_state="allowed", error_streak=0, minutes=5),
        project.record("host", host="b.example", robots_state="unreachable", crawl_delay_seconds=7.5),
    )
    hosts = facts_of(project, staging_root).hosts
    assert [(h.host, h.robots_state, h.error_streak, h.retry_after_at, h.crawl_delay_seconds) for h in hosts] == [
        ("a.example", "allowed", 0, None, None),
        ("b.example", "unreachable", None, None, 7.5),
    ]


def test_a_changed_handle_knows_what_the_old_one_knew(project: Project, staging_root: Path) -> None:
    renamed = {"account_key": "https://social.example/@oak"}
    project.land(
        project.record("profile", native_account_id="77", handle="acorn@social.example"),
        project.post("1"),
        project.record("profile", native_account_id="77", handle="oak@social.example", minutes=9, **renamed),
    )
    facts = facts_of(project, staging_root)
    assert [(each.account_key, each.native_account_id, len(each.known_posts)) for each in facts.accounts] == [
        (KEY, "77", 1),
        ("https://social.example/@oak", "77", 1),
    ]


def test_what_was_looked_at_on_a_site_is_remembered_and_dead_ends_for_a_month(
    project: Project, staging_root: Path
) -> None:
    def page(url: str, days: int, status: int) -> dict[str, Any]:
        fetched_at = (NOW - timedelta(days=days)).isoformat()
        site = {"account_key": "https://a.example/", "platform": "web", "host": "a.example"}
        return project.record("page", url=url, fetched_at=fetched_at, status=status, **site)

    project.land(
        page("https://a.example/about", 80, 200),
        page("https://a.example/older", 95, 200),
        page("https://a.example/wp-json", 3, 401),
        page("https://a.example/once", 40, 404),
        page("https://a.example/back", 5, 404),
        page("https://a.example/back", 2, 200),
        page("https://a.example/broken", 2, 500),
        project.record("page", url="https://social.example/@acorn", fetched_at=NOW.isoformat(), status=200),
    )
    sites = {account.account_key: account for account in facts_of(project, staging_root).accounts}
    assert sites["https://a.example/"].looked_at == ("https://a.example/about", "https://a.example/back")
    assert sites["https://a.example/"].dead_ends == ("https://a.example/wp-json",)
    assert all(not account.looked_at for key, account in sites.items() if key != "https://a.example/")
