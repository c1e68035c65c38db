"""Whoever lists nobody and only brings files has a brief of them."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli

HEAD = "platform,account,native_id,url,published_at,observed_at,text,like_count,comment_count,follower_count,company\n"


def row(account: str, number: int, observed: str, followers: int) -> str:
    url = f"https://www.instagram.com/p/{account}{number}/"
    published = f"2026-09-1{number}T10:00:00Z"
    return f"instagram,{account},{number},{url},{published},{observed},Bread,12,1,{followers},{account.title()}\n"


def test_a_run_of_imported_files_alone_ends_well_and_counts_who_grew(cli: Cli, project: Path) -> None:
    (project / "inbox").mkdir(exist_ok=True)
    before, now = "2026-09-20T10:00:00Z", "2026-11-20T10:00:00Z"
    rows = row("acorn", 1, before, 1_000) + row("acorn", 2, now, 1_100) + row("bark", 3, now, 5_000)
    (project / "inbox" / "posts.csv").write_text(HEAD + rows, encoding="utf-8")
    ran = cli("run")
    assert ran.exit_code == 0, ran.err
    assert list((project / "briefs").glob("*.html"))
    grown = json.loads(cli("sql", "who_grows", "--format", "json").out)
    assert {(each["company"], each["follower_change_4w"]) for each in grown if each["platform"] == "all"} == {
        ("Acorn", 100)
    }
    assert {each["follower_change_rate"] for each in grown} == {0.1}


def test_a_table_says_nothing_of_what_a_profile_shows(cli: Cli, project: Path) -> None:
    (project / "posts.csv").write_text(
        HEAD + "bluesky,kiln.example,3k1,https://bsky.app/profile/kiln.example/post/3k1,2026-11-10T10:00:00Z,"
        "2026-11-20T10:00:00Z,Bread,12,1,500,Kiln\n",
        encoding="utf-8",
    )
    assert cli("import", "posts.csv").exit_code == 0
    assert cli("analyze").exit_code == 0
    states = {row["rule"]: row["state"] for row in json.loads(cli("audit", "--format", "json").out)}
    for rule in ("bio_filled", "bio_link", "pinned_post"):
        assert states[rule] == "not_visible", rule
