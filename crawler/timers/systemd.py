"""systemd timers (systemd.timer(5), systemd.time(7), systemd.service(5)): one service and one timer a job.

A run that was missed while the machine was off is made up (``Persistent``), and the zone stands in ``OnCalendar``, so
that clocks that are put on or back need no further thought.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping, Sequence
from pathlib import Path

from crawler.rhythm import WEEKDAYS
from crawler.timers import SPREAD_MINUTES, Job, TimerError, Timetable
from crawler.timers.programs import ask, is_there

_SYSTEM_FOLDER = Path("/etc/systemd/system")


def is_available() -> bool:
    """Whether systemd runs here (sd_booted(3)) and answers this user."""
    return Path("/run/systemd/system").is_dir() and is_there("systemctl")


def folder(*, is_system: bool) -> Path:
    """Where the unit files stand."""
    if is_system:
        return _SYSTEM_FOLDER
    given = os.environ.get("XDG_CONFIG_HOME", "")
    home = Path(given) if Path(given).is_absolute() else Path.home() / ".config"
    return home / "systemd" / "user"


def planned(timetable: Timetable, *, is_system: bool) -> Mapping[Path, str]:
    """Path → text of each unit file."""
    files: dict[Path, str] = {}
    for job in timetable.jobs:
        unit = folder(is_system=is_system) / _unit_name(timetable, job.name)
        files[unit.with_name(f"{unit.name}.service")] = _service(timetable, job, is_system=is_system)
        files[unit.with_name(f"{unit.name}.timer")] = _timer(timetable, job)
    return files


def install(timetable: Timetable, *, is_system: bool) -> None:
    """Write the units and start the timers. Raises :class:`TimerError`."""
    remove(timetable, is_system=is_system)
    try:
        for path, text in planned(timetable, is_system=is_system).items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TimerError(f"{error.filename} cannot be written ({error.strerror}); --system needs root.") from None
    timers = [f"{_unit_name(timetable, job.name)}.timer" for job in timetable.jobs]
    try:
        ask([*_systemctl(is_system=is_system), "daemon-reload"])
        ask([*_systemctl(is_system=is_system), "enable", "--now", *timers])
    except TimerError as error:
        remove(timetable, is_system=is_system)
        raise TimerError(f"{str(error).removesuffix('.')}. Other ways: --system (as root), --with cron.") from None


def installed(timetable: Timetable, *, is_system: bool) -> Mapping[Path, str]:
    """Path → text of the project's unit files that exist."""
    found = folder(is_system=is_system).glob(f"{_unit_name(timetable, '*')}.*")
    return {path: path.read_text(encoding="utf-8") for path in sorted(found) if path.suffix in (".service", ".timer")}


def remove(timetable: Timetable, *, is_system: bool) -> Sequence[Path]:
    """Stop the timers and delete their files; which they were. Raises :class:`TimerError`."""
    files = list(installed(timetable, is_system=is_system))
    timers = [path.name for path in files if path.suffix == ".timer"]
    if timers:
        ask([*_systemctl(is_system=is_system), "disable", "--now", *timers], may_fail=True)
    try:
        for path in files:
            path.unlink()
    except OSError as error:
        raise TimerError(f"{error.filename} cannot be deleted ({error.strerror}); --system needs root.") from None
    if files:
        ask([*_systemctl(is_system=is_system), "daemon-reload"], may_fail=True)
    return files


def warnings(*, is_system: bool) -> Sequence[str]:
    """What the user should know: without lingering, a user's timers rest while that user is not logged in."""
    if is_system:
        return ()
    user = pwd.getpwuid(os.getuid()).pw_name
    if (ask(["loginctl", "show-user", user, "--property=Linger"], may_fail=True) or "").strip() == "Linger=yes":
        return ()
    return (
        "It runs while you are logged in, and makes up then what was missed; to run at every hour:"
        f" loginctl enable-linger {user}",
    )


def _systemctl(*, is_system: bool) -> Sequence[str]:
    return ("systemctl",) if is_system else ("systemctl", "--user")


def _unit_name(timetable: Timetable, job: str) -> str:
    return f"rivalscope-{timetable.slug}-{job}"


def _service(timetable: Timetable, job: Job, *, is_system: bool) -> str:
    network = ["network-online.target"] if is_system else []  # a user's manager does not know it
    jobs = timetable.jobs
    before = [each.name for each in jobs[: jobs.index(job)]] if job.is_telling else []
    first = [f"{_unit_name(timetable, name)}.service" for name in before]
    user = _owner(timetable.config_path) if is_system else ""
    return "\n".join(
        [
            "[Unit]",
            f"Description={_plain(f'{timetable.description} ({job.name})')}",
            *(f"Wants={unit}" for unit in network),
            *(f"After={unit}" for unit in (*network, *first)),
            "",
            "[Service]",
            "Type=oneshot",
            *([f"User={user}"] if user else []),
            f"ExecStart={' '.join(_quoted(word, is_program=not at) for at, word in enumerate(job.command))}",
            "Nice=10",
            "KillSignal=SIGINT",  # as Ctrl-C: what was collected is landed
            "KillMode=mixed",
            "TimeoutStopSec=120",
            "",
        ]
    )


def _timer(timetable: Timetable, job: Job) -> str:
    weekday = "" if job.weekday is None else f"{WEEKDAYS[job.weekday][:3].title()} "
    moments = [f"{weekday}*-*-* {at:%H:%M}:00 {job.zone}" for at in job.times]
    delay = "1min" if job.is_telling else f"{SPREAD_MINUTES}min"
    return "\n".join(
        [
            "[Unit]",
            f"Description={_plain(f'{timetable.description} ({job.name})')}",
            "",
            "[Timer]",
            *(f"OnCalendar={moment}" for moment in moments),
            "Persistent=true",
            f"RandomizedDelaySec={delay}",
            "FixedRandomDelay=true",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
        ]
    )


def _quoted(word: str, *, is_program: bool) -> str:
    """One word of ExecStart, as systemd.service(5) "COMMAND LINES" reads it: no specifier, no variable, no escape.

    A program's own path knows specifiers and no variables.
    """
    text = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{text if is_program else text.replace("$", "$$")}"'


def _plain(text: str) -> str:
    """Text of a setting that knows specifiers; a backslash at the end would join the next line."""
    return text.replace("%", "%%").replace("\\", "/")


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return ""
