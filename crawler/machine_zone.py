"""The time zone of this machine's clock."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tzlocal import get_localzone_name

_UTC = frozenset({"UTC", "Etc/UTC", "UCT", "Etc/UCT", "Zulu", "Etc/Zulu", "Universal", "Etc/Universal"})


def machine_zone() -> str | None:
    """Its name, ``UTC`` for all of that one's names; ``None`` where the machine's settings name none that is known."""
    try:
        name = str(get_localzone_name())
        ZoneInfo(name)
    except (LookupError, OSError, ValueError):  # what tzlocal makes of settings that contradict or are none
        return None
    return "UTC" if name in _UTC else name


def is_machine_zone(zone: str) -> bool:
    """Whether the machine's clock is the one of ``zone``."""
    return ("UTC" if zone in _UTC else zone) == machine_zone()
