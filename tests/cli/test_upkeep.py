"""`backup`, `restore`, `doctor` and `status`, with real files and a real warehouse."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rivalscope
from analysis.warehouse import migrations, open_warehouse
from crawler.backup import BackupError, restore_backup
from crawler.run_report import AccountLine, ReportFile, RunReport
from rivalscope_commands import upkeep

Cli = Callable[..., Any]

POSTS = """\
platform,account,url,published_at,observed_at,format,text,like_count,comment_count,company
instagram,acme,https://www.instagram.com/p/BAAAAAAAAAA/,2026-11-01T10:00:00Z,2026-11-08T10:00:00Z,image,One,12,3,Acme
instagram,acme,https://www.instagram.com/p/CAAAAAAAAAA/,2026-11-02T10:00:00Z,2026-11-09T10:00:00Z,image,Two,7,0,Acme
"""


@pytest.fixture
def filled(cli: Cli, project: Path) -> Path:
    """A project with two posts in its warehouse, and nothing analysed."""
    (project / "inbox").mkdir()
    (project / "inbox" / "posts.csv").write_text(POSTS)
    os.utime(project / "inbox" / "posts.csv", (1_700_000_000, 1_700_000_000))
    assert cli("import", "inbox/posts.csv").exit_code == 0
    return project


@pytest.fixture(scope="module")
def analysed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a project of :func:`filled_and_analysed` is kept."""
    return tmp_path_factory.mktemp("kept") / "analysed"


@pytest.fixture
def filled_and_analysed(cli: Cli, filled: Path, analysed_once: Path) -> Path:
    """Analysed once in this file; each test has a copy."""
    if not analysed_once.exists():
        assert cli("analyze").exit_code == 0
        shutil.copytree(filled / "data", analysed_once)
    shutil.rmtree(filled / "data")
    shutil.copytree(analysed_once, filled / "data")
    return filled


def post_count(warehouse: Path) -> int:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        row = connection.execute("select count(*) from raw.posts").fetchone()
    assert row is not None
    return int(row[0])


