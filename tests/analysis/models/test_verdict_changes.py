"""A verdict that changed says why: new posts, a changed market, corrected data, or a new version."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import analysis
from analysis.build import build
from analysis.publications import earlier_publications
from analysis.warehouse import connect, open_snapshot

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, Written

pytestmark = pytest.mark.method
TARGETS = ("marts.claims", "marts.verdict_changes")
ACCOUNTS = ("alder", "birch", "cedar", "dogwood", "elm", "fir")


def posts_of(
    lab: Lab, accounts: tuple[str, ...], *, count: int, effect: float, days: tuple[float, float], name: str = ""
) -> list[Written]:
    """``count`` texts and as many pictures of each account, spread evenly; pictures get exp(effect) times as much."""
    chance = Random(5)
    posts = []
    for account in accounts:
        for index in range(2 * count):
            form = ("text", "image")[index % 2]
            likes = round(200 * math.exp(chance.gauss(0, 0.3) + (effect if form == "image" else 0)))
            age = days[0] + (days[1] - days[0]) * (index + 0.5) / (2 * count)
            posts.append(
                lab.post(
                    account,
                    f"{name}{account}-{index}",
                    lab.now - timedelta(days=age),
                    format=form,
                    text=None,
                    seen=[lab.seen(80, likes, 0, 0)],
                )
            )
    return posts


WEEK = timedelta(days=7)


def change(built: Built, level: str = "image") -> dict[str, Any]:
    (row,) = built.rows(f"from marts.verdict_changes where dimension = 'format' and level = '{level}'")
    return row


def test_what_is_said_again_is_still_so_and_needs_no_cause(lab: Lab) -> None:
    built = lab.build(lab.world(posts_of(lab, ACCOUNTS, count=20, effect=1.0, days=(12, 120))))
    row = change(built)
    assert (row["mark"], row["cause"], row["earlier_verdict"], row["verdict"]) == ("still", None, "works", "works")
    assert row["sentence"] == "Single pictures on Mastodon: still “Works”."
    assert not row["was_published"]


def test_a_first_look_has_nothing_to_compare_with(lab: Lab) -> None:
    posts = posts_of(lab, ACCOUNTS, count=20, effect=1.0, days=(12, 120))
    at_once = [
        replace(post, seen=[replace(post.seen[0], age_hours=(lab.now - post.published_at).total_seconds() / 3600)])
        for post in posts
        if post.published_at
    ]
    row = change(lab.build(lab.world(at_once)))
    assert (row["mark"], row["cause"], row["verdict"]) == ("first", None, "works")


def test_new_posts_make_a_new_verdict(lab: Lab) -> None:
    """Until a week ago four pictures an account got the usual; the week brought eight more each, much better."""
    posts = posts_of(lab, ACCOUNTS, count=4, effect=0.0, days=(20, 80))
    posts += posts_of(lab, ACCOUNTS, count=8, effect=2.5, days=(4, 9), name="late-")
    built = lab.build(lab.world(posts))
    row = change(built)
    assert (row["mark"], row["cause"], row["earlier_verdict"]) == ("new", "new_posts", "not_enough")
    assert row["verdict"] in {"works", "works_on_average"}
    # due a week ago or not: 80 hours after they were published, inside the last seven days
    late = [post for post in posts if post.native_id.startswith("late-") and post.format == "image"]
    settled = [post for post in late if post.published_at and post.published_at + timedelta(hours=80) > lab.now - WEEK]
    assert row["new_post_count"] == len(settled) == len(late)
    assert (row["left_post_count"], row["corrected_post_count"], row["companies_came"]) == (0, 0, [])
    assert f"The cause: {len(late)} new posts of this kind." in row["sentence"]


def test_an_account_that_came_is_a_changed_market(lab: Lab) -> None:
    """Two accounts say nothing in general; a third, seen for the first time this week, makes it three."""
    posts = posts_of(lab, ACCOUNTS[:2], count=20, effect=0.0, days=(12, 120))
    third = posts_of(lab, ("cedar", "dogwood", "elm"), count=30, effect=1.2, days=(12, 120))
    posts += [
        replace(post, seen=[replace(post.seen[0], age_hours=(lab.now - post.published_at).total_seconds() / 3600 - 20)])
        for post in third
        if post.published_at
    ]
    row = change(lab.build(lab.world(posts)))
    assert row["earlier_verdict"] != row["verdict"]
    assert row["cause"] == "changed_market"
    assert row["companies_came"] == ["Cedar", "Dogwood", "Elm"]
    assert "Cedar, Dogwood, Elm came into the list" in row["sentence"]


def test_posts_that_could_only_now_be_measured_are_corrected_data(lab: Lab) -> None:
    """The pictures were seen young, and then not for weeks: this week's look measures them all at once."""
    posts = posts_of(lab, ACCOUNTS, count=20, effect=1.0, days=(30, 120))
    posts = [
        replace(
            post,
            seen=[
                replace(post.seen[0], age_hours=10),
                replace(post.seen[0], age_hours=(lab.now - post.published_at).total_seconds() / 3600 - 20),
            ],
        )
        if post.format == "image" and post.published_at
        else post
        for post in posts
    ]
    row = change(lab.build(lab.world(posts)))
    assert (row["mark"], row["cause"], row["earlier_verdict"]) == ("new", "corrected_data", "not_enough")
    assert row["corrected_post_count"] == 120
    assert row["new_post_count"] == 0
    assert "120 posts of this kind that were there before" in row["sentence"]


