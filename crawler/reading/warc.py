"""Web archives: WARC (ISO 28500), plain, gzipped or as zstd frames, ARC, its forerunner, and WACZ (a zip of WARC
files), streamed record by record.

``metadata``, ``request`` and ``warcinfo`` records hold no page, and ``conversion`` ones only what a program made of a
page that stands elsewhere.
"""

from __future__ import annotations

import gzip
import io
import logging
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import IO, Any

from attrs import evolve
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed
from warcio.limitreader import LimitReader

from crawler.reading.captured import MAX_BODY, Captured, CaptureError, LeftOutError
from crawler.reading.decoding import OversizeError, decoded, zstd
from crawler.reading.revisits import Part, Place, Places, Revisit, keys_of, read_revisit, undated
from crawler.reading.zstd_frames import ZSTD_MARKS, ZstdFrames

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
    zstd.ZstdError,
)
"""What reading a broken archive raises."""
_PIECE = 65_536
_ENDS_EARLY = "the archive breaks off inside this record; what stands before was read"
_Stream = IO[bytes] | gzip.GzipFile | ZstdFrames
_NOT_MEMBERS = "non-chunked gzip"
"""How warcio names a gzip member of several records."""
_UNDONE = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class MissingOriginalError(LeftOutError):
    """A record only says that an answer was the same as one that stands in an archive which was not given."""


class Archives:
    """The archives of one import: what a revisit in one repeats may stand in another.

    ``paths``: files that are archives; one that breaks off, or is none after all, is looked into as far as it goes.
    """

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        self._waiting = list(paths)
        self._places = Places()

    def read(self, path: Path) -> Iterator[Captured | CaptureError]:
        """Every answer in the archive, those that only repeat another one last; what breaks off comes as an error,
        with what came before it kept. A repeat of what is nowhere comes as :class:`MissingOriginalError`.

        Raises OSError, and :class:`CaptureError` when the file is no archive.
        """
        if path in self._waiting:
            self._waiting.remove(path)
        revisits: list[Revisit] = []
        for found in self._walk(path):
            if isinstance(found, Revisit):
                revisits.append(found)
            elif found is not None:
                yield found
        for revisit in revisits:
            yield self._repeated(revisit)

    def _repeated(self, revisit: Revisit) -> Captured | CaptureError:
        while (place := self._places.find(revisit)) is None and self._waiting:
            self._look_into(self._waiting.pop(0))
        original = _read_at(place, revisit.where) if place is not None else None
        if isinstance(original, Captured):
            status = revisit.status if revisit.status not in (None, 304) else original.status
            return evolve(
                original,
                where=revisit.where,
                url=revisit.url,
                status=status,
                headers=revisit.headers or original.headers,
                fetched_at=revisit.fetched_at,
            )
        return MissingOriginalError(
            "repeats of answers that stand in another archive (import both at once)", revisit.where
        )

    def _look_into(self, path: Path) -> None:
        try:
            for _ in self._walk(path, is_read=False):
                pass
        except (CaptureError, OSError):
            return

    def _walk(self, path: Path, *, is_read: bool = True) -> Iterator[Captured | CaptureError | Revisit | None]:
        for part in _parts(path):
            with _opened(part) as stream:
                try:
                    yield from self._records(stream, part, 0, is_read=is_read)
                    continue
                except _WholeMemberError as error:
                    read = error.count
            # the compressed pieces are not the records, as the format wants it: the text is read as one
            part = evolve(part, is_one_text=True)
            with _opened(part) as stream:
                yield from self._records(stream, part, read, is_read=is_read)

    def _records(
        self, stream: _Stream, part: Part, known: int, *, is_read: bool
    ) -> Iterator[Captured | CaptureError | Revisit | None]:
        """Behind the first ``known`` records."""
        archive = ArchiveIterator(stream, arc2warc=True)
        for number in count(1):
            where = f"{part.member} record {number}".strip()
            try:
                # warcio writes what it finds odd to the terminal
                with redirect_stderr(io.StringIO()):
                    record = next(archive, None)
                    if record is None:
                        if stream.tell() > archive.offset:
                            yield CaptureError(_ENDS_EARLY, where)
                        return
                    if number <= known:
                        continue
                    self._places.note(keys_of(record), Place(part=part, offset=archive.offset))
                    found = read_revisit(record, where) or (captured_response(record, where) if is_read else None)
                    if not isinstance(found, Captured) and (_is_cut_off(record) or not _is_measured(record)):
                        found = CaptureError(_ENDS_EARLY, where)
            except BREAKS as error:
                reason = _reason(error)
                if _NOT_MEMBERS in reason and not part.is_one_text:
                    raise _WholeMemberError(number - 1) from None
                yield CaptureError(f"the archive is broken here ({reason}); what stands before was read", where)
                return
            yield found


