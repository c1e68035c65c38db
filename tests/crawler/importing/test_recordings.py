"""What a browser came by: captures of an extension, recordings, and whose posts are taken from them."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.archive import response_record
from crawler.importing.summary import summary_lines
from crawler.reading.captured import Captured, CapturedObject, CaptureError
from crawler.reading.decoding import zstd
from crawler.reading.har import read_har
from crawler.reading.json_stream import JsonStreamError, array_items
from crawler.reading.warc import read_warc
from crawler.reading.zeeschuimer import is_zeeschuimer, read_zeeschuimer
from tests.crawler.mutations import mutated

from .conftest import SAVED_AT, Inbox

AT = datetime(2026, 11, 20, tzinfo=UTC)
#: made once: each has an id of its own
RECORD = response_record("https://acme.example/", 200, [("Content-Type", "text/html")], b"<p>Hello", AT)
COLLECTED = 1_764_000_000_000  # 2025-11-24T16:00:00Z


def video(number: int, handle: str) -> dict[str, Any]:
    """A video as TikTok's own interfaces answer it."""
    return {
        "id": str(7_400_000_000_000_000_000 + number),
        "desc": f"Video {number} #tea",
        "createTime": 1_722_950_000 + number,
        "author": {"uniqueId": handle, "id": "7", "nickname": handle},
        "video": {"duration": 12, "width": 576, "height": 1024},
        "stats": {"diggCount": 5, "shareCount": 1, "commentCount": 2, "playCount": 90, "collectCount": 3},
    }


def line(data: object, module: str = "tiktok.com", **more: object) -> str:
    return json.dumps(
        {
            "nav_index": "1:2:0",
            "item_id": "1",
            "timestamp_collected": COLLECTED,
            "source_platform": module,
            "source_platform_url": "https://www.tiktok.com/foryou",
            "source_url": "https://www.tiktok.com/api/recommend/item_list/?" + "x" * 5000,
            "user_agent": "Mozilla/5.0",
            "data": data,
            **more,
        }
    )


def test_of_a_feed_only_accounts_on_the_list_are_taken(inbox: Inbox) -> None:
    feed = [video(number, "acme" if number % 10 == 0 else f"stranger{number % 3}") for number in range(50)]
    comment = line({"cid": "1", "text": "nice"}, "tiktok-comments")
    text = "\n".join(
        [*map(line, feed), comment, "", '{"source_platform": "tiktok.com"}', line({}), line({}, "9gag.com")]
    )
    path = inbox.file("zeeschuimer-export-tiktok.ndjson", text)
    report = inbox.bring(path)
    posts = inbox.posts()
    assert len(posts) == 5
    assert {post["account_key"] for post in posts} == {"https://www.tiktok.com/@acme"}
    assert {post["observed_at"] for post in posts} == {"2025-11-24T16:00:00Z"}
    assert posts[0]["metrics"]["like_count"] == 5
    assert inbox.landed("account") == []
    (file,) = report.files
    assert file.label == "Zeeschuimer capture"
    assert sorted(file.unlisted.values()) == [15, 15, 15]
    assert [problem.where.partition(" ")[2] for problem in report.problems] == ["line 53", "line 54", "line 55"]
    assert file.left_out["comments, which are other people's and not kept"] == 1
    (said,) = [one for one in summary_lines(report) if "Not on your list" in one]
    assert "45 posts of 3 accounts" in said
    assert "rivalscope add LINK" in said
    # nothing changes for the same list; a longer list brings more of the same file
    assert inbox.bring(path).files[0].is_repeated
    more = '[[accounts]]\ncompany = "S"\nurl = "https://www.tiktok.com/@stranger1"\n'
    assert inbox.bring(path, config=more).files[0].post_count == 15
    assert inbox.bring(path, everybody=True).files[0].post_count == 50


def test_advertisements_and_what_not_everybody_sees_are_counted_and_not_taken_for_posts(inbox: Inbox) -> None:
    feed = [video(1, "acme"), video(2, "acme") | {"isAd": True}, video(3, "acme") | {"privateItem": True}]
    (file,) = inbox.bring(inbox.file("feed.ndjson", "\n".join(map(line, feed)))).files
    assert file.post_count == 1
    assert file.left_out == {"advertisements": 1, "posts that not everybody sees": 1}
    (said, *_) = summary_lines(inbox.bring(inbox.file("again.ndjson", "\n".join(map(line, feed)) + "\n")))
    assert "1 of 3 items understood, advertisements: 1, posts that not everybody sees: 1; 1 post." in said


