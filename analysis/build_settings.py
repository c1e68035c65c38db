"""What a build is told beside the data, as tables that models read: the schema ``config``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol

import duckdb

from analysis.own_rules import OwnRule
from analysis.publications import Publication

ALERT_LIMITS: Final = {
    "breakout_lift": "double",
    "breakout_days": "integer",
    "follower_jump_share": "double",
    "follower_jump_least": "bigint",
    "gone_visits": "integer",
    "failed_visits": "integer",
}
"""Numbers from which on ``marts.alerts`` has a row, as [alerts] in the configuration names them."""


class Notice(Protocol):
    """A credential that ends, which a reader should know."""

    @property
    def platform(self) -> str: ...
    @property
    def is_urgent(self) -> bool: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def days_left(self) -> int:
        """Whole days; negative when it has ended."""
        ...


def write_wishes(
    connection: duckdb.DuckDBPyConnection,
    rules: Sequence[OwnRule],
    notices: Sequence[Notice],
    limits: Mapping[str, float] | None,
) -> None:
    _write_own_rules(connection, rules)
    _write_notices(connection, notices)
    _write_alert_limits(connection, limits)


def _write_own_rules(connection: duckdb.DuckDBPyConnection, rules: Sequence[OwnRule]) -> None:
    connection.execute(
        """
        create or replace table config.own_post_types (
            post_type text not null,
            language text,
            phrase text not null,
            weight decimal(4, 2) not null,
            is_pattern boolean not null
        )
        """
    )
    for rule in rules:
        connection.execute(
            "insert into config.own_post_types values (?, ?, ?, ?, ?)",
            [rule.post_type, rule.language, rule.phrase, rule.weight, rule.is_pattern],
        )


def write_run(
    connection: duckdb.DuckDBPyConnection,
    present: Publication,
    *,
    until: datetime | None = None,
    outcomes: Sequence[str] = (),
    audience: str | None = None,
) -> None:
    connection.execute("create schema if not exists config")
    connection.execute(
        """
        create or replace table config.run (
            version text not null,
            timezone text not null,
            audience_timezone text not null,
            is_strict boolean not null,
            as_of timestamptz not null,
            since timestamptz,
            until timestamptz not null,
            outcomes text[] not null,
            built_at timestamptz not null
        )
        """
    )
    connection.execute(
        "insert into config.run values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            present.version,
            present.timezone,
            audience or present.timezone,
            present.is_strict,
            present.as_of,
            present.since,
            min(until or present.as_of, present.as_of),
            list(outcomes),
            present.built_at,
        ],
    )


def _write_notices(connection: duckdb.DuckDBPyConnection, notices: Sequence[Notice]) -> None:
    connection.execute(
        """
        create or replace table config.notices (
            rank bigint not null,
            platform text not null,
            is_urgent boolean not null,
            ends_at timestamptz not null,
            days_left integer not null
        )
        """
    )
    for rank, notice in enumerate(notices, start=1):
        connection.execute(
            "insert into config.notices values (?, ?, ?, ?, ?)",
            [rank, notice.platform, notice.is_urgent, notice.ends_at, notice.days_left],
        )


def _write_alert_limits(connection: duckdb.DuckDBPyConnection, limits: Mapping[str, float] | None) -> None:
    columns = ", ".join(f"{name} {kind} not null" for name, kind in ALERT_LIMITS.items())
    connection.execute(f"create or replace table config.alert_limits ({columns})")
    if limits is not None:
        marks = ", ".join("?" for _ in ALERT_LIMITS)
        values = [limits[name] for name in ALERT_LIMITS]
        connection.execute(f"insert into config.alert_limits values ({marks})", values)  # noqa: S608  # our own names
