"""What pages that were read again say otherwise: rehearsed in the warehouse, and taken back."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from analysis.load.accounts import Accounts
from analysis.load.loader import REPARSE, insert_portions
from analysis.load.segments import Segment, read_portions
from analysis.warehouse import OnWait, explained, open_warehouse

_COUNTS = ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count")
_ACCOUNT_COUNTS = ("follower_count", "following_count", "post_count")
_CONTENT = (
    "account", "author", "url", "role", "format", "stated_post_type", "title", "text", "language", "published_at",
    "published_precision", "original_native_id", "original_url", "original_published_at", "media", "hashtags",
    "mentions", "links", "edited_at", "is_edited", "is_pinned", "is_promoted_label",
)  # fmt: skip
_PROFILE = ("handle", "url", "name", "bio", "links", "avatar_url", "banner_url", "category", "software", "is_verified")
_AGAIN = "source = 'reparse'"
_EXAMPLES = 3
_NOUNS = {"posts": "post", "post_metrics": "post", "profiles": "account", "account_metrics": "account"}
_LONGEST = 40


@dataclass(frozen=True, kw_only=True)
class Example:
    """One value that changes; ``None`` = not stated."""

    where: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """One field that pages say otherwise now."""

    table: str
    """Of raw: posts, post_metrics, profiles, account_metrics."""
    field: str
    count: int
    """Posts; of profiles accounts."""
    reading_count: int
    """Moments at which they were seen."""
    examples: tuple[Example, ...]


@dataclass(frozen=True, kw_only=True)
class Differences:
    """What loading the new readings would change."""

    changes: tuple[FieldChange, ...] = ()
    new_post_count: int = 0
    """Posts that no page had given before."""
    new_reading_counts: dict[str, int] = field(default_factory=dict)
    """Raw table → moments that had no reading of that post or account before."""
    post_moments: frozenset[tuple[str, datetime]] = frozenset()
    """``post_id`` and moment of what differs."""
    account_moments: frozenset[tuple[str, datetime]] = frozenset()
    """``account_key`` and moment of what differs."""

    @property
    def is_empty(self) -> bool:
        return not self.post_moments and not self.account_moments

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """For a person: what changes, for how many, and examples."""
        told = [
            (
                each.field,
                f"{each.count:,} {_NOUNS[each.table]}{'' if each.count == 1 else 's'}",
                "; ".join(f"{_short(one.before)} → {_short(one.after)} ({one.where})" for one in each.examples),
            )
            for each in self.changes
        ]
        if self.new_post_count:
            told.append(("new posts", f"{self.new_post_count:,} posts", "no page had given them before"))
        if counts := self.new_reading_counts.get("post_metrics"):
            told.append(("new counts", f"{counts:,} looks", "at posts whose counts could not be read then"))
        return told


@dataclass(frozen=True, kw_only=True)
class Unkept:
    """Answers that were read once, and that nobody can read again."""

    count: int = 0
    newest_at: datetime | None = None


def differences(
    warehouse: Path,
    segments: Sequence[Path],
    *,
    now: datetime,
    wait_seconds: float = 0.0,
    on_wait: OnWait | None = None,
) -> Differences:
    """What loading ``segments`` (landing files of records with the source ``reparse``) would change.

    They are loaded in a transaction that is taken back: the loader itself decides what is a change. Raises as
    ``open_warehouse`` does.
    """
    workshop = warehouse.with_name(f".{warehouse.name}.rehearsing")
    connection = open_warehouse(warehouse, wait_seconds=wait_seconds, on_wait=on_wait, now=now)
    try:
        with explained(warehouse):
            shutil.rmtree(workshop, ignore_errors=True)
            workshop.mkdir(parents=True)
            connection.execute("begin transaction")
            try:
                _rehearse(connection, segments, workshop, now)
                return _told(connection)
            finally:
                with suppress(duckdb.Error):
                    connection.execute("rollback")
    finally:
        connection.close()
        shutil.rmtree(workshop, ignore_errors=True)


def _rehearse(connection: duckdb.DuckDBPyConnection, segments: Iterable[Path], workshop: Path, now: datetime) -> None:
    tables = ("posts", "post_metrics", "profiles", "account_metrics", "absences")
    newest = " union all ".join(f"select max(loaded_at) as loaded_at from raw.{table}" for table in tables)
    row = connection.execute(f"select max(loaded_at) from ({newest})").fetchone()
    # later than all that was ever loaded: that is how the new rows are told
    loaded_at = max(now, row[0] + timedelta(microseconds=1)) if row and row[0] else now
    connection.execute("set variable loaded_at = ?::timestamptz", [loaded_at])
    accounts = Accounts(connection, now=now)
    for path in segments:
        segment = Segment(name=f"{REPARSE}rehearsal/{path.name}")
        portions = read_portions(path, segment, workshop=workshop, rejected=workshop / "rejected" / path.name)
        insert_portions(connection, accounts, segment, portions)


def _told(connection: duckdb.DuckDBPyConnection) -> Differences:
    names = {
        "posts": "select post_id as id, any_value(coalesce(url, native_id)) as name from raw.posts group by all",
        "accounts": "select account_id as id, any_value(account_key) as name from raw.accounts group by all",
    }
    changes: list[FieldChange] = []
    new_counts: dict[str, int] = {}
    for table, key, named, fields, before in (
        ("post_metrics", "post_id", "posts", _COUNTS, "="),
        ("posts", "post_id", "posts", _CONTENT, "<="),
        ("account_metrics", "account_id", "accounts", _ACCOUNT_COUNTS, "="),
        ("profiles", "account_id", "accounts", _PROFILE, "<="),
    ):
        _compare(connection, table, key, names[named], is_version=before == "<=")
        new_counts[table] = _number(connection, "select count(*) from compared where before.observed_at is null")
        changes += [change for each in fields if (change := _change(connection, table, each)) is not None]
    return Differences(
        changes=tuple(changes),
        new_post_count=_number(
            connection,
            """
            select count(*) from (
                select post_id from raw.posts
                group by all having min(loaded_at) = getvariable('loaded_at')
            )
            """,
        ),
        new_reading_counts={table: count for table, count in new_counts.items() if count},
        post_moments=_moments(connection, ("posts", "post_metrics", "absences"), "post_id::text"),
        account_moments=_moments(
            connection,
            ("profiles", "account_metrics"),
            "unnest((select list(account_key) from account_ids where account_ids.account_id = rows.account_id))",
        ),
    )


def _compare(connection: duckdb.DuckDBPyConnection, table: str, key: str, names: str, *, is_version: bool) -> None:
    """Each new row beside what stood at its moment: the row of that moment, of contents the one before it too."""
    newest = f"{_AGAIN} desc, loaded_at desc" if table in ("posts", "post_metrics") else "loaded_at desc"
    connection.execute(
        f"""
        create or replace temporary table compared as
        with old as (
            select * from raw.{table}
            where loaded_at < getvariable('loaded_at')
                and {key} in (select {key} from raw.{table} where loaded_at = getvariable('loaded_at'))
            qualify row_number() over (partition by {key}, observed_at order by {newest}) = 1
        ), new as (
            select * from raw.{table} where loaded_at = getvariable('loaded_at')
        ), names as ({names})
        select new.{key} as id, names.name, new as after, old as before
        from new
        {"asof left" if is_version else "left"} join old
            on new.{key} = old.{key} and new.observed_at {">=" if is_version else "="} old.observed_at
        left join names on new.{key} = names.id
        """
    )


def _change(connection: duckdb.DuckDBPyConnection, table: str, name: str) -> FieldChange | None:
    def said(side: str) -> str:
        value = f"{side}.{name}"
        if table not in ("post_metrics", "account_metrics"):
            return f"{value}::text"
        return f"coalesce({value}::text, 'unknown' || coalesce(' (' || {side}.missing['{name}'] || ')', ''))"

    row = connection.execute(
        f"""
        select
            count(distinct id), count(*),
            arg_max(
                {{'name': name, 'before': {said("before")}, 'after': {said("after")}}}, after.observed_at, {_EXAMPLES}
            )
        from compared
        where before.observed_at is not null and before.{name} is distinct from after.{name}
        """
    ).fetchone()
    if row is None or not row[1]:
        return None
    examples = tuple(Example(where=one["name"], before=one["before"], after=one["after"]) for one in row[2])
    return FieldChange(table=table, field=name, count=row[0], reading_count=row[1], examples=examples)


def _moments(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[str], name: str
) -> frozenset[tuple[str, datetime]]:
    rows: set[Any] = set()
    for table in tables:
        query = f"select {name}, observed_at from raw.{table} as rows where loaded_at = getvariable('loaded_at')"
        rows.update(connection.execute(query).fetchall())
    return frozenset(rows)


def _short(value: str | None) -> str:
    plain = "nothing" if value is None else " ".join(value.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0


def unkept(
    warehouse: Path,
    archives: Collection[str],
    *,
    platform: str,
    account_keys: Collection[str] | None = None,
    since: datetime | None = None,
    now: datetime,
    wait_seconds: float = 0.0,
) -> Unkept:
    """Answers about these accounts that stand in none of ``archives`` (names of WARC files that are there).

    Raises as ``open_warehouse`` does.
    """
    connection = open_warehouse(warehouse, wait_seconds=wait_seconds, now=now)
    with connection, explained(warehouse):
        row = connection.execute(
            """
            select count(distinct (pages.crawl_id, pages.url, pages.fetched_at)), max(pages.fetched_at)
            from raw.pages as pages
            where
                pages.warc_offset is not null
                and not coalesce(list_contains(?::text[], pages.warc_file), false)
                and pages.fetched_at >= coalesce(?::timestamptz, '-infinity')
                and pages.account_id in (
                    select account_id from raw.accounts
                    where platform = ? and (?::text[] is null or list_contains(?::text[], account_key))
                )
            """,
            [
                list(archives),
                since,
                platform,
                *[None if account_keys is None else list(account_keys)] * 2,
            ],
        ).fetchone()
    return Unkept(count=row[0], newest_at=row[1]) if row else Unkept()
