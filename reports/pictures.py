"""Which pictures a brief wants, and the kept ones as part of the file: no request ever leaves the page."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path

import duckdb

from reports.desk import Asker
from reports.errors import BriefError

QUERIES = ("card_examples", "top_posts")
"""Queries of the brief whose posts are shown with a picture."""
MOST_BYTES = 40_000
"""Of one picture; a larger file is left out."""
MOST_BYTES_TOGETHER = 700_000
_NAME = re.compile(r"[0-9a-f-]{36}")


def wanted_pictures(snapshot: Path) -> list[tuple[str, str]]:
    """Post id and picture address of every post that the brief shows with a picture, in its order, each once.

    Raises BriefError when the snapshot cannot be read.
    """
    try:
        connection = duckdb.connect(str(snapshot), read_only=True)
    except duckdb.Error as error:
        raise BriefError(f"{snapshot} cannot be read ({str(error).splitlines()[0]}).") from error
    try:
        ask = Asker(connection)
        rows = [row for name in QUERIES for row in ask(name).rows]
    finally:
        connection.close()
    found = {str(row["post_id"]): str(row["picture_url"]) for row in rows if row["picture_url"]}
    return list(found.items())


def embedder(folder: Path | None) -> Callable[[object], str]:
    """The filter ``picture``: a post id → its thumbnail as a ``data:`` address, ``""`` where there is none."""
    spent = 0
    made: dict[str, str] = {}

    def picture(post_id: object) -> str:
        nonlocal spent
        name = str(post_id)
        if folder is None or not _NAME.fullmatch(name):
            return ""
        if name not in made:
            made[name] = ""
            path = folder / f"{name}.webp"
            content = path.read_bytes() if path.is_file() and path.stat().st_size <= MOST_BYTES else b""
            if content[:4] == b"RIFF" and spent + len(content) <= MOST_BYTES_TOGETHER:
                spent += len(content)
                made[name] = "data:image/webp;base64," + base64.b64encode(content).decode()
        return made[name]

    return picture
