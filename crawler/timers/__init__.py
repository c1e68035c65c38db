"""What makes a project run by itself: systemd timers, a block of a crontab, launchd agents, or this process.

Each keeper of time has a module of its own with the same functions: ``planned`` (the files as they would be written),
``install``, ``installed`` and ``remove``.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from attrs import frozen

from crawler.rhythm import Rhythm, following

WAIT_MINUTES = 180
"""How long a run that was started by a timer waits for another one to end."""
TELL = "tell"
_GRACE = timedelta(minutes=30)
"""Starts are spread over less, so that what has not begun by then was missed."""
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
    """What is started at which times: ``collect`` and ``collect-<list>`` every day, ``tell`` and ``tell-<list>`` once
    a week."""

    name: str
    command: tuple[str, ...]
    zone: str
    times: tuple[time, ...]
    weekday: int | None = None
    """0 is Monday; ``None``: every day."""
    lists: tuple[str, ...] = ()
    """Whose accounts are visited; without any, those that no other job visits, or to tell, all."""

    @property
    def is_telling(self) -> bool:
        return self.name == TELL or self.name.startswith(f"{TELL}-")

    def next(self, now: datetime) -> datetime:
        """The first start after ``now``, by the zone's clock, without the delay by which starts are spread."""
        return min(following(self.zone, now, at, self.weekday) for at in self.times)

    def is_missed(self, last_start: datetime | None, now: datetime) -> bool:
        """Whether it was due since its last start, and half an hour has passed; without a last start it was not."""
        return last_start is not None and self.next(last_start).timestamp() <= (now - _GRACE).timestamp()


@frozen(kw_only=True)
class Timetable:
    """One project's rhythm, and what is started by it."""

    config_path: Path
    rhythm: Rhythm

    def __attrs_post_init__(self) -> None:
        for text in (str(self.config_path), *self.rhythm.lists):
            if not text.isprintable():
                raise TimerError(f"{text!r} holds a character that no timer can hold; rename it.")

    @property
    def slug(self) -> str:
        """A name that is this project's alone, of ASCII letters, digits and hyphens."""
        return _short(self.config_path.parent.name, str(self.config_path))

    @property
    def spread_minutes(self) -> int:
        """A delay that is always the same for one project, for keepers that know none of their own."""
        return int(hashlib.sha256(self.slug.encode()).hexdigest(), 16) % SPREAD_MINUTES

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Collecting is missing where the run that tells is the only one that collects; that of the whole project comes
        last."""
        rhythm = self.rhythm
        jobs = []
        if rhythm.collect:
            rest = ("--rest",) if rhythm.lists else ()
            jobs.append(self._collecting("collect", rhythm.collect, self._command("crawl", *rest)))
        for name, times in sorted(rhythm.lists.items()):
            if times:
                command = self._command("crawl", "--list", name)
                jobs.append(self._collecting(f"collect-{_short(name)}", times, command, lists=(name,)))
        jobs += [
            Job(
                name=f"{TELL}-{_short(name)}",
                command=self._command("run", "--list", name),
                zone=rhythm.zone,
                times=(at,),
                weekday=weekday,
                lists=(name,),
            )
            for name, (weekday, at) in sorted(rhythm.list_tells.items())
        ]
        tell = Job(
            name=TELL,
            command=self._command("run"),
            zone=rhythm.zone,
            times=(rhythm.tell,),
            weekday=rhythm.tell_weekday,
        )
        return (*jobs, tell)

    def _collecting(
        self, name: str, times: tuple[time, ...], command: tuple[str, ...], *, lists: tuple[str, ...] = ()
    ) -> Job:
        return Job(name=name, command=command, zone=self.rhythm.zone, times=times, lists=lists)

    @property
    def description(self) -> str:
        return f"Rivalscope, {self.config_path.parent}"

    def _command(self, *words: str) -> tuple[str, ...]:
        return (*front_door(), "--project", str(self.config_path), *words, "--wait", str(WAIT_MINUTES))


def _short(readable: str, whole: str | None = None) -> str:
    """A name of ASCII letters, digits and hyphens that stands for ``whole`` alone."""
    words = re.sub(r"[^a-z0-9]+", "-", readable.lower()).strip("-")[:30] or "x"
    return f"{words}-{hashlib.sha256((whole or readable).encode()).hexdigest()[:8]}"


def front_door() -> Sequence[str]:
    """How this installation of rivalscope is started, with absolute paths."""
    script = Path(sys.executable).with_name("rivalscope")
    return (str(script),) if script.is_file() else (sys.executable, "-m", "rivalscope")