@pytest.fixture
def shop(lab: Lab, tmp_path: Path) -> Path:
    """A folder with the warehouse of three accounts whose pictures do better, and nothing published."""
    lab.world(posts_of(lab, ACCOUNTS[:3], count=25, effect=1.2, days=(15, 120))).write(
        tmp_path / "warehouse.duckdb", now=lab.now - 2 * WEEK
    )
    return tmp_path


def publish(folder: Path, at: datetime, **options: Any) -> dict[str, Any]:
    """Build over what was published before; what became of pictures, nothing where there was and is no verdict."""
    build(folder / "warehouse.duckdb", folder / "rivalscope.duckdb", now=at, targets=TARGETS, **options)
    connection = open_snapshot(folder / "rivalscope.duckdb")
    try:
        result = connection.execute("from marts.verdict_changes where dimension = 'format' and level = 'image'")
        names = [column[0] for column in result.description or ()]
        return dict(zip(names, result.fetchone() or (), strict=False))
    finally:
        connection.close()


def test_another_method_is_the_cause_when_the_same_data_is_judged_otherwise(shop: Path, lab: Lab) -> None:
    """What was published a week ago asked for nine times the usual; now 1.1 times is enough again."""
    strict = shop / "analysis"
    shutil.copytree(Path(analysis.__file__).parent, strict, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    verdicts = strict / "models" / "intermediate" / "claim_verdicts.sql"
    verdicts.write_text(verdicts.read_text(encoding="utf-8").replace("ln(1.1)", "ln(9.0)"), encoding="utf-8")
    assert publish(shop, lab.now - WEEK, root=strict) == {}
    row = publish(shop, lab.now)
    assert (row["mark"], row["cause"], row["verdict"]) == ("new", "new_version", "works")
    assert (row["was_published"], row["earlier_as_of"]) == (True, lab.now - WEEK)
    assert "the rules or settings of the analysis changed" in row["sentence"]


def test_an_account_that_went_is_a_changed_market(shop: Path, lab: Lab) -> None:
    assert publish(shop, lab.now - WEEK)["verdict"] == "works"
    connection = connect(shop / "warehouse.duckdb")
    connection.execute(
        "insert into raw.accounts select * replace ('removed' as state, ? as observed_at, ? as loaded_at) "
        "from raw.accounts where handle = 'cedar'",
        [lab.now - timedelta(days=1)] * 2,
    )
    connection.close()
    row = publish(shop, lab.now)
    assert (row["mark"], row["cause"]) == ("changed", "changed_market")
    assert (row["earlier_verdict"], row["verdict"]) == ("works", "better_here")
    assert row["companies_went"] == ["Cedar"]
    assert "The cause: Cedar went from the list." in row["sentence"]


def test_a_build_of_an_earlier_day_has_no_past(shop: Path, lab: Lab) -> None:
    publish(shop, lab.now - WEEK)
    row = publish(shop, lab.now, as_of=lab.now)
    assert (row["mark"], row["was_published"]) == ("still", False)


def test_the_newest_publication_of_each_day_is_kept_for_three_weeks(shop: Path, lab: Lab) -> None:
    moments = [lab.now - timedelta(days=days) for days in (30, 9, 8.75, 2)]
    for moment in moments:
        publish(shop, moment)
    kept = earlier_publications(shop / "rivalscope.duckdb", now=lab.now)
    assert [one.as_of for one in kept] == moments[2:]
    assert all(len(one.account_ids) == 3 and len(one.verdicts) >= 1 for one in kept)
    assert len({one.method_sha256 for one in kept}) == 1


@pytest.mark.parametrize("content", [None, b"", b"no database" * 1000])
def test_a_snapshot_that_cannot_be_read_is_no_past(content: bytes | None, tmp_path: Path, lab: Lab) -> None:
    path = tmp_path / "rivalscope.duckdb"
    if content is not None:
        path.write_bytes(content)
    assert earlier_publications(path, now=lab.now) == []


def test_a_snapshot_of_an_older_version_is_no_past(tmp_path: Path, lab: Lab) -> None:
    connection = connect(tmp_path / "rivalscope.duckdb")
    connection.execute("create schema marts")
    connection.close()
    assert earlier_publications(tmp_path / "rivalscope.duckdb", now=lab.now) == []
