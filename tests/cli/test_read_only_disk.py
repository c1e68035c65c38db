"""A disk that takes nothing: whoever only reads goes on, everybody else gets one sentence and changes nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import rivalscope
from tests.cli.conftest import Cli
from tests.cli.test_reparse import TABLE
from tests.disks import remount, small_disk

WRITING = (
    ("run",),
    ("crawl",),
    ("load",),
    ("import", "inbox"),
    ("analyze",),
    ("add", "--offline", "--company", "Beech", "https://beech.example/"),
    ("pause", "Acorn"),
    ("backup", "kept.zip"),
    ("forget", "Acorn", "--yes"),
    ("reparse", "--platform", "instagram"),
)


@pytest.fixture(params=["mounted", "rights"])
def fixed(cli: Cli, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project that took one file, on a disk (or in folders) that takes no more."""
    folder = tmp_path / "disk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    if request.param == "rights":
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        filled(cli, folder)
        kept = {path: path.stat().st_mode for path in [folder, *folder.rglob("*")]}
        for path in kept:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield folder
        for path, mode in kept.items():
            path.chmod(mode)
        return
    with small_disk(folder, 100_000):
        monkeypatch.chdir(folder)  # what is mounted there now
        filled(cli, folder)
        remount(folder, "ro")
        yield folder
        monkeypatch.chdir(tmp_path)


def filled(cli: Cli, folder: Path) -> None:
    assert cli("init", "--contact", "https://example.org/who-asks", "--timezone", "UTC").exit_code == 0
    cli("add", "https://www.instagram.com/acorn/", "--company", "Acorn")
    (folder / "inbox").mkdir(exist_ok=True)
    (folder / "inbox" / "acorn.csv").write_text(TABLE, encoding="utf-8")
    assert cli("import", "inbox").exit_code == 0


def everything_in(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_who_writes_gets_one_sentence_and_who_reads_goes_on(cli: Cli, fixed: Path) -> None:
    before = everything_in(fixed)
    for words in WRITING:
        ran = cli(*words)
        assert ran.exit_code in (rivalscope.UNEXPECTED, rivalscope.CONFIGURATION, rivalscope.USAGE), words
        assert "read-only" in ran.err.lower() or "cannot be written" in ran.err, (words, ran.err)
        assert "unexpected" not in ran.err
        assert len(ran.err.splitlines()) == 1, ran.err
    assert everything_in(fixed) == before
    assert "Acorn" in cli("list").out
    assert cli("status").exit_code == 0
