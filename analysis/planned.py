"""What was planned before: the newest version of every slot and test, for who plans again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.warehouse import open_snapshot

_TABLES = ("stg_slots", "stg_experiments")


def planned(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Slots and tests as ``raw.slots`` and ``raw.experiments`` name them, slots with their account's key and host.

    ``path``: the published snapshot, or what :func:`analysis.build.build_facts` wrote; of an older version, it knows
    none. Raises as ``open_snapshot`` does.
    """
    connection = open_snapshot(path)
    try:
        known = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'staging' and list_contains(?, table_name)",
            [list(_TABLES)],
        ).fetchall()
        if len(known) < len(_TABLES):
            return [], []
        slots = connection.execute(
            """
            select slots.* exclude (account_id, first_planned_at), accounts.account_key, accounts.host,
            from staging.stg_slots as slots
            left join staging.stg_accounts as accounts on slots.account_id = accounts.account_id
            order by slots.planned_at, slots.slot_id
            """
        )
        slot_rows = _rows(slots)
        experiments = connection.execute(
            "select * exclude (started_at, observed_at) from staging.stg_experiments order by started_at, experiment_id"
        )
        return slot_rows, _rows(experiments)
    finally:
        connection.close()


def _rows(answer: Any) -> list[dict[str, Any]]:
    names = [str(column[0]) for column in answer.description or ()]
    return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]
