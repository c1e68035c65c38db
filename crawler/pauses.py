"""Pauses that hosts asked for, kept where the next crawl finds them though nothing was loaded or built in between.

``pauses.jsonl``: ``{"host", "until"}`` a line, the newest last.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

_FILE = "pauses.jsonl"
_MOST_BYTES = 256 * 1024


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
            found[host] = max(until, found.get(host, until))
        except (ValueError, KeyError, TypeError, OverflowError):
            continue
    lasting = {host: until for host, until in found.items() if until > now}
    if len(text) > _MOST_BYTES:
        (folder / _FILE).unlink(missing_ok=True)
        for host, until in lasting.items():
            note(folder, host, until)
    return lasting
