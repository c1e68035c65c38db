"""One command for all that lies in a folder: pages, recordings, archives, exports and rubbish, to answers in SQL."""

from __future__ import annotations

import csv
import gzip
import json
import os
import pty
import select
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rivalscope
from crawler.archive import response_record
from crawler.config import load_config

Cli = Callable[..., Any]
ROOT = Path(rivalscope.__file__).parent
RECORDED_AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
LINKS = """
    instagram.com/jlo instagram.com/willyrex instagram.com/kettle instagram.com/instagram x.com/NASA x.com/jack
    facebook.com/NASA tiktok.com/@illojuan threads.net/@mosseri linkedin.com/company/audiense
    pinterest.com/thesearchguru
"""
EXPORT = (
    "Beitrags-ID;Konto-ID;Konto-Benutzername;Beschreibung;Veröffentlichungszeitpunkt;Permalink;Beitragstyp;Datum;"
    "Reichweite;„Gefällt mir“-Angaben;Kommentare\n1;2;kettle;Guten Morgen;25.09.2025 21:29;https://www.instagram.com/p/DPCXhCwkqEe/;"
    "IG Bild;Gesamte Laufzeit;900;1.077;9\n"
)
SHEET = "Date\tLink\tLikes\n2025-11-16\thttps://x.com/jack/status/1990000000000000001\t12\n"
PAGES = ("instagram/og2025_post-with-photo.html", "x/profile2026_nasa.html", "linkedin/company2024_audiense.html")
RECORDED = ("x/tweet_result2026_20.json", "instagram/web_profile_info2026.json")
ARCHIVED = (
    "facebook/comet2026_post_perm.html",
    "tiktok/rehydration2025_video.html",
    "pinterest/pin2024_relay.html",
)
CAPTURED = "instagram/api_v1_media_info.json"
OWN = (
    "platform,account,url,published_at,observed_at,like_count\n"
    "instagram,kettle,https://www.instagram.com/p/DPCXhCwkqEf/,2025-09-26T10:00:00Z,2026-11-20T08:00:00Z,4\n"
)


def rows(cli: Cli, query: str) -> list[dict[str, Any]]:
    ran = cli("sql", query, "--format", "json")
    assert ran.exit_code == 0, ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


