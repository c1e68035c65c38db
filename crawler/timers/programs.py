"""Asks programs of the system (systemctl, crontab, launchctl), without a shell."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from crawler.timers import TimerError

_PATIENCE_SECONDS = 30


def is_there(program: str) -> bool:
    return shutil.which(program) is not None


def ask(command: Sequence[str], *, text: str | None = None, may_fail: bool = False) -> str | None:
    """What the program printed; ``None`` when it failed and ``may_fail``.

    ``text`` is given on its standard input. Raises :class:`TimerError` with what the program said.
    """
    program = shutil.which(command[0])
    if program is None:
        if may_fail:
            return None
        raise TimerError(f"There is no {command[0]} here; choose another way: --with systemd, cron or launchd")
    try:
        done = subprocess.run(  # noqa: S603 - a fixed program, words that are no shell's
            [program, *command[1:]],
            input="" if text is None else text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        if may_fail:
            return None
        raise TimerError(f"{command[0]} did not answer within {_PATIENCE_SECONDS} seconds.") from None
    if done.returncode == 0:
        return done.stdout
    if may_fail:
        return None
    said = " ".join((done.stderr or done.stdout).split())[:300] or f"exit code {done.returncode}"
    raise TimerError(f"{' '.join(command[:3])} failed: {said}")
