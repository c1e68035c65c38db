"""What goes is old or too much, the newest stays, and nothing younger goes before something older."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.config import ConfigError, parse_config
from crawler.project import Project
from crawler.retention import PLAN_DAYS, SNAPSHOT_DAYS, Kept, outdated, tidy
from crawler.run_report import ReportFile, RunReport

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)

FILES = st.lists(
    st.tuples(st.floats(0, 400), st.integers(0, 5_000)).map(
        lambda each: Kept(path=Path(f"{each}"), at=NOW - timedelta(days=each[0]), size=each[1])
    ),
    max_size=12,
    unique_by=lambda each: each.path,
)


@given(files=FILES, days=st.integers(1, 365), most_bytes=st.none() | st.integers(0, 20_000))
def test_old_and_too_much_goes_the_oldest_first(files: list[Kept], days: int, most_bytes: int | None) -> None:
    gone = outdated(files, NOW, days=days, most_bytes=most_bytes)
    stays = [each for each in files if each not in gone]
    assert bool(stays) is bool(files)
    newest = max((each.at for each in files), default=None)
    assert all(each.at == newest or NOW - each.at <= timedelta(days=days) for each in stays)
    assert not gone or max(each.at for each in gone) <= min(each.at for each in stays)
    if most_bytes is not None and len(stays) > 1:
        assert sum(each.size for each in stays) <= most_bytes
    if most_bytes is None:
        assert all(NOW - each.at > timedelta(days=days) for each in gone)


def written(path: Path, *, age_days: float = 0, size: int = 10) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)
    moment = (NOW - timedelta(days=age_days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def crawl_id(age_days: float) -> str:
    return f"{NOW - timedelta(days=age_days):%Y%m%dT%H%M%SZ}-abc123"


def test_a_project_keeps_what_is_young_and_everything_that_is_no_copy(tmp_path: Path) -> None:
    project = Project(tmp_path / "rivalscope.toml")
    gone = [
        written(project.archive / f"{crawl_id(91)}.warc.gz"),
        written(project.archive / f"{crawl_id(3)}.warc.gz", size=900),
        written(project.landing / "loaded" / crawl_id(91) / "crawl-0001.jsonl"),
        written(project.landing / "loaded" / "import-0123456789abcdef" / "import-0001.jsonl"),
        written(project.plans / f"{crawl_id(PLAN_DAYS + 1)}.json"),
        written(project.plans / f"{crawl_id(PLAN_DAYS + 1)}.log"),
        written(project.asof / "2026-01-04.duckdb", age_days=SNAPSHOT_DAYS + 1),
    ]
    os.utime(gone[3].parent, (0, 0))
    stays = [
        written(project.archive / f"{crawl_id(2)}.warc.gz", size=200),
        written(project.archive / f"{crawl_id(1)}.warc.gz", size=700),
        written(project.landing / "loaded" / crawl_id(89) / "crawl-0001.jsonl"),
        written(project.landing / crawl_id(300) / "crawl-0001.jsonl"),
        written(project.landing / "rejected" / crawl_id(300) / "crawl-0001.jsonl"),
        written(project.plans / f"{crawl_id(PLAN_DAYS - 1)}.json"),
        written(project.asof / "2026-11-01.duckdb", age_days=1),
        written(project.warehouse, age_days=500),
        written(project.snapshot, age_days=500),
        written(project.briefs / "2024-W01.html", age_days=500),
        written(project.runs / f"{crawl_id(200)}.json", age_days=200),
    ]
    told = list(tidy(project, NOW, archive_days=90, archive_bytes=1_000, landing_days=90))
    assert [each for each in gone if each.exists()] == []
    assert [each for each in stays if not each.exists()] == []
    assert [(each.what, each.count) for each in told] == [
        ("kept pages", 2),
        ("loaded landing files", 2),
        ("plans of crawls", 2),
        ("snapshots of past days", 1),
    ]
    assert list(tidy(project, NOW, archive_days=90, archive_bytes=1_000, landing_days=90)) == []


def test_a_clock_that_jumped_ahead_deletes_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path / "rivalscope.toml")
    kept = [written(project.archive / f"{crawl_id(age)}.warc.gz") for age in (0, 55)]

    def tidied(now: datetime) -> list[str]:
        ReportFile(project.runs, RunReport(command="run", started_at=now)).write()
        told = tidy(project, now, archive_days=90, archive_bytes=1_000, landing_days=90)
        return [each.what for each in told]

    assert tidied(NOW) == []
    assert tidied(NOW + timedelta(days=4_000)) == []
    assert all(path.exists() for path in kept)
    # a clock that keeps saying so is believed
    assert tidied(NOW + timedelta(days=4_007)) == ["kept pages"]


def test_a_long_log_is_put_aside_once(tmp_path: Path) -> None:
    project = Project(tmp_path / "rivalscope.toml")
    written(project.log, size=1_000_001)
    list(tidy(project, NOW, archive_days=90, archive_bytes=1_000, landing_days=90))
    assert [path.name for path in project.data.iterdir()] == ["rivalscope.old.log"]


@pytest.mark.parametrize("line", ["archive_days = 0", "archive_gb = 0", 'landing_days = "90"', "archive_day = 9"])
def test_a_mistake_in_the_retention_is_named_with_its_line(line: str) -> None:
    with pytest.raises(ConfigError, match="line 2"):
        parse_config(f"[retention]\n{line}\n")


def test_a_plan_stays_while_the_pages_of_its_crawl_do(tmp_path: Path) -> None:
    project = Project(tmp_path / "rivalscope.toml")
    written(project.archive / f"{crawl_id(1)}.warc.gz")
    kept = written(project.archive / f"{crawl_id(80)}-2.warc.gz"), written(project.plans / f"{crawl_id(80)}.json")
    written(project.plans / f"{crawl_id(2)}.json")
    gone = [written(project.plans / f"{crawl_id(80)}.log"), written(project.plans / f"{crawl_id(79)}.json")]
    list(tidy(project, NOW, archive_days=90, archive_bytes=1_000, landing_days=90))
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in gone)
