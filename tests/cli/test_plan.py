"""A month is planned, edited and planned again by commands, from evidence that was imported."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import rivalscope

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

NOW = datetime(2026, 11, 28, 20, tzinfo=UTC)
OWN = "https://social.example/@larch"
TYPES = ("20% off until Sunday", "How to brew tea in three steps", "What do you think of it?", "Nothing special")


def posts() -> Iterator[str]:
    """Three companies; their carousels do three times as well."""
    yield "platform,account,url,published_at,observed_at,format,text,like_count,comment_count,share_count,company"
    for offset, company in enumerate(("larch", "birch", "cedar")):
        for number in range(40):
            at = NOW - timedelta(days=10 + 2 * number, hours=number % 7)
            form = "carousel" if number % 4 == 0 else ("image", "text", "link")[number % 3]
            likes = (90 if form == "carousel" else 30) + number % 5
            yield ",".join(
                (
                    "mastodon",
                    f"{company}@social.example",
                    f"https://social.example/@{company}/{1000 * offset + number}",
                    at.isoformat(),
                    (at + timedelta(days=4)).isoformat(),
                    form,
                    TYPES[number // 4 % 4],
                    str(likes),
                    "3",
                    "1",
                    company.title(),
                )
            )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose posts are loaded and analysed, once for all tests."""
    root = tmp_path_factory.mktemp("market")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setenv("RIVALSCOPE_NOW", NOW.isoformat())
        rivalscope.main(["init", "--contact", "https://example.org/who", "--timezone", "Europe/Berlin"])
        rivalscope.main(["add", "--own", "--company", "Larch", OWN])
        with (root / "rivalscope.toml").open("a", encoding="utf-8") as config:
            config.write('\n[plan]\nlink = "https://larch.example/"\n')
        (root / "posts.csv").write_text("\n".join(posts()), encoding="utf-8")
        assert rivalscope.main(["import", "posts.csv"]) == 0
        assert rivalscope.main(["analyze"]) == 0
    return root


