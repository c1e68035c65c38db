"""What was published before, carried from snapshot to snapshot: a verdict that changed can say why.

``config.publications`` of a snapshot holds one row for the build itself (``is_current``) and one for each day of the
three weeks before on which a snapshot was published in the same place: how it was made, which accounts were in it, and
the verdicts that it gave. Only published builds have a past; a build of an earlier day has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import duckdb

from analysis.own_rules import OwnRule
from analysis.warehouse import WarehouseError, open_snapshot

KEPT = timedelta(days=21)
_METHOD_FOLDERS = (("models", "*.sql"), ("macros", "*.sql"), ("seeds", "*.csv"))
_COLUMNS = """
    as_of timestamptz not null,
    built_at timestamptz not null,
    version text not null,
    method_sha256 text not null,
    timezone text not null,
    is_strict boolean not null,
    since timestamptz,
    is_until_set boolean not null,
    account_ids uuid[] not null,
    verdicts struct(platform text, dimension text, level text, verdict text)[] not null,
    is_current boolean not null
"""
_PUBLISHED = """
select
    publications.* replace (
        (
            select coalesce(list(account_id order by account_id), [])
            from staging.stg_accounts
            where state != 'removed'
        ) as account_ids,
        (
            select coalesce(
                list(
                    {'platform': platform, 'dimension': dimension, 'level': level, 'verdict': verdict}
                    order by platform, dimension, level
                ),
                []
            )
            from marts.claims
            where outcome = 'engagement' and scope = 'general' and verdict != 'not_enough'
        ) as verdicts,
        false as is_current
    )
from config.publications
where is_current
union all
from config.publications where not is_current
"""


@dataclass(frozen=True, kw_only=True)
class Publication:
    """How one snapshot was made, and what it said; a row of ``config.publications``, in column order."""

    as_of: datetime
    built_at: datetime
    version: str
    method_sha256: str
    """Of everything that turns the same observations into another verdict: models, macros, seeds, the user's rules."""
    timezone: str
    is_strict: bool
    since: datetime | None
    """``None`` = the default window."""
    is_until_set: bool
    account_ids: Sequence[UUID] = ()
    verdicts: Sequence[dict[str, str]] = ()
    """``platform, dimension, level, verdict``, without those that could not tell."""
    is_current: bool = True


def method_sha256(root: Path, own_rules: Sequence[OwnRule]) -> str:
    """A fingerprint of the method under ``root`` and of the user's own rules."""
    digest = hashlib.sha256()
    for folder, pattern in _METHOD_FOLDERS:
        for path in sorted((root / folder).rglob(pattern)):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for rule in own_rules:
        digest.update(repr(astuple(rule)).encode())
    return digest.hexdigest()


def earlier_publications(snapshot: Path, *, now: datetime) -> list[Publication]:
    """The snapshot that stands there and those it remembers, the newest of each day; none where none can be read."""
    try:
        connection = open_snapshot(snapshot)
    except WarehouseError:
        return []
    try:
        rows = connection.execute(_PUBLISHED).fetchall()
    except duckdb.Error:  # written by an older Rivalscope, or cut off from what it needs
        return []
    finally:
        connection.close()
    of_day: dict[str, Publication] = {}
    for row in rows:
        found = Publication(**dict(zip(Publication.__dataclass_fields__, row, strict=True)))
        day = found.as_of.date().isoformat()
        if now - KEPT < found.as_of <= now and (day not in of_day or of_day[day].built_at < found.built_at):
            of_day[day] = found
    return [of_day[day] for day in sorted(of_day)]


def write_publications(connection: duckdb.DuckDBPyConnection, publications: Sequence[Publication]) -> None:
    """Replace ``config.publications``."""
    connection.execute(f"create or replace table config.publications ({_COLUMNS})")
    marks = ", ".join("?" for _ in Publication.__dataclass_fields__)
    for one in publications:
        values = [getattr(one, name) for name in Publication.__dataclass_fields__]
        values = [list(value) if isinstance(value, tuple) else value for value in values]
        connection.execute(f"insert into config.publications values ({marks})", values)  # noqa: S608  # our own marks
