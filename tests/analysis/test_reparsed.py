"""Another reading of a page stands beside the first: which of them holds, and when there is nothing to take over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.build import build
from analysis.readings import close_gaps
from analysis.reparsed import Differences, differences
from analysis.warehouse import open_warehouse


def read_again(project: Any, *records: Any, name: str = "reparse-0001.jsonl") -> Path:
    path: Path = project.land(
        *({**each, "source": "reparse"} for each in records), name=name, crawl="reparse-20261123T060000Z-bbbbbb"
    )
    return path


def shown(project: Any, *records: Any) -> Differences:
    path = read_again(project, *records)
    found = differences(project.warehouse, [path], now=project.now + timedelta(hours=1))
    path.unlink()
    path.parent.rmdir()
    return found


def applied(project: Any, *records: Any, hours: int = 1) -> None:
    read_again(project, *records, name=f"reparse-{hours:04d}.jsonl")
    project.load(now=project.now + timedelta(hours=hours))


def held(project: Any, staging_root: Path, query: str, **options: Any) -> list[tuple[Any, ...]]:
    build(project.warehouse, project.snapshot, now=project.now + timedelta(days=9), root=staging_root, **options)
    rows: list[tuple[Any, ...]] = project.rows(query, project.snapshot)
    return rows


METRICS = "select like_count, observed_at from staging.stg_post_metrics order by observed_at"
TEXTS = "select text, version_count from staging.stg_posts"


def test_counts_of_a_mended_page_stand_in_for_those_of_the_first_reading(project: Any, staging_root: Path) -> None:
    project.land(project.post("1"), project.metrics("1", 0), project.metrics("1", 5, minutes=60))
    project.load()
    mended = project.metrics("1", 7)
    (change,) = shown(project, project.post("1"), mended).changes
    assert (change.field, change.count, change.examples[0].before, change.examples[0].after) == (
        "like_count",
        1,
        "0",
        "7",
    )
    applied(project, project.post("1"), mended)
    assert [likes for likes, _ in held(project, staging_root, METRICS)] == [7, 5]
    assert project.one("select count(*) from raw.post_metrics") == 3
    assert shown(project, project.post("1"), mended).is_empty


def test_a_mend_can_be_mended_and_taken_back(project: Any, staging_root: Path) -> None:
    project.land(project.post("1"), project.metrics("1", 0))
    project.load()
    for hours, likes in enumerate((7, 0, 7), start=1):
        applied(project, project.metrics("1", likes), hours=hours)
        assert [found for found, _ in held(project, staging_root, METRICS)] == [likes]
    assert project.one("select count(*) from raw.post_metrics") == 4


def test_strictly_what_was_loaded_later_does_not_hold(project: Any, staging_root: Path) -> None:
    project.land(project.post("1", text="Sal"), project.metrics("1", 0))
    project.load()
    applied(project, project.post("1", text="Sale"), project.metrics("1", 7))
    then = {"as_of": project.now + timedelta(minutes=30), "strict": True}
    assert [likes for likes, _ in held(project, staging_root, METRICS, **then)] == [0]
    assert held(project, staging_root, TEXTS, **then) == [("Sal", 1)]
    assert held(project, staging_root, TEXTS) == [("Sale", 1)]


def test_two_faulty_versions_that_were_one_become_one(project: Any, staging_root: Path) -> None:
    project.land(project.post("1", text="Sale ad 1"), project.post("1", text="Sale ad 2", minutes=60))
    project.load()
    mended = [project.post("1", text="Sale"), project.post("1", text="Sale", minutes=60)]
    assert [(each.field, each.reading_count) for each in shown(project, *mended).changes] == [("text", 2)]
    applied(project, *mended)
    assert held(project, staging_root, TEXTS) == [("Sale", 1)]
    assert shown(project, *mended).is_empty


def test_an_edit_stays_an_edit(project: Any, staging_root: Path) -> None:
    project.land(project.post("1", text="Sal"), project.post("1", text="Sal!", minutes=60))
    project.load()
    applied(project, project.post("1", text="Sale"), project.post("1", text="Sale!", minutes=60))
    assert held(project, staging_root, TEXTS) == [("Sale!", 2)]


def test_the_next_crawl_of_a_mended_post_is_no_new_version(project: Any, staging_root: Path) -> None:
    project.land(project.post("1", text="Sal"))
    project.load()
    applied(project, project.post("1", text="Sale"))
    rows = project.one("select count(*) from raw.posts")
    project.land(project.post("1", text="Sale", minutes=9_000), crawl="20261129T060000Z-cccccc")
    project.load(now=project.now + timedelta(days=7))
    assert project.one("select count(*) from raw.posts") == rows
    assert held(project, staging_root, TEXTS) == [("Sale", 1)]


def test_posts_and_counts_that_no_page_had_given_are_told_and_come(project: Any, staging_root: Path) -> None:
    project.land(project.post("1"))
    project.load()
    news = [project.metrics("1", 3), project.post("2"), project.metrics("2", 4)]
    found = shown(project, *news)
    assert (found.new_post_count, found.new_reading_counts["post_metrics"], found.changes) == (1, 2, ())
    applied(project, *news)
    assert sorted(likes for likes, _ in held(project, staging_root, METRICS)) == [3, 4]


def test_followers_and_profiles_are_mended_too(project: Any, staging_root: Path) -> None:
    def profile(bio: str, followers: int) -> Any:
        return project.record("profile", handle="acorn@social.example", bio=bio, follower_count=followers)

    project.land(profile("Bread", 1))
    project.load()
    found = shown(project, profile("Bread & cake", 1_200))
    assert {each.field for each in found.changes} == {"bio", "follower_count"}
    applied(project, profile("Bread & cake", 1_200))
    query = """
        select bio, follower_count from staging.stg_profiles
        inner join staging.stg_account_metrics using (account_id, observed_at)
    """
    assert held(project, staging_root, query) == [("Bread & cake", 1_200)]
    assert shown(project, profile("Bread & cake", 1_200)).is_empty


@pytest.mark.parametrize("likes", [0, 5])
def test_the_same_reading_is_no_news(project: Any, likes: int) -> None:
    project.land(project.post("1"), project.metrics("1", likes))
    project.load()
    before = project.content()
    assert shown(project, project.post("1"), project.metrics("1", likes)).is_empty
    applied(project, project.post("1"), project.metrics("1", likes))
    assert project.content() == before


def test_a_rehearsal_leaves_no_trace(project: Any) -> None:
    project.land(project.post("1"), project.metrics("1", 0))
    project.load()
    before = project.content()
    assert not shown(project, project.post("1", text="Other"), project.metrics("1", 9)).is_empty
    assert project.content() == before


def test_rows_behind_one_that_went_are_numbered_anew(project: Any) -> None:
    project.land(project.post("1"), project.post("2"), project.post("3"))
    project.load()
    constraints = "select count(*) from duckdb_constraints() where table_name = 'posts' and schema_name = 'raw'"
    with open_warehouse(project.warehouse) as connection:
        before = connection.execute(constraints).fetchall()
        connection.execute("delete from raw.posts where native_id = '2'")
        close_gaps(connection)
        rows = connection.execute("select rowid, native_id from raw.posts order by rowid").fetchall()
        assert rows == [(0, "1"), (1, "3")]
        assert connection.execute(constraints).fetchall() == before != [(0,)]
