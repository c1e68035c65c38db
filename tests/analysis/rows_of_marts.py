"""What every mart holds after two weekly builds over an invented market and a shop, by the DuckDB that is imported.

``python -m tests.analysis.rows_of_marts FOLDER`` writes warehouse and snapshot there, and says ``{"duckdb": version,
"marts": {name: [row count, SHA-256 of all rows]}}``, of tables in their own order, which views do not have.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import duckdb

from analysis.build import build
from analysis.load import load_landing
from analysis.warehouse import open_snapshot, open_warehouse
from bench.big_market import NOW, BigMarket
from tests.analysis.simulated_shop import Kind, Shop, write_landing

KINDS = {
    "image": Kind(share=0.4, likes=200, orders=0.4),
    "video": Kind(share=0.3, likes=60, orders=2.0),
    "text": Kind(share=0.3, likes=100, orders=0.4),
}
LABEL = """
    insert into raw.labels (post_id, account_id, post_type, tags, source, observed_at, loaded_at)
    select distinct on (post_id) post_id, account_id, 'hiring', ['spring'], 'label', $at, $at
    from raw.posts where native_id like '%7'
"""


def build_twice(folder: Path) -> Path:
    """The snapshot of a market of which some posts are labelled, with one of a week before behind it."""
    warehouse, snapshot = folder / "warehouse.duckdb", folder / "rivalscope.duckdb"
    BigMarket(post_count=1500, account_count=14, weeks=20, pool_size=200).write(warehouse)
    write_landing(Shop(kinds=KINDS, now=NOW, posts_per_week=5, weeks=14), folder / "landing")
    report = load_landing(warehouse, folder / "landing", now=NOW)
    assert report.rejections == []
    with open_warehouse(warehouse) as connection:
        connection.execute(LABEL, {"at": NOW - timedelta(days=2)})
    for days in (7, 0):
        now = NOW - timedelta(days=days)
        build(warehouse, snapshot, now=now, timezone="Europe/Berlin", audience_timezone="America/New_York")
    return snapshot


def rows_of_marts(snapshot: Path) -> dict[str, tuple[int, str]]:
    """Of each mart how many rows it has, and a digest of them all, bit for bit."""
    with open_snapshot(snapshot) as connection:
        names = connection.execute(
            "select table_name, table_type = 'VIEW' from information_schema.tables where table_schema = 'marts'"
        ).fetchall()
        rows = {
            name: connection.execute(f"from marts.{name} {'order by all' if is_view else ''}").fetchall()
            for name, is_view in names
        }
    # a moment's time zone is another class with another DuckDB, and means the same
    written = {name: json.dumps(theirs, default=str).encode() for name, theirs in rows.items()}
    return {name: (len(theirs), sha256(written[name]).hexdigest()) for name, theirs in rows.items()}


if __name__ == "__main__":
    found = rows_of_marts(build_twice(Path(sys.argv[1])))
    sys.stdout.write(json.dumps({"duckdb": duckdb.__version__, "marts": found}))
