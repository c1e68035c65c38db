"""Pages out of the Wayback Machine: their own address, and the day on which they looked as they do.

It serves a page of then under ``/web/20240612201451/https://…`` (two letters behind the number ask for it unchanged),
rewrites the links in it to such addresses, and writes at its end when it was archived.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from attrs import evolve

from crawler.reading.captured import Captured
from crawler.reading.dates import read_date

_ADDRESS = re.compile(
    r"https?://web\.archive\.org/web/([0-9]{14})(?:[a-z]{2}_)?/(https?://.+)", re.IGNORECASE | re.DOTALL
)
_REWRITTEN = re.compile(rb"(?:https?:)?(?://web\.archive\.org)?/web/[0-9]{14}(?:[a-z]{2}_)?/(?=https?:)")
_ARCHIVED_ON = re.compile(
    rb"<!--\s{0,100}FILE ARCHIVED ON ([0-9]{2}:[0-9]{2}:[0-9]{2} [A-Z][a-z]{2} [0-9]{2}, [0-9]{4}) AND RETRIEVED"
)

_BEGUN = datetime(1996, 1, 1, tzinfo=UTC)
"""The archive has nothing older; an address with any number is answered with the nearest copy."""


def as_of_then(captured: Captured) -> Captured:
    """The response as it was when it was archived; any other response as it is."""
    found = _ADDRESS.fullmatch(captured.url)
    # a recording says itself where and when an answer came; a page in it that speaks of the archive is none of it
    is_alone = not captured.where
    stamp = _ARCHIVED_ON.search(captured.body) if found or is_alone else None
    if found is None and stamp is None:
        return captured
    at = _moment(found.group(1) if found else "")
    if at is None and stamp is not None:
        clock, _, day = stamp.group(1).decode("ascii").partition(" ")
        written = read_date(f"{day} {clock}", zone=UTC)
        at = written.at if written else None
    return evolve(
        captured,
        url=found.group(2) if found else captured.url,
        body=_REWRITTEN.sub(b"", captured.body),
        fetched_at=at or captured.fetched_at,
        is_dated=captured.is_dated or at is not None,
    )


def _moment(digits: str) -> datetime | None:
    try:
        at = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    return at if at >= _BEGUN else None
