"""How long something lasts, in the words of ISO 8601."""

from __future__ import annotations

import re

_STATED = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.\d{1,9})?S)?)?", re.ASCII)


def iso_seconds(said: object) -> float | None:
    """Whole seconds of a duration of days and less (``PT1M30S``); ``None`` for no time at all."""
    found = _STATED.fullmatch(said.strip()) if isinstance(said, str) else None
    if found is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds) or None
