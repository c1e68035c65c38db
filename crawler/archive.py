"""The archive of raw responses: one WARC file a crawl (ISO 28500), so that a mended extractor can read them again.

A record is one gzip member, compressed where there is time for it (in the extraction worker) and appended in one
write, so that every record that a landing file names can be read, whatever happened afterwards
(:func:`crawler.reading.warc.read_warc` reads it).
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

_VERSION = "1.1"
"""1.0 knows no fractions of a second."""
_LEVEL = 3
"""zlib level: 6 costs twice the time for a tenth less, 9 three times for an eighth."""
_HOP_HEADERS = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection", "keep-alive"})
_PERSONAL_HEADERS = frozenset({"set-cookie", "set-cookie2", "www-authenticate", "proxy-authenticate"})
ASKED = "Rivalscope-Asked"
"""Field of a record: what was asked for (:func:`request_key`), where its address alone does not tell."""
SITEMAPS = "Rivalscope-Sitemaps"
"""Field of a record: what robots.txt of its host named as sitemaps, divided by spaces."""
_SECRET_PARAMETERS = frozenset(
    {"access_token", "token", "api_key", "apikey", "key", "client_secret", "password", "signature", "sig", "auth"}
)


def public_url(url: str) -> str:
    """The URL without user, password and the parameters that carry tokens."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    query = parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True)
        kept = [(name, value) for name, value in pairs if name.lower() not in _SECRET_PARAMETERS]
        if len(kept) != len(pairs):
            query = urlencode(kept)
    return urlunsplit(parts._replace(netloc=netloc, query=query))


def request_key(method: str, url: str, body: bytes = b"") -> str:
    """By which the answer to a request is found again: method and public address, and of a body its hash."""
    said = f" {hashlib.sha256(body).hexdigest()[:16]}" if body else ""
    return f"{method} {public_url(url)}{said}"


def response_record(
    url: str,
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    fetched_at: datetime,
    *,
    asked: str = "",
    sitemaps: Sequence[str] = (),
    level: int = _LEVEL,
) -> bytes:
    """One WARC ``response`` record as a gzip member.

    ``body`` is the decoded body; headers of the hop and of sessions are left out. ``asked`` (:func:`request_key`) and
    ``sitemaps`` are noted, so that a visit can be gone through again over its answers.
    """
    kept = [
        (name, value.replace("\r", " ").replace("\n", " "))
        for name, value in headers
        if name.lower() not in _HOP_HEADERS and name.lower() not in _PERSONAL_HEADERS
    ]
    kept.append(("Content-Length", str(len(body))))
    http_headers = StatusAndHeaders(f"{status} {_phrase(status)}", kept, protocol="HTTP/1.1")
    plain = io.BytesIO()
    writer = WARCWriter(plain, gzip=False, warc_version=_VERSION)
    record = writer.create_warc_record(
        public_url(url),
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=http_headers,
        warc_headers_dict={
            "WARC-Date": fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            **({ASKED: _one_line(asked)} if asked and asked != request_key("GET", url) else {}),
            **({SITEMAPS: _one_line(" ".join(sitemaps))} if sitemaps else {}),
        },
    )
    writer.write_record(record)
    return _member(plain.getvalue(), level)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _member(plain: bytes, level: int) -> bytes:
    compressor = zlib.compressobj(level, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return compressor.compress(plain) + compressor.flush()


class ArchiveFile:
    """Appends records to ``<crawl_id>.warc.gz``; opened at the first record, never one that exists already.

    Raises OSError when the disk does not take a record; the file then ends before it.
    """

    def __init__(self, folder: Path, crawl_id: str, software: str) -> None:
        self._folder = folder
        self._crawl_id = crawl_id
        self._software = software
        self._file = -1
        self._size = 0
        self.name = f"{crawl_id}.warc.gz"

    @property
    def path(self) -> Path:
        return self._folder / self.name

    def append(self, record: bytes) -> int:
        """Write one record; returns its offset in bytes."""
        if self._file < 0:
            self._open()
        offset = self._size
        view = memoryview(record)
        try:
            while view:
                view = view[os.write(self._file, view) :]
        except OSError:
            os.ftruncate(self._file, offset)
            raise
        self._size += len(record)
        return offset

    def close(self) -> None:
        if self._file >= 0:
            os.fsync(self._file)
            os.close(self._file)
            self._file = -1

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        number = 1
        while self._file < 0:
            self.name = f"{self._crawl_id}.warc.gz" if number == 1 else f"{self._crawl_id}-{number}.warc.gz"
            try:
                self._file = os.open(
                    self._folder / self.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644
                )
            except FileExistsError:
                number += 1
        plain = io.BytesIO()
        writer = WARCWriter(plain, gzip=False, warc_version=_VERSION)
        writer.write_record(
            writer.create_warcinfo_record(self.name, {"software": self._software, "format": "WARC File Format 1.1"})
        )
        self.append(_member(plain.getvalue(), _LEVEL))