def test_a_capture_whose_text_is_torn_in_a_letter_is_read_all_the_same(inbox: Inbox) -> None:
    said = line(video(1, "acme")).encode().replace(b"Video 1", b"Video \xb0")
    report = inbox.bring(inbox.file("torn.ndjson", said))
    assert report.problems == ()
    assert inbox.posts()[0]["text"] == "Video \ufffd #tea"


def status(number: int, acct: str) -> dict[str, Any]:
    """A post as Mastodon's interface answers it."""
    account = {"id": acct, "acct": acct, "username": acct.partition("@")[0], "url": f"https://tea.example/@{acct}"}
    return {
        "id": str(number), "created_at": "2026-11-20T08:00:00.000Z", "in_reply_to_id": None, "spoiler_text": "",
        "in_reply_to_account_id": None, "visibility": "public", "content": "<p>Tea</p>", "account": account,
        "url": f"https://tea.example/@{acct}/{number}", "favourites_count": 3, "reblogs_count": 2, "replies_count": 1,
    }  # fmt: skip


def test_of_a_network_of_servers_only_what_an_accounts_own_server_showed_is_taken(inbox: Inbox) -> None:
    answers = {
        "timelines/home": [status(1, "kettle"), status(2, "leaf@other.example"), status(3, "stranger")],
        "accounts/leaf/statuses": [status(4, "leaf@other.example")],
    }
    entries = [
        {
            "startedDateTime": "2026-11-26T08:00:00Z",
            "request": {"method": "GET", "url": f"https://tea.example/api/v1/{path}"},
            "response": {
                "status": 200,
                "headers": [{"name": "Content-Type", "value": "application/json"}],
                "content": {"mimeType": "application/json", "text": json.dumps(said)},
            },
        }
        for path, said in answers.items()
    ]
    accounts = [
        f'[[accounts]]\ncompany = "Tea"\nurl = "https://{at}"\n'
        for at in ("tea.example/@kettle", "other.example/@leaf")
    ]
    path = inbox.file("own-server.har", json.dumps({"log": {"version": "1.2", "entries": entries}}))
    (file,) = inbox.bring(path, config="".join(accounts)).files
    assert [(post["native_id"], post["host"]) for post in inbox.posts()] == [("1", "tea.example")]
    assert inbox.landed("profile") == [], "followers as another server knows them"
    assert file.left_out["copies of posts on a server that is not the account's own"] == 2
    assert sum(file.unlisted.values()) == 1


def test_a_first_import_without_a_list_takes_everybody(inbox: Inbox) -> None:
    report = inbox.bring(inbox.file("a.ndjson", line(video(1, "somebody"))), config="")
    assert report.files[0].post_count == 1
    assert [record["handle"] for record in inbox.landed("account")] == ["somebody"]


def test_a_later_update_of_a_line_is_when_it_was_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(
        "\ufeff" + "\n".join([line({}, last_updated=COLLECTED + 60_000), line({}, timestamp_collected=None)])
    )
    assert is_zeeschuimer(path)
    newer, undated = read_zeeschuimer(path, SAVED_AT)
    assert isinstance(newer, CapturedObject)
    assert isinstance(undated, CapturedObject)
    assert newer.fetched_at.isoformat() == "2025-11-24T16:01:00+00:00"
    assert (undated.fetched_at, undated.is_dated) == (SAVED_AT, False)


