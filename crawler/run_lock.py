"""One run at a time in a project: an advisory lock that the system frees when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

_POLL_SECONDS = 2.0


class RunLockedError(Exception):
    """Another run holds the lock; one sentence that names it. A command line exits 75."""


class RunLock:
    """Context manager; entering takes the lock, or raises :class:`RunLockedError` after ``wait_seconds``.

    ``doing`` says what the holder does, for whoever comes second; ``on_wait`` gets one sentence when the wait begins.
    The file stays when the lock is released: removing it would let two holders lock two files of one name.
    """

    def __init__(
        self,
        path: Path,
        doing: str,
        now: datetime,
        *,
        wait_seconds: float = 0.0,
        on_wait: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._holder = f"{doing}, process {os.getpid()}, since {now:%Y-%m-%d %H:%M:%S} UTC"
        self._wait_seconds, self._on_wait = wait_seconds, on_wait
        self._file = -1

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._take()
        except BaseException:
            os.close(self._file)
            raise
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, self._holder.encode(), 0)
        return self

    def _take(self) -> None:
        deadline = time.monotonic() + self._wait_seconds
        is_told = False
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(self._file, 500, 0).decode("utf-8", "replace").strip() or "another program"
                is_late = time.monotonic() >= deadline
            else:
                return
            if is_late:
                raise RunLockedError(
                    f"Another run is at work in this project ({holder}); wait until it is done, then start again."
                )
            if not is_told:
                self._on_wait(f"Another run is at work in this project ({holder}); this one waits for it.")
                is_told = True
                continue
            time.sleep(min(_POLL_SECONDS, max(0.0, deadline - time.monotonic())))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.ftruncate(self._file, 0)  # the name of a holder that died stays: it is how a killed run is noticed
        os.close(self._file)


def crawls_at_work(landing_dir: Path) -> set[str]:
    """Ids of crawls that some process of this machine still writes (``scrapy crawl`` by hand takes no lock)."""
    growing = {str(path.resolve()): path.parent.name for path in landing_dir.glob("*/*.jsonl.part")}
    found: set[str] = set()
    if growing:
        for process in psutil.process_iter():
            try:
                found |= {growing[file.path] for file in process.open_files() if file.path in growing}
            except psutil.Error:
                continue
    return found
