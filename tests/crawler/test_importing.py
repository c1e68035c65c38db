"""Files that users bring: everything understood lands as a crawl's records, everything else is named with its place."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import os
import plistlib
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.archive import response_record
from crawler.config import Config, parse_config
from crawler.importing import ImportReport, import_paths, write_template
from crawler.importing.summary import summary_lines
from crawler.reading.captured import Captured, CaptureError
from crawler.reading.har import read_har
from crawler.reading.post_rows import PostRow, SkippedRow, read_posts
from crawler.reading.saved_page import read_saved_page
from crawler.reading.table_layouts import COLUMNS, Layout, layout_of
from crawler.reading.text_tables import TableError, read_rows
from crawler.reading.warc import read_warc

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAVED_AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FETCHED_AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
LIST = parse_config(
    """
[[accounts]]
company = "Acme Coffee"
url = "https://www.instagram.com/acme"
[[accounts]]
company = "Acme Coffee"
url = "https://social.example/@acme"
[[accounts]]
company = "Acme Coffee"
url = "https://www.acme.example/blog"
"""
)


def bring(folder: Path, *paths: str | Path, config: Config = LIST) -> ImportReport:
    return import_paths(
        [str(path) for path in paths], folder / "landing", accounts=config.accounts, config=config, now=NOW
    )


def landed(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = [line for path in sorted((folder / "landing").rglob("*.jsonl")) for line in path.read_text().splitlines()]
    return [record for line in lines if (record := json.loads(line))["record"] == kind]


def table(path: Path, rows: Sequence[Mapping[str, object]], **options: Any) -> Path:
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, **options)
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    os.utime(path, (SAVED_AT.timestamp(), SAVED_AT.timestamp()))
    return path


ROW = {
    "platform": "instagram",
    "account": "acme",
    "url": "https://www.instagram.com/p/DPCXhCwkqEe/",
    "published_at": "2026-11-01T10:00:00Z",
    "like_count": 12,
}


# --- the plain CSV of posts ---


def test_a_row_becomes_a_post_of_the_listed_account(tmp_path: Path) -> None:
    row = {
        **ROW,
        "observed_at": "2026-11-20T08:00:00Z",
        "format": "Reel",
        "post_type": "How to",
        "text": 'Beans, "fresh"\nand #Slow_Coffee',
        "comment_count": "0",
        "follower_count": "18.9K",
    }
    report = bring(tmp_path, table(tmp_path / "posts.csv", [row]))
    assert report.problems == ()
    assert (report.files[0].understood_count, report.post_count) == (1, 1)
    (post,) = landed(tmp_path, "post")
    assert post["native_id"] == "3729646867191079198"
    assert (post["account_key"], post["account"], post["host"]) == ("https://www.instagram.com/acme/", "acme", "")
    assert (post["format"], post["stated_post_type"], post["role"]) == ("short_video", "how_to", "original")
    assert post["text"] == 'Beans, "fresh"\nand #Slow_Coffee'
    assert post["hashtags"] == ["Slow_Coffee"]
    assert (post["published_at"], post["published_precision"]) == ("2026-11-01T10:00:00Z", "second")
    assert (post["observed_at"], post["source"]) == ("2026-11-20T08:00:00Z", "import")
    (metrics,) = landed(tmp_path, "metrics")
    assert (metrics["like_count"], metrics["comment_count"]) == (12, 0)
    assert metrics["observed_at"] == post["observed_at"]
    (profile,) = landed(tmp_path, "profile")
    assert (profile["follower_count"], profile["rounded"]) == (18_900, {"follower_count": 3})
    assert landed(tmp_path, "account") == []
    assert {record["crawl_id"] for record in landed(tmp_path, "crawl")} == {report.files[0].crawl_id}


@pytest.mark.parametrize("unknown", ["", "-", "n/a", "NULL", "None", " "])
def test_what_is_absent_is_unknown_and_not_zero(tmp_path: Path, unknown: str) -> None:
    bring(tmp_path, table(tmp_path / "posts.csv", [{**ROW, "share_count": unknown}]))
    (metrics,) = landed(tmp_path, "metrics")
    assert "share_count" not in metrics
    assert "view_count" not in metrics
    assert metrics["missing"]["share_count"] == metrics["missing"]["view_count"] == "not_observed"


def test_the_moment_of_observation_is_the_files_time_and_that_is_said(tmp_path: Path) -> None:
    report = bring(tmp_path, table(tmp_path / "posts.csv", [ROW]))
    assert landed(tmp_path, "post")[0]["observed_at"] == "2026-11-21T09:30:00Z"
    (said,) = [line for line in summary_lines(report) if "observed_at" in line]
    assert "1 of these" in said
    assert said.endswith("posts.csv.")


def test_a_day_is_no_moment_and_a_clock_without_zone_no_time(tmp_path: Path) -> None:
    days = [
        {**ROW, "published_at": "2026-11-01", "url": "https://x.com/acme/status/1", "platform": "x"},
        {**ROW, "published_at": "2026-11-01 10:00", "url": "https://x.com/acme/status/2", "platform": "x"},
    ]
    bring(tmp_path, table(tmp_path / "posts.csv", days))
    assert [post["published_precision"] for post in landed(tmp_path, "post")] == ["day", "local"]


def test_bad_rows_are_named_and_the_others_imported(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {**ROW, "text": "two\nlines"},
        {**ROW, "url": ""},
        {**ROW, "published_at": "yesterday"},
        {**ROW, "published_at": ""},
        {**ROW, "platform": "myspace"},
        {**ROW, "like_count": "many"},
        {**ROW, "like_count": "-3"},
        {**ROW, "format": "vidoe"},
        {**ROW, "account": ""},
        {**ROW, "published_at": "2031-01-01T00:00:00Z"},
        {**ROW, "text": "the first once more"},
        {**ROW, "url": "https://www.instagram.com/p/AAAA/"},
    ]
    report = bring(tmp_path, table(tmp_path / "posts.csv", rows))
    said = {problem.where: problem.message for problem in report.problems}
    assert list(said) == [f"posts.csv:{line}" for line in range(4, 14)]
    assert "native_id and url" in said["posts.csv:4"]
    assert "like 2026-11-22T09:30:00Z" in said["posts.csv:5"]
    assert "published_at is empty" in said["posts.csv:6"]
    assert "'myspace' is not known" in said["posts.csv:7"]
    assert "no count" in said["posts.csv:8"]
    assert "no count" in said["posts.csv:9"]
    assert "did you mean video?" in said["posts.csv:10"]
    assert "account is empty" in said["posts.csv:11"]
    assert "later than" in said["posts.csv:12"]
    assert "line 2" in said["posts.csv:13"]
    assert len(landed(tmp_path, "post")) == 2


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.replace(",", ";").encode("utf-16"),
        lambda text: text.replace(",", "\t").encode("utf-16-le"),
        lambda text: text.encode("cp1252"),
        lambda text: ("sep=;\r\n" + text.replace(",", ";")).encode(),
        lambda text: text.replace("platform", " Platform ").replace("like_count", "Like count").encode(),
    ],
)
def test_spreadsheets_write_csv_in_many_ways(tmp_path: Path, encode: Any) -> None:
    path = tmp_path / "posts.csv"
    head, line = ",".join([*ROW, "text"]), ",".join(str(value) for value in [*ROW.values(), "Café"])
    path.write_bytes(encode(f"{head}\r\n{line}\r\n\r\n"))
    report = bring(tmp_path, path)
    assert report.problems == ()
    assert landed(tmp_path, "post")[0]["text"] == "Café"
    assert landed(tmp_path, "metrics")[0]["like_count"] == 12


def test_accounts_that_the_list_does_not_have_are_announced_once(tmp_path: Path) -> None:
    beta = {"platform": "Twitter", "company": "Beta Inc"}
    rows: list[dict[str, object]] = [
        {**ROW, **beta, "account": "@Beta", "url": "https://twitter.com/beta/status/1"},
        {**ROW, **beta, "account": "beta", "url": "https://x.com/beta/status/2"},
        {**ROW, "platform": "facebook", "account": "Beta Coffee Bar", "native_id": "77", "url": "", "is_own": "yes"},
        {**ROW, "platform": "mastodon", "account": "acme@social.example", "url": "https://social.example/@acme/5"},
    ]
    bring(tmp_path, table(tmp_path / "posts.csv", rows))
    accounts = landed(tmp_path, "account")
    assert [(each["account_key"], each["company"], each["is_own"]) for each in accounts] == [
        ("https://x.com/beta", "Beta Inc", False),
        ("https://www.facebook.com/Beta%20Coffee%20Bar", "Beta Coffee Bar", True),
    ]
    posts = landed(tmp_path, "post")
    assert [(post["native_id"], post["host"], post["account"]) for post in posts] == [
        ("1", "", "beta"),
        ("2", "", "beta"),
        ("77", "", "Beta Coffee Bar"),
        ("5", "social.example", "acme@social.example"),
    ]
    assert posts[3]["account_key"] == "https://social.example/@acme"


def test_a_site_is_found_by_its_host_and_path(tmp_path: Path) -> None:
    rows = [
        {**ROW, "platform": "blog", "account": "acme.example", "url": "https://acme.example/blog/one?utm_source=x"},
        {**ROW, "platform": "web", "account": "acme.example/blog", "url": "https://www.acme.example/blog/two"},
    ]
    bring(tmp_path, table(tmp_path / "posts.csv", rows))
    assert {post["account_key"] for post in landed(tmp_path, "post")} == {"https://www.acme.example/blog"}
    assert [post["native_id"] for post in landed(tmp_path, "post")] == [
        "https://acme.example/blog/one",
        "https://www.acme.example/blog/two",
    ]


def test_the_template_is_the_contract(tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_template(file)
    assert path.read_bytes().decode("utf-8-sig") == ",".join(COLUMNS) + "\r\n"
    report = bring(tmp_path, path)
    assert report.problems == ()
    assert report.post_count == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("platform,account,url\nx,a,b\n", "published_at"),
        ("platform,account,published_at\nx,a,2026-01-01\n", "native_id or url"),
        ('platform,account,url,published_at\nx,a,b,"' + "y" * 1_100_000, "never ends"),
    ],
)
def test_a_table_that_is_none_is_refused_as_a_whole(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "posts.csv"
    path.write_text(text)
    report = bring(tmp_path, path)
    (problem,) = report.problems
    assert said in problem.message
    assert landed(tmp_path, "post") == []


@given(data=st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_rows_or_sentences(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(b"platform,account,url,published_at\n" + data)
    try:
        rows = list(read_rows(path))
    except TableError as error:
        assert "\n" not in str(error)
        return
    layout = layout_of(rows)
    if isinstance(layout, Layout):
        for row in read_posts(rows, layout):
            assert isinstance(row, PostRow | SkippedRow) or row[1]


# --- which files, and again ---


def test_importing_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = table(tmp_path / "posts.csv", [ROW])
    first = bring(tmp_path, path)
    before = {file: file.read_bytes() for file in (tmp_path / "landing").rglob("*") if file.is_file()}
    copy = tmp_path / "copy.csv"
    copy.write_bytes(path.read_bytes())
    again = bring(tmp_path, path, copy)
    assert [file.is_repeated for file in again.files] == [True, True]
    assert again.files[0].crawl_id == first.files[0].crawl_id
    assert {file: file.read_bytes() for file in (tmp_path / "landing").rglob("*") if file.is_file()} == before
    # the loader puts loaded segments away
    (tmp_path / "landing" / "loaded").mkdir()
    (tmp_path / "landing" / first.files[0].crawl_id).rename(tmp_path / "landing" / "loaded" / first.files[0].crawl_id)
    assert bring(tmp_path, path).files[0].is_repeated


def test_a_file_that_gave_nothing_may_be_tried_again(tmp_path: Path) -> None:
    path = table(tmp_path / "posts.csv", [{**ROW, "platform": "myspace"}])
    for _ in range(2):
        report = bring(tmp_path, path)
        assert not report.files[0].is_repeated
        assert len(report.problems) == 1
    assert not (tmp_path / "landing").exists()


def test_folders_patterns_and_what_is_not_there(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "deep").mkdir(parents=True)
    (inbox / "page_files").mkdir()
    table(inbox / "a.csv", [ROW])
    table(inbox / "deep" / "b.csv", [{**ROW, "account": "beta"}])
    (inbox / "page_files" / "frame.html").write_text("<html></html>")
    (inbox / ".DS_Store").write_bytes(b"\0\1")
    report = bring(tmp_path, inbox)
    assert [file.path.name for file in report.files] == ["a.csv", "b.csv"]
    assert report.problems == ()
    report = bring(tmp_path, inbox / "*.csv", inbox / "*.har", tmp_path / "nowhere")
    assert [file.path.name for file in report.files] == ["a.csv"]
    assert [problem.where.rpartition("/")[2] for problem in report.problems] == ["*.har", "nowhere"]
    os.mkfifo(tmp_path / "pipe")
    report = bring(tmp_path, tmp_path / "pipe", "/dev/zero", "https://acme.example/")
    assert [problem.message.partition(";")[0] for problem in report.problems] == [
        "is neither a file nor a folder", "is neither a file nor a folder", "is an address, not a file",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("picture.png", b"\x89PNG\r\n\x1a\n", "not recognised"),
        ("notes.txt", b"call the printer", "not recognised"),
        ("posts.xlsx", b"PK\x03\x04rest", "broken zip"),
        ("feed.xml", b"<?xml version='1.0'?><rss><channel/></rss>", "--url"),
        ("map.xml", b"<?xml version='1.0'?><urlset></urlset>", "is XML"),
        ("data.json", b'{"a": 1}', "--url"),
        ("list.json", b"[1]", "--url"),
        ("torn.json", b'{"a": 1', "broken JSON"),
        ("torn.har", b'{"log": {"entries": [', "broken JSON"),
        ("list.har", b'{"log": {"entries": 3}}', "no HAR"),
        ("deep.har", b'{"log":' + b"[" * 100_000, "broken JSON"),
        ("page.html", b"<!doctype html><title>x</title>", "does not say which page"),
        (
            "page.mhtml",
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x--",
            "does not say which",
        ),
        ("dump.gz", gzip.compress(b"hello", mtime=0), "not recognised"),
        ("torn.gz", gzip.compress(b"WARC/1.0 hello", mtime=0)[:12], "cannot be unpacked"),
        ("empty.zip", b"PK\x05\x06" + b"\0" * 18, "nothing in it"),
    ],
)
def test_what_is_not_understood_is_said(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    report = bring(tmp_path, tmp_path / name)
    (problem,) = report.problems
    assert problem.where.startswith(name)
    assert said in problem.message
    assert report.post_count == 0


# --- responses: the same page objects as in a crawl ---


def status(number: int, **more: object) -> dict[str, Any]:
    return {
        "id": str(number),
        "created_at": "2026-11-10T09:00:00.000Z",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "en",
        "uri": f"https://social.example/users/acme/statuses/{number}",
        "url": f"https://social.example/@acme/{number}",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "edited_at": None,
        "content": f"<p>Batch {number} is roasted</p>",
        "reblog": None,
        "account": {
            "id": "7",
            "username": "acme",
            "acct": "acme",
            "display_name": "Acme",
            "url": "https://social.example/@acme",
            "created_at": "2020-01-01T00:00:00.000Z",
            "note": "",
            "followers_count": 55,
            "following_count": 5,
            "statuses_count": 90,
        },
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
        **more,
    }


STATUSES_URL = "https://social.example/api/v1/accounts/7/statuses?limit=40"
STATUSES = json.dumps([status(12), status(11)]).encode()
ARTICLE_URL = "https://www.acme.example/blog/first-harvest"
ARTICLE = b"""<!doctype html>
<html lang="en"><head><title>First harvest</title>
<link rel="canonical" href="https://www.acme.example/blog/first-harvest">
<meta property="og:type" content="article"><meta property="og:title" content="First harvest">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "BlogPosting",
 "headline": "First harvest", "datePublished": "2026-11-05T08:00:00+01:00", "url": "https://www.acme.example/blog/first-harvest",
 "author": {"@type": "Person", "name": "Ada"}}</script></head>