@pytest.mark.parametrize(
    "content",
    [b'{"log": {}}', b"[1]", b'{"source_platform": 3, "data": {}}', b'{"a":' * 5000, b"\xff\xfe{", b"", b'"x"\n' * 50],
)
def test_what_is_no_capture(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert not is_zeeschuimer(tmp_path / "a")
    assert all(isinstance(found, CaptureError) for found in read_zeeschuimer(tmp_path / "a", SAVED_AT))


def test_a_line_without_an_end_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_bytes(line({}).encode() + b"\n" + b"x" * (25 * 1024 * 1024) + b"\n" + line({}).encode())
    first, long, last = read_zeeschuimer(path, SAVED_AT)
    assert isinstance(first, CapturedObject)
    assert isinstance(long, CaptureError)
    assert "longer than 10 MiB" in long.message
    assert isinstance(last, CapturedObject)


# --- one array inside a large file ---


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ('{"log":{"entries":[1,"a",null,{"b":[{}]},[[]]]}}', [1, "a", None, {"b": [{}]}, [[]]]),
        (
            '{"x":{"entries":[9]},"log":{"pages":[{"entries":[8]}],"entries":[{"log":{"entries":[7]}}]}}',
            [{"log": {"entries": [7]}}],
        ),
        ('\ufeff{"log":{"version":"1.2","entries":[]}}', []),
        ('{"log":{"entries":[1.5,true]}, "log2": 1}', [1.5, True]),
    ],
)
def test_the_items_of_the_meant_array(tmp_path: Path, text: str, items: list[object]) -> None:
    path = tmp_path / "a.json"
    path.write_text(text, encoding="utf-8")
    with path.open("rb") as file:
        assert list(array_items(file, ("log", "entries"), max_item_bytes=1000)) == items


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"log":{"entries":[{"a":"' + "x" * 300_000 + '"}]}}', "larger than"),
        ('{"log":{"entries":[' + "[" * 5000, "nested too deeply"),
        ('{"log":' + '{"a":' * 5000, "nested too deeply"),
        ('{"log":{"entries":[1,2', "broken JSON"),
        ('{"log":{"entries":3}}', ""),
        ('{"log":{"entries":{}}}', ""),
        ('{"log":{"entries":{"a":1}}}', ""),
        ("[]", ""),
        ("nonsense", "broken JSON"),
    ],
)
def test_a_file_that_is_none_says_why(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with path.open("rb") as file, pytest.raises(JsonStreamError) as caught:
        list(array_items(file, ("log", "entries"), max_item_bytes=100_000))
    assert said in str(caught.value)


def test_a_recording_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    entry = {
        "startedDateTime": "2026-11-20T09:00:00Z",
        "request": {"url": "https://a.example/"},
        "response": {"status": 200, "headers": [], "content": {"mimeType": "text/html", "text": "<html>"}},
    }
    path = tmp_path / "torn.har"
    path.write_text(json.dumps({"log": {"entries": [entry] * 3}})[:-60])
    *good, broken = read_har(path)
    assert len(good) == 2
    assert isinstance(broken, CaptureError)
    assert broken.where == "entry 3"
    assert "what stands before was read" in broken.message


@pytest.mark.parametrize("said", [None, ["text/html"], 7])
def test_a_type_that_is_none_is_no_type(tmp_path: Path, said: Any) -> None:
    entry = {
        "startedDateTime": "2026-11-20T09:00:00Z",
        "request": {"url": "https://a.example/"},
        "response": {"status": 200, "headers": [], "content": {"mimeType": said, "text": "<html>"}},
    }
    path = tmp_path / "odd.har"
    path.write_text(json.dumps({"log": {"entries": [entry]}}))
    (found,) = read_har(path)
    assert isinstance(found, Captured)
    assert found.content_type in ("", str(said).lower())


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=False), is_plain=st.booleans())
def test_a_broken_web_archive_says_where_and_nothing_on_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], random: Random, is_plain: bool
) -> None:
    body = (gzip.decompress(RECORD) if is_plain else RECORD) * 2
    for _ in range(random.randint(1, 3)):
        body = mutated(body, random)
    path = tmp_path / "broken.warc"
    path.write_bytes(body)
    found: list[Captured | CaptureError] = []
    with contextlib.suppress(CaptureError):
        found += read_warc(path)
    assert all(isinstance(one, Captured | CaptureError) for one in found)
    assert capfd.readouterr() == ("", "")


PAGE = b"<html>" + b"tea " * 5_000 + b"</html>"
CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "deflate": ("deflate", zlib.compress),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "two": ("gzip, br", lambda body: brotli.compress(gzip.compress(body))),
    "said-but-not-done": ("br", bytes),
    "none": ("", bytes),
}


