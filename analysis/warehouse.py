"""Open, migrate, copy and publish the warehouse.

Two files: ``warehouse.duckdb``, which only what loads, builds or changes what was loaded opens, one process at a time,
and the snapshot published beside it after each build, which everything that reads opens. DuckDB lets one process write
and nobody else read (duckdb.org/docs/stable/connect/concurrency); a snapshot that is replaced as a whole keeps readers
out of that.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import duckdb
import psutil

from analysis.workshop import sweep, workshop

OnWait = Callable[[str], None]

STORAGE_VERSION = "v1.5.0"  # what the oldest supported DuckDB reads; 2.0 would else write files that 1.5 refuses
SMALL_BYTES = 16 * 1024 * 1024
"""A warehouse of some ten thousand posts."""
SMALL_TO_READ_BYTES = 128 * 1024 * 1024
"""A snapshot of so many: it has a hundred tables more, and questions to it read few of them."""
LARGE_BYTES = 1 << 30
"""A database of some three million posts."""
MEMORY_CEILING = "5.5 GiB"
"""DuckDB's own default if less. Joins of ten million posts take 2 GiB more beside it, and may take 8 in all."""
KEPT_SHARE = "90%"
"""Of the memory that DuckDB may use, what it keeps for the next query: asking the system for it again and again takes
a twentieth of building ten million posts. A small market would only need half as much memory again."""
UNWRITTEN = "256 MiB"
"""Of changes since the last checkpoint, until there is one unasked; one takes as long as building ten models."""
DEAR_TO_TRY = "zstd,alp,alprd"
"""Trying them on two thousand columns of few rows takes a quarter of writing these, and makes a file 1 % smaller."""
POLL_SECONDS = 0.2
_CREATING = "new"
_COPIED_AT_ONCE = 1 << 22
_CANNOT_COPY = (errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EPERM)
"""What systems and disks say that copy only what programs read and write themselves."""

FAILURES_OF_THE_FILE = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.OutOfMemoryException,
    duckdb.InternalException,
    duckdb.TransactionException,  # a commit that the disk did not take
)
"""Errors that are no fault of a statement: whoever runs one lets them pass, for ``explained``."""

_TAKEN_NAMES = ("main", "memory", "system", "temp")
"""What no file that is attached can be called; of one that is opened by itself, DuckDB adds the same to most."""

_UTC = "set TimeZone = 'UTC'"
SETTINGS = {
    "storage_compatibility_version": STORAGE_VERSION,
    "autoinstall_known_extensions": "false",  # nothing is downloaded at run time
    "autoload_known_extensions": "false",
}


class WarehouseError(Exception):
    """Something about a warehouse file that a person must know; the text is one sentence with the file's name."""


class WarehouseBusyError(WarehouseError):
    """Another program holds the file and did not let go in time. A command line exits 75."""


class WarehouseTooNewError(WarehouseError):
    """The file was written by a newer Rivalscope or a newer DuckDB."""


class WarehouseDamagedError(WarehouseError):
    """The file is no DuckDB database, or its checksums do not hold."""


class SnapshotMissingError(WarehouseError):
    """Nothing was published yet."""


def open_warehouse(
    path: Path, *, wait_seconds: float = 0.0, on_wait: OnWait | None = None, now: datetime | None = None
) -> duckdb.DuckDBPyConnection:
    """Open the warehouse for writing, create it where there is none, and bring its tables up to date.

    Waits up to ``wait_seconds`` while another program holds the file; ``on_wait`` gets one sentence that names the
    holder, again whenever the holder changes. ``now`` is noted with each migration (default: the clock).

    Raises ``WarehouseBusyError``, ``WarehouseTooNewError``, ``WarehouseDamagedError`` or ``WarehouseError``.
    """
    deadline = time.monotonic() + wait_seconds
    told = ""
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent, f".{path.name}.{_CREATING}-")  # also when its maker was killed after putting it in place
        if not path.exists():
            _create(path, now)
    while True:
        try:
            with explained(path):
                connection = connect(path)
        except WarehouseBusyError as busy:
            if time.monotonic() >= deadline:
                raise
            if on_wait is not None and str(busy) != told:
                told = str(busy)
                on_wait(f"{told} Waiting up to {wait_seconds:.0f} s for it.")
            time.sleep(POLL_SECONDS)
        else:
            break
    try:
        with explained(path):
            migrate(connection, path, now=now)
    except BaseException:
        connection.close()
        raise
    return connection


