"""Web archives whose answers refer to others, or whose pieces and ends are not as they should be."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.importing.summary import summary_lines
from crawler.reading.captured import Captured, CaptureError
from crawler.reading.decoding import zstd
from crawler.reading.warc import MissingOriginalError, read_warc

from .conftest import Inbox

URL = "https://www.tiktok.com/@acme/video/7710164331584815105"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
ITEM = {
    "id": "7710164331584815105",
    "desc": "A tour of the roastery",
    "createTime": "1795162530",
    "author": {"uniqueId": "acme"},
    "stats": {"diggCount": 31, "commentCount": 2, "shareCount": 1, "playCount": 400, "collectCount": 0},
}
STATE = {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"itemInfo": {"itemStruct": ITEM}}}}
PAGE = f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{json.dumps(STATE)}</script>'.encode()
DIGEST = "sha1:JJZY4TUMKV3YRS4NXIBVPMFBGWTPPQ4J"
BEFORE, NOW = "2026-11-19T08:00:00Z", "2026-11-26T08:00:00Z"


def record(kind: str, block: bytes, *, url: str = URL, date: str = BEFORE, **fields: str) -> bytes:
    said = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": date} | {
        f"WARC-{name.replace('_', '-')}": value for name, value in fields.items()
    }
    said |= {"Content-Type": "application/http;msgtype=response", "Content-Length": str(len(block))}
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"WARC/1.1\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


def original(**fields: str) -> bytes:
    return record("response", HEAD + PAGE, Record_ID="<urn:uuid:1>", Payload_Digest=DIGEST, **fields)


def revisit(block: bytes = HEAD, **fields: str) -> bytes:
    return record("revisit", block, date=NOW, Record_ID="<urn:uuid:2>", **fields)


REFERRING: Mapping[str, bytes] = {
    "by the record's id": revisit(Refers_To="<urn:uuid:1>"),
    "by address and date": revisit(Refers_To_Target_URI=URL, Refers_To_Date=BEFORE),
    "by the payload's digest": revisit(Payload_Digest=DIGEST.lower()),
    "without headers of its own": revisit(b"", Payload_Digest=DIGEST),
    "as not modified": revisit(b"HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", Refers_To="<urn:uuid:1>"),
}


@pytest.mark.parametrize("referring", REFERRING.values(), ids=REFERRING.keys())
@pytest.mark.parametrize("form", ["plain", "members", "one member", "two members", "before", "zstd", "wacz"])
def test_a_repeat_is_read_as_the_answer_it_refers_to_at_its_own_time(
    tmp_path: Path, referring: bytes, form: str
) -> None:
    records = [record("warcinfo", b"software: x\r\n"), original(), referring]
    path = tmp_path / "crawl.warc"
    match form:
        case "plain":
            path.write_bytes(b"".join(records))
        case "members":
            path.write_bytes(b"".join(map(gzip.compress, records)))
        case "one member":
            path.write_bytes(gzip.compress(b"".join(records)))
        case "two members":
            path.write_bytes(gzip.compress(records[0]) + gzip.compress(b"".join(records[1:])))
        case "zstd":
            path.write_bytes(b"".join(map(zstd.compress, records)))
        case "before":
            path.write_bytes(b"".join((records[0], records[2], records[1])))
        case _:
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
                bundle.writestr("archive/1.warc.gz", b"".join(map(gzip.compress, records)))
    first, again = read_warc(path)
    assert isinstance(first, Captured)
    assert isinstance(again, Captured)
    assert (again.url, again.status, again.body, again.content_type) == (URL, 200, PAGE, "text/html")
    assert [f"{one.fetched_at:%Y-%m-%dT%H:%M:%SZ}" for one in (first, again)] == [BEFORE, NOW]
    assert again.where.endswith(f"record {2 if form == 'before' else 3}")


def test_a_repeat_of_a_picture_is_not_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(original() + revisit(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", Payload_Digest="x"))
    (found,) = read_warc(path)
    assert isinstance(found, Captured)


def test_a_repeat_without_a_date_is_named_and_the_rest_read(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(record("revisit", HEAD, date="soon", Payload_Digest=DIGEST) + original())
    broken, found = read_warc(path)
    assert isinstance(broken, CaptureError)
    assert "no readable status or date" in broken.message
    assert isinstance(found, Captured)


@pytest.mark.parametrize("order", [("first.warc", "second.warc"), ("second.warc", "first.warc")])
def test_what_a_repeat_refers_to_may_stand_in_another_file_of_the_import(inbox: Inbox, order: tuple[str, ...]) -> None:
    inbox.file("first.warc", original())
    inbox.file("second.warc", revisit(Payload_Digest=DIGEST))
    report = inbox.bring(*(inbox.folder / "inbox" / name for name in order))
    assert report.problems == ()
    assert sorted(one["observed_at"][:10] for one in inbox.landed("metrics")) == [BEFORE[:10], NOW[:10]]
    assert {one["view_count"] for one in inbox.landed("metrics")} == {400}


def test_a_repeat_of_nothing_that_was_given_is_counted_and_read_once_its_original_comes_along(inbox: Inbox) -> None:
    page = record("response", HEAD + PAGE, date="2026-11-20T08:00:00Z", Payload_Digest="sha1:OTHER")
    path = inbox.file("second.warc", page + revisit(b"", Payload_Digest=DIGEST))
    alone = inbox.bring(path)
    assert alone.problems == ()
    (line, *_) = summary_lines(alone)
    assert "repeats of answers that stand in another archive (import both at once): 1" in line
    assert len(inbox.landed("metrics")) == 1
    both = inbox.bring(path, inbox.file("first.warc", original()))
    assert [file.is_repeated for file in both.files] == [False, False]
    assert len(inbox.landed("metrics")) == 3
    assert [file.is_repeated for file in inbox.bring(path).files] == [True]


def test_files_that_are_no_archives_do_not_hinder_the_search(inbox: Inbox) -> None:
    torn = inbox.file("torn.warc.gz", gzip.compress(original())[:200])
    report = inbox.bring(inbox.file("a.warc", revisit(Payload_Digest=DIGEST)), torn)
    assert [problem.where for problem in report.problems] == ["torn.warc.gz record 1"]
    assert "repeats of answers" in "".join(summary_lines(report))


RECORDS = [
    record("response", HEAD + b"<p>" + bytes([65 + number]) * 400, url=f"https://a.example/{number}")
    for number in range(4)
]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), is_packed=st.booleans())
def test_an_archive_that_was_cut_off_gives_what_was_whole_and_says_so_once(
    tmp_path: Path, data: st.DataObject, is_packed: bool
) -> None:
    records = [gzip.compress(one, mtime=0) for one in RECORDS] if is_packed else RECORDS
    whole = b"".join(records)
    cut = data.draw(st.integers(len(records[0]) + 1, len(whole)))
    path = tmp_path / "cut.warc"
    path.write_bytes(whole[:cut])
    found = list(read_warc(path))
    good = [one for one in found if isinstance(one, Captured)]
    ends = [sum(map(len, records[: number + 1])) for number in range(4)]
    assert all(one.body == b"<p>" + bytes([65 + int(one.url[-1])]) * 400 for one in good)
    said = [one for one in found if isinstance(one, CaptureError)]
    # the line breaks behind a record's content, or the check sum behind its piece, are not missed
    is_near_an_end = any(end - 12 <= cut <= end for end in ends)
    assert len(good) - sum(end <= cut for end in ends) in ((0, 1) if is_near_an_end else (0,))
    assert len(said) in ((0, 1) if is_near_an_end else (1,))
    assert all("what stands before was read" in one.message for one in said)


def test_an_archive_in_pieces_of_several_records_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pieces.warc.gz"
    data = io.BytesIO()
    for piece in (RECORDS[:1], RECORDS[1:3], RECORDS[3:]):
        data.write(gzip.compress(b"".join(piece)))
    path.write_bytes(data.getvalue())
    assert [one.url[-1] for one in read_warc(path) if isinstance(one, Captured)] == ["0", "1", "2", "3"]
    assert not [one for one in read_warc(path) if isinstance(one, MissingOriginalError)]


@pytest.mark.parametrize("is_packed", [False, True])
def test_frames_of_zstd_are_read_with_the_dictionary_that_the_file_begins_with(inbox: Inbox, is_packed: bool) -> None:
    known = zstd.train_dict([original(Note=f"{number}" * 9) for number in range(64)], 4_000)
    said = zstd.compress(known.dict_content) if is_packed else known.dict_content
    frames = b"".join(zstd.compress(one, zstd_dict=known) for one in (original(), revisit(Payload_Digest=DIGEST)))
    path = inbox.file("crawl.warc.zst", b"\x5d\x2a\x4d\x18" + len(said).to_bytes(4, "little") + said + frames)
    report = inbox.bring(path)
    assert ([file.label for file in report.files], report.problems) == (["web archive"], ())
    assert [one["view_count"] for one in inbox.landed("metrics")] == [400, 400]
    torn = inbox.bring(inbox.file("torn.warc.zst", path.read_bytes()[:-30]))
    (problem,) = torn.problems
    assert "what stands before was read" in problem.message
    assert torn.post_count == 1


@pytest.mark.parametrize("content", [zstd.compress(b"a,b\n"), b"\x5d\x2a\x4d\x18\x09\0\0\0none", b"\x28\xb5\x2f\xfd"])
def test_what_is_compressed_so_and_no_archive_is_named(inbox: Inbox, content: bytes) -> None:
    (problem,) = inbox.bring(inbox.file("table.csv.zst", content)).problems
    assert "is compressed with zstd and no web archive" in problem.message


def test_a_broken_dictionary_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.warc.zst"
    path.write_bytes(b"\x5d\x2a\x4d\x18\x04\0\0\0none")
    with pytest.raises(CaptureError, match="broken dictionary"):
        list(read_warc(path))


@pytest.mark.parametrize("is_packed", [False, True])
def test_an_archive_from_before_there_was_warc_is_read(inbox: Inbox, is_packed: bool) -> None:
    version = b"1 1 InternetArchive\nURL IP-address Archive-date Content-type Archive-length\n\n"
    records = [
        b"filedesc://crawl.arc 0.0.0.0 20261119080000 text/plain %d\n%s\n" % (len(version), version),
        b"%s 192.0.2.1 20261119080000 text/html %d\n%s\n" % (URL.encode(), len(HEAD + PAGE), HEAD + PAGE),
    ]
    content = b"".join(map(gzip.compress, records) if is_packed else records)
    report = inbox.bring(inbox.file("crawl.arc.gz" if is_packed else "crawl.arc", content))
    assert ([file.label for file in report.files], report.problems) == (["web archive"], ())
    assert [(one["view_count"], one["observed_at"]) for one in inbox.landed("metrics")] == [(400, BEFORE)]
