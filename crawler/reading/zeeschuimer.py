"""Captures of the browser extension Zeeschuimer: one JSON object a line, each an item that the browser was sent.

A line has ``source_platform`` (the module that took it, named for a domain: ``instagram.com``, ``twitter.com``,
``threads.net``, …), ``source_platform_url`` (the page that was open), ``timestamp_collected`` and, in newer versions,
``last_updated`` (Unix milliseconds), ``item_id``, ``nav_index``, ``user_agent``, and the platform's own object as
``data``. Modules whose name ends in ``-comments`` hold what other people wrote; that is never kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from crawler.items import Platform
from crawler.reading.captured import MAX_BODY, CapturedObject, CaptureError, LeftOutError
from crawler.reading.dates import read_date

_PLATFORMS = {
    "instagram.com": Platform.INSTAGRAM,
    "ig_stories": Platform.INSTAGRAM,
    "tiktok.com": Platform.TIKTOK,
    "twitter.com": Platform.X,
    "x.com": Platform.X,
    "linkedin.com": Platform.LINKEDIN,
    "threads.net": Platform.THREADS,
    "threads.com": Platform.THREADS,
    "facebook.com": Platform.FACEBOOK,
    "pinterest.com": Platform.PINTEREST,
}


class _Line(msgspec.Struct):
    source_platform: str
    data: msgspec.Raw
    source_platform_url: str | None = None
    timestamp_collected: int | float | str | None = None
    last_updated: int | float | str | None = None


class OtherPeopleError(LeftOutError):
    """A line holds comments of people; it is left out on purpose."""


def is_zeeschuimer(path: Path) -> bool:
    """Whether the first line that is not blank is such a capture. Raises OSError."""
    with path.open("rb") as file:
        for _ in range(20):
            line = file.readline(MAX_BODY)
            if line.strip(b" \t\r\n\xef\xbb\xbf"):
                return _decoded(line) is not None
    return False


def read_zeeschuimer(path: Path, saved_at: datetime) -> Iterator[CapturedObject | CaptureError]:
    """Every captured object, in the file's order; a line that is none comes as its error, and the others go on.

    ``saved_at`` counts where a line does not say when it was captured. Raises OSError.
    """
    with path.open("rb") as file:
        for number, line in enumerate(_lines(file), start=1):
            where = f"line {number}"
            if line is None:
                yield CaptureError(f"is longer than {MAX_BODY // 1024 // 1024} MiB", where)
            elif line.strip():
                yield _object(line, where, saved_at)


def _lines(file: object) -> Iterator[bytes | None]:
    """Lines; ``None`` for one that is too long, whose rest is passed over."""
    while line := file.readline(MAX_BODY + 1):  # type: ignore[attr-defined]  # a binary file
        if len(line) > MAX_BODY:
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_BODY)  # type: ignore[attr-defined]  # as above
            yield None
        else:
            yield line


def _object(line: bytes, where: str, saved_at: datetime) -> CapturedObject | CaptureError:
    found = _decoded(line)
    if found is None:
        return CaptureError(
            "is no captured item (no source_platform with data); was the file edited or cut off?", where
        )
    module = found.source_platform.strip().lower().removeprefix("www.")
    if module.endswith("-comments"):
        return OtherPeopleError("comments, which are other people's and not kept", where)
    platform = _PLATFORMS.get(module)
    if platform is None:
        return CaptureError(f"was captured on {module[:60]!r}, which no reader knows", where)
    stated = next((at for said in (found.last_updated, found.timestamp_collected) if (at := _moment(said))), None)
    return CapturedObject(
        where=where, platform=platform, data=bytes(found.data), url=found.source_platform_url or "",
        fetched_at=stated or saved_at, is_dated=stated is not None,
    )  # fmt: skip


def _decoded(line: bytes) -> _Line | None:
    try:
        return msgspec.json.decode(line.lstrip(b"\xef\xbb\xbf"), type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _moment(said: object) -> datetime | None:
    found = read_date(said)
    return found.at.astimezone(UTC) if found is not None else None
