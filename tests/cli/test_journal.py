"""What commands say is kept as JSON lines in files of bounded size, and a full or closed folder ends nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import rivalscope
from crawler.commands import journal
from crawler.commands.terminal import CommandError, err, listeners, say

Cli = Callable[..., Any]
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


def lines(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / journal.FILE).read_text(encoding="utf-8").splitlines()]


def test_a_command_leaves_what_it_said_and_how_it_ended(cli: Cli, project: Path) -> None:
    ran = cli("load")
    assert ran.exit_code == 0
    assert cli("crawl").exit_code == rivalscope.CONFIGURATION
    kept = lines(project / "data" / "logs")
    said = [(line["command"], line["level"], line["text"]) for line in kept]
    assert ("load", "info", ran.out.strip()) in said
    assert said[-1] == ("crawl", "warning", "The list has no active account; add links with: rivalscope add LINK…")
    assert all(datetime.fromisoformat(line["at"]).tzinfo is not None and line["process"] for line in kept)
    assert cli("check").exit_code == 0
    assert len(lines(project / "data" / "logs")) == len(kept)  # what changes nothing leaves nothing


def test_lines_are_whole_and_files_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "FILE_BYTES", 2_000)
    with journal.kept(tmp_path, "run", lambda: NOW):
        for number in range(200):
            say(f"Line {number}\nwith a break, « signs » and \x1b[31mcontrol\x1b[0m bytes")
        say("to mend", err)
    assert listeners == []
    files = sorted(tmp_path.iterdir())
    assert len(files) == journal.FILES_KEPT
    assert all(file.stat().st_size <= 2_000 for file in files)
    kept = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert all("\x1b" not in line["text"] for line in kept)
    assert lines(tmp_path)[-1]["level"] == "warning"


def test_a_folder_that_cannot_be_written_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file")
    with journal.kept(tmp_path / "logs", "run", lambda: NOW):
        say("all the same")
    with pytest.raises(CommandError), journal.kept(tmp_path / "logs", "run", lambda: NOW):
        raise CommandError("ended")
    assert (tmp_path / "logs").read_text() == "a file"
