"""Whether a file keeps to RFC 5545 (iCalendar) and RFC 7986, as strictly as the texts say it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

_CONTENT_LINE: Final = re.compile(
    r"(?P<name>[A-Z0-9-]+)(?P<parameters>(?:;[A-Z0-9-]+=(?:\"[^\"\x00-\x08\x0a-\x1f]*\"|[^\";:,\x00-\x08\x0a-\x1f]*))*)"
    r":(?P<value>[^\x00-\x08\x0a-\x1f\x7f]*)"
)
_TEXT: Final = re.compile(r"(?:[^\\;,]|\\[\\;,nN])*")
_TEXTS: Final = re.compile(r"(?:[^\\;]|\\[\\;,nN])*")
_MOMENT: Final = r"\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
_VALUES: Final[Mapping[str, re.Pattern[str]]] = {
    "VERSION": re.compile(r"2\.0"),
    "CALSCALE": re.compile(r"GREGORIAN"),
    "PRODID": _TEXT, "UID": _TEXT, "SUMMARY": _TEXT, "DESCRIPTION": _TEXT, "NAME": _TEXT,
    "TZID": _TEXT, "TZNAME": _TEXT,
    "CATEGORIES": _TEXTS,
    "URL": re.compile(r"[a-z][a-z0-9+.-]*:[^\s\"<>\\^`{|}]*"),
    "SEQUENCE": re.compile(r"\d+"),
    "DTSTAMP": re.compile(_MOMENT + "Z"), "LAST-MODIFIED": re.compile(_MOMENT + "Z"),
    "DTSTART": re.compile(_MOMENT + "Z?"),
    "DURATION": re.compile(r"P(?:\d+W|(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?)"),
    "REFRESH-INTERVAL": re.compile(r"P(?:\d+W|\d+D|T\d+H)"),
    "TRANSP": re.compile(r"OPAQUE|TRANSPARENT"),
    "STATUS": re.compile(r"TENTATIVE|CONFIRMED|CANCELLED"),
    "TZOFFSETFROM": re.compile(r"[+-](?!0000$)\d{4}|\+0000"), "TZOFFSETTO": re.compile(r"[+-](?!0000$)\d{4}|\+0000"),
}  # fmt: skip
"""Property → its value."""
_COUNTS: Final[Mapping[str, Mapping[str, tuple[int, int]]]] = {
    "VCALENDAR": {"PRODID": (1, 1), "VERSION": (1, 1), "CALSCALE": (0, 1), "NAME": (0, 1), "REFRESH-INTERVAL": (0, 1)},
    "VEVENT": {
        "UID": (1, 1), "DTSTAMP": (1, 1), "DTSTART": (1, 1), "DURATION": (0, 1), "SUMMARY": (0, 1),
        "DESCRIPTION": (0, 1), "STATUS": (0, 1), "TRANSP": (0, 1), "SEQUENCE": (0, 1), "LAST-MODIFIED": (0, 1),
        "URL": (0, 1), "CATEGORIES": (0, 100),
    },
    "VTIMEZONE": {"TZID": (1, 1)},
    "STANDARD": {"DTSTART": (1, 1), "TZOFFSETFROM": (1, 1), "TZOFFSETTO": (1, 1), "TZNAME": (0, 1)},
}  # fmt: skip
"""Component → property → how often at least and at most; a calendar without METHOD (with one it is a message)."""
_INSIDE: Final = {"": {"VCALENDAR"}, "VCALENDAR": {"VEVENT", "VTIMEZONE"}, "VTIMEZONE": {"STANDARD", "DAYLIGHT"}}


def problems_of(content: bytes) -> Iterator[str]:
    """A sentence for each way in which the file departs from the standard."""
    yield from _lines_that_are_wrong(content)
    zones: dict[str, str] = {}
    starts: list[tuple[str, str]] = []
    uids: Counter[str] = Counter()
    open_components: list[tuple[str, Counter[str]]] = [("", Counter())]
    zone = ""
    for line in re.sub(rb"\r\n[ \t]", b"", content).decode().split("\r\n")[:-1]:
        found = _CONTENT_LINE.fullmatch(line)
        if found is None:
            yield f"{line!r} is no content line"
            continue
        name, parameters, value = found["name"], found["parameters"], found["value"]
        component, counts = open_components[-1]
        if name == "BEGIN":
            if value not in _INSIDE.get(component, ()):
                yield f"{value} stands in {component or 'the file'}"
            open_components.append((value, Counter()))
        elif name == "END":
            if value != component:
                yield f"{component} ends with END:{value}"
            yield from _counts_that_are_wrong(component, counts)
            open_components.pop()
        else:
            counts[name] += 1
            if (pattern := _VALUES.get(name)) is not None and not pattern.fullmatch(value):
                yield f"{value!r} is no {name}"
            if name == "REFRESH-INTERVAL" and parameters != ";VALUE=DURATION":
                yield "REFRESH-INTERVAL must say that it is a DURATION"
            if name == "UID":
                uids[value] += 1
            if name == "TZID":
                zone = value
            elif name == "DTSTART" and component == "VEVENT":
                starts.append((parameters.removeprefix(";TZID="), value))
            elif name == "DTSTART":
                zones[zone] = min(value, zones.get(zone, value))
                if parameters or value.endswith("Z"):
                    yield f"an observance begins by its own clock, not at {parameters}:{value}"
    if len(open_components) > 1:
        yield f"{open_components[-1][0]} does not end"
    yield from (f"{uid} comes {count} times" for uid, count in uids.items() if count > 1)
    for tzid, value in starts:
        if bool(tzid) is value.endswith("Z"):
            yield f"DTSTART {value} is either UTC or by a zone, not both or none"
        elif tzid and zones.get(tzid, "9") > value:
            yield f"no rule says what {value} in {tzid} is"


def _lines_that_are_wrong(content: bytes) -> Iterator[str]:
    if not content.endswith(b"\r\n"):
        yield "the last line does not end"
    for line in content.split(b"\r\n"):
        if b"\n" in line or b"\r" in line:
            yield f"{line!r} holds a bare line break"
        if len(line) > 75:
            yield f"{line!r} has {len(line)} octets"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield f"{line!r} is cut inside a character"


def _counts_that_are_wrong(component: str, counts: Counter[str]) -> Iterator[str]:
    allowed = _COUNTS.get("STANDARD" if component == "DAYLIGHT" else component, {})
    for name in counts:
        if name not in allowed and not name.startswith("X-"):
            yield f"{name} does not belong to {component}"
    for name, (least, most) in allowed.items():
        if not least <= counts[name] <= most:
            yield f"{component} has {counts[name]} {name}"
