"""Revisit records of web archives: an answer that was the same as one before is only referred to (ISO 28500, 6.7).

Two profiles: ``identical-payload-digest``, where the body was the same as another's, perhaps of another address, and
``server-not-modified``, where the server said so (304) of the same address. ``WARC-Refers-To`` names the record,
``WARC-Refers-To-Target-URI`` with ``WARC-Refers-To-Date`` the answer; either may be missing, and then the payload's
digest says which one is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from attrs import frozen

from crawler.reading.captured import CaptureError

_SHOWN = ("html", "json", "xml", "javascript", "text/plain", "octet-stream")
"""Of which kinds an answer may be that somebody reads; whole archives are mostly pictures and films."""


@frozen(kw_only=True)
class Part:
    """One sequence of records: a file, or a member of a zip file."""

    path: Path
    member: str = ""
    is_one_text: bool = False
    """Its compressed pieces are not its records: places count in what it unpacks to."""


@frozen(kw_only=True)
class Place:
    """Where a record begins."""

    part: Part
    offset: int


@frozen(kw_only=True)
class Revisit:
    """A record that refers to an earlier answer."""

    where: str
    url: str
    status: int | None
    """``None`` where the record keeps no headers."""
    headers: tuple[tuple[str, str], ...]
    fetched_at: datetime
    """Time-zone aware, UTC."""
    keys: tuple[int, ...]
    """What the answer is found by, the surest first."""


class Places:
    """Places of answers by what records refer to them with."""

    def __init__(self) -> None:
        # hashes: an archive may hold a million answers
        self._found: dict[int, Place] = {}

    def note(self, keys: Sequence[int], place: Place) -> None:
        for key in keys:
            self._found.setdefault(key, place)

    def find(self, revisit: Revisit) -> Place | None:
        return next((self._found[key] for key in revisit.keys if key in self._found), None)


def keys_of(record: Any) -> Sequence[int]:
    """By which one of warcio's records can be referred to; empty where no revisit can mean it."""
    if record.rec_type not in ("response", "resource") or not _is_shown(record):
        return ()
    headers = record.rec_headers
    return tuple(
        _keys(
            headers.get_header("WARC-Record-ID"),
            _target(headers.get_header("WARC-Target-URI")),
            headers.get_header("WARC-Date"),
            headers.get_header("WARC-Payload-Digest"),
        )
    )


def read_revisit(record: Any, where: str) -> Revisit | CaptureError | None:
    """What one of warcio's records refers to; ``None`` for other records, and for one of a picture or the like."""
    if record.rec_type != "revisit" or not _is_shown(record):
        return None
    headers = record.rec_headers
    url = _target(headers.get_header("WARC-Target-URI"))
    if not url.startswith(("http://", "https://")):
        return None
    own = record.http_headers
    try:
        fetched_at = datetime.fromisoformat(str(headers.get_header("WARC-Date")))
        status = int(own.get_statuscode()) if own is not None else None
    except ValueError:
        return undated(url, where)
    kept = tuple(own.headers) if own is not None else ()
    return Revisit(
        where=where,
        url=url,
        status=status,
        headers=kept if any(name.lower() == "content-type" for name, _ in kept) else (),
        fetched_at=(fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)).astimezone(UTC),
        keys=tuple(
            _keys(
                headers.get_header("WARC-Refers-To"),
                _target(headers.get_header("WARC-Refers-To-Target-URI")),
                headers.get_header("WARC-Refers-To-Date"),
                headers.get_header("WARC-Payload-Digest"),
            )
        ),
    )


def undated(url: str, where: str) -> CaptureError:
    return CaptureError(f"{url} has no readable status or date", where)


def _keys(number: str | None, url: str, date: str | None, digest: str | None) -> Iterator[int]:
    if number:
        yield hash(("id", number.strip("<> ")))
    if url and date:
        yield hash(("answer", url, date))
    if digest:
        yield hash(("digest", digest.casefold()))


def _target(said: object) -> str:
    return str(said or "").strip("<>")


def _is_shown(record: Any) -> bool:
    own = record.http_headers
    said = own.get_header("Content-Type") if own is not None else record.content_type
    return not said or own is None or any(word in said.lower() for word in _SHOWN)
