"""The archive: records that other tools can read, without secrets, and readable up to a torn end."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import ArchiveFile, public_url, response_record
from crawler.reading.captured import Captured
from crawler.reading.warc import read_warc

MOMENT = datetime(2026, 11, 22, 6, 0, 1, 250_000, tzinfo=UTC)
HEADERS = (("Content-Type", "text/html"), ("Set-Cookie", "id=1"), ("Content-Encoding", "gzip"), ("X-A", "b\r\nc"))


def record(number: int, body: bytes = b"<p>bread</p>") -> bytes:
    return response_record(f"https://m.example/{number}", 200, HEADERS, body, MOMENT)


def urls(path: Path) -> list[str]:
    return [each.url for each in read_warc(path) if isinstance(each, Captured)]


def test_a_record_comes_back_from_its_offset(tmp_path: Path) -> None:
    archive = ArchiveFile(tmp_path, "c", "rivalscope/1")
    offsets = [archive.append(record(number, b"x" * number)) for number in range(3)]
    archive.close()
    (tmp_path / "tail.warc.gz").write_bytes(archive.path.read_bytes()[offsets[2] :])
    (found,) = read_warc(tmp_path / "tail.warc.gz")
    assert isinstance(found, Captured)
    assert (found.url, found.status, found.body) == ("https://m.example/2", 200, b"xx")
    assert found.fetched_at == MOMENT
    assert dict(found.headers) == {"Content-Type": "text/html", "X-A": "b  c"}


def test_other_tools_read_it(tmp_path: Path) -> None:
    archive = ArchiveFile(tmp_path, "c", "rivalscope/1")
    archive.append(record(1))
    archive.close()
    with (tmp_path / "c.warc.gz").open("rb") as file:
        kinds = [each.rec_type for each in ArchiveIterator(file, check_digests="raise")]
    assert kinds == ["warcinfo", "response"]


@pytest.mark.parametrize("torn", [1, 9, 40])
def test_a_torn_end_loses_its_own_record_only(tmp_path: Path, torn: int) -> None:
    archive = ArchiveFile(tmp_path, "c", "rivalscope/1")
    for number in range(3):
        archive.append(record(number))
    archive.close()
    path = tmp_path / archive.name
    path.write_bytes(path.read_bytes()[:-torn])
    assert urls(path)[:2] == ["https://m.example/0", "https://m.example/1"]


def test_an_archive_that_exists_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "c.warc.gz").write_bytes(b"mine")
    archive = ArchiveFile(tmp_path, "c", "rivalscope/1")
    archive.append(record(1))
    archive.close()
    assert (tmp_path / "c.warc.gz").read_bytes() == b"mine"
    assert urls(tmp_path / "c-2.warc.gz") == ["https://m.example/1"]


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://u:p@m.example/a?b=1", "https://m.example/a?b=1"),
        ("https://m.example/a?access_token=s3cret&b=1", "https://m.example/a?b=1"),
        ("https://m.example/a?uris=at%3A%2F%2Fx&uris=y", "https://m.example/a?uris=at%3A%2F%2Fx&uris=y"),
        ("https://m.example/a?b=", "https://m.example/a?b="),
    ],
)
def test_secrets_stay_out_of_addresses(url: str, kept: str) -> None:
    assert public_url(url) == kept
