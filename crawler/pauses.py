"""Pauses that hosts asked for, kept where the next crawl finds them though nothing was loaded or built in between.

``pauses.jsonl``: ``{"host", "until"}`` a line, the newest last.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

LONGEST = timedelta(days=31)
"""A pause is remembered across runs no longer than this."""
_FILE = "pauses.jsonl"
_MOST_BYTES = 256 * 1024


def is_lasting(until: datetime, now: datetime) -> bool:
    """Whether a host is still not to be asked. A pause that ends later than any can was noted by a clock that went
    wrong, and would close the host for years."""
    return now < until <= now + LONGEST


def note(folder: Path, host: str, until: datetime) -> None:
    """Write down that ``host`` is not to be asked before ``until`` (time-zone aware). Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"host": host, "until": until.astimezone(UTC).isoformat()}).encode()
    descriptor = os.open(folder / _FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        # a torn last line of a crawl that was killed must not swallow this one
        os.write(descriptor, b"\n" + line + b"\n")
    finally:
        os.close(descriptor)


def noted(folder: Path, now: datetime) -> dict[str, datetime]:
    """Host → until when it is not to be asked, for the pauses that last; lines that are none are passed over.

    A long file is shortened to these.
    """
    try:
        text = (folder / _FILE).read_bytes()
    except OSError:
        return {}
    found: dict[str, datetime] = {}
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            host, until = str(entry["host"]), datetime.fromisoformat(entry["until"]).astimezone(UTC)
            if is_lasting(until, now):
                found[host] = max(until, found.get(host, until))
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
    if len(text) > _MOST_BYTES:
        (folder / _FILE).unlink(missing_ok=True)
        for host, until in found.items():
            note(folder, host, until)
    return found
