"""The answers of one crawl in its WARC files, found by what was asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import ASKED, SITEMAPS, request_key
from crawler.reading.captured import Captured, CaptureError
from crawler.reading.warc import BREAKS, captured_response

_BROKEN = (*BREAKS, OSError)


@frozen(kw_only=True)
class KeptAnswer:
    """One response and where it stands."""

    captured: Captured
    file_name: str
    offset: int
    sitemaps: tuple[str, ...]
    """What robots.txt named when it was asked for."""


class KeptAnswers:
    """Reads only where its records stand; a response is read when it is taken."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Never raises for what is in the files: a record that cannot be read ends its file."""
        self._places: dict[str, deque[tuple[Path, int]]] = {}
        self.count = 0
        self.taken_count = 0
        self.broken: list[str] = []
        """A sentence for each file that breaks off."""
        for path in paths:
            self._index(path)

    def take(self, method: str, url: str, body: bytes) -> KeptAnswer | None:
        """The answer to this request, each only once, in the order of asking; ``None`` where none was kept."""
        places = self._places.get(request_key(method, url, body))
        while places:
            path, offset = places.popleft()
            found = self._read(path, offset)
            if found is not None:
                self.taken_count += 1
                return found
        return None

    def _index(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                archive = ArchiveIterator(file)
                for record in archive:
                    if record.rec_type == "response" and record.http_headers is not None:
                        key = record.rec_headers.get_header(ASKED) or request_key("GET", _target(record))
                        self._places.setdefault(key, deque()).append((path, archive.get_record_offset()))
                        self.count += 1
        except _BROKEN as error:
            why = str(error).strip().split("\n", 1)[0][:120] or type(error).__name__
            self.broken.append(f"{path.name} is broken after {self.count:,} pages ({why}); those before are read.")

    @staticmethod
    def _read(path: Path, offset: int) -> KeptAnswer | None:
        try:
            with path.open("rb") as file:
                file.seek(offset)
                record = next(iter(ArchiveIterator(file)))
                captured = captured_response(record, path.name)
        except (*_BROKEN, StopIteration):
            return None
        if captured is None or isinstance(captured, CaptureError):
            return None
        sitemaps = (record.rec_headers.get_header(SITEMAPS) or "").split()
        return KeptAnswer(captured=captured, file_name=path.name, offset=offset, sitemaps=tuple(sitemaps))


def _target(record: Any) -> str:
    return str(record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")


def archives_of(folder: Path, crawl_id: str) -> list[Path]:
    """The WARC files of one crawl, in the order they were written."""
    return sorted(_of_crawl(folder, crawl_id), key=lambda path: (len(path.name), path.name))


def _of_crawl(folder: Path, crawl_id: str) -> Iterator[Path]:
    whole = folder / f"{crawl_id}.warc.gz"
    if whole.exists():
        yield whole
    yield from folder.glob(f"{crawl_id}-*.warc.gz")