def repacked(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The backup again, with entries changed or (None) left out."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if (body := change(entry.filename, old.read(entry))) is not None:
                new.writestr(entry.filename, body)


# ---------------------------------------------------------------- backup and restore


def test_a_backup_comes_back_whole_elsewhere(cli: Cli, filled: Path, tmp_path: Path) -> None:
    (filled / "credentials.toml").write_text("secret")
    (filled / "data" / "archive").mkdir()
    (filled / "data" / "archive" / "a.warc.gz").write_bytes(b"pages")
    ran = cli("backup", "away/market.zip")
    assert ran.exit_code == 0, ran.err
    assert "read it back" in ran.out
    with zipfile.ZipFile(filled / "away" / "market.zip") as pack:
        names = set(pack.namelist())
    assert {"rivalscope.toml", "data/warehouse.duckdb", "inbox/posts.csv", "data/imported.jsonl"} <= names
    assert not any("credentials" in name or "archive" in name or "lock" in name for name in names)
    elsewhere = tmp_path / "elsewhere"
    ran = cli("restore", "away/market.zip", "--project", str(elsewhere))
    assert ran.exit_code == 0, ran.err
    assert post_count(elsewhere / "data" / "warehouse.duckdb") == 2
    assert (elsewhere / "inbox" / "posts.csv").stat().st_mtime == 1_700_000_000
    assert (elsewhere / "rivalscope.toml").read_bytes() == (filled / "rivalscope.toml").read_bytes()
    # what was imported before is known as such
    again = cli("import", str(elsewhere / "inbox" / "posts.csv"), "--project", str(elsewhere))
    assert "0 new or changed posts" in again.out
    assert cli("backup", "away/with.zip", "--archive").exit_code == 0
    with zipfile.ZipFile(filled / "away" / "with.zip") as pack:
        assert pack.read("data/archive/a.warc.gz") == b"pages"


def test_nothing_is_overwritten_unasked_and_what_was_there_is_kept(cli: Cli, filled: Path) -> None:
    assert cli("backup", "market.zip").exit_code == 0
    refused = cli("backup", "market.zip")
    assert refused.exit_code == rivalscope.USAGE
    assert "--force" in refused.err
    assert cli("backup", "market.zip", "--force").exit_code == 0
    (filled / "inbox" / "posts.csv").write_text("changed since")
    refused = cli("restore", "market.zip")
    assert refused.exit_code == rivalscope.USAGE
    assert "rivalscope.toml" in refused.err
    assert (filled / "inbox" / "posts.csv").read_text() == "changed since"
    ran = cli("restore", "market.zip", "--force")
    assert ran.exit_code == 0, ran.err
    assert (filled / "inbox" / "posts.csv").read_text() == POSTS
    (kept,) = filled.glob("replaced-*")
    assert (kept / "inbox" / "posts.csv").read_text() == "changed since"
    assert post_count(filled / "data" / "warehouse.duckdb") == 2
    assert not list(filled.glob(".restoring-*"))


def test_a_backup_of_an_older_version_is_brought_up_to_date(cli: Cli, filled: Path, tmp_path: Path) -> None:
    warehouse = filled / "data" / "warehouse.duckdb"
    warehouse.unlink()
    oldest = min(migrations())
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(migrations()[oldest][1])
        connection.execute("create table raw.migrations (version integer, name text, applied_at timestamptz)")
        connection.execute("insert into raw.migrations values (?, 'first', now())", [oldest])
    old = warehouse.read_bytes()
    assert cli("backup", "new.zip").exit_code == 0
    with zipfile.ZipFile(filled / "new.zip") as pack:
        ledger = json.loads(pack.read("backup.json"))

    ledger["files"]["data/warehouse.duckdb"] |= {"size": len(old), "sha256": hashlib.sha256(old).hexdigest()}
    bodies = {"data/warehouse.duckdb": old, "backup.json": json.dumps(ledger).encode()}
    repacked(filled / "new.zip", filled / "old.zip", lambda name, body: bodies.get(name, body))
    ran = cli("restore", "old.zip", "--project", str(tmp_path / "later"))
    assert ran.exit_code == 0, ran.err
    with duckdb.connect(str(tmp_path / "later" / "data" / "warehouse.duckdb"), read_only=True) as connection:
        row = connection.execute("select max(version) from raw.migrations").fetchone()
    assert row == (max(migrations()),)


def test_a_warehouse_of_the_oldest_version_is_brought_up_to_date_by_the_next_load(cli: Cli, filled: Path) -> None:
    warehouse = filled / "data" / "warehouse.duckdb"
    warehouse.unlink()
    oldest = min(migrations())
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(migrations()[oldest][1])
        connection.execute("create table raw.migrations (version integer, name text, applied_at timestamptz)")
        connection.execute("insert into raw.migrations values (?, 'first', now())", [oldest])
        connection.execute("insert into raw.loaded_files values ('kept/crawl-0001.jsonl', 'a', 1, 0, now())")
    assert cli("load").exit_code == 0
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        assert connection.execute("select max(version) from raw.migrations").fetchone() == (max(migrations()),)
        kept = connection.execute("select count(*) from raw.loaded_files where file_name like 'kept/%'").fetchone()
    assert kept == (1,)


def test_a_warehouse_of_a_newer_version_is_left_alone_by_every_command(cli: Cli, filled: Path) -> None:
    advance_warehouse(filled)
    (filled / "inbox" / "more.csv").write_text(POSTS.replace("BAAAAAAAAAA", "DAAAAAAAAAA"))
    warehouse = filled / "data" / "warehouse.duckdb"
    before = warehouse.read_bytes()
    for words in (("load",), ("import", "inbox"), ("analyze",), ("backup", "kept.zip"), ("forget", "Acme", "--yes")):
        ran = cli(*words)
        assert ran.exit_code != 0, words
        assert "was written by a newer Rivalscope" in ran.err + ran.out, words
        assert "update Rivalscope" in ran.err + ran.out
    assert warehouse.read_bytes() == before
    assert not (filled / "kept.zip").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda name, body: None if name == "backup.json" else body, "is no backup"),
        (lambda name, body: None if name.startswith("inbox") else body, "damaged, or was changed"),
        (lambda _, body: body.replace(b"image,One", b"image,Six"), "inbox/posts.csv is not what was put in"),
        (lambda _, body: body.replace(b'"format": 1', b'"format": 9'), "newer Rivalscope"),
        (lambda name, body: b"[]" if name == "backup.json" else body, "is no backup"),
    ],
)
def test_a_changed_backup_is_refused_and_nothing_is_touched(
    cli: Cli, filled: Path, tmp_path: Path, change: Callable[[str, bytes], bytes | None], said: str
) -> None:
    assert cli("backup", "good.zip").exit_code == 0
    repacked(filled / "good.zip", filled / "bad.zip", change)
    target = tmp_path / "target"
    ran = cli("restore", "bad.zip", "--project", str(target))
    assert ran.exit_code == rivalscope.USAGE
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not target.exists() or not list(target.iterdir())


