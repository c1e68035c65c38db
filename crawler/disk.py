"""What a project takes of the disk, and what is left."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from crawler.project import Project

_STEPS = ("B", "kB", "MB", "GB", "TB")


def used(project: Project) -> Mapping[str, int]:
    """Bytes by part of ``data/``, the largest first; what is none of them is ``other``."""
    parts = {
        "warehouse": (project.warehouse,),
        "published data": (project.snapshot, project.known, project.asof),
        "landing files": (project.landing,),
        "archive of pages": (project.archive,),
        "pictures": (project.thumbnails,),
    }
    sizes = {name: sum(size_of(path) for path in paths) for name, paths in parts.items()}
    sizes["other"] = max(0, size_of(project.data) - sum(sizes.values()))
    return dict(sorted(sizes.items(), key=lambda part: -part[1]))


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; 0 where there is nothing, and of what goes away meanwhile."""
    try:
        if not path.is_dir():
            return path.lstat().st_size
        with os.scandir(path) as entries:
            return sum(size_of(Path(entry.path)) for entry in entries if not entry.is_symlink())
    except OSError:
        return 0


def free(project: Project) -> int:
    """Bytes that are left on the project's disk."""
    return shutil.disk_usage(project.root).free


def in_words(size: float) -> str:
    """``1.4 GB``."""
    step = 0
    while size >= 1000 and step < len(_STEPS) - 1:
        size, step = size / 1000, step + 1
    return f"{size:.0f} {_STEPS[step]}" if step == 0 or size >= 100 else f"{size:.1f} {_STEPS[step]}"
