"""A file that is replaced as a whole: who reads it, or looks after the power failed, finds the old one or the new."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Put ``content`` in the place of ``path``, whose rights it keeps. Raises OSError; then the old file stands."""
    with replacing(path) as part:
        part.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Where to write what then takes the place of ``path``; nothing changes when the block raises.

    It is on the disk before it takes the place: else a file without content may stand there when the power comes back.
    Of a link the file behind it is replaced; a pipe or a device is written to.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        yield path
        return
    path = Path(os.path.realpath(path))
    part = path.with_name(f".{path.name}.new")
    try:
        yield part
        if path.exists():
            part.chmod(path.stat().st_mode & 0o777)
        sync(part)
        part.replace(path)
        sync(path.parent)
    finally:
        part.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Wait until a file's content, or the names in a folder, are on the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