@pytest.mark.parametrize("name", ["../evil", "/evil", "a/../../evil", "a\\..\\evil"])
def test_a_backup_never_writes_outside_of_its_folder(tmp_path: Path, name: str) -> None:
    pack_path, target = tmp_path / "evil.zip", tmp_path / "a" / "target"
    ledger = {"format": 1, "made_at": "2026-11-22T06:00:00Z"}
    files = {name: {"size": 1, "sha256": "0", "modified_at": 0}}
    with zipfile.ZipFile(pack_path, "w") as pack:
        pack.writestr(zipfile.ZipInfo(name), "x")
        pack.writestr("backup.json", json.dumps({**ledger, "files": files}))
    with pytest.raises(BackupError, match=r"outside|damaged"):
        restore_backup(pack_path, target, now=datetime.now(UTC), upgrade_warehouse=lambda _: None)
    assert [path.name for path in tmp_path.iterdir()] == ["evil.zip"]


@settings(max_examples=60, deadline=None)
@given(body=st.binary(max_size=200), is_zip=st.booleans())
def test_any_bytes_are_restored_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, is_zip: bool
) -> None:
    folder = tmp_path_factory.mktemp("any")
    path = folder / "any.zip"
    path.write_bytes(body)
    if is_zip:
        with zipfile.ZipFile(path, "w") as pack:
            pack.writestr("backup.json", body)
    with pytest.raises(BackupError) as refused:
        restore_backup(path, folder / "target", now=datetime.now(UTC), upgrade_warehouse=lambda _: None)
    assert "\n" not in str(refused.value)
    assert not (folder / "target").exists()


def test_a_backup_is_not_put_where_a_restore_would_remove_it(cli: Cli, filled: Path) -> None:
    ran = cli("backup", "data/market.zip")
    assert ran.exit_code == rivalscope.USAGE
    assert "outside of it" in ran.err


# ---------------------------------------------------------------- doctor


def test_a_project_that_is_well_has_nothing_to_mend(cli: Cli, filled_and_analysed: Path) -> None:
    for words in ((), ("--thorough",)):
        ran = cli("doctor", *words)
        assert ran.exit_code == 0, ran.out
        assert "Nothing is wrong" in ran.out
        assert all(line.startswith(("Hint: ", "Nothing is wrong")) for line in ran.out.splitlines())


def break_warehouse(project: Path) -> None:
    (project / "data" / "warehouse.duckdb").write_bytes(b"no database" * 1000)


def age_warehouse(project: Path) -> None:
    with duckdb.connect(str(project / "data" / "warehouse.duckdb")) as connection:
        connection.execute("delete from raw.migrations where version = ?", [max(migrations())])


def advance_warehouse(project: Path) -> None:
    open_warehouse(project / "data" / "warehouse.duckdb").close()
    with duckdb.connect(str(project / "data" / "warehouse.duckdb")) as connection:
        connection.execute("insert into raw.migrations values (9999, 'later', now())")


def die(project: Path) -> None:
    (project / "data" / "run.lock").write_text("run, process 99, since 2026-11-22 06:00:00 UTC")


def break_off(project: Path) -> None:
    crawl = project / "data" / "landing" / "20261122T060000Z-aaaaaa"
    crawl.mkdir(parents=True)
    (crawl / "crawl-0001.jsonl.part").write_text('{"record": "po')


def reject(project: Path) -> None:
    crawl = project / "data" / "landing" / "rejected" / "20261122T060000Z-aaaaaa"
    crawl.mkdir(parents=True)
    (crawl / "crawl-0001.jsonl").write_text("{}")


def stop_import(project: Path) -> None:
    (project / "data" / "importing" / "import-0123456789abcdef").mkdir(parents=True)


def turn_clock_back(project: Path) -> None:
    later = datetime.now(UTC) + timedelta(days=300)
    ReportFile(project / "data" / "runs", RunReport(command="run", started_at=later)).finish(later, 0)


def misspell(project: Path) -> None:
    config = project / "rivalscope.toml"
    config.write_text(config.read_text().replace("horizon_days = 84", "horizon_days = 0"))


def lose_logo(project: Path) -> None:
    config = project / "rivalscope.toml"
    config.write_text(config.read_text().replace("# [brief]", '[brief]\nlogo = "logo.png"\n# '))


def put_file_for_folder(project: Path) -> None:
    (project / "briefs").write_text("x")


