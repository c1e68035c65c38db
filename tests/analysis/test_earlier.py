"""What an earlier build read in texts is taken over, and changes no number."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analysis.build import build
from analysis.own_rules import OwnRule
from analysis.warehouse import open_snapshot, open_warehouse
from bench.big_market import NOW, BigMarket


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse, the snapshot of a week ago, and what a person said since."""
    folder = tmp_path_factory.mktemp("market")
    warehouse = folder / "warehouse.duckdb"
    BigMarket(post_count=700, account_count=12, weeks=10, pool_size=150).write(warehouse)
    _label(warehouse, "where hash(post_id) % 20 = 0", "'hiring', []", days=8)
    _build(folder, "snapshot", now=NOW - timedelta(days=7))
    _label(warehouse, "where hash(post_id) % 40 = 0", "null, []", days=1)
    _label(warehouse, "where hash(post_id) % 30 = 1", "'product', ['spring']", days=1)
    return folder


def _label(warehouse: Path, posts: str, said: str, *, days: int) -> None:
    at = f"timestamptz '{NOW - timedelta(days=days)}'"
    with open_warehouse(warehouse) as connection:
        connection.execute(
            f"insert into raw.labels (post_id, account_id, post_type, tags, source, observed_at, loaded_at) "
            f"select distinct on (post_id) post_id, account_id, {said}, 'label', {at}, {at} from raw.posts {posts}"
        )


def _build(folder: Path, name: str, **options: Any) -> Path:
    snapshot = folder / f"{name}.duckdb"
    options = {"now": NOW, "outcomes": ["engagement"], **options}
    build(folder / "warehouse.duckdb", snapshot, **options)
    return snapshot


def _rows(snapshot: Path, query: str) -> list[tuple[Any, ...]]:
    with open_snapshot(snapshot) as connection:
        return connection.execute(query).fetchall()


def _later(project: Path, name: str, **options: Any) -> Path:
    """A build over the snapshot of a week ago."""
    shutil.copy(project / "snapshot.duckdb", project / f"{name}.duckdb")
    return _build(project, name, **options)


@pytest.mark.method
def test_marts_are_the_same_whether_texts_were_read_before_or_not(project: Path) -> None:
    afresh = project / "afresh.duckdb"
    shutil.copy(project / "snapshot.duckdb", afresh)
    with duckdb.connect(str(afresh)) as connection:
        connection.execute("update config.readings set sha256 = 'other rules'")
    _build(project, "afresh")
    over = _later(project, "over")
    assert _rows(afresh, "select count(*) from intermediate.read_posts") == [(0,)]
    [(read, unread)] = _rows(
        over, "select (select count(*) from intermediate.read_posts), (select count(*) from intermediate.unread_posts)"
    )
    assert read > 500
    assert 0 < unread < 120
    assert _rows(over, "select count(*) from intermediate.post_types where post_type_source = 'label'")[0][0] > 20
    names = _rows(over, "select table_name from information_schema.tables where table_schema = 'marts' order by all")
    assert len(names) > 30
    for (name,) in names:
        order = " order by post_id" if name == "posts" else ""
        assert _rows(over, f"from marts.{name}{order}") == _rows(afresh, f"from marts.{name}{order}"), name


def test_under_other_rules_everything_is_read_again(project: Path) -> None:
    rule = OwnRule(post_type="kettles", language=None, phrase="kettle", weight=2.0, is_pattern=False)
    snapshot = _later(project, "ruled", own_rules=[rule], targets=["intermediate.post_types"])
    assert _rows(snapshot, "select count(*) from intermediate.read_posts") == [(0,)]


def test_what_was_lent_is_not_kept(project: Path) -> None:
    snapshot = _later(project, "kept", targets=["intermediate.post_types"])
    assert _rows(snapshot, "select count(*) from intermediate.read_posts")[0][0] > 500
    assert _rows(snapshot, "select count(*) from earlier.found_phrases") == [(0,)]


def test_a_snapshot_that_cannot_be_read_lends_nothing(project: Path) -> None:
    broken = project / "broken.duckdb"
    broken.write_bytes(b"no database")
    _build(project, "broken", targets=["intermediate.post_types"])
    assert _rows(broken, "select count(*) from intermediate.unread_posts")[0][0] == 700


def test_only_what_was_asked_for_is_built(project: Path) -> None:
    snapshot = _build(project, "part", targets=["intermediate.post_types"])
    names = _rows(snapshot, "select schema_name || '.' || table_name from duckdb_tables() order by all")
    assert ("intermediate.post_types",) in names
    assert ("intermediate.post_equal_age",) not in names
