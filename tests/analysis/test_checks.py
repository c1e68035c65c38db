"""What is counted must be there once: whoever writes it twice, nothing is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import analysis
from analysis.build import build
from analysis.model_files import CheckFailedError
from analysis.warehouse import connect

if TYPE_CHECKING:
    from tests.analysis.conftest import Project

CHECKS = Path(analysis.__file__).parent / "checks"
TARGETS = ["intermediate.post_observations"]


def built(project: Project) -> None:
    build(project.warehouse, project.snapshot, now=project.now, targets=TARGETS)


@pytest.fixture
def loaded(project: Project) -> Project:
    """Two posts, one with two contents, the other looked at so often that some looks must share a place."""
    records = [project.post("1", minutes=-10_000), project.post("1", text="Changed", minutes=-5), project.post("2")]
    looks = [project.metrics("2", number, minutes=-number) for number in range(100)]
    project.land(*records, project.metrics("1", 7), *looks)
    assert project.load().failures == []
    return project


def test_posts_seen_often_and_with_several_contents_hold_every_check(loaded: Project) -> None:
    built(loaded)
    assert loaded.rows(
        "select look_count, moment_count < look_count from intermediate.post_observations order by all", loaded.snapshot
    ) == [(1, False), (100, True)]
    assert loaded.one("select count(*) from staging.stg_reloaded_posts", loaded.snapshot) == 1


@pytest.mark.parametrize(
    ("table", "native_id", "check"),
    [
        ("post_metrics", "1", "assert_counts_are_seen_once"),
        ("post_metrics", "2", "assert_counts_are_seen_once"),
        ("posts", "1", "assert_contents_are_loaded_once"),
        ("posts", "2", "assert_contents_are_loaded_once"),
    ],
)
def test_a_row_that_is_loaded_twice_is_published_nowhere(
    loaded: Project, table: str, native_id: str, check: str
) -> None:
    with connect(loaded.warehouse) as connection:
        connection.execute(
            f"insert into raw.{table} select * from raw.{table} where post_id in "
            "(select post_id from raw.posts where native_id = ?) limit 1",
            [native_id],
        )
    with pytest.raises(CheckFailedError, match=check):
        built(loaded)
    assert not loaded.snapshot.exists()


@pytest.mark.parametrize(
    "doubled",
    [
        "select * from staging.stg_post_keys where version_count = 1",
        # the other content of the post that has two
        "select keys.* replace (posts.rowid as content_row) from staging.stg_post_keys as keys "
        "inner join raw.posts using (post_id) where keys.content_row <> posts.rowid",
    ],
)
def test_a_post_with_two_keys_is_found(loaded: Project, doubled: str) -> None:
    built(loaded)
    check = (CHECKS / "assert_posts_are_counted_once.sql").read_text(encoding="utf-8")
    with connect(loaded.snapshot) as snapshot:
        assert snapshot.execute(check).fetchall() == []
        snapshot.execute(f"insert into staging.stg_post_keys {doubled}")
        assert snapshot.execute(check).fetchall() != []
