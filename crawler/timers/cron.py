"""A marked block of the user's crontab (crontab(5)); all other lines stay as they are.

cron knows one zone, the machine's. CRON_TZ is read by cronie only, so where the project's zone is another, the line is
tried four times an hour and asks ``date`` for the time there: it holds through changes of the clock with every cron. A
run that was missed while the machine was off is not made up.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence

from crawler.machine_zone import is_machine_zone
from crawler.timers import Job, TimerError, Timetable
from crawler.timers.programs import ask, is_there

_LONGEST_LINE = 998  # of a command in the crons that are derived from Vixie's


def is_available() -> bool:
    """Whether there is a crontab to write to."""
    return is_there("crontab")


def planned(timetable: Timetable) -> str:
    """The block, with its marks. Raises :class:`TimerError` for paths that no crontab can hold."""
    lines = [line for job in timetable.jobs for line in _lines(timetable, job)]
    return "\n".join([_begin(timetable), *lines, _end(timetable), ""])


def install(timetable: Timetable) -> None:
    """Put the block into the crontab, in place of an earlier one. Raises :class:`TimerError`."""
    block = planned(timetable)
    ask(["crontab", "-"], text=_joined(without_block(_crontab(), timetable), block))


def installed(timetable: Timetable) -> str:
    """The project's block; ``""`` where there is none."""
    found = _pattern(timetable).search(ask(["crontab", "-l"], may_fail=True) or "")
    return found.group() if found else ""


def remove(timetable: Timetable) -> bool:
    """Take the block out; whether there was one. Raises :class:`TimerError`."""
    before = _crontab()
    after = without_block(before, timetable)
    if after != before:
        ask(["crontab", "-"], text=after)
    return after != before


def without_block(crontab: str, timetable: Timetable) -> str:
    """The crontab without the project's block."""
    return _pattern(timetable).sub("", crontab)


def _joined(crontab: str, block: str) -> str:
    return f"{crontab}{'' if not crontab or crontab.endswith(chr(10)) else chr(10)}{block}"


def _crontab() -> str:
    """The whole crontab. Any failure but that there is none must not pass for an empty one: it would be overwritten."""
    try:
        return ask(["crontab", "-l"]) or ""
    except TimerError as error:
        if re.search(r"no crontab|no such file", str(error), re.IGNORECASE):
            return ""
        raise


def _begin(timetable: Timetable) -> str:
    return f"# BEGIN rivalscope {timetable.slug}: written by `rivalscope schedule`, which can also remove it"


def _end(timetable: Timetable) -> str:
    return f"# END rivalscope {timetable.slug}"


def _pattern(timetable: Timetable) -> re.Pattern[str]:
    begin = re.escape(f"# BEGIN rivalscope {timetable.slug}:")
    return re.compile(rf"^{begin}.*?^{re.escape(_end(timetable))}\n?", re.MULTILINE | re.DOTALL)


def _lines(timetable: Timetable, job: Job) -> Sequence[str]:
    command = f"{shlex.join(job.command)} >/dev/null"  # cron mails what is left: only what somebody should know
    delay = 0 if job.is_telling else timetable.spread_minutes
    minutes = [(at.hour * 60 + at.minute + delay) % (24 * 60) for at in job.times]
    return [_line(minute, job.weekday, job.zone, command) for minute in minutes]


def _line(minute_of_day: int, weekday: int | None, zone: str, command: str) -> str:
    hour, minute = divmod(minute_of_day, 60)
    if is_machine_zone(zone):
        when = f"{minute} {hour} * * {'*' if weekday is None else weekday + 1}"
    else:
        # zones lie whole quarters of an hour apart
        when = f"{','.join(str(each) for each in sorted((minute + 15 * step) % 60 for step in range(4)))} * * * *"
        asked, wanted = ("%H%M", "") if weekday is None else ("%u%H%M", str(weekday + 1))
        command = f'[ "$(TZ={zone} date +{asked})" = "{wanted}{hour:02}{minute:02}" ] && {command}'
    if "\\" in command:
        raise TimerError("cron cannot hold a backslash: rename the folder, or choose another keeper with --with.")
    line = f"{when} {command}".replace("%", "\\%")
    if len(line.encode()) > _LONGEST_LINE:
        raise TimerError("The project's path is too long for cron: move it, or choose another keeper with --with.")
    return line
