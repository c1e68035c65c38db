"""What commands that change a project say, kept as JSON lines in ``data/logs/``, in files of bounded size.

Whoever looks after a timer finds there what nobody read. Written under the project's lock, so that two never write at
once. Only what a person is told goes in: no page, no request, no secret.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

import typer

from crawler.commands import terminal

FILE = "commands.jsonl"
FILE_BYTES = 1_000_000
FILES_KEPT = 5


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """A full disk is said by what fills it."""


@contextmanager
def kept(folder: Path, command: str, clock: Callable[[], datetime]) -> Iterator[None]:
    """Keep what is said until the end; a folder that cannot be written ends nothing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = _File(
            folder / FILE, maxBytes=FILE_BYTES, backupCount=FILES_KEPT - 1, encoding="utf-8", errors="replace"
        )
    except OSError:
        yield
        return

    def keep(text: str, *, is_warning: bool) -> None:
        line = {
            "at": clock().astimezone(UTC).isoformat(timespec="milliseconds"),
            "command": command,
            "process": os.getpid(),
            "level": "warning" if is_warning else "info",
            "text": text,
        }
        message = json.dumps(line, ensure_ascii=False)
        handler.emit(logging.LogRecord("rivalscope", logging.INFO, "", 0, message, None, None))

    terminal.listeners.append(keep)
    try:
        yield
    except Exception as error:
        if not isinstance(error, typer.Exit):
            keep(" ".join(str(error).split()) or type(error).__name__, is_warning=True)
        raise
    finally:
        terminal.listeners.remove(keep)
        handler.close()