def _create(path: Path, now: datetime | None) -> None:
    """An empty warehouse, made beside its place: where there is no room for it, no half of one is left."""
    with workshop(path, _CREATING) as folder:
        new = folder / path.name
        connection = connect(new)
        try:
            migrate(connection, path, now=now)
            connection.execute("checkpoint")
        finally:
            connection.close()
        try:
            path.hardlink_to(new)
        except FileExistsError:  # somebody else was faster
            return
        except OSError:  # some disks have no second names for a file
            if not path.exists():
                new.rename(path)


def open_snapshot(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the published snapshot for reading. It never changes: a new build replaces the file, not its content.

    Raises ``SnapshotMissingError`` where there is none, and as ``open_warehouse`` does.
    """
    if not path.exists():
        raise SnapshotMissingError(f"There is no {path} yet: run `rivalscope analyze` first.")
    with explained(path):
        return connect(path, read_only=True)


def has_table(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether a snapshot, which an older version may have built, has the table ``layer.name``."""
    layer, _, name = table.partition(".")
    query = "select exists (from duckdb_tables() where schema_name = ? and table_name = ?)"
    row = connection.execute(query, [layer, name]).fetchone()
    return row is not None and bool(row[0])


def connect(path: Path, *, read_only: bool = False, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with the house's settings: UTC, no extension from the network, bounded memory.

    ``threads``: how many to use (default: one a core; one for a small file, where several would only wait for one
    another at twice the cost).

    Raises DuckDB's own errors, see ``explained``, and ``WarehouseError``.
    """
    _refuse_question_mark(path)
    connection = duckdb.connect(str(path), read_only=read_only, config=dict(SETTINGS))
    _limit(connection, path, threads, SMALL_TO_READ_BYTES if read_only else SMALL_BYTES)
    return connection


def connect_unlogged(path: Path, *, threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """As ``connect``, to a file that is thrown away unless it becomes whole: what was changed since the last checkpoint
    is lost with the process, as no log is written of it. That log takes a twentieth of building a small market.
    """
    _refuse_question_mark(path)
    connection = duckdb.connect(":memory:", config=dict(SETTINGS))
    try:
        # the same name and the same folder for what memory does not hold as a connection to the file itself has
        name = _named(f"{path.stem}_db" if path.stem.lower() in _TAKEN_NAMES else path.stem)
        connection.execute(f"attach '{_escaped(path)}' as {name} (recovery_mode 'no_wal_writes')")
        connection.execute(f"use {name}")
        connection.execute(f"set temp_directory = '{_escaped(path)}.tmp'")
        connection.execute(f"set checkpoint_threshold = '{UNWRITTEN}'")
        if path.stat().st_size < SMALL_BYTES:
            connection.execute(f"set disabled_compression_methods = '{DEAR_TO_TRY}'")
        _limit(connection, path, threads, SMALL_BYTES)
        if path.stat().st_size >= LARGE_BYTES:
            connection.execute(f"set block_allocator_memory = '{KEPT_SHARE}'")
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_question_mark(path: Path) -> None:
    """What stands behind one is no part of the path to DuckDB: it looks for its log in a folder that is not there."""
    if "?" in str(path):
        raise WarehouseError(f"{path} has a question mark in its path, which DuckDB does not take: rename the folder.")


def _limit(connection: duckdb.DuckDBPyConnection, path: Path, threads: int | None, small_bytes: int) -> None:
    connection.execute(_UTC)
    connection.execute(
        "select parse_formatted_bytes(current_setting('memory_limit')) > parse_formatted_bytes(?)", [MEMORY_CEILING]
    )
    if (row := connection.fetchone()) and row[0]:
        connection.execute(f"set memory_limit = '{MEMORY_CEILING}'")
    if threads is None and path.stat().st_size < small_bytes:
        threads = 1
    if threads is not None:
        connection.execute(f"set threads = {int(threads)}")


def connect_again(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Another connection to the same open database, for another thread."""
    [(name,)] = connection.execute("select current_database()").fetchall()
    again = connection.cursor()
    # of all settings these two are a connection's own
    again.execute(_UTC)
    again.execute(f"use {_named(name)}")
    return again


def migrate(connection: duckdb.DuckDBPyConnection, path: Path, *, now: datetime | None = None) -> int:
    """Run the migrations of ``analysis/schema`` that this file does not have, each in a transaction; the version.

    Raises ``WarehouseTooNewError`` when the file has migrations that this program does not know.
    """
    scripts = migrations()
    newest = max(scripts)
    connection.execute("select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'migrations'")
    known = {0}
    if (row := connection.fetchone()) and row[0]:
        known |= {int(version) for (version,) in connection.execute("select version from raw.migrations").fetchall()}
    if max(known) > newest:
        raise WarehouseTooNewError(
            f"{path} was written by a newer Rivalscope (its tables are version {max(known)}, this one knows {newest}): "
            "update Rivalscope, or open the project with the version that wrote it."
        )
    for version in sorted(scripts.keys() - known):
        name, script = scripts[version]
        with transaction(connection):
            connection.execute(script)
            connection.execute(
                """
                create table if not exists raw.migrations (
                    version integer not null,
                    name text not null,
                    applied_at timestamptz not null
                )
                """
            )
            connection.execute("insert into raw.migrations values (?, ?, coalesce(?, now()))", [version, name, now])
    return newest


def migrations() -> dict[int, tuple[str, str]]:
    """Version → (file name, SQL) of every script in ``analysis/schema``."""
    scripts: dict[int, tuple[str, str]] = {}
    for entry in files("analysis").joinpath("schema").iterdir():
        if match := re.fullmatch(r"(\d{4})_\w+\.sql", entry.name):
            scripts[int(match[1])] = (entry.name, entry.read_text(encoding="utf-8"))
    return scripts


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Everything inside happens or nothing does."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        with suppress(duckdb.Error):  # a failed statement may have ended the transaction; the first error is the news
            connection.execute("rollback")
        raise
    connection.execute("commit")


def copy_warehouse(
    path: Path,
    target: Path,
    *,
    wait_seconds: float = 0.0,
    on_wait: OnWait | None = None,
    now: datetime | None = None,
) -> None:
    """A consistent copy of the whole warehouse at ``target``; the warehouse is held only while bytes are copied.

    Raises as ``open_warehouse`` does.
    """
    connection = open_warehouse(path, wait_seconds=wait_seconds, on_wait=on_wait, now=now)
    with explained(path):
        source = None
        try:
            connection.execute("checkpoint")
            source = path.open("rb")
            with explained(target), target.open("wb") as copy:
                _copy(source, copy)
        finally:
            connection.close()
            if source is not None:
                # After the database: closing any descriptor of a file drops all POSIX locks of the process on it,
                # and with them DuckDB's.
                source.close()


def _copy(source: BinaryIO, target: BinaryIO) -> None:
    """All bytes of a file, by the system itself where it can: that takes a third of the time."""
    if hasattr(os, "copy_file_range"):
        try:
            while os.copy_file_range(source.fileno(), target.fileno(), _COPIED_AT_ONCE):
                pass
        except OSError as error:
            if error.errno not in _CANNOT_COPY:
                raise
    shutil.copyfileobj(source, target, _COPIED_AT_ONCE)


def compact(path: Path, *, wait_seconds: float = 0.0, on_wait: OnWait | None = None) -> None:
    """Write the warehouse anew, so that no byte is left of what was deleted from it.

    Needs as much room again while it works; until the new file takes its place the old one is whole. Raises as
    ``open_warehouse`` does.
    """
    new = path.with_name(f".{path.name}.compacting")
    log = new.with_name(f"{new.name}.wal")  # on a full disk it is left, and what was deleted may stand in it
    connection = open_warehouse(path, wait_seconds=wait_seconds, on_wait=on_wait)
    try:
        with explained(path):
            new.unlink(missing_ok=True)
            log.unlink(missing_ok=True)
            [(name,)] = connection.execute("select current_database()").fetchall()
            connection.execute("checkpoint")
            connection.execute(f"attach '{_escaped(new)}' as compacted (storage_version '{STORAGE_VERSION}')")
            connection.execute(f"copy from database {_named(name)} to compacted")
            connection.execute("detach compacted")
            # in its place before the old one is let go: whoever waits for the name then opens the new one
            publish(new, path)
    finally:
        connection.close()
        new.unlink(missing_ok=True)
        log.unlink(missing_ok=True)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _named(database: str) -> str:
    return '"' + database.replace('"', '""') + '"'


def publish(built: Path, snapshot: Path) -> None:
    """Put a finished file in the snapshot's place. Who has the old one open keeps reading the old one.

    Raises ``WarehouseError``.
    """
    with explained(snapshot):
        with built.open("rb+") as file:
            os.fsync(file.fileno())
        built.replace(snapshot)
        folder = os.open(snapshot.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what DuckDB and the file system raise about ``path`` into one sentence each, as ``WarehouseError``.

    Only errors about the file are turned; a mistake in SQL passes through.
    """
    try:
        yield
    except duckdb.Error as error:
        if (sentence := _about_file(error, path)) is not None:
            raise sentence from error
        raise
    except OSError as error:
        raise _about_system(error, path) from error


def _about_file(error: duckdb.Error, path: Path) -> WarehouseError | None:
    text = str(error)
    if "Could not set lock" in text or "Conflicting lock" in text:
        return WarehouseBusyError(f"{path} is held by {_holder(text)}: close it there, or wait until it is done.")
    if "different configuration" in text:
        return WarehouseBusyError(f"{path} is already open in this program.")
    if "not a valid DuckDB database" in text:
        return WarehouseDamagedError(f"{path} is not a DuckDB database: move it away, or put a backup in its place.")
    if "newer version of DuckDB" in text or "newer DuckDB version" in text:
        return WarehouseTooNewError(f"{path} was written by a newer DuckDB than {duckdb.__version__}: update duckdb.")
    if re.search(r"[Cc]orrupt|checksum|[Dd]eseriali[sz]|Could not read enough bytes", text):
        return WarehouseDamagedError(f"{path} is damaged ({_first_line(text)}): put a backup in its place.")
    if re.search(r"No space left|File too large|quota exceeded|[Oo]ut of disk|max_temp_directory_size", text):
        return WarehouseError(f"No room left on the disk of {path}: nothing was lost, free some space and try again.")
    if re.search(r"Permission denied|Read-only file system|read-only mode", text):
        return WarehouseError(f"{path} cannot be written: check who owns the file and its folder.")
    if isinstance(error, duckdb.OutOfMemoryException):
        return WarehouseError(f"Not enough memory to work on {path}: close other programs and try again.")
    if isinstance(error, FAILURES_OF_THE_FILE):
        return WarehouseError(f"{path} could not be used: {_first_line(text)}")
    return None


def _about_system(error: OSError, path: Path) -> WarehouseError:
    name = error.filename or path
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return WarehouseError(f"No room left on the disk of {name}: nothing was lost, free some space and try again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return WarehouseError(f"{name} cannot be written: check who owns the file and its folder.")
    return WarehouseError(f"{name} could not be used: {error.strerror or error}.")


def _holder(text: str) -> str:
    match = re.search(r"held in (?P<program>.*?) \(PID (?P<pid>\d+)\)", text)
    if match is None:
        return "another program"
    name = Path(match["program"]).name
    try:
        words = psutil.Process(int(match["pid"])).cmdline()[1:]
    except psutil.Error:
        words = []
    # An interpreter's name says nothing; the script or module behind it does.
    if name.lower().startswith("python") and (script := _script(words)):
        name = f"{script} ({name})"
    return f"{name or 'another program'}, process {match['pid']}"


def _script(words: list[str]) -> str:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "-c":
            return ""
        if word == "-m":
            return following
        if not word.startswith("-"):
            return Path(word).name
    return ""


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0].rstrip(".") if text.strip() else "no reason given"
