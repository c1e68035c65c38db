"""Whether this machine's clock can be right: posts are dated by it, and what is old is judged by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from crawler.run_report import latest_start

_FIRST_YEAR = 2025
_LAST_YEAR = 2099
"""Clocks without a battery begin in 1970 or 2000; one whose seconds ran over says 2106 or more."""
MEND = "Set the clock (and keep it right: timedatectl set-ntp true); posts are dated by it."


def impossible(now: datetime) -> str | None:
    """One sentence when no clock that is right can say so."""
    if _FIRST_YEAR <= now.year <= _LAST_YEAR:
        return None
    return f"This machine's clock says {now:%Y-%m-%d}, which cannot be."


def contradicted(runs: Path, now: datetime) -> str | None:
    """One sentence when a run was begun at a time that is still to come."""
    latest = latest_start(runs)
    if latest is None or latest <= now + timedelta(hours=1):
        return None
    return (
        f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, but a run was started at {latest:%Y-%m-%d %H:%M} UTC:"
        " one of the two was wrong."
    )
