"""Models side by side: in which order they are built, and what ends a build."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import duckdb
import pytest

from analysis.model_files import Model
from analysis.side_by_side import build_side_by_side

ENDLESS = "select count(*) from range(1_000_000_000_000) as numbers (n) where n % 7 = hash(n) % 7"


def model(name: str, *refs: str) -> Model:
    return Model(layer="staging", name=name, path=f"{name}.sql", sql="", refs=tuple(f"staging.{ref}" for ref in refs))


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    with duckdb.connect(":memory:") as opened:
        yield opened


def test_a_model_is_built_when_all_that_it_reads_is(connection: duckdb.DuckDBPyConnection) -> None:
    models = [model("a"), model("b"), model("c", "a", "b"), model("d", "a"), model("e", "c", "d")]
    begun: list[str] = []
    ended: set[str] = set()

    def build_one(used: duckdb.DuckDBPyConnection, each: Model) -> None:
        begun.append(each.name)
        assert {ref.removeprefix("staging.") for ref in each.refs} <= ended
        used.execute(f"create table {each.name} as select current_setting('TimeZone') as zone")
        ended.add(each.name)

    build_side_by_side(connection, models, build_one)
    assert sorted(begun) == ["a", "b", "c", "d", "e"]
    for each in models:
        assert connection.execute(f"from {each.name}").fetchall() == [("UTC",)]


def test_two_are_built_at_a_time(connection: duckdb.DuckDBPyConnection) -> None:
    both = threading.Barrier(2, timeout=60)

    def build_one(_: duckdb.DuckDBPyConnection, __: Model) -> None:
        both.wait()

    build_side_by_side(connection, [model("a"), model("b")], build_one)
    assert not both.broken


def test_what_most_others_wait_for_comes_first(connection: duckdb.DuckDBPyConnection) -> None:
    models = [model("alone"), model("other"), model("head"), model("middle", "head"), model("end", "middle")]
    begun: list[str] = []
    first_two = threading.Barrier(2, timeout=60)

    def build_one(_: duckdb.DuckDBPyConnection, each: Model) -> None:
        begun.append(each.name)
        if len(begun) <= 2:
            first_two.wait()

    build_side_by_side(connection, models, build_one)
    assert set(begun[:2]) == {"head", "alone"}


def test_a_large_database_is_built_one_model_after_the_other(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.side_by_side.LARGE_BYTES", 0)
    used_by: list[duckdb.DuckDBPyConnection] = []
    build_side_by_side(connection, [model("b"), model("a")], lambda used, _: used_by.append(used))
    assert used_by == [connection, connection]


def test_what_is_wrong_with_one_breaks_off_the_other(connection: duckdb.DuckDBPyConnection) -> None:
    both = threading.Barrier(2, timeout=60)
    built: list[str] = []

    def build_one(used: duckdb.DuckDBPyConnection, each: Model) -> None:
        if each.name == "after":
            built.append(each.name)
            return
        both.wait()
        if each.name == "wrong":
            raise ValueError("wrong")
        used.execute(ENDLESS).fetchall()

    with pytest.raises(ValueError, match="wrong"):
        build_side_by_side(connection, [model("endless"), model("wrong"), model("after", "wrong")], build_one)
    assert built == []


def test_an_interruption_breaks_off_what_is_being_built(connection: duckdb.DuckDBPyConnection) -> None:
    both = threading.Barrier(2, timeout=60)
    ended: list[str] = []

    def build_one(used: duckdb.DuckDBPyConnection, each: Model) -> None:
        both.wait()
        if each.name == "interrupting":
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
        try:
            used.execute(ENDLESS).fetchall()
        finally:
            ended.append(each.name)

    with pytest.raises(KeyboardInterrupt):
        build_side_by_side(connection, [model("endless"), model("interrupting")], build_one)
    assert sorted(ended) == ["endless", "interrupting"]
