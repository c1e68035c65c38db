"""Disks of a size, or that take nothing, for tests that need a real one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk of that size at ``folder``; skips where this machine does not let us mount one."""
    made = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder)]
    try:
        is_made = subprocess.run(made, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        is_made = False
    if not is_made:
        pytest.skip("mounting a small disk takes rights that are missing here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def remount(folder: Path, options: str) -> None:
    """Change a disk of :func:`small_disk`: ``size=1g``, ``ro``, ``rw``."""
    subprocess.run(["mount", "-o", f"remount,{options}", "none", str(folder)], check=True)
