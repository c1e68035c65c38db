"""kill -9 at any moment of a load or a build: run again, and everything is as if nothing had happened."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.build import build
from analysis.load import load_landing

if TYPE_CHECKING:
    from tests.analysis.conftest import Project

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
KILLS = int(os.environ.get("RIVALSCOPE_KILLS", "3"))
LOAD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from analysis.load import load_landing
print("ready", flush=True)
now = datetime(2026, 11, 22, 6, tzinfo=UTC)
load_landing(Path(sys.argv[1]), Path(sys.argv[2]), plans_dir=Path(sys.argv[3]), now=now)
"""
BUILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from analysis.build import build
print("ready", flush=True)
build(Path(sys.argv[1]), Path(sys.argv[2]), now=datetime(2026, 11, 22, 6, tzinfo=UTC), root=Path(sys.argv[3]))
"""


def killed_after(seconds: float, script: str, *arguments: Path) -> bool:
    """Run a script and kill it that long after it began to work; whether it was still running then."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)], stdout=subprocess.PIPE, env=environment
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        try:
            child.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            return True
    assert child.returncode == 0
    return False


def moments(whole: float, seed: int) -> list[float]:
    """Seconds after which to kill: one in each part of the ``whole``, its beginning, middle and end."""
    rng = random.Random(seed)
    return [whole * (part + rng.random()) / KILLS for part in range(KILLS)]


def write_landing(project: Project) -> None:
    for number in range(8):
        posts = [f"{number}-{each}" for each in range(150)]
        project.land(
            *(project.post(each, minutes=number) for each in posts),
            *(project.metrics(each, number, minutes=number) for each in posts),
            b"{broken",
            project.post("changing", text=f"Version {number}", minutes=number),
            name=f"crawl-{number:04d}.jsonl",
        )
    plan = {
        "now": "2026-11-22T06:00:00Z",
        "accounts": [
            {"account_key": "https://birch.example/", "platform": "web", "host": "birch.example", "handle": "birch"}
        ],
    }
    (project.plans / "20261122T060000Z-aaaaaa.json").write_text(json.dumps(plan))


def test_a_load_that_is_killed_anywhere_can_be_run_again(project: Project, tmp_path: Path) -> None:
    undisturbed = type(project)(tmp_path / "undisturbed")
    write_landing(undisturbed)
    started = time.monotonic()
    load_landing(undisturbed.warehouse, undisturbed.landing, plans_dir=undisturbed.plans, now=NOW)
    whole = time.monotonic() - started

    write_landing(project)
    kills = sum(
        killed_after(seconds, LOAD, project.warehouse, project.landing, project.plans)
        for seconds in moments(whole, seed=20261122)
    )
    assert kills
    report = load_landing(project.warehouse, project.landing, plans_dir=project.plans, now=NOW)
    assert report.failures == []
    assert project.content() == undisturbed.content()
    files = "select * exclude (loaded_at) from raw.loaded_files order by all"
    assert project.rows(files) == undisturbed.rows(files)
    for folder in ("loaded", "rejected"):
        names = [
            sorted((path.name, path.read_bytes()) for path in (each.landing / folder).rglob("*.jsonl"))
            for each in (project, undisturbed)
        ]
        assert names[0] == names[1]
        assert len(names[0]) == 8


def test_a_build_that_is_killed_anywhere_leaves_the_old_snapshot_or_the_new(
    project: Project, staging_root: Path
) -> None:
    project.land(project.post("1"))
    load_landing(project.warehouse, project.landing, now=NOW)
    started = time.monotonic()
    build(project.warehouse, project.snapshot, now=NOW, root=staging_root)
    whole = time.monotonic() - started
    project.land(project.post("2"), name="crawl-0002.jsonl")
    load_landing(project.warehouse, project.landing, now=NOW)

    for seconds in moments(whole, seed=7):
        killed_after(seconds, BUILD, project.warehouse, project.snapshot, staging_root)
        # whole either way: both tables are of the same build
        assert project.rows(
            "select count(*) - (select count(*) from raw.posts) from staging.stg_posts", project.snapshot
        ) == [(0,)]
    build(project.warehouse, project.snapshot, now=NOW, root=staging_root)
    assert project.one("select count(*) from staging.stg_posts", project.snapshot) == 2
    assert sorted(path.name for path in project.folder.iterdir() if "building" in path.name) == []
