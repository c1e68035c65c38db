"""Archives and recordings of any size are read entry by entry."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crawler.archive import response_record
from crawler.reading.captured import Captured, CaptureError
from crawler.reading.har import read_har
from crawler.reading.warc import read_warc

from .conftest import NOW

PAGE = "<html>" + "x" * 60_000
COUNT = 600


def write_warc(path: Path) -> None:
    with path.open("wb") as file:
        for number in range(COUNT):
            url = f"https://a.example/{number}"
            file.write(response_record(url, 200, (("Content-Type", "text/html"),), PAGE.encode(), NOW, level=1))


def write_har(path: Path) -> None:
    entry = {
        "startedDateTime": "2026-11-20T09:00:00Z",
        "request": {"url": "https://a.example/"},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "text/html", "text": PAGE}},
    }
    with path.open("w") as file:
        file.write('{"log": {"entries": [' + ",".join([json.dumps(entry)] * COUNT) + "]}}")


@pytest.mark.parametrize(("read", "write"), [(read_warc, write_warc), (read_har, write_har)])
def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, read: Callable[[Path], Iterator[Captured | CaptureError]], write: Callable[[Path], None]
) -> None:
    path = tmp_path / "large"
    write(path)
    tracemalloc.start()
    try:
        number, early = 0, 0
        for number, found in enumerate(read(path), start=1):
            assert isinstance(found, Captured)
            if number == COUNT // 10:
                tracemalloc.reset_peak()
                early = tracemalloc.get_traced_memory()[0]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert number == COUNT
    # 32 of the 36 MB came after the look at the memory
    assert peak - early < 3_000_000
