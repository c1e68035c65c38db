"""Web archives: WARC (ISO 28500), gzipped or not, and WACZ (a zip of WARC files), streamed record by record."""

from __future__ import annotations

import gzip
import logging
import re
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
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader

from crawler.reading.captured import MAX_BODY, Captured, CaptureError
from crawler.reading.decoding import OversizeError, decoded

# what it finds odd in an archive is told through CaptureError, not on the terminal
logging.getLogger("warcio").addHandler(logging.NullHandler())
BREAKS = (
    ArchiveLoadFailed,
    gzip.BadGzipFile,
    EOFError,
    zlib.error,
    UnicodeDecodeError,
    ValueError,
    # headers that are missing or absurd: warcio takes them as given
    AttributeError,
    OverflowError,
)
"""What reading a broken archive raises."""
_HEAD_BYTES = 1024 * 1024
_PIECE = 65_536
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,12})[ \t]*\r?$")
_UNDONE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


def read_warc(path: Path) -> Iterator[Captured | CaptureError]:
    """Every HTTP response in the archive; what breaks off comes as an error, with what came before it kept.

    Raises OSError, and :class:`CaptureError` when the file is no archive.
    """
    with path.open("rb") as stream:
        # an archive that ends with a zip file it recorded is none itself
        head = stream.read(_HEAD_BYTES)
        if not head.startswith(b"PK"):
            stream.seek(0)
            if _is_one_member(head):
                with gzip.open(stream) as records:
                    yield from _records(records, "")
            else:
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


def _records(stream: IO[bytes] | gzip.GzipFile, prefix: str) -> Iterator[Captured | CaptureError]:
    archive = ArchiveIterator(stream, arc2warc=True)
    for number in count(1):
        where = f"{prefix}record {number}"
        try:
            # warcio writes what it finds odd to the terminal
            with redirect_stderr(StringIO()):
                record = next(archive, None)
                found = captured_response(record, where) if record is not None else None
        except BREAKS as error:
            reason = str(error).strip().split("\n", 1)[0][:120] or type(error).__name__
            yield CaptureError(f"the archive is broken here ({reason}); what stands before was read", where)
            return
        if found is not None:
            yield found
        if record is None:
            return


def captured_response(record: Any, where: str) -> Captured | CaptureError | None:
    """The response of one of warcio's records, or a page kept as ``resource``; ``None`` for other records."""
    is_response = record.rec_type == "response" and record.http_headers is not None
    if not is_response and record.rec_type != "resource":
        return None
    url = str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
    if not url.startswith(("http://", "https://")):
        return None
    try:
        status = int(record.http_headers.get_statuscode()) if is_response else 200
        fetched_at = datetime.fromisoformat(str(record.rec_headers.get_header("WARC-Date")))
    except ValueError:
        return CaptureError(f"{url} has no readable status or date", where)
    headers = record.http_headers.headers if is_response else [("Content-Type", record.content_type or "")]
    try:
        body = _body(record, headers)
    except OversizeError:
        return CaptureError(f"{url} is larger than {MAX_BODY // 1024 // 1024} MiB", where)
    if _is_cut_off(record):
        return CaptureError(f"the archive breaks off inside {url}; what stands before was read", where)
    return Captured(
        where=where,
        url=url,
        status=status,
        headers=tuple((name, value) for name, value in headers if name.lower() not in _UNDONE),
        body=body,
        fetched_at=(fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)).astimezone(UTC),
    )


def _body(record: Any, headers: list[tuple[str, str]]) -> bytes:
    """The body without its codings. Raises :class:`OversizeError`."""
    # warcio undoes no zstd, and breaks off at br
    said = {name: [value for key, value in headers if key.lower() == name] for name in _UNDONE}
    is_chunked = any("chunked" in value.lower() for value in said["transfer-encoding"])
    stream = ChunkedDataReader(record.raw_stream) if is_chunked else record.raw_stream
    body = bytearray()
    while piece := stream.read(_PIECE):
        body += piece
        if len(body) > MAX_BODY:
            raise OversizeError(f"more than {MAX_BODY:,} bytes")
    return decoded(bytes(body), said["content-encoding"], MAX_BODY)


def _is_one_member(head: bytes) -> bool:
    """Whether an archive was compressed as a whole, and not record by record as the format wants it."""
    if not head.startswith(b"\x1f\x8b"):
        return False
    try:
        plain = zlib.decompressobj(wbits=31).decompress(head, _HEAD_BYTES)
    except zlib.error:
        return False
    first, _, rest = plain.partition(b"\r\n\r\n")
    length = _LENGTH.search(first)
    return length is not None and rest[int(length.group(1)) :].lstrip(b"\r\n").startswith(b"WARC/")


def _is_cut_off(record: Any) -> bool:
    while record.raw_stream.read(MAX_BODY):
        pass  # what a decoder leaves behind: the last chunk's end
    return isinstance(record.raw_stream, LimitReader) and record.raw_stream.limit > 0