<body><article><h1>First harvest</h1><p>The first beans of the year are in, and they are better than last year.</p>
</article></body></html>"""


def har_entry(url: str, body: bytes, content_type: str, *, code: int = 200, as_base64: bool = False) -> dict[str, Any]:
    text = base64.b64encode(body).decode() if as_base64 else body.decode()
    content: dict[str, Any] = {"size": len(body), "mimeType": content_type, "text": text}
    if as_base64:
        content["encoding"] = "base64"
    return {
        "startedDateTime": "2026-11-20T09:00:00.000+01:00",
        "request": {"method": "GET", "url": url},
        "response": {
            "status": code,
            "headers": [
                {"name": "Content-Type", "value": f"{content_type}; charset=iso-8859-1"},
                {"name": "Content-Encoding", "value": "br"},
            ],
            "content": content,
        },
    }


def har(path: Path, *entries: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    return path


def warc(path: Path, *responses: tuple[str, str, bytes], compressed: bool = True) -> Path:
    records = [
        response_record(url, 200, (("Content-Type", content_type),), body, FETCHED_AT)
        for url, content_type, body in responses
    ]
    path.write_bytes(b"".join(records if compressed else map(gzip.decompress, records)))
    return path


def test_a_recording_of_a_server_becomes_posts_of_the_listed_account(tmp_path: Path) -> None:
    entries = (
        har_entry(STATUSES_URL, STATUSES, "application/json"),
        har_entry("https://social.example/logo.png", b"\x89PNG", "image/png", as_base64=True),
        har_entry("https://social.example/app.js", b"let a = 1", "text/javascript"),
    )
    report = bring(tmp_path, har(tmp_path / "session.har", *entries))
    assert report.problems == ()
    (file,) = report.files
    assert (file.entry_count, file.understood_count, file.post_count) == (3, 1, 2)
    assert sum(file.left_out.values()) == 2
    posts = landed(tmp_path, "post")
    assert [(post["native_id"], post["account"], post["host"]) for post in posts] == [
        ("12", "acme@social.example", "social.example"),
        ("11", "acme@social.example", "social.example"),
    ]
    assert {post["account_key"] for post in posts} == {"https://social.example/@acme"}
    assert {post["observed_at"] for post in posts} == {"2026-11-20T08:00:00Z"}
    assert landed(tmp_path, "metrics")[0]["like_count"] == 3
    assert landed(tmp_path, "account") == []


@pytest.mark.parametrize("compressed", [True, False])
def test_a_web_archive_is_read_record_by_record(tmp_path: Path, compressed: bool) -> None:
    path = warc(
        tmp_path / "crawl.warc",
        (STATUSES_URL, "application/json; charset=utf-8", STATUSES),
        (ARTICLE_URL, "text/html; charset=utf-8", ARTICLE),
        compressed=compressed,
    )
    report = bring(tmp_path, path)
    assert report.problems == ()
    assert report.files[0].accounts == {"https://social.example/@acme": 2, "https://www.acme.example/blog": 1}
    article = landed(tmp_path, "post")[-1]
    assert (article["platform"], article["title"]) == ("web", "First harvest")
    assert article["published_at"] == "2026-11-05T07:00:00Z"


def test_an_archive_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    path = warc(
        tmp_path / "crawl.warc.gz", (STATUSES_URL, "application/json", STATUSES), (ARTICLE_URL, "text/html", ARTICLE)
    )
    path.write_bytes(path.read_bytes()[:-60])
    report = bring(tmp_path, path)
    assert "https://social.example/@acme" in report.files[0].accounts
    assert any("crawl.warc.gz record" in problem.where for problem in report.problems)


def test_a_wacz_is_a_zip_of_archives(tmp_path: Path) -> None:
    inner = warc(tmp_path / "data.warc.gz", (STATUSES_URL, "application/json", STATUSES))
    with zipfile.ZipFile(tmp_path / "crawl.wacz", "w") as bundle:
        bundle.write(inner, "archive/data.warc.gz")
    found = [each for each in read_warc(tmp_path / "crawl.wacz") if isinstance(each, Captured)]
    assert [each.url for each in found] == [STATUSES_URL]
    assert found[0].fetched_at == FETCHED_AT


def test_a_page_of_somebody_who_is_not_listed_makes_an_account(tmp_path: Path) -> None:
    config = parse_config("")
    report = bring(
        tmp_path, har(tmp_path / "s.har", har_entry(STATUSES_URL, STATUSES, "application/json")), config=config
    )
    assert report.problems == ()
    (account,) = landed(tmp_path, "account")
    assert (account["account_key"], account["company"]) == ("https://social.example/@acme", "Acme")


def test_a_wall_in_a_recording_is_said_and_no_post(tmp_path: Path) -> None:
    error = json.dumps({"error": "This method requires an authenticated user"}).encode()
    entry = har_entry(STATUSES_URL, error, "application/json", code=401)
    report = bring(tmp_path, har(tmp_path / "s.har", entry))
    (problem,) = report.problems
    assert problem.where == "s.har entry 1"
    assert landed(tmp_path, "post") == []


QUERY_URL = "https://www.instagram.com/graphql/query"
QUERIED = {"code": "CAbCdEfGhIj", "pk": "2317006284167526179", "taken_at": 1_763_000_000, "media_type": 1,
           "like_count": 5, "comment_count": 2, "user": {"username": "acme", "pk": "1"}}  # fmt: skip


def test_what_else_a_site_asks_its_interface_for_is_counted_and_no_trouble(tmp_path: Path) -> None:
    others = [json.dumps({"data": {"viewer": {"number": number}}}).encode() for number in range(3)]
    entries = [har_entry(QUERY_URL, body, "application/json") for body in others]
    with_post = har_entry(QUERY_URL, json.dumps({"data": {"items": [QUERIED]}}).encode(), "application/json")
    report = bring(tmp_path, har(tmp_path / "s.har", *entries, with_post))
    assert report.problems == ()
    (file,) = report.files
    assert (file.post_count, file.left_out) == (1, {"answers without a post": 3})


def test_reels_that_name_nobody_are_those_of_the_tab_that_was_open(tmp_path: Path) -> None:
    reels = [{"media": {"code": f"CAbCdEfGhI{letter}", "pk": "1", "media_type": 2, "product_type": "clips",
                        "like_count": 5, "user": {"pk": "9"}}} for letter in "jk"]  # fmt: skip
    answer = {"data": {"xdt_api__v1__clips__user__connection_v2": {"edges": [{"node": one} for one in reels]}}}
    entry = har_entry(QUERY_URL, json.dumps(answer).encode(), "application/json")
    assert bring(tmp_path, har(tmp_path / "nameless.har", entry)).post_count == 0
    for page, count in (("acme/reels/", 2), ("explore/", 0), ("p/CAbCdEfGhIj/", 0)):
        entry["request"]["headers"] = [{"name": "Referer", "value": f"https://www.instagram.com/{page}"}]
        assert bring(tmp_path, har(tmp_path / "s.har", entry)).post_count == count
    reels[1]["media"]["user"] = {"pk": "8"}
    entry = har_entry(QUERY_URL, json.dumps(answer).encode(), "application/json")
    entry["request"]["headers"] = [{"name": "referer", "value": "https://www.instagram.com/acme/reels/"}]
    assert bring(tmp_path, har(tmp_path / "two.har", entry)).post_count == 0, "several accounts are not guessed at"


def test_an_interface_whose_answers_never_hold_a_post_is_told_once(tmp_path: Path) -> None:
    entry = har_entry(QUERY_URL, b'{"data": {"items": {"a shape": "of tomorrow"}}}', "application/json")
    report = bring(tmp_path, har(tmp_path / "s.har", entry, entry, entry))
    (problem,) = report.problems
    assert problem.where == "s.har entry 1"
    assert problem.message.endswith("holds no account and no post. (and 2 more like it)")


def test_broken_entries_of_a_recording_do_not_stop_the_others(tmp_path: Path) -> None:
    unsaved = har_entry(STATUSES_URL, STATUSES, "application/json")
    del unsaved["response"]["content"]["text"]
    emptied = har_entry(STATUSES_URL, STATUSES, "application/json")
    emptied["response"]["content"]["text"] = ""
    broken = har_entry(STATUSES_URL, STATUSES, "application/json", as_base64=True)
    broken["response"]["content"]["text"] = "%%%"
    path = har(tmp_path / "s.har", {}, unsaved, broken, emptied, har_entry(ARTICLE_URL, ARTICLE, "text/html"))
    found = list(read_har(path))
    assert [type(each) for each in found] == [CaptureError, CaptureError, CaptureError, CaptureError, Captured]
    assert [each.where for each in found] == [f"entry {number}" for number in range(1, 6)]
    assert [isinstance(each, CaptureError) and "without its content" in each.message for each in found] == [
        False, True, False, True, False,
    ]  # fmt: skip
    (captured,) = [each for each in found if isinstance(each, Captured)]
    assert captured.headers == (("Content-Type", "text/html; charset=utf-8"),)
    assert captured.fetched_at == FETCHED_AT


def webarchive(path: Path, **main: object) -> Path:
    said = {"WebResourceData": ARTICLE, "WebResourceURL": ARTICLE_URL, "WebResourceMIMEType": "text/html"}
    path.write_bytes(plistlib.dumps({"WebMainResource": said | main}, fmt=plistlib.FMT_BINARY))
    return path


def test_a_page_that_safari_saved_is_read(tmp_path: Path) -> None:
    path = webarchive(tmp_path / "First harvest.webarchive", WebResourceTextEncodingName="UTF-8")
    os.utime(path, (SAVED_AT.timestamp(), SAVED_AT.timestamp()))
    report = bring(tmp_path, path)
    assert report.problems == ()
    (post,) = landed(tmp_path, "post")
    assert (post["native_id"], post["observed_at"]) == (ARTICLE_URL, "2026-11-21T09:30:00Z")
    assert report.files[0].undated_count == 1


@pytest.mark.parametrize("broken", ["cut", "empty", "local", "typed"])
def test_a_broken_archive_of_safari_is_told(tmp_path: Path, broken: str) -> None:
    path = webarchive(tmp_path / "a.webarchive", **({"WebResourceURL": "file:///a"} if broken == "local" else {}))
    if broken == "typed":
        webarchive(path, WebResourceData=["no bytes"])
    elif broken != "local":
        path.write_bytes(path.read_bytes()[: 8 if broken == "empty" else -40])
    (problem,) = bring(tmp_path, path).problems
    assert problem.message.endswith("save it again")


ARCHIVED = "https://web.archive.org/web/20261106201451/"


@pytest.mark.parametrize("way", ["saved", "canonical", "har"])
def test_a_page_out_of_the_wayback_machine_is_the_page_of_that_day(tmp_path: Path, way: str) -> None:
    body = ARTICLE.replace(b"https://www.acme.example/", f"{ARCHIVED}https://www.acme.example/".encode())
    path = tmp_path / "then.html"
    if way == "har":
        path = har(tmp_path / "s.har", har_entry(f"{ARCHIVED[:-1]}id_/{ARTICLE_URL}", body, "text/html"))
    elif way == "saved":
        path.write_bytes(f"<!-- saved from url=(0099){ARCHIVED}{ARTICLE_URL} -->\n".encode() + body)
    else:  # only what the archive writes at the end tells the day
        path.write_bytes(ARTICLE + b"<!-- FILE ARCHIVED ON 20:14:51 Nov 06, 2026 AND RETRIEVED FROM THE INTERNET -->")
    report = bring(tmp_path, path)
    assert report.problems == ()
    (post,) = landed(tmp_path, "post")
    assert (post["native_id"], post["url"], post["account_key"]) == (
        ARTICLE_URL, ARTICLE_URL, "https://www.acme.example/blog",
    )  # fmt: skip
    assert post["observed_at"] == "2026-11-06T20:14:51Z"
    assert report.files[0].undated_count == 0


@pytest.mark.parametrize("number", ["00010101000000", "20260231000000"])
def test_a_number_that_is_no_day_of_the_archive_dates_nothing(tmp_path: Path, number: str) -> None:
    path = tmp_path / "then.html"
    address = f"https://web.archive.org/web/{number}/{ARTICLE_URL}"
    path.write_bytes(f"<!-- saved from url=(0099){address} -->\n".encode() + ARTICLE)
    os.utime(path, (SAVED_AT.timestamp(), SAVED_AT.timestamp()))
    report = bring(tmp_path, path)
    (post,) = landed(tmp_path, "post")
    assert (post["native_id"], datetime.fromisoformat(post["observed_at"])) == (ARTICLE_URL, SAVED_AT)
    assert report.files[0].undated_count == 1


@pytest.mark.parametrize("way", ["recorded", "quoted"])
def test_a_page_that_only_speaks_of_the_wayback_machine_is_of_its_own_day(tmp_path: Path, way: str) -> None:
    words = "FILE ARCHIVED ON 20:14:51 Nov 06, 2026 AND RETRIEVED FROM THE INTERNET"
    if way == "recorded":
        body = ARTICLE + f"<!-- {words} -->".encode()
        path = har(tmp_path / "s.har", har_entry(ARTICLE_URL, body, "text/html"))
        moment = FETCHED_AT
    else:
        path, moment = tmp_path / "now.html", datetime(2026, 11, 20, 6, tzinfo=UTC)
        path.write_bytes(ARTICLE.replace(b"</body>", f"<pre>{words}</pre></body>".encode()))
        os.utime(path, (moment.timestamp(), moment.timestamp()))
    assert bring(tmp_path, path).problems == ()
    assert datetime.fromisoformat(landed(tmp_path, "post")[0]["observed_at"]) == moment


PROFILE_PAGE = """<!-- saved from url=(0029)https://www.instagram.com/acme/ -->
<html><head><title>Acme</title>{}</head><body><a href="/acme/p/CAbCdEfGhIj/">Bread</a></body></html>"""


@pytest.mark.parametrize(
    ("scripts", "is_hinted"),
    [("", True), ('<script type="application/ld+json">{}</script>', True), ("<script>let a = 1</script>", False)],
)
def test_a_page_that_was_saved_without_its_scripts_says_how_to_save_it(
    tmp_path: Path, scripts: str, is_hinted: bool
) -> None:
    path = tmp_path / "acme.html"
    path.write_text(PROFILE_PAGE.format(scripts))
    (problem,) = bring(tmp_path, path).problems
    assert "signed-in people only" in problem.message
    assert problem.message.endswith("record the session as HAR.") == is_hinted


def test_a_saved_page_is_read_under_the_address_it_had(tmp_path: Path) -> None:
    path = tmp_path / "First harvest.html"
    path.write_bytes(ARTICLE)
    os.utime(path, (SAVED_AT.timestamp(), SAVED_AT.timestamp()))
    report = bring(tmp_path, path)
    assert report.problems == ()
    (post,) = landed(tmp_path, "post")
    assert (post["native_id"], post["account_key"]) == (ARTICLE_URL, "https://www.acme.example/blog")
    assert post["observed_at"] == "2026-11-21T09:30:00Z"


@pytest.mark.parametrize(
    ("content", "url"),
    [
        (b"<!-- saved from url=(0022)https://a.example/x?a=1&amp;b=2 -->\n<html>", "https://a.example/x?a=1&b=2"),
        (b"<!--\n Page saved with SingleFile \n url: https://a.example/x \n saved date: y-->", "https://a.example/x"),
        (b"<html><meta content='https://a.example/x' property=og:url>", "https://a.example/x"),
        (
            b"<html><link href=https://a.example/c rel='canonical nofollow'><meta property='og:url' content='https://b.example'>",
            "https://a.example/c",
        ),
        (
            b"<link rel=canonical href='/relative'><meta name='og:url' content='https://b.example/'>",
            "https://b.example/",
        ),
    ],
)
def test_the_address_of_a_saved_page(tmp_path: Path, content: bytes, url: str) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(content)
    assert read_saved_page(path, SAVED_AT).url == url


def test_mhtml_says_when_and_where_it_was_saved(tmp_path: Path) -> None:
    path = tmp_path / "page.mhtml"
    path.write_bytes(
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.acme.example/blog/first-harvest\r\n"
        b"Date: Fri, 20 Nov 2026 08:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n--b\r\n'
        b"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b'Content-Location: https://www.acme.example/blog/first-harvest\r\n\r\n<html lang=3D"en">x</html>\r\n--b--\r\n'
    )
    page = read_saved_page(path, SAVED_AT)
    assert (page.url, page.fetched_at) == (ARTICLE_URL, FETCHED_AT)
    assert page.body.strip() == b'<html lang="en">x</html>'


@pytest.mark.parametrize(
    "filling", ["<style>" + ".a{color:red}" * 60_000 + "</style>", "<link " * 200_000, "<meta " + "a" * 900_000]
)
def test_an_address_far_down_is_found_in_time(tmp_path: Path, filling: str) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<html><head>{filling}><link rel='canonical' href='https://a.example/x'></head>")
    assert read_saved_page(path, SAVED_AT).url == "https://a.example/x"
