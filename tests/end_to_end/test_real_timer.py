"""A real cron, or a real systemd, starts what `schedule` set up, at its minute.

It waits for that minute, so that it runs only when asked: ``RIVALSCOPE_REAL_TIMERS=1``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.rhythm import WEEKDAYS

ROOT = Path(__file__).parents[2]
LONGEST_WAIT_SECONDS = 200
IS_ASKED = "RIVALSCOPE_REAL_TIMERS" in os.environ
HAS_CRON = os.geteuid() == 0 and all(shutil.which(each) for each in ("cron", "crontab", "unshare"))
# a cron of its own, over an empty spool that nobody else sees, which ends with the shell that started it
WITH_CRON = """
set -e
mount -t tmpfs none /var/spool
mkdir -p /var/spool/cron/crontabs
"$0" -m rivalscope schedule --with cron
cron -f >/dev/null 2>&1 &
read -r _
"""


def has_systemd() -> bool:
    if shutil.which("systemctl") is None:
        return False
    said = subprocess.run(["systemctl", "--user", "is-system-running"], capture_output=True, text=True, check=False)
    return said.stdout.strip() in ("running", "degraded")


@pytest.fixture
def due_soon(tmp_path: Path) -> Path:
    """A project without accounts whose brief is due within two minutes."""
    start = [sys.executable, "-m", "rivalscope"]
    subprocess.run(
        [*start, "init", "--contact", "https://example.org/who-asks"], cwd=tmp_path, env=around(), check=True
    )
    at = datetime.now(UTC) + timedelta(seconds=90)
    config = tmp_path / "rivalscope.toml"
    text = config.read_text().replace('"monday 07:00"', f'"{WEEKDAYS[at.weekday()]} {at:%H:%M}"')
    text = text.replace('collect = ["05:00"] ', "collect = [] ")
    config.write_text(
        "".join('timezone = "UTC"\n' if line.startswith("timezone") else f"{line}\n" for line in text.splitlines())
    )
    return tmp_path


def around() -> Mapping[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def first_line_of_run(project: Path) -> dict[str, Any]:
    """What the run that the timer started said first."""
    path = project / "data" / "logs" / "commands.jsonl"
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        if path.exists() and (lines := path.read_text(encoding="utf-8").splitlines()):
            line: dict[str, Any] = json.loads(lines[0])
            return line
        time.sleep(0.5)
    raise AssertionError("no timer fired")


@pytest.mark.skipif(not (IS_ASKED and HAS_CRON), reason="asked for by RIVALSCOPE_REAL_TIMERS=1; needs root and a cron")
def test_a_real_cron_starts_the_run(due_soon: Path) -> None:
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", WITH_CRON, sys.executable]
    with subprocess.Popen(command, cwd=due_soon, env=around(), stdin=subprocess.PIPE) as keeper:
        try:
            line = first_line_of_run(due_soon)
        finally:
            keeper.communicate(b"\n")
    assert (line["command"], "no active account" in line["text"]) == ("run", True)


@pytest.mark.skipif(not (IS_ASKED and has_systemd()), reason="asked for by RIVALSCOPE_REAL_TIMERS=1; needs systemd")
def test_a_real_systemd_starts_the_run(due_soon: Path) -> None:
    start = [sys.executable, "-m", "rivalscope", "schedule"]
    subprocess.run([*start, "--with", "systemd"], cwd=due_soon, env=around(), check=True)
    try:
        line = first_line_of_run(due_soon)
    finally:
        subprocess.run([*start, "--remove"], cwd=due_soon, env=around(), check=True)
    assert (line["command"], "no active account" in line["text"]) == ("run", True)
