"""Which reading of a page holds: of pages that were read again, what the newest page object made of them.

The warehouse keeps every reading (raw is append-only). A snapshot is built from the one that held at its ``as_of``, so
that no model has to know that there was another.
"""

from __future__ import annotations

import duckdb

_KEYS = {
    "posts": ("post_id", "observed_at"),
    "post_metrics": ("post_id", "observed_at"),
    "profiles": ("account_id", "observed_at"),
    "account_metrics": ("account_id", "observed_at"),
}
_HAS_SOURCE = ("posts", "post_metrics")

_SUPERSEDED = """
    delete from raw.{table} where rowid in (
        with again as (select distinct {key} from raw.{table} where {is_again})
        select readings.rowid
        from raw.{table} as readings
        semi join again using ({key})
        cross join config.run as run
        qualify row_number() over (
            partition by {key}
            order by
                run.is_strict and readings.loaded_at > run.as_of,
                {first_last} readings.loaded_at desc,
                readings.rowid
        ) > 1
    )
"""
_LOADED_TWICE = "({key}) in (select ({key}) from raw.{table} group by all having count(distinct loaded_at) > 1)"
_IS_ANY = """
    select
        exists (select 1 from raw.posts where source = 'reparse')
        or exists (select 1 from raw.post_metrics where source = 'reparse')
        or exists (select 1 from raw.profiles group by account_id, observed_at having count(distinct loaded_at) > 1)
        or exists (
            select 1 from raw.account_metrics group by account_id, observed_at having count(distinct loaded_at) > 1
        )
"""
# A repaired version that says what the one before it says is no change.
_NO_CHANGE = """
    delete from raw.posts where rowid in (
        select rowid from raw.posts
        where post_id in (select post_id from raw.posts where source = 'reparse')
        qualify
            source = 'reparse'
            and content_hash = lag(content_hash) over (partition by post_id order by observed_at, content_hash)
    )
"""


def settle_readings(snapshot: duckdb.DuckDBPyConnection) -> None:
    """Leave in the raw tables of a snapshot that is being built the reading that holds; ``config.run`` stands."""
    row = snapshot.execute(_IS_ANY).fetchone()
    if row is None or not row[0]:
        return
    for table, columns in _KEYS.items():
        key = ", ".join(columns)
        has_source = table in _HAS_SOURCE
        is_again = "source = 'reparse'" if has_source else _LOADED_TWICE.format(key=key, table=table)
        first_last = "readings.source = 'reparse' desc," if has_source else ""
        snapshot.execute(_SUPERSEDED.format(table=table, key=key, is_again=is_again, first_last=first_last))
    snapshot.execute(_NO_CHANGE)


def close_gaps(snapshot: duckdb.DuckDBPyConnection) -> None:
    """Write the tables of posts and their counts anew where rows were deleted or changed.

    Models fetch rows by rowid, and a checkpoint gives rows behind a gap other ones.
    """
    for table in ("posts", "post_metrics"):
        [(has_gap,)] = snapshot.execute(f"select count(*) <= max(rowid) from raw.{table}").fetchall()  # noqa: S608  # the names above
        if not has_gap:
            continue
        [(statement,)] = snapshot.execute(
            "select sql from duckdb_tables() where schema_name = 'raw' and table_name = ?", [table]
        ).fetchall()
        snapshot.execute(f"alter table raw.{table} rename to {table}_before")
        snapshot.execute(statement)
        snapshot.execute(f"insert into raw.{table} by name from raw.{table}_before")
        snapshot.execute(f"drop table raw.{table}_before")
