"""Week after week over the example market: what was published is what is known, once each, and what went is noticed.

Before the second week a handle changes, an account goes to another server, and a blog to another site; before the third
their links are changed, as the run said.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from bench.moving_market import MovingMarket, MovingServer
from crawler.items import Platform, Role
from crawler.market import misses, truth
from crawler.market.cast import BEST_BET, MYTH, OWN_COMPANY
from crawler.market.generator import HORIZON_WEEKS
from tests.end_to_end.conftest import OPENED_AT


@pytest.fixture(scope="module")
def shop(new_shop: Callable[..., Any]) -> Iterator[Any]:
    """After three weekly runs."""
    with MovingServer(MovingMarket(OPENED_AT)) as server:
        yield after_three_weeks(new_shop(server))


def after_three_weeks(shop: Any) -> Any:
    shop.first_told = shop.run("run", exit_code=20)
    shop.first_claims = claims(shop)
    shop.first_misses = misses(truth(shop.server), *found(shop))
    shop.first_findings = shop.ask("select kind, platform, level from marts.findings order by rank")
    shop.first_myth = shop.ask("select level from marts.myth")
    shop.first_page = (shop.folder / "briefs" / f"{shop.now:%G-W%V}.html").read_text(encoding="utf-8")
    shop.wait(weeks=1)
    moved_at = shop.now - timedelta(days=3)
    shop.server.market.move(renamed_at=moved_at, moved_at=moved_at, blog_moved_at=moved_at)
    shop.moved_told = " ".join(shop.run("run", exit_code=20).split())
    shop.seen_whole = shop.ask(
        """
        select company from marts.company_weeks
        where platform = 'mastodon' qualify week_start_date = max(week_start_date) over ()
        order by company
        """
    )
    shop.notices = shop.ask("select sentence from marts.notices")
    shop.followed = shop.server.renames()
    for old, new in shop.followed.items():
        shop.run("rename", old, new)
    shop.wait(weeks=1)
    shop.run("run")
    return shop


def found(shop: Any) -> tuple[list[dict[str, Any]], dict[str, int], list[dict[str, Any]]]:
    coverage = [
        {"url": url, "outcome": outcome} for url, outcome in shop.ask("select url, outcome from marts.coverage")
    ]
    horizon_at = shop.now - timedelta(weeks=HORIZON_WEEKS)
    posts = dict(
        shop.ask(
            f"""
            select coverage.url, count(*) from marts.posts
            inner join marts.coverage using (account_id)
            where posts.published_at >= '{horizon_at.isoformat()}'
            group by all
            """
        )
    )
    return coverage, posts, claims(shop)


def claims(shop: Any) -> list[dict[str, Any]]:
    columns = ("platform", "level", "verdict", "lift_low", "lift_high")
    rows = shop.ask(
        f"""
        select {", ".join(columns)} from marts.claims
        where dimension = 'format' and scope = 'general' and outcome = 'engagement'
        """
    )
    return [dict(zip(columns, row, strict=True)) for row in rows]


def test_one_visit_tells_the_truth(shop: Any) -> None:
    assert shop.first_misses == []


def test_the_run_says_who_could_not_be_seen(shop: Any) -> None:
    assert "brindlewick" in shop.first_told
    assert "signed-in" in shop.first_told


def test_a_wall_that_is_known_is_foretold_and_no_failure(shop: Any) -> None:
    """The later runs of the fixture ended with 0."""
    assert "the last visit ended as login_wall" in " ".join(shop.run("check").split())


def test_three_weeks_hold_every_post_once(shop: Any) -> None:
    ((rows, posts, keys),) = shop.ask(
        "select count(*), count(distinct post_id), count(distinct (platform, host, native_id)) from marts.posts"
    )
    assert rows == posts == keys
    since = shop.now - timedelta(weeks=HORIZON_WEEKS)
    known = dict(
        shop.ask(
            f"""
            select coverage.url, count(*) from marts.posts inner join marts.coverage using (account_id)
            where removed_at is null and posts.published_at >= '{since.isoformat()}'
            group by all
            """
        )
    )
    published: Counter[str] = Counter()
    for player in shop.server.market.cast:
        if not player.is_walled and player.platform != Platform.INSTAGRAM:
            link = shop.server.account_url(player)
            published[shop.followed.get(link, link)] += sum(
                post.published_at >= since for post in shop.server.market.posts(player)
            )
    assert {link: known.get(link) for link in published} == published


def test_where_accounts_went_is_said_with_the_command_that_follows_and_in_the_brief(shop: Any) -> None:
    """The third run of the fixture, after they were followed, ended with 0."""
    for old, new in list(shop.followed.items())[1:2]:
        assert f"rivalscope rename {old} {new}" in shop.moved_told
    assert "sends us on to quillmoor-journal.example" in shop.moved_told
    assert sorted("it moved to" in sentence for (sentence,) in shop.notices) == [False, True]
    assert shop.ask("select * from marts.notices") == []
    assert ("Grand Vantor",) not in shop.seen_whole
    assert ("Hollowfen Coffee",) in shop.seen_whole


def test_an_account_that_moved_is_one_account_with_posts_on_both_servers(shop: Any) -> None:
    ((company, account, hosts),) = shop.ask(
        """
        select accounts.company, accounts.account, count(distinct posts.host) as host_count
        from marts.posts as posts inner join staging.stg_accounts as accounts using (account_id)
        where posts.platform = 'mastodon'
        group by all
        having host_count > 1
        """
    )
    assert (company, hosts) == ("Grand Vantor", 2)
    assert account == f"grandvantor@{shop.server.addresses['mastodon-a']}"


def test_deleted_posts_are_noticed_and_nobody_elses(shop: Any) -> None:
    """Flops younger than the last look but one were seen alive and then not."""
    market = shop.server.market
    player = next(player for player in market.cast if player.deletes_flops)
    seen_alive = {
        post.mastodon_id
        for weeks in (2, 1)
        for post in market.posts(player, shop.now - timedelta(weeks=weeks))
        if post.removed_at and post.removed_at <= shop.now
    }
    removed = shop.ask("select account, native_id from marts.posts where removed_at is not null")
    assert seen_alive
    assert {native_id for _, native_id in removed} == seen_alive
    assert {account.split("@")[0] for account, _ in removed} == {player.handle}


def test_posts_seen_again_carry_two_snapshots_and_nothing_else_changed(shop: Any) -> None:
    ((versions,),) = shop.ask(
        "select max(version_count) from (select count(*) as version_count from raw.posts group by post_id)"
    )
    assert versions <= 2
    ((snapshots,),) = shop.ask(
        "select count(*) from (select post_id from raw.post_metrics group by 1 having count(*) > 1)"
    )
    assert snapshots > 50
    ((doubled,),) = shop.ask(
        "select count(*) from (select post_id, observed_at from raw.post_metrics group by all having count(*) > 1)"
    )
    assert doubled == 0


def test_a_later_crawl_asks_for_far_less_than_the_first(shop: Any) -> None:
    requests = [
        count
        for (count,) in shop.ask(
            "select max(request_count) from raw.crawls where kind = 'crawl' group by crawl_id order by min(observed_at)"
        )
    ]
    assert len(requests) == 3
    assert requests[1] < requests[0]


def test_roles_are_kept_apart(shop: Any) -> None:
    roles = dict(shop.ask("select role, count(*) from marts.posts where platform = 'mastodon' group by all"))
    truth_of = [
        post.role
        for player in shop.server.market.cast
        if player.platform == Platform.MASTODON and not player.is_walled
        for post in shop.server.market.posts(player)
    ]
    assert roles[Role.REPOST] >= 10
    assert abs(roles[Role.REPLY] - truth_of.count(Role.REPLY)) <= truth_of.count(Role.REPLY) * 0.1
    ((counted,),) = shop.ask("select count(*) from marts.posts where is_counted and role in ('reply', 'repost')")
    assert counted == 0


def test_the_brief_of_an_earlier_day_knows_only_that_day(shop: Any) -> None:
    first_day = (shop.now - timedelta(weeks=2)).date().isoformat()
    before = shop.ask("select count(*), max(observed_at) from marts.posts")
    told = shop.run("brief", "--as-of", first_day, "-o", str(shop.folder / "then.html"))
    assert "then.html" in told
    assert (shop.folder / "data" / "asof" / f"{first_day}.duckdb").exists()
    assert shop.ask("select count(*), max(observed_at) from marts.posts") == before
    then = json.loads(
        shop.run(
            "sql", "--as-of", first_day, "--format", "json",
            "select platform, level, verdict from marts.claims where dimension = 'format' and scope = 'general' "
            "and outcome = 'engagement' order by all",
        )
    )  # fmt: skip
    assert [(row["platform"], row["level"], row["verdict"]) for row in then] == sorted(
        (row["platform"], row["level"], row["verdict"]) for row in shop.first_claims
    )


def test_the_brief_leads_with_the_truth_and_names_the_myth(shop: Any) -> None:
    assert (shop.first_findings[0][0], shop.first_findings[0][2]) == ("do_more", "carousel")
    assert ("best_bet", *BEST_BET) in shop.first_findings
    assert shop.first_myth == [(MYTH,)]
    assert "Carousels on" in shop.first_page
    assert "Myth of the week" in shop.first_page
    assert OWN_COMPANY.replace("&", "&amp;") in shop.first_page