def write_mixed_folder(real: Path, folder: Path) -> None:
    """Real captures as a browser, a recorder, an archiver and an extension would keep them, and other files."""
    folder.mkdir()
    (folder / "page_files").mkdir()
    (folder / "page_files" / "frame.html").write_text("<html>")
    address = {row["local_file"]: row["url_answered"].partition(" ")[0] for row in manifest(real)}
    for name in PAGES:
        url = address[name]
        comment = f"<!-- saved from url=({len(url):04})" + url + " -->\n"
        (folder / f"{Path(name).stem} saved.html").write_bytes(comment.encode() + (real / name).read_bytes())
    entries = [
        {
            "startedDateTime": "2026-11-20T09:00:00.000+01:00",
            "request": {"method": "GET", "url": address[name]},
            "response": {
                "status": 200,
                "headers": [{"name": "Content-Type", "value": "application/json"}],
                "content": {"mimeType": "application/json", "text": (real / name).read_text(encoding="utf-8")},
            },
        }
        for name in RECORDED
    ]
    (folder / "session.har").write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}))
    (folder / "archive.warc.gz").write_bytes(
        b"".join(
            response_record(
                address[name], 200, (("Content-Type", "text/html"),), (real / name).read_bytes(), RECORDED_AT
            )
            for name in ARCHIVED
        )
    )
    (folder / "zeeschuimer.ndjson").write_text("\n".join(zeeschuimer_lines(real)))
    (folder / "export.csv").write_bytes(EXPORT.encode())
    (folder / "sheet.csv").write_bytes(SHEET.encode("utf-16"))
    with zipfile.ZipFile(folder / "more.zip", "w") as bundle:
        bundle.writestr("own.csv", OWN)
    (folder / "photo.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(999))
    (folder / "notes.txt").write_text("call the printer")
    (folder / "nothing.html").write_bytes(b"")
    (folder / "torn.zip").write_bytes(b"PK\x03\x04torn")
    (folder / "dump.gz").write_bytes(gzip.compress(b"hello"))


def manifest(real: Path) -> list[dict[str, str]]:
    with (real / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def zeeschuimer_lines(real: Path) -> Iterator[str]:
    media = json.loads((real / CAPTURED).read_bytes())["items"][0]
    thread = next(
        found for found in _objects(json.loads((real / "threads/public_thread2023.json").read_bytes()), "taken_at")
    )
    stranger = {
        **media,
        "user": {**media["user"], "username": "a.friend"},
        "pk": "9",
        "id": "9_1",
        "code": "AAAAAAAAAAJ",
    }
    for number, (module, data) in enumerate(
        (("instagram.com", media), ("threads.net", thread), ("instagram.com", stranger))
    ):
        yield json.dumps(
            {
                "nav_index": "1:1:0",
                "item_id": str(number),
                "timestamp_collected": int(RECORDED_AT.timestamp() * 1000),
                "source_platform": module,
                "source_platform_url": f"https://www.{module}/",
                "data": data,
            }
        )


def _objects(value: Any, name: str) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if name in value and "code" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _objects(each, name)


def test_a_mixed_folder_in_one_command(cli: Cli, project: Path, captures: Path) -> None:
    real = captures / "real" / "walled"
    write_mixed_folder(real, project / "mixed things")
    cli("add", *LINKS.split())
    ran = cli("import", f"'{project}/mixed things' ")
    assert ran.exit_code == rivalscope.WORSE
    refused = [line.partition(": ")[0] for line in ran.err.splitlines()]
    assert sorted(refused) == ["dump.gz", "notes.txt", "nothing.html", "photo.jpg", "torn.zip"]
    (recognised,) = [line for line in ran.out.splitlines() if line.startswith("Recognised: ")]
    for kind in (
        *("3 saved pages", "1 HAR recording", "1 web archive", "1 Zeeschuimer capture", "1 table of posts"),
        *("1 Meta Business Suite export (Instagram)", "1 table in our own columns"),
    ):
        assert kind in recognised
    assert "1 post of 1 account went by and were left out: https://www.instagram.com/a.friend/ (1)" in ran.out
    (changes,) = [line for line in ran.out.splitlines() if line.startswith("Imported posts: ")]
    assert changes.endswith(" new, 0 updated, 0 unchanged.")

    assert cli("analyze").exit_code == 0
    count = int(changes.split()[2])
    assert rows(cli, "select count(*) as n from marts.posts") == [{"n": count}]
    found = {
        (row["platform"], row["native_id"]): row
        for row in rows(
            cli, "select platform, native_id, account, like_count, comment_count, observed_at from marts.posts"
        )
    }
    for line in (real / "EXPECTED.jsonl").read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        if expected["file"] in (*PAGES, *RECORDED, *ARCHIVED, CAPTURED):
            post = found[expected["platform"], str(expected["external_id"])]
            assert post["like_count"] == expected["likes"], expected
            assert post["comment_count"] == expected["comments"], expected
    accounts = {(platform, row["account"].lower()) for (platform, _), row in found.items()}
    assert accounts >= {
        *(
            ("instagram", "willyrex"),
            ("x", "nasa"),
            ("linkedin", "audiense"),
            ("x", "jack"),
            ("instagram", "instagram"),
        ),
        *(
            ("facebook", "nasa"),
            ("tiktok", "illojuan"),
            ("instagram", "jlo"),
            ("threads", "mosseri"),
            ("instagram", "kettle"),
        ),
    }
    assert found["x", "20"]["observed_at"] == "2026-11-20T08:00:00Z"
    assert found["instagram", "3729646867191079198"]["like_count"] == 1077

    again = cli("import", "mixed things")
    assert again.exit_code == rivalscope.WORSE  # the rubbish is still there
    assert "imported before, nothing to do" in again.out
    assert "Imported posts" not in again.out
    assert "Loaded 0 files" in again.out


def test_new_updated_and_unchanged_posts_are_told_apart(cli: Cli, project: Path) -> None:
    head = "platform,account,url,published_at,observed_at,text,like_count,view_count\n"
    row = (
        "x,acme,https://x.com/acme/status/199000000000000000{},2025-11-16T08:00:00Z,2026-11-{:02}T08:00:00Z,{},{},{}\n"
    )

    def bring(name: str, *lines: str) -> str:
        (project / name).write_text(head + "".join(lines))
        ran = cli("import", name)
        assert ran.exit_code == 0, ran.err
        return next(str(line) for line in ran.out.splitlines() if line.startswith("Imported posts"))

    one = bring("a.csv", *(row.format(number, 10, "One", 5, "") for number in (1, 2, 3, 4)))
    assert one == "Imported posts: 4 new, 0 updated, 0 unchanged."
    # the same counts later, other counts, other words, a count that was not stated before, and a new post
    two = bring(
        "b.csv",
        row.format(1, 12, "One", 5, ""),
        row.format(2, 12, "One", 6, ""),
        row.format(3, 12, "Two", 5, ""),
        row.format(4, 12, "One", 5, 90),
        row.format(5, 12, "One", 5, ""),
    )
    assert two == "Imported posts: 1 new, 3 updated, 1 unchanged."
    # an older capture that comes later brings nothing that was not known then
    assert bring("c.csv", row.format(1, 9, "One", 5, "")) == "Imported posts: 0 new, 0 updated, 1 unchanged."
    assert cli("analyze").exit_code == 0


def test_very_many_problems_are_written_to_a_file(cli: Cli, project: Path) -> None:
    lines = [f"x,acme,https://x.com/acme/status/{number},day {number}" for number in range(70)]
    (project / "a.csv").write_text("platform,account,url,published_at\n" + "\n".join(lines))
    ran = cli("import", "a.csv")
    assert ran.exit_code == rivalscope.NOTHING
    *shown, last = ran.err.splitlines()
    assert len(shown) == 20
    assert last.startswith("… and 50 more in ")
    report = Path(last.removeprefix("… and 50 more in ")).read_text(encoding="utf-8")
    assert all(f"a.csv:{number}: " in report for number in range(2, 72))


def test_a_mapping_given_once_is_remembered(cli: Cli, project: Path) -> None:
    sheet = "Wann;Wohin;Herzen\n2025-11-16;https://x.com/acme/status/199000000000000000{};5\n"
    (project / "a.csv").write_text(sheet.format(1))
    ran = cli("import", "a.csv")
    assert ran.exit_code == rivalscope.NOTHING
    assert '--map published_at="Wann" --map url="Wohin"' in ran.err
    words = ("--map", "published_at=Wann", "--map", "url=Wohin", "--map", "like_count=Herzen")
    assert cli("import", "a.csv", *words).exit_code == 0
    (table,) = load_config(project / "rivalscope.toml").imports
    assert table.columns == {"published_at": "Wann", "url": "Wohin", "like_count": "Herzen"}
    (project / "b.csv").write_text(sheet.format(2))
    assert "1 new" in cli("import", "b.csv").out
    for wrong, said in (
        (("--map", "text"), "names no column"),
        (("--map", "txt=Was"), "did you mean text?"),
        (("--platform", "instgram"), "did you mean instagram"),
    ):
        ran = cli("import", "a.csv", *wrong)
        assert ran.exit_code == rivalscope.USAGE
        assert said in ran.err


def test_on_a_terminal_columns_are_asked_for_once(project: Path) -> None:
    (project / "a.csv").write_text(
        "Wann,Wohin,Was\n2025-11-16,https://x.com/acme/status/1990000000000000001,Guten Morgen\n"
    )
    screen = _on_a_terminal(["import", "a.csv"], project, answers=["", "", "", ""])
    assert "it is not clear which column is which" in screen
    assert "Is that right?" in screen
    assert "1 new" in screen
    (table,) = load_config(project / "rivalscope.toml").imports
    assert table.columns == {"published_at": "Wann", "url": "Wohin", "text": "Was"}
    (project / "b.csv").write_text("Wann,Wohin,Was\n2025-11-17,https://x.com/acme/status/1990000000000000002,Hallo\n")
    screen = _on_a_terminal(["import", "b.csv"], project, answers=[])
    assert "Is that right?" not in screen
    assert "1 new" in screen


def _on_a_terminal(words: list[str], folder: Path, answers: list[str]) -> str:
    """What the screen showed; each answer is typed when a question stands there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "200", "TERM": "dumb"}
    with subprocess.Popen(
        [sys.executable, "-m", "rivalscope", *words],
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        screen, typed = "", list(answers)
        while select.select([ours], [], [], 60)[0]:
            try:
                part = os.read(ours, 65_536).decode("utf-8", "replace")
            except OSError:  # how Linux says that the other side is closed
                break
            if not part:
                break
            screen += part
            if typed and screen.rstrip(" ").endswith((":", "]")):
                os.write(ours, (typed.pop(0) + "\n").encode())
        assert process.wait(60) == 0, screen
    os.close(ours)
    return screen


def test_todo_names_what_to_save_and_what_came_of_it(cli: Cli, project: Path) -> None:
    cli("add", "--company", "Acme", "instagram.com/acme", "x.com/acme", "linkedin.com/company/acme")
    assert "3 accounts to save this week" in cli("todo").out, "the list is known before the first run"
    (project / "inbox").mkdir()
    text = "url,published_at,observed_at,likes\nhttps://x.com/acme/status/1990000000000000001,2025-11-16,{},5\n"
    (project / "inbox" / "a.csv").write_text(text.format(datetime.now(UTC).isoformat()))
    cli("run")
    ran = cli("todo", "--output", "todo.html")
    assert ran.exit_code == 0
    assert ran.out.startswith("2 accounts to save this week, about 3 minutes.\n")
    page = (project / "todo.html").read_text(encoding="utf-8")
    assert page.index("https://www.linkedin.com/company/acme/") < page.index("https://www.instagram.com/acme/")
    assert page.index("What came of the last imports") < page.index("https://x.com/acme")
    assert str(project / "inbox") in page
