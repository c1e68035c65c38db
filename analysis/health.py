"""Whether the warehouse and what was published from it can be used; looks only, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis.warehouse import (
    WarehouseBusyError,
    WarehouseDamagedError,
    WarehouseError,
    connect,
    explained,
    migrations,
)


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong, and how to mend it."""

    sentence: str
    mend: str


def troubles(warehouse: Path, snapshot: Path, *, is_thorough: bool = False) -> Iterator[Trouble]:
    """What is wrong with the two files. ``is_thorough``: every value is read, so that checksums are tried.

    A warehouse that another program holds cannot be examined: that is no trouble.
    """
    if warehouse.exists():
        yield from _of_file(warehouse, "a backup (rivalscope restore FILE --force)", is_thorough=is_thorough)
        if not snapshot.exists():
            yield Trouble(f"Nothing is published: there is no {snapshot}.", "Build it: rivalscope analyze")
    if snapshot.exists():
        yield from _of_file(snapshot, "a new one (delete it, then rivalscope analyze)", is_thorough=is_thorough)
        if not warehouse.exists():
            yield Trouble(
                f"There is a published {snapshot.name}, but no {warehouse}: history is missing.",
                "Put it back from a backup: rivalscope restore FILE --force",
            )


def _of_file(path: Path, replacement: str, *, is_thorough: bool) -> Iterator[Trouble]:
    try:
        with explained(path):
            connection = connect(path, read_only=True)
            try:
                yield from _of_tables(connection, path)
                if is_thorough:
                    _read_everything(connection)
            finally:
                connection.close()
    except WarehouseBusyError:
        return
    except WarehouseDamagedError as error:
        yield Trouble(str(error), f"Put {replacement} in its place.")
    except WarehouseError as error:
        yield Trouble(str(error), "Mend what it says, then try again.")
    except duckdb.Error as error:
        yield Trouble(f"{path} cannot be read ({str(error).splitlines()[0]}).", f"Put {replacement} in its place.")


def _of_tables(connection: duckdb.DuckDBPyConnection, path: Path) -> Iterator[Trouble]:
    exists = "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'migrations'"
    row = connection.execute(exists).fetchone()
    if row is None or not row[0]:
        yield Trouble(f"{path} is a database, but holds none of our tables.", "Move it away, then: rivalscope load")
        return
    newest = max(migrations())
    row = connection.execute("select max(version) from raw.migrations").fetchone()
    version = int(row[0]) if row and row[0] is not None else 0
    if version > newest:
        yield Trouble(
            f"{path} was written by a newer Rivalscope (tables of version {version}, this one knows {newest}).",
            "Update Rivalscope.",
        )
    elif version < newest:
        yield Trouble(
            f"{path} has tables of version {version}, and this Rivalscope writes {newest}.",
            "They are brought up to date by: rivalscope load (rivalscope backup FILE first, if you like)",
        )


def _read_everything(connection: duckdb.DuckDBPyConnection) -> None:
    tables = connection.execute("select schema_name, table_name from duckdb_tables() where not temporary").fetchall()
    for schema, table in tables:
        connection.execute(f'select max(hash(everything)) from "{schema}"."{table}" as everything').fetchone()  # noqa: S608
