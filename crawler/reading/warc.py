"""Web archives: WARC (ISO 28500), gzipped or not, and WACZ (a zip of WARC files), streamed record by record."""

from __future__ import annotations

import logging
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from itertools import count
from pathlib import Path
from typing import IO, Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader

from crawler.reading.captured import MAX_BODY, Captured, CaptureError

# what it finds odd in an archive is told through CaptureError, not on the terminal
logging.getLogger("warcio").addHandler(logging.NullHandler())
BREAKS = (
    ArchiveLoadFailed,
    EOFError,
    zlib.error,
    UnicodeDecodeError,
    ValueError,
    # headers that are missing or absurd: warcio takes them as given
    AttributeError,
    OverflowError,
)
"""What reading a broken archive raises."""
_UNDONE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def read_warc(path: Path) -> Iterator[Captured | CaptureError]:
    """Every HTTP response in the archive; what breaks off comes as an error, with what came before it kept.

    Raises OSError, and :class:`CaptureError` when the file is no archive.
    """
    with path.open("rb") as stream:
        # an archive that ends with a zip file it recorded is none itself
        if stream.read(2) != b"PK":
            stream.seek(0)
            yield from _records(stream, "")
            return
    try:
        with zipfile.ZipFile(path) as bundle:
            members = [name for name in bundle.namelist() if name.endswith((".warc", ".warc.gz"))]
            if not members:
                raise CaptureError("is a zip file without a web archive in it")
            for name in members:
                with bundle.open(name) as member:
                    yield from _records(member, f"{name} ")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        said = str(error).split("\n", 1)[0][:120]
        raise CaptureError(f"cannot be unpacked ({said}); save the archive again") from None


def _records(stream: IO[bytes], prefix: str) -> Iterator[Captured | CaptureError]:
    archive = ArchiveIterator(stream, arc2warc=True)
    for number in count(1):
        where = f"{prefix}record {number}"
        try:
            # warcio writes what it finds odd to the terminal
            with redirect_stderr(StringIO()):
                record = next(archive, None)
                is_response = record is not None and record.rec_type == "response" and record.http_headers is not None
                found = captured_response(record, where) if is_response else None
        except BREAKS as error:
            reason = str(error).strip().split("\n", 1)[0][:120] or type(error).__name__
            yield CaptureError(f"the archive is broken here ({reason}); what stands before was read", where)
            return
        if found is not None:
            yield found
        if record is None:
            return


def captured_response(record: Any, where: str) -> Captured | CaptureError | None:
    """The response of one of warcio's records; ``None`` for what is no page."""
    url = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    if not url.startswith(("http://", "https://")):
        return None
    try:
        status = int(record.http_headers.get_statuscode())
        fetched_at = datetime.fromisoformat(str(record.rec_headers.get_header("WARC-Date")))
    except ValueError:
        return CaptureError(f"{url} has no readable status or date", where)
    body = record.content_stream().read(MAX_BODY + 1)
    if len(body) <= MAX_BODY and _is_cut_off(record):
        return CaptureError(f"the archive breaks off inside {url}; what stands before was read", where)
    if len(body) > MAX_BODY:
        return CaptureError(f"{url} is larger than {MAX_BODY // 1024 // 1024} MiB", where)
    return Captured(
        where=where,
        url=url,
        status=status,
        headers=tuple((name, value) for name, value in record.http_headers.headers if name.lower() not in _UNDONE),
        body=body,
        fetched_at=(fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)).astimezone(UTC),
    )


def _is_cut_off(record: Any) -> bool:
    while record.raw_stream.read(MAX_BODY):
        pass  # what a decoder leaves behind: the last chunk's end
    return isinstance(record.raw_stream, LimitReader) and record.raw_stream.limit > 0
