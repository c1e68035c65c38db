"""Archives of files, names as terminals drop them, and the wrong thing on purpose."""

from __future__ import annotations

import gzip
import io
import os
import resource
import struct
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.importing.given import path_of
from crawler.reading.workbooks import read_sheets

from .conftest import Inbox, workbook

ROW = "published_at,observed_at,url,likes\n2025-11-16T08:00:00Z,2025-11-20T08:00:00Z,https://x.com/acme/status/{},7\n"


def zipped(**files: Any) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            # of one moment, so that tests named by their bytes are called the same in every process
            bundle.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 6, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def test_what_is_in_an_archive_is_imported_and_the_rest_named(inbox: Inbox) -> None:
    data = zipped(
        **{
            "week 47/posts.csv": ROW.format(1990000000000000001),
            "week 47/sheet.xlsx": workbook(
                Posts=[["Date", "Link"], ["2025-11-16", "https://x.com/acme/status/1990000000000000002"]]
            ),
            "week 47/photo.png": b"\x89PNG\r\n\x1a\n" + bytes(5000),
            "week 47/page_files/frame.html": "<html>",
            "__MACOSX/week 47/._posts.csv": b"\0\5\x16\7",
            "inner.zip": zipped(a="b"),
            "empty.csv": "",
        }
    )
    report = inbox.bring(inbox.file("bundle.zip", data))
    assert [(file.name, file.post_count) for file in report.files] == [
        ("bundle.zip › week 47/posts.csv", 1),
        ("bundle.zip › week 47/sheet.xlsx", 1),
    ]
    said = {problem.where: problem.message for problem in report.problems}
    assert set(said) == {"bundle.zip › week 47/photo.png", "bundle.zip › inner.zip", "bundle.zip › empty.csv"}
    assert "is a picture" in said["bundle.zip › week 47/photo.png"]
    assert "archive inside an archive" in said["bundle.zip › inner.zip"]
    assert said["bundle.zip › empty.csv"] == "is empty"
    again = inbox.bring(inbox.folder / "inbox" / "bundle.zip")
    assert [file.is_repeated for file in again.files] == [True, True]


def test_a_file_is_the_same_inside_an_archive_and_outside(inbox: Inbox) -> None:
    text = ROW.format(1990000000000000001)
    inbox.bring(inbox.file("posts.csv", text))
    report = inbox.bring(inbox.file("posts.csv.gz", gzip.compress(text.encode())), inbox.file("b.zip", zipped(x=text)))
    assert [file.is_repeated for file in report.files] == [True, True]
    assert report.problems == ()


def test_names_that_climb_out_are_only_shown(inbox: Inbox) -> None:
    names = ("../../evil.csv", "/etc/evil.csv", "..\\evil.csv", "a/../../evil.csv")
    contents = {name: ROW.format(1990000000000000001 + number) for number, name in enumerate(names)}
    report = inbox.bring(inbox.file("bundle.zip", zipped(**contents)))
    assert report.problems == ()
    assert len(inbox.posts()) == 4
    assert not list(inbox.folder.rglob("*evil*"))
    assert not Path("/etc/evil.csv").exists()


def test_a_bomb_is_left_out_before_it_fills_the_disk(inbox: Inbox) -> None:
    data = io.BytesIO()
    with (
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle,
        bundle.open("posts.csv", "w") as entry,
    ):
        entry.write(b"published_at,url,likes\n")
        for _ in range(160):
            entry.write(b" " * 1024 * 1024)
    report = inbox.bring(inbox.file("bomb.zip", data.getvalue()))
    (problem,) = report.problems
    assert "far more than its size" in problem.message
    sheet = workbook(Posts=[["a", " " * (80 * 1024 * 1024)]])
    (problem,) = inbox.bring(inbox.file("bomb.xlsx", sheet)).problems
    assert "far more than its size" in problem.message
    (problem,) = inbox.bring(inbox.file("bomb.csv.gz", gzip.compress(b"a,b\n" + b" " * (80 * 1024 * 1024), 9))).problems
    assert "far more than its size" in problem.message


def test_an_entry_that_claims_three_gigabytes_is_not_opened(inbox: Inbox) -> None:
    data = bytearray(zipped(**{"posts.csv": ROW.format(1), "good.csv": ROW.format(1990000000000000001)}))
    start = data.index(b"PK\x01\x02")
    data[start + 24 : start + 28] = struct.pack("<I", 3 * 1024**3)
    report = inbox.bring(inbox.file("claims.zip", bytes(data)))
    (problem,) = report.problems
    assert problem.where == "claims.zip › posts.csv"
    assert "claims to be 3.0 GiB" in problem.message
    assert len(inbox.posts()) == 1


def test_a_locked_archive_is_said_to_be_locked(inbox: Inbox) -> None:
    data = bytearray(zipped(**{"posts.csv": ROW.format(1)}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    (problem,) = inbox.bring(inbox.file("locked.zip", bytes(data))).problems
    assert "locked with a password" in problem.message


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(100), "is a picture"),
        ("film.mp4", b"\0\0\0\x20ftypisom" + bytes(100), "is a film"),
        ("report.pdf", b"%PDF-1.7", "is a PDF"),
        ("nothing.html", b"", "is empty"),
        ("blank.csv", b"  \n\n ", "is empty"),
        ("torn.zip", zipped(a="b" * 500)[:60], "broken zip"),
        ("letter.docx", zipped(**{"[Content_Types].xml": "x", "word/document.xml": "x"}), "is a document"),
        (
            "broken.xlsx",
            zipped(**{"[Content_Types].xml": "x", "xl/workbook.xml": "<"}),
            "cannot be read as a spreadsheet",
        ),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "cannot be read as a spreadsheet"),
        ("torn.csv.gz", gzip.compress(b"published_at,url,likes\n" * 50, mtime=0)[:40], "cannot be unpacked"),
        ("broken.wacz", zipped(**{"datapackage.json": "{}", "archive/a.warc": "x" * 99}), "the archive is broken here"),
        ("prose.csv", b"Dear all, the report follows", "which column is published_at"),
        ("orders.csv", b"Name,Total\n#1,5\n", "which column is published_at"),
    ],
)
def test_the_wrong_thing_on_purpose_is_one_sentence(inbox: Inbox, name: str, content: bytes, said: str) -> None:
    (problem,) = inbox.bring(inbox.file(name, content)).problems
    assert problem.where.startswith(name)
    assert said in problem.message
    assert "\n" not in problem.message
    assert not (inbox.folder / "landing").exists()


