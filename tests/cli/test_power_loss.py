"""The power fails: what took a file's place was on the disk before, so that no file comes back empty."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analysis.warehouse import publish
from crawler.archive import ArchiveFile
from crawler.run_report import ReportFile, RunReport
from tests.cli.conftest import Cli
from tests.cli.test_reparse import TABLE

REPORTED_AT = datetime(2026, 11, 22, 6, tzinfo=UTC)


class Disk:
    """Which files the disk was told to keep, and which were put in another's place without that."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kept: set[tuple[int, int]] = set()
        self.placed: list[str] = []
        self.unkept: list[str] = []
        sync, replace, rename = os.fsync, os.replace, os.rename

        def fsync(descriptor: int) -> None:
            sync(descriptor)
            self.kept.add(self._identity(os.fstat(descriptor)))

        def placing(move: Any) -> Any:
            def placed(source: Any, target: Any) -> None:
                self.placed.append(Path(target).name)
                is_file = Path(source).is_file()
                if is_file and self._identity(Path(source).stat()) not in self.kept:
                    self.unkept.append(Path(target).name)
                move(source, target)

            return placed

        monkeypatch.setattr(os, "fsync", fsync)
        monkeypatch.setattr(os, "replace", placing(replace))
        monkeypatch.setattr(os, "rename", placing(rename))

    @staticmethod
    def _identity(status: os.stat_result) -> tuple[int, int]:
        return status.st_dev, status.st_ino

    def has_kept(self, path: Path) -> bool:
        return self._identity(path.stat()) in self.kept


def test_what_takes_a_files_place_is_on_the_disk_before(
    cli: Cli, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch)
    (project / "acorn.csv").write_text(TABLE, encoding="utf-8")
    for words in (
        ("add", "https://www.instagram.com/acorn/", "--company", "Acorn"),
        ("import", "acorn.csv"),
        ("backup", "kept.zip"),
        ("forget", "https://www.instagram.com/acorn2/", "--yes"),
    ):
        ran = cli(*words)
        assert ran.exit_code == 0, ran.err
    report = ReportFile(project / "data" / "runs", RunReport(command="run", started_at=REPORTED_AT))
    report.write()
    (tmp_path / "built.duckdb").write_bytes(b"a snapshot")
    publish(tmp_path / "built.duckdb", tmp_path / "published.duckdb")
    assert {"rivalscope.toml", "kept.zip", report.path.name, "published.duckdb"} <= set(disk.placed)
    assert any(name.endswith(".jsonl") for name in disk.placed), "a landing segment"
    assert disk.unkept == []


def test_an_archive_that_was_closed_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(monkeypatch)
    archive = ArchiveFile(tmp_path, "20261120T100000Z-abcdef", "test")
    archive.append(b"a record")
    archive.close()
    (written,) = tmp_path.glob("*.warc.gz")
    assert disk.has_kept(written)
