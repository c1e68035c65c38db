"""The published snapshot, or one of an earlier day or of one list, built where it is missing or out of date."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

from crawler.commands.doors import credential_notices
from crawler.commands.session import WAIT_SECONDS, current_time, locked
from crawler.commands.terminal import NOTHING, err, fail, many, say
from crawler.config import Config
from crawler.project import Project
from reports.file_names import brief_stem
from rivalscope_commands.loading import listed_accounts, load_landed

_CLOCKS_APART_SECONDS = 3600.0
"""A file server's clock may differ from ours."""


def build_snapshot(
    project: Project, config: Config, *, as_of: date | None = None, snapshot: Path | None = None, **window: Any
) -> Path:
    from analysis.build import build
    from analysis.load import load_list
    from analysis.own_rules import read_rules

    if not project.warehouse.exists():
        fail("Nothing was loaded yet: run `rivalscope crawl` or `rivalscope import` first.", NOTHING)
    if snapshot is None:
        snapshot = project.snapshot if as_of is None else project.asof / f"{as_of}.duckdb"
    snapshot.parent.mkdir(parents=True, exist_ok=True)
    if as_of is None:  # who was added, removed or renamed since the last load
        load_list(
            project.warehouse,
            listed_accounts(config),
            wait_seconds=WAIT_SECONDS,
            on_wait=lambda sentence: say(sentence, err),
            now=current_time(),
        )
    report = build(
        project.warehouse,
        snapshot,
        now=current_time(),
        as_of=as_of,
        timezone=config.timezone,
        notices=credential_notices(config) if as_of is None else (),
        alert_limits=config.alerts.model_dump() if as_of is None else None,
        wait_seconds=WAIT_SECONDS,
        on_wait=lambda sentence: say(sentence, err),
        own_rules=read_rules(project.own_rules),
        outcomes=config.analysis.outcomes,
        audience_timezone=config.analysis.audience_timezone,
        **window,
    )
    posts = report.row_counts.get("intermediate.post_results", 0)
    say(f"Built {snapshot}: {many(posts, 'post')}, {many(report.check_count, 'check')} passed.")
    return snapshot


def snapshot_of(
    project: Project,
    config: Config,
    as_of: date | None,
    *,
    since: date | str | None = None,
    until: date | None = None,
    list_name: str = "",
) -> Path:
    """What to read: the published snapshot, or one of a day, window or list, built when missing or out of date."""
    lists = [list_name] if list_name else []
    if as_of is None and since is None and until is None and lists:
        snapshot = list_snapshot(project, list_name)
        if not is_newest(project, snapshot):
            with locked(project, f"analyze {list_name}"):
                build_snapshot(project, config, snapshot=snapshot, lists=lists)
        return snapshot
    if as_of is None and since is None and until is None:
        if not project.snapshot.exists():
            fail("Nothing was analysed yet, so there is nothing to tell: run `rivalscope run` first.", NOTHING)
        return project.snapshot
    bounds = [*([f"since-{since}"] if since else []), *([f"until-{until}"] if until else [])]
    stem = brief_stem("_".join([f"{as_of}" if as_of else "now", *bounds]), list_name)
    snapshot = project.asof / f"{stem}.duckdb"
    if not project.warehouse.exists() or not was_written_after(snapshot, project.warehouse):
        with locked(project, f"analyze --as-of {as_of}"):
            build_snapshot(project, config, as_of=as_of, snapshot=snapshot, since=since, until=until, lists=lists)
    return snapshot


def list_snapshot(project: Project, list_name: str) -> Path:
    """Where what is known of one list is, as if there were no other accounts."""
    return project.lists / f"{brief_stem('list', list_name)}.duckdb"


def current_snapshot(project: Project, config: Config) -> Path:
    """The published snapshot, built anew when the list or what was loaded has changed since."""
    if not is_newest(project) or not _knows_list(project.snapshot, config):
        with locked(project, "todo"):
            load_landed(project, config)
            build_snapshot(project, config)
    return project.snapshot


def _knows_list(snapshot: Path, config: Config) -> bool:
    """Whether every active account of the list was there when the snapshot was built."""
    from analysis.warehouse import open_snapshot

    connection = open_snapshot(snapshot)
    try:
        known = {row["url"] for row in rows_of(connection, "select url from marts.coverage")}
    finally:
        connection.close()
    return known.issuperset(account.link.url for account in config.active_accounts)


def is_newest(project: Project, snapshot: Path | None = None) -> bool:
    """Whether the snapshot (else the published one) was built after the list and what was loaded last changed."""
    return was_written_after(snapshot or project.snapshot, project.config_path, project.warehouse)


def was_written_after(path: Path, *others: Path) -> bool:
    """Whether ``path`` is there and no older than the others that are. A file of a time to come was written by a clock
    that went wrong: of that nothing is known."""
    if not path.exists():
        return False
    others_at = max((each.stat().st_mtime for each in others if each.exists()), default=0.0)
    return others_at <= path.stat().st_mtime <= time.time() + _CLOCKS_APART_SECONDS


def rows_of(connection: Any, query: str, *values: object) -> list[dict[str, Any]]:
    result = connection.execute(query, values)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
