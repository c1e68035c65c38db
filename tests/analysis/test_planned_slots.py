"""Planned slots are landed and loaded like everything else: append-only, versions kept, twice changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from analysis.load.records import RefusedLineError, read_line
from analysis.warehouse import migrate, migrations
from crawler.landing import own_line
from tests.analysis.conftest import NOW, Project


def slot(**fields: Any) -> dict[str, Any]:
    return {
        "slot_id": "p2612-k7f3",
        "version": 0,
        "plan": "plan-2026-12",
        "status": "draft",
        "platform": "mastodon",
        "account_key": "https://social.example/@acorn",
        "host": "social.example",
        "format": "image",
        "hashtags": ["oak"],
        "basis": "proven",
        "timezone": "Europe/Berlin",
        "planned_at": datetime(2026, 12, 1, 8, tzinfo=UTC),
        **fields,
    }


def experiment(**fields: Any) -> dict[str, Any]:
    return {
        "experiment_id": "e2612-k7f3",
        "plan": "plan-2026-12",
        "status": "running",
        "platform": "mastodon",
        "dimension": "format",
        "level_a": "video",
        "level_b": "image",
        "seed": "s",
        "variance": 1.44,
        "target_ratio": 2,
        "pairs_planned": 48,
        **fields,
    }


def land(project: Project, *lines: bytes, name: str = "plan-0001.jsonl") -> None:
    project.land_bytes(b"".join(lines), name=name, crawl="plan-20261122T060000Z-aaaaaa")


def line(kind: str, fields: dict[str, Any], minutes: int = 0) -> bytes:
    return own_line(kind, fields, crawl_id="plan-x", observed_at=NOW + timedelta(minutes=minutes))


def test_slots_are_loaded_with_every_version_and_once(project: Project) -> None:
    lines = [line("slot", slot()), line("slot", slot(version=1, status="approved"), 5)]
    land(project, *lines)
    assert project.load().rejections == []
    land(project, *lines, name="plan-0002.jsonl")
    project.load()
    rows = project.rows("select version, status, hashtags, account_id is null from raw.slots order by version")
    assert rows == [(0, "draft", ["oak"], False), (1, "approved", ["oak"], False)]


def test_a_slot_without_an_account_is_a_slot(project: Project) -> None:
    land(project, line("slot", slot(account_key=None, host=None)))
    project.load()
    assert project.rows("select account_id, evidence from raw.slots") == [(None, [])]


def test_the_design_of_a_test_is_kept_and_its_changes_too(project: Project) -> None:
    land(project, line("experiment", experiment()), line("experiment", experiment(status="ended"), 5))
    assert project.load().rejections == []
    assert project.rows("select status, pairs_planned from raw.experiments order by observed_at") == [
        ("running", 48),
        ("ended", 48),
    ]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("slot", {"slot_id": "P2612-K7F3"}),
        ("slot", {"slot_id": "p2612-k0f3"}),
        ("slot", {"version": -1}),
        ("slot", {"status": "maybe"}),
        ("slot", {"basis": "gut feeling"}),
        ("slot", {"arm": "c"}),
        ("slot", {"platform": "somewhere"}),
        ("experiment", {"variance": 0}),
        ("experiment", {"target_ratio": 1}),
        ("experiment", {"dimension": "weekday"}),
    ],
)
def test_what_is_no_slot_and_no_test_is_refused(kind: str, wrong: dict[str, Any]) -> None:
    fields = {**(slot() if kind == "slot" else experiment()), **wrong}
    with pytest.raises(RefusedLineError):
        read_line(line(kind, fields))


def test_a_warehouse_from_before_gets_the_new_tables(project: Project) -> None:
    project.folder.mkdir(exist_ok=True)
    with duckdb.connect(str(project.warehouse)) as connection:
        migrate(connection, project.warehouse, now=NOW)
        connection.execute("drop table raw.slots; drop table raw.experiments")
        connection.execute("delete from raw.migrations where version = 7")
    land(project, line("slot", slot()))
    project.load()
    assert project.one("select count(*) from raw.slots") == 1
    assert project.one("select max(version) from raw.migrations") == max(migrations())
