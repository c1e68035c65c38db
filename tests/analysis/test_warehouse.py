"""Opening, waiting, migrating, publishing: one writer, readers on a snapshot, one clear sentence when it fails."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from analysis import warehouse
from analysis.warehouse import (
    SnapshotMissingError,
    WarehouseBusyError,
    WarehouseDamagedError,
    WarehouseError,
    WarehouseTooNewError,
    connect,
    connect_again,
    connect_unlogged,
    copy_warehouse,
    open_snapshot,
    open_warehouse,
    publish,
)

HOLD = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.readline()
"""


CREATE = """
import sys
from pathlib import Path
from analysis.workshop import workshop
with workshop(Path(sys.argv[1]), "new") as folder:
    (folder / "half").write_bytes(b"of a warehouse")
    print(folder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def held(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program that has the file open until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield holder
        finally:
            holder.kill()


def test_a_new_warehouse_has_all_tables_and_notes_its_version(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "data" / "warehouse.duckdb", now=datetime(2026, 1, 1, tzinfo=UTC)) as connection:
        names = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw' order by all"
        ).fetchall()
        versions = connection.execute("select version, applied_at from raw.migrations").fetchall()
    assert ("posts",) in names
    assert versions == [(number, datetime(2026, 1, 1, tzinfo=UTC)) for number in sorted(warehouse.migrations())]


def test_what_a_killed_first_start_left_goes_and_what_a_living_one_makes_stays(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with subprocess.Popen(
        [sys.executable, "-c", CREATE, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as maker:
        assert maker.stdout is not None
        left = Path(maker.stdout.readline().strip())
        open_warehouse(path).close()
        assert (left / "half").exists()
        maker.kill()
    open_warehouse(path).close()
    assert [each.name for each in tmp_path.iterdir()] == ["warehouse.duckdb"]


def test_every_connection_is_in_utc_and_downloads_nothing(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "warehouse.duckdb") as connection:
        settings = connection.execute(
            "select current_setting('TimeZone'), current_setting('autoinstall_known_extensions'), "
            "current_setting('autoload_known_extensions')"
        ).fetchone()
    assert settings == ("UTC", False, False)


def test_the_file_can_be_read_by_the_oldest_supported_duckdb(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "warehouse.duckdb") as connection:
        row = connection.execute("select tags from duckdb_databases() where database_name = 'warehouse'").fetchone()
    assert row is not None
    assert row[0]["storage_version"].startswith("v1.5.0")


def test_opening_again_migrates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    for year in (2025, 2026):
        with open_warehouse(path, now=datetime(year, 1, 1, tzinfo=UTC)) as connection:
            years = connection.execute("select distinct year(applied_at) from raw.migrations").fetchall()
    assert years == [(2025,)]


def test_a_migration_that_is_missing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "warehouse.duckdb"
    known = warehouse.migrations()
    newest = {9999: ("9999_more.sql", "create table raw.more (id integer)")}
    between = {9998: ("9998_fewer.sql", "create table raw.fewer (id integer)")}
    for scripts in (known, known | newest, known | newest | between):
        monkeypatch.setattr(warehouse, "migrations", lambda scripts=scripts: scripts)
        open_warehouse(path).close()
    with open_warehouse(path) as connection:
        assert connection.execute("select * from raw.more, raw.fewer").fetchall() == []


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "warehouse.duckdb"
    open_warehouse(path).close()
    known = warehouse.migrations()
    scripts = {**known, 9999: ("9999_more.sql", "create table raw.more (id integer); select no_such_thing()")}
    monkeypatch.setattr(warehouse, "migrations", lambda: scripts)
    with pytest.raises(duckdb.CatalogException):
        open_warehouse(path)
    monkeypatch.setattr(warehouse, "migrations", lambda: known)
    with open_warehouse(path) as connection:
        tables = connection.execute("select 1 from duckdb_tables() where table_name = 'more'").fetchall()
    assert tables == []


def test_a_newer_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("insert into raw.migrations values (999, '0999_later.sql', now())")
    with pytest.raises(WarehouseTooNewError, match=r"warehouse\.duckdb was written by a newer Rivalscope .*update"):
        open_warehouse(path)


def test_who_holds_the_file_is_named_and_the_wait_ends(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    open_warehouse(path).close()
    told: list[str] = []
    with (
        held(path) as holder,
        pytest.raises(WarehouseBusyError, match=rf"warehouse\.duckdb is held by .*process {holder.pid}"),
    ):
        open_warehouse(path, wait_seconds=0.3, on_wait=told.append)
    assert len(told) == 1
    assert str(holder.pid) in told[0]


def test_the_wait_ends_when_the_holder_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    open_warehouse(path).close()
    with held(path) as holder:
        open_warehouse(path, wait_seconds=30, on_wait=lambda _: holder.kill()).close()


def test_a_held_file_is_refused_in_no_time_without_a_wait(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    told: list[str] = []
    with held(path), pytest.raises(WarehouseBusyError):
        open_warehouse(path, on_wait=told.append)
    assert told == []


@pytest.mark.parametrize("content", [b"no database at all, only words" * 300, b"PK\x03\x04" + bytes(9000)])
def test_another_kind_of_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(content)
    with pytest.raises(WarehouseDamagedError, match=r"warehouse\.duckdb is not a DuckDB database"):
        open_warehouse(path)
    assert path.read_bytes() == content


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("create table numbers as select range as number from range(300000)")
    content = bytearray(path.read_bytes())
    for position in range(12_288, len(content), 4_096):
        content[position] ^= 0xFF
    path.write_bytes(content)
    with (
        pytest.raises(WarehouseError, match=r"warehouse\.duckdb"),
        warehouse.explained(path),
        open_warehouse(path) as connection,
    ):
        connection.execute("select sum(number) from numbers").fetchall()


def test_a_missing_snapshot_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(SnapshotMissingError, match="rivalscope analyze"):
        open_snapshot(tmp_path / "rivalscope.duckdb")


def test_a_copy_is_whole_and_the_original_stays_locked_until_it_is_done(tmp_path: Path) -> None:
    path, copy = tmp_path / "warehouse.duckdb", tmp_path / "copy.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("insert into raw.loaded_files values ('a', 'b', 1, 0, now())")
    copy_warehouse(path, copy)
    with open_snapshot(copy) as connection:
        assert connection.execute("select file_name from raw.loaded_files").fetchall() == [("a",)]
    assert not copy.with_name("copy.duckdb.wal").exists()


@pytest.mark.parametrize("number", [errno.EXDEV, errno.ENOSYS, None])
def test_a_disk_that_copies_nothing_by_itself_gives_the_same_copy(
    number: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, copy = tmp_path / "warehouse.duckdb", tmp_path / "copy.duckdb"
    open_warehouse(path).close()
    if number is None:
        monkeypatch.delattr(os, "copy_file_range", raising=False)
    else:

        def refuse(source: int, target: int, count: int) -> int:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(os, "copy_file_range", refuse, raising=False)
    copy_warehouse(path, copy)
    assert copy.read_bytes() == path.read_bytes()


def test_a_reader_keeps_what_it_opened_while_another_is_published(tmp_path: Path) -> None:
    snapshot = tmp_path / "rivalscope.duckdb"
    for number in (1, 2):
        built = tmp_path / f"built-{number}.duckdb"
        with duckdb.connect(str(built)) as connection:
            connection.execute(f"create table edition as select {number} as number")
        if number == 2:
            reader = open_snapshot(snapshot)
        publish(built, snapshot)
    with reader:
        assert reader.execute("select number from edition").fetchall() == [(1,)]
    with open_snapshot(snapshot) as connection:
        assert connection.execute("select number from edition").fetchall() == [(2,)]


def test_a_full_disk_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("insert into raw.loaded_files values ('before', 'b', 1, 0, now())")
    size = path.stat().st_size
    script = """