@pytest.mark.parametrize(
    ("harm", "said", "mend"),
    [
        (break_warehouse, "is not a DuckDB database", "rivalscope restore"),
        (age_warehouse, f"and this Rivalscope writes {max(migrations())}", "rivalscope load"),
        (advance_warehouse, "by a newer Rivalscope", "Update Rivalscope"),
        (lambda _: None, "Nothing is published", "rivalscope analyze"),
        (die, "run, process 99", "rivalscope run"),
        (break_off, "half-written", "rivalscope load"),
        (reject, "kept aside", "delete the folder"),
        (stop_import, "import was stopped", "Import the same files again"),
        (turn_clock_back, "clock says", "Set the clock"),
        (misspell, "horizon_days = 0 is too small", "Correct it in"),
        (lose_logo, "logo names logo.png", "put it there"),
        (put_file_for_folder, "should be a folder", "Move it away"),
    ],
)
def test_each_harm_is_found_and_its_mend_named(
    cli: Cli, filled: Path, harm: Callable[[Path], None], said: str, mend: str
) -> None:
    harm(filled)
    before = {path: path.stat().st_mtime_ns for path in filled.rglob("*") if path.is_file()}
    ran = cli("doctor")
    assert ran.exit_code == rivalscope.UNEXPECTED
    (line,) = (line for line in ran.out.splitlines() if said in line)
    assert mend in line
    assert {path: path.stat().st_mtime_ns for path in filled.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_what_cannot_be_written_is_found(cli: Cli, filled: Path) -> None:
    landing = filled / "data" / "landing"
    landing.chmod(0o500)
    try:
        ran = cli("doctor")
    finally:
        landing.chmod(0o700)
    assert ran.exit_code == rivalscope.UNEXPECTED
    assert f"{landing} cannot be written. Let the user who runs rivalscope own it" in ran.out


def test_damage_inside_a_file_shows_when_everything_is_read(cli: Cli, filled_and_analysed: Path) -> None:
    path = filled_and_analysed / "data" / "rivalscope.duckdb"
    body = bytearray(path.read_bytes())
    for at in range(len(body) // 4, len(body), 4096):
        body[at] ^= 0xFF
    path.write_bytes(body)
    ran = cli("doctor", "--thorough")
    assert ran.exit_code == rivalscope.UNEXPECTED
    assert "delete it, then rivalscope analyze" in ran.out


def test_a_full_disk_is_said_with_what_takes_it(cli: Cli, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from crawler import disk

    monkeypatch.setattr(disk, "free", lambda _: 12_000_000)
    ran = cli("doctor")
    assert ran.exit_code == rivalscope.UNEXPECTED
    assert "12.0 MB are left" in ran.out
    assert "warehouse" in ran.out


# ---------------------------------------------------------------- status


def test_status_says_where_nothing_was_visited_yet(cli: Cli, filled: Path) -> None:
    assert "Nothing was visited yet" in cli("status").out


def test_status_tells_the_last_run_the_next_one_and_the_disk(cli: Cli, filled_and_analysed: Path) -> None:
    started = datetime.now(UTC) - timedelta(hours=2)
    visit = {"event": "visit", "account_key": "a", "outcome": "error", "reason": "timeout", "post_count": 3}
    report = RunReport(command="run", started_at=started, problems=["Worse than foretold: Acme"])
    report.accounts = [AccountLine(account_key="a", expected_count=10, visit=visit)]
    ReportFile(filled_and_analysed / "data" / "runs", report).finish(started + timedelta(minutes=5), 20)
    told = cli("status").out
    assert f"Last run: {started:%Y-%m-%d %H:%M} UTC, 5 minutes, exit code 20." in told
    assert "about 10 posts new or due were expected, and 3 posts were seen" in told
    assert "Worse than foretold: Acme" in told
    assert "Nothing is set up to run by itself" in told
    assert "Disk: data/ takes " in told
    assert "last success" in told


@pytest.mark.parametrize(
    ("more", "is_named"),
    [
        ({}, True),
        ({"last_good_at": datetime.now(UTC) - timedelta(days=13)}, False),
        ({"last_good_at": None}, True),
        ({"last_good_at": None, "visited_at": None}, False),
        ({"is_walled": True}, False),
        ({"state": "paused"}, False),
    ],
)
def test_an_account_that_brought_nothing_for_two_weeks_is_named(more: dict[str, Any], is_named: bool) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=15)
    row = {"company": "Acme", "url": "https://acme.example", "state": "active", "is_walled": False, "message": "Gone."}
    row |= {"visited_at": datetime.now(UTC), "last_good_at": long_ago, "first_observed_at": long_ago, **more}
    sentence = "Acme, https://acme.example: no visit went well for 15 days. Gone."
    assert upkeep._long_without(row) == (sentence if is_named else None)


def test_the_next_analysis_goes_by_the_list_as_it_stands(cli: Cli, filled: Path) -> None:
    """Whoever is added, removed or back is so at once, and not after the next collection only."""
    link = "https://www.instagram.com/acme/"
    for words, company in (
        (("add", "--offline", "--company", "Acme Kettles", link), "Acme Kettles"),
        (("remove", "Acme Kettles"), None),
        (("add", "--offline", "--company", "Acme", link), "Acme"),
    ):
        ran = cli(*words)
        assert ran.exit_code == 0, ran.err
        assert cli("analyze").exit_code == 0
        rows = json.loads(cli("sql", "select distinct company from marts.posts", "--format", "json").out)
        assert [row["company"] for row in rows] == ([company] if company else [])
