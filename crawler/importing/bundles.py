"""Archives of other files: what is in them is copied out one by one, under names of our own and within limits.

A name in an archive is only ever shown, never used as a path. What an entry claims about its size is not believed:
bytes are counted while they come out.
"""

from __future__ import annotations

import gzip
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, Protocol

from attrs import frozen

from crawler.importing.given import is_side_file
from crawler.importing.recognising import HEAD_BYTES, kind_of, kind_of_head, refuse_nature, unpacked_head
from crawler.reading.captured import CaptureError
from crawler.reading.x_export import beside_posts

MAX_ENTRY = 1024**3
"""Bytes that one entry may unpack to."""
MAX_ALL = 4 * 1024**3
"""Bytes that all entries of one archive may unpack to."""
MAX_ENTRIES = 100_000
_FREE = 64 * 1024 * 1024
_MAX_SWELLING = 200
"""Times its packed size that an entry may unpack to, beyond ``_FREE`` bytes: text shrinks to a tenth, not to this."""
_CHUNK = 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError)


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


@frozen(kw_only=True)
class Unpacked:
    """A copy of one entry; it is gone when the next is asked for."""

    path: Path
    name: str
    """As the archive calls it."""


def unpack(path: Path) -> Iterator[Unpacked | CaptureError]:
    """The entries of a zip or gzip file that are something we read; others come as their error, and the rest goes on.

    Entries that browsers, systems and archives put beside others are passed over. Raises OSError.
    """
    with TemporaryDirectory(prefix="rivalscope-") as folder:
        if zipfile.is_zipfile(path):
            yield from _zip(path, Path(folder))
        else:
            yield from _gzip(path, Path(folder))


def check_workbook(path: Path) -> None:
    """Raise :class:`CaptureError` for a spreadsheet file that unpacks to more than it should, or is broken."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as bundle:
        room = MAX_ENTRY
        for info in bundle.infolist():
            with _opened(bundle, info) as source:
                room -= _copy(source, None, packed=info.compress_size, room=room)


def _zip(path: Path, folder: Path) -> Iterator[Unpacked | CaptureError]:
    room = MAX_ALL
    with zipfile.ZipFile(path) as bundle:
        entries = [info for info in bundle.infolist() if not info.is_dir()]
        if len(entries) > MAX_ENTRIES:
            yield CaptureError(f"holds more than {MAX_ENTRIES:,} files; unpack it, and import what is needed")
            return
        names = {info.filename: PurePosixPath(info.filename.replace("\\", "/")) for info in entries}
        aside = beside_posts(names.values())
        for info in entries:
            name = names[info.filename]
            if name in aside or is_side_file(name):
                continue
            copy = folder / f"entry{PurePosixPath(info.filename).suffix[:10]}"
            try:
                _refuse(info)
                with _opened(bundle, info) as source, copy.open("wb") as target:
                    head = source.read(HEAD_BYTES)
                    refuse_nature(head)
                    target.write(head)
                    room -= _copy(source, target, packed=info.compress_size, room=room)
                _stamp(copy, info)
                _refuse_archive(copy)
            except CaptureError as error:
                yield CaptureError(error.message, info.filename)
            else:
                yield Unpacked(path=copy, name=info.filename)
            copy.unlink(missing_ok=True)


def _refuse(info: zipfile.ZipInfo) -> None:
    if info.flag_bits & 1:
        raise CaptureError("is locked with a password; unpack it, and import what is inside")
    if info.file_size > MAX_ENTRY:
        raise CaptureError(
            f"claims to be {info.file_size / 1024**3:.1f} GiB large; unpack it, and import what is needed"
        )


def _refuse_archive(copy: Path) -> None:
    if kind_of(copy) is None:
        raise CaptureError("is an archive inside an archive; unpack it first")


@contextmanager
def _opened(bundle: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[IO[bytes]]:
    try:
        with bundle.open(info) as source:
            yield source
    except CaptureError:
        raise
    except _BROKEN as error:
        said = " ".join(str(error).split())[:100]
        raise CaptureError(f"cannot be unpacked ({said}); make the archive again") from None


def _copy(source: _Source, target: IO[bytes] | None, *, packed: int, room: int) -> int:
    """Copy what is left of ``source``; how many bytes it was."""
    limit = min(MAX_ENTRY, room, max(_FREE, packed * _MAX_SWELLING))
    copied = 0
    while chunk := source.read(_CHUNK):
        copied += len(chunk)
        if copied > limit:
            raise CaptureError("unpacks to far more than its size; that is no honest archive, and it was left out")
        if target is not None:
            target.write(chunk)
    return copied


def _stamp(copy: Path, info: zipfile.ZipInfo) -> None:
    """Give the copy the time that the archive notes, so that it counts as the file's own."""
    try:
        at = datetime(*info.date_time).timestamp()  # noqa: DTZ001 - a zip has wall clocks of the machine that made it
    except (ValueError, OverflowError, OSError):
        return
    os.utime(copy, (at, at))


def _gzip(path: Path, folder: Path) -> Iterator[Unpacked | CaptureError]:
    with path.open("rb") as file:
        head = unpacked_head(file.read(HEAD_BYTES))
    if not head:
        yield CaptureError("is a broken gzip file; copy or download it again")
        return
    copy = folder / f"entry{Path(path.stem).suffix[:10]}"
    try:
        _unzip(path, copy)
        kind_of_head(head, copy)
    except CaptureError as error:
        yield error
        return
    stamp = path.stat().st_mtime
    os.utime(copy, (stamp, stamp))
    yield Unpacked(path=copy, name="")


def _unzip(path: Path, copy: Path) -> None:
    try:
        with gzip.open(path) as source, copy.open("wb") as target:
            _copy(source, target, packed=path.stat().st_size, room=MAX_ALL)
    except CaptureError:
        raise
    except (gzip.BadGzipFile, *_BROKEN) as error:
        said = " ".join(str(error).split())[:100]
        raise CaptureError(f"cannot be unpacked ({said}); copy or download it again") from None
