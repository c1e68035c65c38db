"""`schedule` and what `check` says of the rhythm, as a user types it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import rivalscope
from crawler.run_report import ReportFile, RunReport

Cli = Callable[..., Any]


@pytest.fixture(autouse=True)
def nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and of the system's programs only those that a test writes."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("PATH", str(programs))
    return programs


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
    path.chmod(0o755)


def test_a_dry_run_shows_every_file_and_writes_none(cli: Cli, project: Path) -> None:
    for keeper, mark in (("systemd", "OnCalendar="), ("cron", "# BEGIN rivalscope"), ("launchd", "<plist")):
        ran = cli("schedule", "--dry-run", "--with", keeper)
        assert ran.exit_code == 0, ran.err
        assert mark in ran.out
        assert str(project / "rivalscope.toml") in ran.out
    assert not (project / "home").exists()


def test_cron_is_set_up_shown_changed_and_removed(cli: Cli, project: Path, nothing_of_this_machine: Path) -> None:
    table = project / "table"
    table.write_text("0 1 * * * backup\n")
    program(nothing_of_this_machine, "crontab", f'[ "$1" = -l ] && exec cat "{table}"; cat > "{table}"')
    assert "Nothing is set up" in cli("schedule", "--show").out
    ran = cli("schedule", "--with", "cron")
    assert ran.exit_code == 0, ran.err
    assert "cron makes up nothing" in ran.out
    assert table.read_text().startswith("0 1 * * * backup\n# BEGIN rivalscope")
    shown = cli("schedule", "--show").out
    assert "Next brief: Monday" in shown
    assert "set it up again" not in shown
    config = project / "rivalscope.toml"
    config.write_text(config.read_text().replace("monday 07:00", "friday 16:00"))
    shown = cli("schedule", "--show").out
    assert "Next brief: Friday" in shown
    assert "set it up again" in shown
    assert "Removed what was set up with cron." in cli("schedule", "--remove").out
    assert table.read_text() == "0 1 * * * backup\n"
    assert "Nothing was set up." in cli("schedule", "--remove").out


def test_systemd_is_set_up_in_place_of_cron_and_removed(cli: Cli, project: Path, nothing_of_this_machine: Path) -> None:
    table, calls = project / "table", project / "calls"
    program(nothing_of_this_machine, "crontab", f'[ "$1" = -l ] && exec cat "{table}"; cat > "{table}"')
    program(nothing_of_this_machine, "systemctl", f'echo "$@" >> "{calls}"')
    assert cli("schedule", "--with", "cron").exit_code == 0
    ran = cli("schedule", "--with", "systemd")
    assert ran.exit_code == 0, ran.err
    assert "Removed what was set up with cron before." in ran.out
    assert table.read_text() == ""
    units = sorted((project / "home" / ".config" / "systemd" / "user").iterdir())
    assert [unit.name.rpartition("-")[2] for unit in units] == [
        "collect.service",
        "collect.timer",
        "tell.service",
        "tell.timer",
    ]
    timers = [unit.name for unit in units if unit.suffix == ".timer"]
    assert calls.read_text().splitlines() == ["--user daemon-reload", f"--user enable --now {' '.join(timers)}"]
    assert cli("schedule", "--remove").exit_code == 0
    assert not list(units[0].parent.iterdir())
    assert f"--user disable --now {' '.join(timers)}" in calls.read_text()


def test_what_was_set_up_stays_where_the_other_way_is_closed(
    cli: Cli, project: Path, nothing_of_this_machine: Path
) -> None:
    table = project / "table"
    program(nothing_of_this_machine, "crontab", f'[ "$1" = -l ] && exec cat "{table}"; cat > "{table}"')
    program(nothing_of_this_machine, "systemctl", 'echo "Failed to connect to bus: No medium found" >&2; exit 1')
    assert cli("schedule", "--with", "cron").exit_code == 0
    before = table.read_text()
    assert cli("schedule", "--with", "systemd").exit_code == rivalscope.USAGE
    assert table.read_text() == before != ""


def test_units_that_systemd_does_not_take_are_not_left_behind(
    cli: Cli, project: Path, nothing_of_this_machine: Path
) -> None:
    program(nothing_of_this_machine, "systemctl", 'echo "Failed to connect to bus: No medium found" >&2; exit 1')
    ran = cli("schedule", "--with", "systemd")
    assert ran.exit_code == rivalscope.USAGE
    assert "No medium found. Other ways: --system" in ran.err
    assert not list((project / "home" / ".config" / "systemd" / "user").iterdir())


def test_what_a_program_of_the_system_refuses_is_one_sentence(
    cli: Cli, project: Path, nothing_of_this_machine: Path
) -> None:
    program(nothing_of_this_machine, "crontab", 'echo "you (me) are not allowed to use this program" >&2; exit 1')
    ran = cli("schedule", "--with", "cron")
    assert ran.exit_code == rivalscope.USAGE
    assert "not allowed to use this program" in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--with", "cron"], "no crontab here"),
        (["--with", "cron", "--system"], "--system goes with systemd only"),
        (["--show", "--remove"], "one of them"),
        (["--with", "cran"], "cron"),
    ],
)
def test_what_cannot_be_set_up_is_one_sentence(cli: Cli, project: Path, words: list[str], said: str) -> None:
    ran = cli("schedule", *words)
    assert ran.exit_code == rivalscope.USAGE
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


def test_check_names_the_share_that_a_rhythm_leaves_out(cli: Cli, project: Path) -> None:
    cli("add", "--offline", "--company", "Acme", "https://mastodon.social/@acme", "https://acme.example/blog")
    assert "It reads posts around the ages" in cli("check").out
    config = project / "rivalscope.toml"
    config.write_text(config.read_text().replace('collect = ["05:00"]', "collect = []"))
    told = cli("check").out
    assert "collecting only then" in told
    assert "Mastodon: 100% of the posts would be left out of the comparison at 72 hours" in told
    assert "at most 36 should" in told
    assert "Web site: " not in told
    config.write_text(config.read_text().replace("horizon_days = 84", "horizon_days = 20"))
    assert "Web site: 100% would be left out for good. Raise horizon_days to 56." in cli("check").out


def test_check_tells_apart_lists_with_times_of_their_own(cli: Cli, project: Path) -> None:
    cli("add", "--offline", "--company", "Acme", "https://mastodon.social/@acme")
    cli("add", "--offline", "--company", "Beta", "--list", "tea", "https://mastodon.social/@beta")
    config = project / "rivalscope.toml"
    lists = "".join(f"[schedule.lists.{name}]\ncollect = []\n" for name in ("tea", "tee"))
    config.write_text(f"{config.read_text()}\n{lists}")
    told = cli("check").out
    assert "Rhythm: collecting every day at 05:00, tea at no time of its own, the brief on Monday" in told
    assert "List tea: Mastodon: 100% of the posts would be left out of the comparison at 72 hours" in told
    assert told.count("left out of the comparison") == 1
    assert "no account is in the list 'tee'; did you mean tea?" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--list", "tee"], "no list 'tee'; did you mean tea?"), (["--list", "tea", "--rest"], "two choices")],
)
def test_a_crawl_of_a_list_that_is_none_is_refused(cli: Cli, project: Path, words: list[str], said: str) -> None:
    cli("add", "--offline", "--list", "tea", "https://acme.example/blog")
    ran = cli("crawl", *words)
    assert ran.exit_code == rivalscope.USAGE
    assert said in ran.err


def test_check_counts_the_hours_in_which_a_machine_is_off(
    cli: Cli, project: Path, nothing_of_this_machine: Path
) -> None:
    cli("add", "--offline", "--company", "Acme", "https://mastodon.social/@acme")
    told = cli("check", "--off", "22:00-08:00").out
    assert "is made up when it is on again" in told
    assert "It reads posts around the ages" in told
    program(nothing_of_this_machine, "crontab", "exit 1")
    told = cli("check", "--off", "22:00-08:00").out
    if "is not made up by cron" in told:  # elsewhere there is a systemd or a launchd
        assert "Mastodon: 100% would be left out for good" in told
    ran = cli("check", "--off", "at night")
    assert ran.exit_code == rivalscope.USAGE
    assert "22:00-08:00" in ran.err


def test_the_foreground_makes_up_what_was_missed_and_ends_when_told(project: Path) -> None:
    started = datetime.now(UTC) - timedelta(days=3)
    ReportFile(project / "data" / "runs", RunReport(command="crawl", started_at=started)).finish(started, 0)
    with subprocess.Popen(
        [sys.executable, "-m", "rivalscope", "schedule", "--foreground"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(Path(rivalscope.__file__).parent), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(line.strip())
            if "exit code" in line:
                process.send_signal(signal.SIGTERM)
        exit_code = process.wait()
    assert exit_code == 0, told
    # an empty list is a mistake of the configuration
    assert f"collect ended with exit code {rivalscope.CONFIGURATION}." in told
    assert any("no active account" in line for line in told)
    assert told[-1] == "Stopped."