def chunked(body: bytes) -> bytes:
    pieces = [body[start : start + 999] for start in range(0, len(body), 999)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def record(kind: str, url: str, block: bytes, content_type: str = "application/http;msgtype=response") -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-20T08:00:00Z\r\n"
    head += f"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    return head.encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_web_archive_is_read_whatever_its_answers_are_coded_with(tmp_path: Path, is_chunked: bool) -> None:
    records = []
    for name, (coding, encode) in CODINGS.items():
        body = chunked(encode(PAGE)) if is_chunked else encode(PAGE)
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: {coding}\r\n"
        head += "Transfer-Encoding: chunked\r\n\r\n" if is_chunked else "\r\n"
        records.append(record("response", f"https://a.example/{name}", head.encode() + body))
    path = tmp_path / "coded.warc"
    path.write_bytes(b"".join(records))
    found = {one.url.rpartition("/")[2]: one for one in read_warc(path) if isinstance(one, Captured)}
    assert found.keys() == CODINGS.keys()
    assert {name for name, one in found.items() if one.body != PAGE} == set()
    assert {one.headers for one in found.values()} == {(("Content-Type", "text/html"),)}


def test_an_answer_of_an_archive_that_unfolds_without_end_is_left_out_and_the_next_one_read(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br\r\n\r\n"
    bomb = record("response", "https://a.example/bomb", head + brotli.compress(bytes(40 * 1024 * 1024), quality=1))
    path = tmp_path / "bomb.warc"
    path.write_bytes(bomb + record("response", "https://a.example/next", head + brotli.compress(PAGE)))
    large, after = read_warc(path)
    assert isinstance(large, CaptureError)
    assert "larger than" in large.message
    assert isinstance(after, Captured)
    assert after.body == PAGE


def test_pages_that_an_archive_holds_without_their_answer_are_read(tmp_path: Path) -> None:
    path = tmp_path / "kinds.warc"
    path.write_bytes(
        record("warcinfo", "", b"software: x\r\n", "application/warc-fields")
        + record("resource", "https://a.example/page", PAGE, "text/html; charset=utf-8")
        + record("resource", "urn:screenshot:1", b"\x89PNG", "image/png")
        + record("conversion", "https://a.example/page", b"tea", "text/plain")
        + record("metadata", "https://a.example/page", b"fetchTimeMs: 3\r\n", "application/warc-fields")
        + record("request", "https://a.example/page", b"GET /page HTTP/1.1\r\n\r\n")
    )
    (found,) = read_warc(path)
    assert isinstance(found, Captured)
    assert (found.url, found.status, found.body) == ("https://a.example/page", 200, PAGE)
    assert found.content_type == "text/html; charset=utf-8"


@pytest.mark.parametrize("is_torn", [False, True])
def test_an_archive_that_was_compressed_as_a_whole_is_read_record_by_record(tmp_path: Path, is_torn: bool) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    records = [record("response", f"https://a.example/{number}", head + PAGE) for number in range(3)]
    whole = gzip.compress(b"".join(records))
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(whole[:-40] if is_torn else whole)
    found = list(read_warc(path))
    good = [one.url for one in found if isinstance(one, Captured)]
    assert good == [f"https://a.example/{number}" for number in range(1 if is_torn else 3)]
    assert isinstance(found[-1], CaptureError) == is_torn


def test_a_recording_that_kept_its_bodies_compressed_is_read(tmp_path: Path) -> None:
    entries = [
        {
            "startedDateTime": "2026-11-20T09:00:00Z",
            "request": {"url": f"https://a.example/{name}"},
            "response": {
                "status": 200,
                "headers": [{"name": "Content-Encoding", "value": coding}],
                "content": {
                    "mimeType": "text/html", "encoding": "base64", "text": base64.b64encode(encode(PAGE)).decode(),
                },
            },
        }
        for name, (coding, encode) in CODINGS.items()
    ]  # fmt: skip
    path = tmp_path / "proxy.har"
    path.write_text(json.dumps({"log": {"entries": entries}}))
    assert {one.body for one in read_har(path) if isinstance(one, Captured)} == {PAGE}
