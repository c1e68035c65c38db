"""A folder beside a database file, for what takes that file's place once it is whole."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp


@contextmanager
def workshop(target: Path, doing: str) -> Iterator[Path]:
    """A new folder ``.<target>.<doing>-…`` beside ``target``, ours while we hold its lock; it goes when we are done.

    What others of this name left who were killed is removed first: a process number may come again, the lock of a
    process that is gone does not. Raises OSError.
    """
    prefix = f".{target.name}.{doing}-"
    sweep(target.parent, prefix)
    while True:
        folder = Path(mkdtemp(dir=target.parent, prefix=prefix))
        with suppress(FileNotFoundError):  # swept between its making and its lock
            lock = os.open(folder, os.O_RDONLY)
            with suppress(OSError):  # some network disks have no locks
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if folder.exists():
                break
            os.close(lock)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(parent: Path, prefix: str) -> None:
    """Remove the folders in ``parent`` whose names begin so and whose makers are gone. Raises OSError."""
    for folder in [each for each in parent.iterdir() if each.name.startswith(prefix)]:
        with suppress(OSError):  # locked, or gone meanwhile
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)
