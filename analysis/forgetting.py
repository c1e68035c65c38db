"""Take an account out of the warehouse for good: its rows, what hangs on them, and the bytes that they leave behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import duckdb

from analysis.load.accounts import account_id
from analysis.warehouse import OnWait, compact, explained, open_warehouse, transaction

_LEDGER = "deletions"
"""Says that something was deleted; it names accounts by their ids only, and stays."""
_ON_ACCOUNTS = "account_id in (select account_id from chosen)"
_ON_POSTS = "post_id in (select post_id from raw.posts semi join chosen using (account_id))"
_ON_HOSTS = """
    host in (select host from raw.accounts semi join chosen using (account_id))
    and host not in (select host from raw.accounts anti join chosen using (account_id))
"""
_DELETION = """
insert into raw.deletions by name
select '{table}' as table_name, account_id, count(*) as row_count, 'forgotten' as why, ? as deleted_at
from (select {account} as account_id from raw.{table} where {where})
group by all
"""


@dataclass(frozen=True, kw_only=True)
class Named:
    """One account as the list or its link names it."""

    platform: str
    host: str
    handle: str
    account_key: str
    native_account_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a warehouse holds of some accounts."""

    account_ids: tuple[UUID, ...]
    """Every id under which it knows them, those of changed handles and links included."""
    account_keys: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Texts that can only mean them: links of them and of their posts, ids that their networks gave them."""
    post_ids: frozenset[UUID] = frozenset()
    pages: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Archive file → offsets of their responses."""
    row_counts: Mapping[str, int] = field(default_factory=dict)
    """Raw table → rows, tables without any left out."""


def holding(
    warehouse: Path, named: Iterable[Named], *, wait_seconds: float = 0.0, on_wait: OnWait | None = None
) -> Holding:
    """All that is there of the accounts, whichever of their names was used when it was collected.

    Raises as :func:`analysis.warehouse.open_warehouse` does.
    """
    with (
        explained(warehouse),
        closing(open_warehouse(warehouse, wait_seconds=wait_seconds, on_wait=on_wait)) as connection,
    ):
        _choose(connection, named)
        ids = tuple(row[0] for row in connection.execute("select account_id from chosen order by all").fetchall())
        names = connection.execute(
            """
            select account_key, url, native_account_id from raw.accounts semi join chosen using (account_id)
            union
            select null, url, native_account_id from raw.profiles semi join chosen using (account_id)
            union
            select null, url, nullif(original_url, url) from raw.posts semi join chosen using (account_id)
            """
        ).fetchall()
        pages = connection.execute(
            """
            select warc_file, list(distinct warc_offset)
            from raw.pages semi join chosen using (account_id)
            where warc_file is not null and warc_offset is not null
            group by all
            """
        ).fetchall()
        posts = connection.execute("select distinct post_id from raw.posts semi join chosen using (account_id)")
        return Holding(
            account_ids=ids,
            account_keys=frozenset(row[0] for row in names if row[0]),
            names=frozenset(text for row in names for text in row if text),
            post_ids=frozenset(row[0] for row in posts.fetchall()),
            pages={name: frozenset(offsets) for name, offsets in pages},
            row_counts={
                table: count for table, where in _tables(connection) if (count := _count(connection, table, where))
            },
        )


def links_of_company(warehouse: Path, company: str, *, wait_seconds: float = 0.0) -> tuple[str, ...]:
    """Links of all accounts that were ever listed under that name, in any case; none without a warehouse.

    Raises as :func:`analysis.warehouse.open_warehouse` does.
    """
    if not warehouse.exists():
        return ()
    with explained(warehouse), closing(open_warehouse(warehouse, wait_seconds=wait_seconds)) as connection:
        found = connection.execute(
            "select distinct url from raw.accounts where lower(company) = lower(?) and url is not null order by url",
            [company],
        )
        return tuple(url for (url,) in found.fetchall())


