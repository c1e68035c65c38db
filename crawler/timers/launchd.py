"""launchd agents of the user (launchd.plist(5)): one property list a job.

launchd knows one zone, the machine's: times of another zone are put down as they are there today, so that they move by
an hour when one of the two changes its clock. What was missed asleep is made up on waking.
"""

from __future__ import annotations

import os
import plistlib
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from crawler.machine_zone import is_machine_zone, machine_zone
from crawler.rhythm import DAY_MINUTES, WEEK_MINUTES
from crawler.timers import Job, TimerError, Timetable
from crawler.timers.programs import ask, is_there


def is_available() -> bool:
    """Whether launchd runs here."""
    return sys.platform == "darwin" and is_there("launchctl")


def planned(timetable: Timetable, now: datetime) -> Mapping[Path, str]:
    """Path → text of each property list."""
    return {
        _path(timetable, job.name): plistlib.dumps(
            {
                "Label": _label(timetable, job.name),
                "ProgramArguments": list(job.command),
                "StartCalendarInterval": _moments(timetable, job, now),
                "ProcessType": "Background",
                "LowPriorityIO": True,
            }
        ).decode()
        for job in timetable.jobs
    }


def install(timetable: Timetable, now: datetime) -> None:
    """Write the agents and load them. Raises :class:`TimerError`."""
    remove(timetable)
    for path, text in planned(timetable, now).items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise TimerError(f"{error.filename} cannot be written ({error.strerror}).") from None
        ask(["launchctl", "bootstrap", _domain(), str(path)])


def installed(timetable: Timetable) -> Mapping[Path, str]:
    """Path → text of the project's agents that exist."""
    paths = sorted(_path(timetable, "tell").parent.glob(f"{_label(timetable, '*')}.plist"))
    return {path: path.read_text(encoding="utf-8") for path in paths}


def remove(timetable: Timetable) -> Sequence[Path]:
    """Unload the agents and delete their files; which they were. Raises :class:`TimerError`."""
    files = list(installed(timetable))
    for path in files:
        ask(["launchctl", "bootout", f"{_domain()}/{path.stem}"], may_fail=True)
        try:
            path.unlink()
        except OSError as error:
            raise TimerError(f"{error.filename} cannot be deleted ({error.strerror}).") from None
    return files


def warnings(timetable: Timetable) -> Sequence[str]:
    """What the user should know about zones."""
    if is_machine_zone(timetable.rhythm.zone):
        return ()
    return (
        f"launchd knows only this machine's zone; times of {timetable.rhythm.zone} are put down as they are today:"
        " set it up again when clocks change.",
    )


def _label(timetable: Timetable, job: str) -> str:
    return f"rivalscope.{timetable.slug}.{job}"


def _path(timetable: Timetable, job: str) -> Path:
    return Path.home() / "Library" / "LaunchAgents" / f"{_label(timetable, job)}.plist"


def _domain() -> str:
    return f"gui/{os.getuid()}"


def _moments(timetable: Timetable, job: Job, now: datetime) -> list[dict[str, int]]:
    ahead = _minutes_ahead(timetable, now)
    starts = [at.hour * 60 + at.minute for at in job.times]
    if job.weekday is None:
        return [_clock((start + timetable.spread_minutes + ahead) % DAY_MINUTES) for start in starts]
    minutes = [(job.weekday * DAY_MINUTES + start + ahead) % WEEK_MINUTES for start in starts]
    return [{"Weekday": (minute // DAY_MINUTES + 1) % 7, **_clock(minute)} for minute in minutes]


def _clock(minute: int) -> dict[str, int]:
    return {"Hour": minute % DAY_MINUTES // 60, "Minute": minute % 60}


def _minutes_ahead(timetable: Timetable, now: datetime) -> int:
    """By how much this machine's clock is ahead of the project's today."""
    zone = machine_zone()
    here = now.astimezone(ZoneInfo(zone) if zone else None).utcoffset() or timedelta()
    there = timetable.rhythm.next_tell(now).tzinfo
    return round((here - (now.astimezone(there).utcoffset() or timedelta())) / timedelta(minutes=1))
