"""What is wrong with a project's files, in one sentence each, and how to mend it.

Looks only: nothing is changed. The warehouse is examined elsewhere, the crawler opens no database.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from attrs import frozen

from crawler import disk
from crawler.clock import MEND, contradicted, impossible
from crawler.config import Config, ConfigError, load_config
from crawler.project import Project
from crawler.run_lock import crawls_at_work

_LEAST_FREE = 1_000_000_000


@frozen
class Finding:
    """One thing that is wrong, or, as a hint, that could be better."""

    sentence: str
    mend: str
    is_hint: bool = False


def findings(project: Project, now: datetime) -> Iterator[Finding]:
    """Everything that is wrong outside the warehouse."""
    yield from _about_permissions(project)
    yield from _about_disk(project)
    yield from _about_lock(project)
    yield from _about_landing(project)
    yield from _about_clock(project, now)


def about_configuration(project: Project) -> tuple[Config | None, list[Finding]]:
    """The configuration where it can be read, and what is wrong with it."""
    try:
        config = load_config(project.config_path)
    except ConfigError as error:
        return None, [Finding(problem, f"Correct it in {project.config_path}.") for problem in error.problems]
    found = []
    found += [Finding(problem, f"Correct it in {project.config_path}.") for problem in config.empty_schedules]
    brief = config.brief
    for name, given in (("logo", brief.logo), ("templates", brief.templates), ("catalogues", brief.catalogues)):
        if given and not (project.root / given).exists():
            found.append(Finding(f"[brief] {name} names {given}, which is not there.", "Correct it, or put it there."))
    return config, found


def _about_permissions(project: Project) -> Iterator[Finding]:
    folders = (project.root, project.data, project.landing, project.archive, project.plans, project.briefs)
    for folder in folders:
        if not folder.exists():
            continue
        if not folder.is_dir():
            yield Finding(f"{folder} should be a folder and is a file.", "Move it away.")
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            yield Finding(f"{folder} cannot be written.", f"Let the user who runs rivalscope own it: {_owned(folder)}")
    for file in (project.config_path, project.warehouse, project.snapshot, project.lock):
        if file.exists() and not os.access(file, os.R_OK | os.W_OK):
            yield Finding(f"{file} cannot be written.", f"Let the user who runs rivalscope own it: {_owned(file)}")


def _owned(path: Path) -> str:
    return f'chown -R "$USER" "{path}"'


def _about_disk(project: Project) -> Iterator[Finding]:
    free = disk.free(project)
    # a build writes a second copy of what is published before it takes the first one's place
    needed = max(_LEAST_FREE, 2 * disk.size_of(project.warehouse) + disk.size_of(project.snapshot))
    if free < needed:
        largest = ", ".join(f"{name} {disk.in_words(size)}" for name, size in list(disk.used(project).items())[:3])
        yield Finding(
            f"The disk is nearly full: {disk.in_words(free)} are left, and the next analysis may need"
            f" {disk.in_words(needed)} (of this project: {largest}).",
            f"Free some space; old files in {project.archive} and {project.landing / 'loaded'} are not needed to run.",
        )


def _about_lock(project: Project) -> Iterator[Finding]:
    try:
        descriptor = os.open(project.lock, os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        holder = os.pread(descriptor, 500, 0).decode("utf-8", "replace").strip()
    except OSError:
        return  # a run is at work, and well
    finally:
        os.close(descriptor)
    if holder:
        yield Finding(
            f"A run was killed before it could end ({holder}).",
            "Nothing is locked and nothing is lost; go on with: rivalscope run",
        )


def _about_landing(project: Project) -> Iterator[Finding]:
    living = crawls_at_work(project.landing)
    kept_apart = {"loaded", "rejected"}
    crawls = [each for each in _folders(project.landing) if each.name not in living | kept_apart]
    broken_off = sum(1 for crawl in crawls for _ in crawl.glob("*.jsonl.part"))
    if broken_off:
        yield Finding(
            f"{broken_off:,} landing files were left half-written by a crawl that was killed.",
            "Load what they hold: rivalscope load",
        )
    waiting = sum(1 for crawl in crawls for _ in crawl.glob("*.jsonl"))
    if waiting:
        yield Finding(f"{waiting:,} landing files were not loaded yet.", "Load them: rivalscope load")
    rejected = project.landing / "rejected"
    lines = sum(1 for folder in _folders(rejected) for _ in folder.iterdir())
    if lines:
        yield Finding(
            f"Lines of {lines:,} landing files were no records and were kept aside in {rejected}.",
            "Each says why; report them if a crawl wrote them, and delete the folder when you have seen them.",
        )
    importing = project.data / "importing"
    if _folders(importing):
        yield Finding(f"An import was stopped half way (in {importing}).", "Import the same files again.")


def _folders(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []


def _about_clock(project: Project, now: datetime) -> Iterator[Finding]:
    if os.environ.get("RIVALSCOPE_NOW"):
        yield Finding("RIVALSCOPE_NOW is set, so that all dates are invented.", "Unset it: unset RIVALSCOPE_NOW")
    sentence = impossible(now) or contradicted(project.runs, now)
    if sentence is not None:
        yield Finding(sentence, MEND)