def test_a_workbook_that_upsets_the_library_is_one_sentence(inbox: Inbox, capfd: pytest.CaptureFixture[str]) -> None:
    # a compound file whose sector table points behind its end
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    body = head + bytes(10) + struct.pack("<III", 1, 2, 0) + struct.pack("<IIIII", 4096, 1, 1, 0, 0) + bytes(2900)
    path = inbox.file("torn.xls", body)
    good = inbox.file("good.csv", ROW.format(1990000000000000001))
    report = inbox.bring(path, good)
    assert [file.name for file in report.files] == ["good.csv"]
    (problem,) = report.problems
    assert "cannot be read as a spreadsheet" in problem.message
    assert capfd.readouterr().err == ""


def test_a_nul_in_a_table_is_no_end_of_it(inbox: Inbox) -> None:
    text = "published_at,url,text,likes\n2025-11-16,https://x.com/acme/status/1990000000000000001,Nul\0here,7\n"
    report = inbox.bring(inbox.file("sheet.csv", text))
    assert report.problems == ()
    assert inbox.posts()[0]["text"] == "Nulhere"


@pytest.fixture
def nobody() -> Iterator[Inbox]:
    """A folder of one's own, looked at by somebody without the rights of root."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        inbox = Inbox(Path(name))
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65_534)
        try:
            yield inbox
        finally:
            if is_root:
                os.seteuid(0)


def test_files_and_folders_without_rights_are_named_and_the_others_imported(nobody: Inbox) -> None:
    shut = nobody.file("shut/a.csv", ROW.format(1990000000000000001)).parent
    sealed = nobody.file("sealed.csv", ROW.format(1990000000000000002))
    nobody.file("good.csv", ROW.format(1990000000000000003))
    sealed.chmod(0)
    shut.chmod(0)
    try:
        report = nobody.bring(nobody.folder / "inbox")
    finally:
        shut.chmod(0o755)
    assert [file.name for file in report.files] == ["good.csv"]
    assert sorted(problem.where.rpartition("/")[2] for problem in report.problems) == ["sealed.csv", "shut"]
    assert all("Permission denied" in problem.message for problem in report.problems)


def test_names_of_strangers_are_one_printable_line(inbox: Inbox) -> None:
    data = zipped(**{"a\n\x1b[31m\u202e" + "x" * 5000 + ".csv": "a"})
    (problem,) = inbox.bring(inbox.file("b.zip", data)).problems
    shown = str(problem)
    assert "\n" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert len(shown) < 1000


def test_a_file_that_cannot_be_read_does_not_stop_the_others(inbox: Inbox) -> None:
    (inbox.folder / "inbox").mkdir()
    os.mkfifo(inbox.folder / "inbox" / "pipe")
    (inbox.folder / "inbox" / "dangling.csv").symlink_to(inbox.folder / "nowhere")
    inbox.file("good.csv", ROW.format(1990000000000000001))
    report = inbox.bring(inbox.folder / "inbox", "a\0b", "x" * 5000)
    assert [file.name for file in report.files] == ["good.csv"]
    assert len(report.problems) == 2


# --- names as they come to a terminal ---


@pytest.mark.parametrize(
    "dropped",
    [
        "'{}'",
        '"{}"',
        "{} ",
        " '{}' ",
        "{escaped}",
        "file://{quoted}",
        "FILE://localhost{quoted}",
        "file://{quoted}\r\n",
    ],
)
def test_dropped_paths_are_found(tmp_path: Path, dropped: str) -> None:
    path = tmp_path / "My Files (1)" / "It's über.html"
    path.parent.mkdir()
    path.write_text("x")
    plain = str(path)
    escaped = "".join(f"\\{char}" if char in " ()'" else char for char in plain)
    if "'{}'" in dropped:
        plain = str(path.rename(path.with_name("plain name.html")))
    word = dropped.format(plain, escaped=escaped, quoted=plain.replace(" ", "%20").replace("ü", "%C3%BC"))
    assert path_of(word) == Path(plain)


def test_a_name_that_is_there_is_taken_as_it_is(tmp_path: Path) -> None:
    odd = tmp_path / "'quoted' \\ name "
    odd.write_text("x")
    assert path_of(str(odd)) == odd
    assert path_of("") is None
    assert path_of(str(tmp_path / "nothing")) is None


def test_the_same_file_named_twice_is_read_once(inbox: Inbox) -> None:
    path = inbox.file("good.csv", ROW.format(1990000000000000001))
    report = inbox.bring(path, f"'{path}'", path.parent, path.parent / "*.csv")
    assert [file.name for file in report.files] == ["good.csv"]


def test_reading_a_sheet_takes_what_the_sheet_needs(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    path.write_bytes(
        workbook(
            Posts=[["Date", "Link"], *([f"2025-11-{n % 28 + 1}", f"https://x.com/a/status/{n}"] for n in range(20_000))]
        )
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ((name, rows),) = read_sheets(path)
    assert (name, len(rows)) == ("Posts", 20_001)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200 * 1024