@pytest.fixture
def market(cli: Cli, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RIVALSCOPE_NOW", NOW.isoformat())
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return tmp_path


def sheet(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def saved(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_a_month_goes_into_the_folder_that_was_named(cli: Cli, market: Path) -> None:
    ran = cli("plan", "--month", "2026-12", "--per-week", "4", "-o", "december")
    assert ran.exit_code == 0, ran.err
    assert {path.name for path in (market / "december").iterdir()} == {
        "calendar.ics",
        "buffer-mastodon.csv",
        "hootsuite-mastodon.csv",
        "plan.csv",
        "plan.md",
    }
    assert "Smallest effect it can see" in ran.out
    assert (market / "plans" / "calendar.ics").as_uri() in ran.out
    rows = sheet(market / "december" / "plan.csv")
    assert 16 <= len(rows) <= 19
    carousels = [row for row in rows if row["format"] == "carousel"]
    assert len(carousels) >= 0.7 * len(rows)
    assert all("birch" in row["evidence"] or "cedar" in row["evidence"] for row in carousels)
    assert "@larch" not in "".join(row["evidence"] for row in rows)
    page = (market / "december" / "plan.md").read_text(encoding="utf-8")
    assert all(row["slot_id"] in page for row in rows)


def test_the_same_again_changes_no_file(cli: Cli, market: Path) -> None:
    cli("plan", "--month", "2026-12")
    folder = market / "plans" / "2026-12"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    subscribed = (market / "plans" / "calendar.ics").read_bytes()
    assert cli("plan", "--month", "2026-12").exit_code == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert (market / "plans" / "calendar.ics").read_bytes() == subscribed


def test_edits_come_back_and_are_kept_when_the_month_is_planned_again(cli: Cli, market: Path) -> None:
    cli("plan", "--month", "2026-12")
    path = market / "plans" / "2026-12" / "plan.csv"
    rows = sheet(path)
    rows[3] |= {"status": "approved", "caption": "'=Our words", "time": "11:30"}
    rows[4] |= {"status": "dropped"}
    saved(path, rows)
    ran = cli("plan", "import", str(path))
    assert ran.exit_code == 0, ran.err
    assert "2 changed slots" in ran.out
    calendar = (market / "plans" / "calendar.ics").read_text(encoding="utf-8")
    assert calendar.count("STATUS:CONFIRMED") == calendar.count("STATUS:CANCELLED") == 1
    assert cli("plan", "--month", "2026-12", "--per-week", "7").exit_code == 0
    again = {row["slot_id"]: row for row in sheet(path)}
    kept = again[rows[3]["slot_id"]]
    assert (kept["status"], kept["caption"], kept["time"]) == ("approved", "'=Our words", "11:30")
    assert again[rows[4]["slot_id"]]["status"] == "dropped"
    assert cli("plan", "import", str(path)).out.startswith("Took over 0 changed slots")


def test_edits_whose_loading_failed_are_kept_when_the_month_is_planned_again(cli: Cli, market: Path) -> None:
    cli("plan", "--month", "2026-12")
    path = market / "plans" / "2026-12" / "plan.csv"
    rows = sheet(path)
    warehouse, whole = market / "data" / "warehouse.duckdb", market / "whole.duckdb"
    assert cli("analyze").exit_code == 0
    rows[3] |= {"status": "approved", "time": "11:30"}
    saved(path, rows)
    warehouse.rename(whole)
    warehouse.write_text("no database")
    os.utime(warehouse, (0, 0))  # nothing that a plan would have to know of
    ran = cli("plan", "import", str(path))
    assert ran.exit_code == rivalscope.UNEXPECTED
    assert "put a backup in its place" in ran.err
    whole.replace(warehouse)
    assert cli("plan", "--month", "2026-12", "--per-week", "7").exit_code == 0
    kept = {row["slot_id"]: row for row in sheet(path)}[rows[3]["slot_id"]]
    assert (kept["status"], kept["time"]) == ("approved", "11:30")


def test_a_sheet_with_a_mistake_changes_nothing(cli: Cli, market: Path) -> None:
    cli("plan", "--month", "2026-12")
    path = market / "plans" / "2026-12" / "plan.csv"
    rows = sheet(path)
    rows[0]["status"] = "approved"
    rows[1]["time"] = "noon"
    saved(path, rows)
    ran = cli("plan", "import", str(path))
    assert ran.exit_code == 2
    assert "plan.csv:3: 'noon' is no time of day" in ran.err
    assert "STATUS:CONFIRMED" not in (market / "plans" / "calendar.ics").read_text(encoding="utf-8")


def test_a_posted_slot_is_found_by_its_link_and_shown_in_the_brief(cli: Cli, market: Path) -> None:
    cli("plan", "--month", "2026-12")
    first = sheet(market / "plans" / "2026-12" / "plan.csv")[0]
    table = "platform,account,url,published_at,observed_at,format,text,like_count,comment_count,share_count\n"
    table += (
        f"mastodon,larch@social.example,{OWN}/900,2026-11-28T10:00:00Z,2026-11-28T19:00:00Z,carousel,"
        f"Look {first['link']},5,0,0\n"
    )
    (market / "new.csv").write_text(table, encoding="utf-8")
    assert cli("import", "new.csv").exit_code == 0
    assert cli("analyze").exit_code == 0
    query = "select slot_id, matched_by, url from marts.plan_slots where post_id is not null"
    rows: list[dict[str, Any]] = json.loads(cli("sql", query, "--format", "json").out)
    assert rows == [{"slot_id": first["slot_id"], "matched_by": "link", "url": f"{OWN}/900"}]


@pytest.mark.parametrize(
    ("words", "exit_code", "said"),
    [
        (["--month", "2026-13"], 2, "like 2026-12"),
        (["--month", "2026-10"], 2, "is over"),
        (["--month", "2099-12"], 2, "too far away"),
        (["--month", "9999-12"], 2, "nothing can be known of 9999-12"),
        (["--per-week", "0"], 2, "--per-week"),
        (["--platform", "instgram"], 2, "did you mean instagram"),
        (["import", "nowhere.csv"], 2, "cannot be read"),
        (["imprt"], 2, "imprt"),
        (["-o", "rivalscope.toml"], 2, "The plan cannot be written to rivalscope.toml: File exists. Name a folder"),
    ],
)
def test_what_cannot_be_meant_is_said(cli: Cli, market: Path, words: list[str], exit_code: int, said: str) -> None:
    ran = cli("plan", *words)
    assert ran.exit_code == exit_code
    assert said in ran.out + ran.err


def test_a_network_without_an_own_account_is_planned_for_and_told(cli: Cli, market: Path) -> None:
    ran = cli("plan", "--month", "2026-12", "--platform", "instagram")
    assert ran.exit_code == 0, ran.err
    assert "No own account on Instagram is in the list" in ran.out
    assert (market / "plans" / "2026-12" / "buffer-instagram.csv").exists()


def test_settings_are_kept_to_and_mistakes_in_them_named(cli: Cli, market: Path) -> None:
    config = market / "rivalscope.toml"
    text = config.read_text(encoding="utf-8")
    rules = 'days = ["monday"]\nbuffer_rows = 3\ncountry = "DE"\n'
    campaign = '[[plan.campaigns]]\nname = "Fair"\nfrom = 2026-12-14\nuntil = 2026-12-20\n'
    config.write_text(text + rules + campaign, encoding="utf-8")
    folder = market / "plans" / "2026-12"
    folder.mkdir(parents=True)
    for name in ("buffer-mastodon.csv", "hootsuite-x-acme-2.csv", "buffer-notes.csv"):
        (folder / name).write_text("old", encoding="utf-8")
    assert cli("plan", "--month", "2026-12").exit_code == 0
    rows = sheet(folder / "plan.csv")
    assert {datetime.fromisoformat(row["date"]).weekday() for row in rows} == {0}
    assert [row["campaign"] for row in rows] == ["", "Fair", "", ""]
    assert {path.name for path in folder.glob("[bh]*.csv")} == {
        "buffer-mastodon-1.csv",
        "buffer-mastodon-2.csv",
        "buffer-notes.csv",
        "hootsuite-mastodon.csv",
    }, "files of the plan before are gone, those of others stay"
    config.write_text(text + 'country = "ZZ"\n', encoding="utf-8")
    ran = cli("plan", "--month", "2026-12")
    assert ran.exit_code == 2
    assert "ISO 3166" in ran.err


def test_the_page_speaks_the_language_of_the_brief_and_the_terminal_english(cli: Cli, market: Path) -> None:
    with (market / "rivalscope.toml").open("a", encoding="utf-8") as config:
        config.write('\n[brief]\nlanguage = "de"\n')
    ran = cli("plan", "--month", "2026-12")
    assert ran.exit_code == 0, ran.err
    assert re.search(r"^(?:A test of|No test) ", ran.out, re.MULTILINE)
    page = (market / "plans" / "2026-12" / "plan.md").read_text(encoding="utf-8")
    assert page.startswith("# Beiträge im Dezember 2026\n")
    assert "## Was ausprobiert wird\n" in page


def test_nothing_analysed_is_nothing_to_plan_from(cli: Cli, project: Path) -> None:
    assert cli("plan").exit_code == 30
