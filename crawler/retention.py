"""What is old enough to go: kept pages, landing files that were loaded, plans, and snapshots of past days.

The warehouse itself keeps everything that was ever seen. What goes here can be had again (snapshots are built when
asked for), or is only needed to read old pages anew.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import frozen

from crawler import disk
from crawler.project import Project
from crawler.run_report import newest_reports

PLAN_DAYS = 35
"""A plan tells the loader whom a killed crawl did not visit, and a person why a crawl did what it did. It stays longer
where the crawl's pages are kept: reading them again goes the same way."""
_PLANS = "plans of crawls"
SNAPSHOT_DAYS = 30
_LONGEST_GAP = timedelta(days=31)
_LONGEST_LOG = 1_000_000
_CRAWL_TIME = re.compile(r"(\d{8}T\d{6}Z)-[0-9a-f]{6}")


@frozen(kw_only=True)
class Kept:
    """One file or folder that may go."""

    path: Path
    at: datetime
    """When its crawl began; of others when it was last written."""
    size: int


@frozen(kw_only=True)
class Deleted:
    """What one kind lost."""

    what: str
    count: int
    size: int


def outdated(kept: Sequence[Kept], now: datetime, *, days: float, most_bytes: int | None = None) -> list[Kept]:
    """Those older than ``days``, and of the rest the oldest until what stays takes at most ``most_bytes``.

    The newest stays however old and large it is.
    """
    newest_first = sorted(kept, key=lambda each: (each.at, each.path), reverse=True)
    gone: list[Kept] = []
    taken = 0
    for number, each in enumerate(newest_first):
        is_old = now - each.at > timedelta(days=days)
        is_too_much = most_bytes is not None and taken + each.size > most_bytes
        if number and (is_old or is_too_much or gone):
            gone.append(each)
        else:
            taken += each.size
    return gone


def tidy(
    project: Project, now: datetime, *, archive_days: int, archive_bytes: int, landing_days: int
) -> Iterator[Deleted]:
    """Delete what is outdated; one entry for each kind of which something went. The caller holds the project's lock."""
    now = _surely(project, now)
    kinds = (
        ("kept pages", project.archive.glob("*.warc.gz"), archive_days, archive_bytes),
        ("loaded landing files", (project.landing / "loaded").glob("*"), landing_days, None),
        (_PLANS, project.plans.glob("*"), PLAN_DAYS, None),
        ("snapshots of past days", project.asof.glob("*.duckdb"), SNAPSHOT_DAYS, None),
    )
    for what, paths, days, most_bytes in kinds:
        # without its plan nobody knows what the pages of a crawl answer
        archived = {_crawl_of(path) for path in project.archive.glob("*.warc.gz")} if what == _PLANS else set()
        kept = [
            Kept(path=path, at=_begun(path), size=disk.size_of(path))
            for path in paths
            if path.suffix != ".json" or _crawl_of(path) not in archived
        ]
        gone = outdated(kept, now, days=days, most_bytes=most_bytes)
        for each in gone:
            _delete(each.path)
        if gone:
            yield Deleted(what=what, count=len(gone), size=sum(each.size for each in gone))
    if disk.size_of(project.log) > _LONGEST_LOG:
        project.log.replace(project.log.with_suffix(".old.log"))


def _surely(project: Project, now: datetime) -> datetime:
    """``now``, or a month after the run before this one: a clock that jumped ahead does not make everything old at
    once. A machine that was off for longer catches up a run later."""
    before = newest_reports(project.runs, now, 2)[1:]
    return min([now, *(report.started_at + _LONGEST_GAP for report in before)])


def _crawl_of(path: Path) -> str:
    found = _CRAWL_TIME.search(path.name)
    return found[0] if found else path.name


def _begun(path: Path) -> datetime:
    if found := _CRAWL_TIME.search(path.name):
        return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
