"""Keeps the time in this process, for a container or a terminal: APScheduler's triggers, one job after another."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger

from crawler.rhythm import WEEKDAYS
from crawler.timers import SPREAD_MINUTES, Job, Timetable

_LOOK_SECONDS = 0.5
"""A flag that is looked at, and no threading.Event: a signal's handler may come while this thread holds its lock."""


class Foreground:
    """Starts a project's jobs by its rhythm until it is told to stop.

    A job that becomes due while another is at work comes after it, once, however often it became due meanwhile. What
    was missed before the start is made up at once.
    """

    def __init__(self, timetable: Timetable, say: Callable[[str], None]) -> None:
        self._timetable, self._say = timetable, say
        self._is_stopped = False
        self._child: subprocess.Popen[bytes] | None = None
        zone = ZoneInfo(timetable.rhythm.zone)
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
            timezone=zone,
        )

    def run(self, last_starts: Mapping[str, datetime], now: datetime) -> None:
        """Return after :meth:`stop`, SIGTERM or SIGINT; what is at work then is ended in an orderly way.

        ``last_starts``: job → when it was last started, where that is known.
        """
        before = {number: signal.signal(number, self._told) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for job in self._timetable.jobs:
                self._scheduler.add_job(self._start, trigger(job), [job], id=job.name)
            for job in self._timetable.jobs:
                if job.is_missed(last_starts.get(job.name), now):
                    self._say(f"{job.name} was missed; it is made up now.")
                    self._scheduler.add_job(self._start, None, [job], id=f"{job.name}-missed")
            self._scheduler.start()
            for each in self._scheduler.get_jobs():
                self._say(f"Next {each.id}: {each.next_run_time:%Y-%m-%d %H:%M %Z}")
            while not self._is_stopped:
                time.sleep(_LOOK_SECONDS)
            self._scheduler.remove_all_jobs()
            self._scheduler.shutdown(wait=True)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Start nothing more, and end what is at work."""
        self._is_stopped = True
        if self._child is not None and self._child.poll() is None:
            self._child.send_signal(signal.SIGINT)

    def is_stopped(self) -> bool:
        """Whether nothing more is started."""
        return self._is_stopped

    def _told(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of a signal handler
        self.stop()

    def _start(self, job: Job) -> None:
        if self._is_stopped:
            return
        self._child = subprocess.Popen(job.command, stdin=subprocess.DEVNULL, process_group=0)  # noqa: S603 - our own
        if self.is_stopped():  # meanwhile
            self._child.send_signal(signal.SIGINT)
        exit_code = self._child.wait()
        self._say(f"{job.name} ended with exit code {exit_code}.")


def trigger(job: Job) -> OrTrigger:
    """When a job is due, by its zone's clock."""
    weekday = None if job.weekday is None else WEEKDAYS[job.weekday][:3]
    jitter = None if job.is_telling else SPREAD_MINUTES * 60
    zone = ZoneInfo(job.zone)
    return OrTrigger(
        [
            CronTrigger(day_of_week=weekday, hour=at.hour, minute=at.minute, jitter=jitter, timezone=zone)
            for at in job.times
        ]
    )