def forget(
    warehouse: Path, found: Holding, *, now: datetime, wait_seconds: float = 0.0, on_wait: OnWait | None = None
) -> None:
    """Delete every row of the accounts, note that in ``raw.deletions``, and write the file anew without the bytes.

    What was done half is done whole by doing it again. Raises as :func:`analysis.warehouse.open_warehouse` does.
    """
    with (
        explained(warehouse),
        closing(open_warehouse(warehouse, wait_seconds=wait_seconds, on_wait=on_wait, now=now)) as connection,
    ):
        _remember(connection, found.account_ids)
        with transaction(connection):
            # a planned slot is the user's own: it stays, without the posts of theirs that it pointed to
            connection.execute(
                """
                update raw.slots
                set evidence = list_filter(evidence, lambda address: not list_contains($names, address))
                where list_has_any(evidence, $names)
                """,
                {"names": sorted(found.names)},
            )
            for table, where in _tables(connection):
                connection.execute(_DELETION.format(table=table, where=where, account=_account_of(where)), [now])
                connection.execute(f"delete from raw.{table} where {where}")  # noqa: S608  # our own names
    compact(warehouse, wait_seconds=wait_seconds, on_wait=on_wait)


def _choose(connection: duckdb.DuckDBPyConnection, named: Iterable[Named]) -> None:
    """The temporary table ``chosen``: every account id that means one of those."""
    wanted = list(named)
    _remember(connection, [account_id(one.platform, one.host, one.handle) for one in wanted])
    for one in wanted:
        connection.execute(
            """
            insert into chosen
            select distinct account_id from raw.accounts
            where
                account_key = $account_key
                or (platform, host, lower(handle)) = ($platform, $host, lower($handle))
                or (
                    platform = 'web' and $platform = 'web' and host = $host
                    and starts_with(lower(handle), lower($handle) || '/')
                )
                or (platform = $platform and native_account_id = $native_account_id)
            union
            select distinct account_id from raw.profiles
            where native_account_id = $native_account_id and account_id in (
                select account_id from raw.accounts where platform = $platform
            )
            """,
            {name: getattr(one, name) for name in Named.__dataclass_fields__},
        )
    _add_earlier_names(connection)
    connection.execute("create or replace temporary table chosen as select distinct account_id from chosen")


def _add_earlier_names(connection: duckdb.DuckDBPyConnection) -> None:
    """To ``chosen``: what its accounts were or are called otherwise, on the same server and on others."""
    # the same account under an earlier or later handle is known by the id that its network gave it
    connection.execute(
        """
        insert into chosen
        with identified as (
            select accounts.account_id, accounts.platform, accounts.host, profiles.native_account_id
            from raw.accounts
            inner join (
                select account_id, native_account_id from raw.profiles
                union
                select account_id, native_account_id from raw.accounts
            ) as profiles using (account_id)
            where profiles.native_account_id is not null
        )

        select distinct others.account_id
        from identified as others
        semi join (select * from identified semi join chosen using (account_id)) as mine
            using (platform, host, native_account_id)
        """
    )
    # and on the servers that it moved from or to by what the list says
    connection.execute(
        """
        insert into chosen
        with moves as (
            select account_id, account_key, unnest(former_keys) as former_key from raw.accounts
        ), keys as (
            select account_id, account_key from raw.accounts semi join chosen using (account_id)
        )

        select account_id from raw.accounts
        where account_key in (select former_key from moves semi join keys using (account_key))
        union
        select account_id from moves where former_key in (select account_key from keys)
        """
    )


def _remember(connection: duckdb.DuckDBPyConnection, ids: Iterable[UUID]) -> None:
    connection.execute("create or replace temporary table chosen (account_id uuid)")
    for each in ids:
        connection.execute("insert into chosen values (?)", [each])


def _tables(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Each raw table that holds something of accounts, and which of its rows are those of the chosen.

    What is found through another table stands before that.
    """
    columns = connection.execute(
        "select table_name, list(column_name) from duckdb_columns() where schema_name = 'raw' group by all order by all"
    ).fetchall()
    found: list[tuple[str, str]] = [("hosts", _ON_HOSTS)]
    found += [(table, _ON_POSTS) for table, names in columns if "post_id" in names and "account_id" not in names]
    return found + [(table, _ON_ACCOUNTS) for table, names in columns if "account_id" in names and table != _LEDGER]


def _account_of(where: str) -> str:
    return "account_id" if where == _ON_ACCOUNTS else "null::uuid"


def _count(connection: duckdb.DuckDBPyConnection, table: str, where: str) -> int:
    row = connection.execute(f"select count(*) from raw.{table} where {where}").fetchone()  # noqa: S608  # our own names
    return int(row[0]) if row else 0
