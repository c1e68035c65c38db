"""What the snapshot that is replaced has already read in the texts of posts, lent to the build that replaces it.

What is found in a text (its language, the phrases of our lists, what it is for by them) hangs on the text and on the
rules alone, and takes a third of a build of many years. So models find it in the schema ``earlier``:

- ``earlier.contents``: which content of each post was read (``post_id, content_hash``),
- ``earlier.told_languages``, ``earlier.found_phrases``, ``earlier.found_patterns``, ``earlier.post_types``: what was
  found in it. Phrases stand there by number, and so only for the same rules.

Nothing is lent, and the five are empty, where there is no snapshot, or where it was built by other models, macros,
seeds, rules of the user, or by another version of Rivalscope or DuckDB: see :func:`reading_sha256`. A published
snapshot holds them empty, so that models paste into a shell there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path

import duckdb

_SHAPES = {
    "contents": "post_id uuid, content_hash text",
    "told_languages": "post_id uuid, language text",
    "found_phrases": "post_id uuid, number integer",
    "found_patterns": "post_id uuid, list text, name text, phrase text, weight decimal(9, 2)",
    "post_types": "post_id uuid, post_type text, post_type_source text, post_type_reason text",
}
TABLES = tuple(f"earlier.{name}" for name in _SHAPES)
_LENT = {
    "contents": """
        select keys.post_id, posts.content_hash
        from earlier_snapshot.staging.stg_post_keys as keys
        inner join earlier_snapshot.raw.posts as posts on keys.content_row = posts.rowid
    """,
    **{name: f"from earlier_snapshot.intermediate.{name}" for name in _SHAPES if name != "contents"},
}


def reading_sha256(method_sha256: str, version: str) -> str:
    """A fingerprint of all that decides what is found in a text: whatever was read under another is read again."""
    digest = hashlib.sha256(f"{method_sha256}\0{version}\0{duckdb.__version__}\0".encode())
    for module in ("patterns.py", "pattern_signs.py", "earlier.py"):
        digest.update(files("analysis").joinpath(module).read_bytes())
    return digest.hexdigest()


@contextmanager
def lent(connection: duckdb.DuckDBPyConnection, snapshot: Path, sha256: str) -> Iterator[None]:
    """The schema ``earlier`` with what ``snapshot`` has read; its tables are empty afterwards.

    ``sha256`` is noted in ``config.readings``, and decides whether anything is lent.
    """
    connection.execute("create schema if not exists config")
    connection.execute("create or replace table config.readings as select ? as sha256", [sha256])
    connection.execute("create schema if not exists earlier")
    is_lent = _is_attached(connection, snapshot, sha256)
    for name, shape in _SHAPES.items():
        connection.execute(
            f"create view earlier.{name} as {_LENT[name]}" if is_lent else f"create table earlier.{name} ({shape})"
        )
    yield
    if is_lent:
        for name, shape in _SHAPES.items():
            connection.execute(f"drop view earlier.{name}")
            connection.execute(f"create table earlier.{name} ({shape})")
        connection.execute("detach earlier_snapshot")


def _is_attached(connection: duckdb.DuckDBPyConnection, snapshot: Path, sha256: str) -> bool:
    if not snapshot.exists():
        return False
    quoted = str(snapshot).replace("'", "''")
    try:
        connection.execute(f"attach '{quoted}' as earlier_snapshot (read_only)")
    except duckdb.Error:  # damaged, or written by a newer DuckDB: it is replaced
        return False
    with suppress(duckdb.Error):  # of an older Rivalscope, or built for named models only
        for select in _LENT.values():
            connection.execute(f"explain {select}")
        connection.execute("select count(*) from earlier_snapshot.config.readings where sha256 = ?", [sha256])
        if connection.fetchall() == [(1,)]:
            return True
    connection.execute("detach earlier_snapshot")
    return False