import resource, sys
from pathlib import Path
from analysis import warehouse
path, limit = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    with warehouse.open_warehouse(path) as connection, warehouse.explained(path):
        connection.execute("create table numbers as select random() as number from range(3000000)")
except warehouse.WarehouseError as error:
    print(error)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script, str(path), str(size + 2_000_000)], capture_output=True, text=True, check=False
    )
    assert ended.stdout.startswith(f"No room left on the disk of {path}"), ended.stdout + ended.stderr
    with open_warehouse(path) as connection:
        assert connection.execute("select file_name from raw.loaded_files").fetchall() == [("before",)]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(WarehouseError, match=r"locked.*cannot be written"):
        open_warehouse(folder / "data" / "warehouse.duckdb")


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("not a folder")
    with pytest.raises(WarehouseError, match="data"):
        open_warehouse(tmp_path / "data" / "warehouse.duckdb")


def test_of_a_compaction_that_found_no_room_nothing_is_left(tmp_path: Path) -> None:
    """What was deleted may stand in its log, too."""
    path = tmp_path / "warehouse.duckdb"
    with open_warehouse(path) as connection:
        connection.execute("create table raw.numbers as select random() as number from range(30)")
    script = """
import resource, sys
from pathlib import Path
from analysis import warehouse
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
try:
    warehouse.compact(Path(sys.argv[1]))
except warehouse.WarehouseError as error:
    print(error)
"""
    ended = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert ended.stdout.startswith(f"No room left on the disk of {path}"), ended.stdout + ended.stderr
    assert list(tmp_path.iterdir()) == [path]


def test_a_path_that_duckdb_takes_for_another_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "what works?" / "warehouse.duckdb"
    with pytest.raises(WarehouseError, match="question mark in its path, which DuckDB does not take: rename"):
        open_warehouse(path)
    with pytest.raises(WarehouseError, match="rename the folder"):
        connect_unlogged(path)


def test_memory_is_bounded(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "warehouse.duckdb") as connection:
        row = connection.execute("select parse_formatted_bytes(current_setting('memory_limit'))").fetchone()
    assert row is not None
    assert row[0] <= 8 << 30


@pytest.mark.parametrize("stem", ["main", "memory", "system", "temp"])
def test_a_file_that_is_being_made_may_be_called_as_what_duckdb_has_itself(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.duckdb"
    connect(path).close()
    with connect_unlogged(path) as making, connect_again(making) as beside:
        making.execute("create table found as select 1 as n")
        assert beside.execute("from found").fetchall() == [(1,)]
        making.execute("checkpoint")
    with connect(path, read_only=True) as made:
        assert made.execute("from found").fetchall() == [(1,)]


def test_a_file_that_is_being_made_has_no_log_and_is_whole_after_a_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / 'what\'s "new".duckdb'
    connect(path).close()
    with connect_unlogged(path) as making, connect_again(making) as beside:
        making.execute("create table found as select 1 as n")
        assert beside.execute("select current_database(), n, current_setting('TimeZone') from found").fetchall() == [
            (path.stem, 1, "UTC")
        ]
        assert list(tmp_path.iterdir()) == [path]
        making.execute("checkpoint")
    with connect(path, read_only=True) as made:
        assert made.execute("from found").fetchall() == [(1,)]