class _WholeMemberError(Exception):
    """A gzip member holds more than one record. ``count``: records that were read before that showed."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def read_warc(path: Path) -> Iterator[Captured | CaptureError]:
    """As :meth:`Archives.read`, of one archive by itself."""
    return Archives().read(path)


def _parts(path: Path) -> Iterator[Part]:
    with path.open("rb") as stream:
        # an archive that ends with a zip file it recorded is none itself
        is_zip = stream.read(2) == b"PK"
    if not is_zip:
        yield Part(path=path)
        return
    try:
        with zipfile.ZipFile(path) as bundle:
            members = [name for name in bundle.namelist() if name.endswith((".warc", ".warc.gz"))]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise _broken_zip(error) from None
    if not members:
        raise CaptureError("is a zip file without a web archive in it")
    yield from (Part(path=path, member=name) for name in members)


def _broken_zip(error: Exception) -> CaptureError:
    said = str(error).split("\n", 1)[0][:120]
    return CaptureError(f"cannot be unpacked ({said}); save the archive again")


@contextmanager
def _opened(part: Part) -> Iterator[_Stream]:
    """The part as a stream of records. Raises OSError and :class:`CaptureError`."""
    with part.path.open("rb") as stream:
        if not part.member:
            yield _unfolded(stream, part)
            return
        try:
            with zipfile.ZipFile(stream) as bundle, bundle.open(part.member) as member:
                yield _unfolded(member, part)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise _broken_zip(error) from None


def _unfolded(stream: IO[bytes], part: Part) -> _Stream:
    if part.is_one_text:
        return gzip.open(stream)
    start = stream.read(4)
    stream.seek(0)
    if start not in ZSTD_MARKS:
        return stream
    try:
        return ZstdFrames(stream)
    except (ValueError, zstd.ZstdError):
        raise CaptureError("has a broken dictionary of zstd; copy or download it again") from None


def _read_at(place: Place, where: str) -> Captured | CaptureError | None:
    try:
        with _opened(place.part) as stream, redirect_stderr(io.StringIO()):
            stream.seek(place.offset)
            return captured_response(next(ArchiveIterator(stream, arc2warc=True)), where)
    except (*BREAKS, OSError, StopIteration):
        return None


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
        return undated(url, where)
    headers = record.http_headers.headers if is_response else [("Content-Type", record.content_type or "")]
    try:
        body = _body(record, headers)
    except OversizeError:
        return CaptureError(f"{url} is larger than {MAX_BODY // 1024 // 1024} MiB", where)
    if _is_cut_off(record):
        return CaptureError(_ENDS_EARLY, where)
    return Captured(
        where=where,
        url=url,
        status=status,
        headers=tuple((name, value) for name, value in headers if name.lower() not in _UNDONE),
        body=body,
        fetched_at=(fetched_at if fetched_at.tzinfo else fetched_at.replace(tzinfo=UTC)).astimezone(UTC),
    )


def _reason(error: Exception) -> str:
    if isinstance(error, AttributeError):
        return "a record does not say what it is"
    return str(error).strip().split("\n", 1)[0][:120] or type(error).__name__


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


def _is_measured(record: Any) -> bool:
    """Whether it says how long it is: every record has to, so that one without is the beginning of one."""
    return str(record.rec_headers.get_header("Content-Length") or "").strip().isdecimal()


def _is_cut_off(record: Any) -> bool:
    while record.raw_stream.read(MAX_BODY):
        pass  # what a decoder leaves behind: the last chunk's end
    return isinstance(record.raw_stream, LimitReader) and record.raw_stream.limit > 0
