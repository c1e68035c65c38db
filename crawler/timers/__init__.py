"""What makes a project run by itself: systemd timers, a block of a crontab, launchd agents, or this process.

Each keeper of time has a module of its own with the same functions: ``planned`` (the files as they would be written),
``install``, ``installed`` and ``remove``.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from attrs import frozen

from crawler.rhythm import Rhythm

WAIT_MINUTES = 180
"""How long a run that was started by a timer waits for another one to end."""
SPREAD_MINUTES = 20
"""By how much the start of collecting is moved, so that not everybody asks at the same minute."""


class TimerError(Exception):
    """A timer cannot be set, read or removed; one sentence that says why and what to do."""


class Keeper(StrEnum):
    """Who keeps the time."""

    SYSTEMD = "systemd"
    CRON = "cron"
    LAUNCHD = "launchd"


@frozen(kw_only=True)
class Job:
    """What is started: ``collect`` every day, ``tell`` once a week."""

    name: str
    command: tuple[str, ...]


@frozen(kw_only=True)
class Timetable:
    """One project's rhythm, and what is started by it."""

    config_path: Path
    rhythm: Rhythm

    def __attrs_post_init__(self) -> None:
        if not str(self.config_path).isprintable():
            raise TimerError(f"The path {str(self.config_path)!r} holds a character that no timer can hold; rename it.")

    @property
    def slug(self) -> str:
        """A name that is this project's alone, of ASCII letters, digits and hyphens."""
        folder = self.config_path.parent
        readable = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-")[:30] or "project"
        return f"{readable}-{hashlib.sha256(str(self.config_path).encode()).hexdigest()[:8]}"

    @property
    def spread_minutes(self) -> int:
        """A delay that is always the same for one project, for keepers that know none of their own."""
        return int(hashlib.sha256(self.slug.encode()).hexdigest(), 16) % SPREAD_MINUTES

    @property
    def jobs(self) -> tuple[Job, ...]:
        """``collect`` is missing where the run that tells is the only one that collects."""
        collect = Job(name="collect", command=self._command("crawl"))
        return (*([collect] if self.rhythm.collect else []), Job(name="tell", command=self._command("run")))

    @property
    def description(self) -> str:
        return f"Rivalscope, {self.config_path.parent}"

    def _command(self, name: str) -> tuple[str, ...]:
        return (*front_door(), "--project", str(self.config_path), name, "--wait", str(WAIT_MINUTES))


def front_door() -> Sequence[str]:
    """How this installation of rivalscope is started, with absolute paths."""
    script = Path(sys.executable).with_name("rivalscope")
    return (str(script),) if script.is_file() else (sys.executable, "-m", "rivalscope")
