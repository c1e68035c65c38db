"""A person knows better: labels stand before the rules, survive, and travel as a spreadsheet."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import rivalscope

if TYPE_CHECKING:
    from tests.cli.conftest import Analysed, Cli

SALE = "https://acme.example/p/sale"
FAIR = "https://acme.example/p/fair"
PLAIN = "https://acme.example/p/plain"
POSTS = f"""\
platform,account,url,published_at,observed_at,format,text,like_count,comment_count,company
mastodon,acme@social.example,{SALE},2026-11-01T10:00:00Z,2026-11-08T10:00:00Z,text,20% off until Sunday,12,3,Acme
mastodon,acme@social.example,{FAIR},2026-11-02T10:00:00Z,2026-11-09T10:00:00Z,text,See you there,5,0,Acme
mastodon,acme@social.example,{PLAIN},2026-11-03T10:00:00Z,2026-11-10T10:00:00Z,text,"=Rain, again",4,1,Acme
"""


@pytest.fixture
def market(analysed: Analysed) -> Path:
    return analysed(POSTS, now="2026-11-22T06:00:00+00:00")


def _types(cli: Cli) -> dict[str, tuple[str, str, list[str]]]:
    ran = cli("sql", "select url, post_type, post_type_source, tags from marts.posts", "--format", "json")
    rows: list[dict[str, Any]] = json.loads(ran.out)
    return {row["url"]: (row["post_type"], row["post_type_source"], row["tags"]) for row in rows}


def test_a_label_stands_before_the_rules_survives_reanalysis_and_its_tags_are_traits(cli: Cli, market: Path) -> None:
    assert _types(cli)[SALE] == ("promotion", "rules", [])
    ran = cli("label", SALE, FAIR, "--type", "Trade fair", "--tag", "#Spring", "--tag", "stand 7")
    assert ran.exit_code == 0, ran.err
    assert "trade_fair is a post type of your own" in ran.out
    cli("analyze")
    assert _types(cli) == {
        SALE: ("trade_fair", "label", ["spring", "stand 7"]),
        FAIR: ("trade_fair", "label", ["spring", "stand 7"]),
        PLAIN: ("other", "none", []),
    }
    query = "select level, count(*) as posts from intermediate.post_traits where dimension = 'tag' group by all"
    assert json.loads(cli("sql", f"{query} order by level", "--format", "json").out) == [
        {"level": "*", "posts": 3},
        {"level": "spring", "posts": 2},
        {"level": "stand 7", "posts": 2},
    ]
    shown = cli("label", SALE, PLAIN).out.splitlines()
    assert shown == [
        f"{SALE}: trade_fair, set by you; your tags: spring, stand 7.",
        f"{PLAIN}: other, no rule fits.",
    ]
    cli("import", "posts.csv")
    cli("analyze")
    assert _types(cli)[SALE][1] == "label"


def test_what_was_said_can_be_taken_back(cli: Cli, market: Path) -> None:
    cli("label", SALE, "--type", "event", "--tag", "a", "--tag", "b")
    cli("label", f" {SALE}\r\n", "--untag", "a")  # as it is pasted, and before any analysis knows of it
    cli("analyze")
    assert _types(cli)[SALE] == ("event", "label", ["b"])
    cli("label", SALE, "--clear")
    cli("analyze")
    assert _types(cli)[SALE] == ("promotion", "rules", [])


def test_labels_go_out_and_come_in_as_a_spreadsheet(cli: Cli, market: Path) -> None:
    assert "3 posts" in cli("label", "--export", "labels.csv", "--all").out
    with (market / "labels.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["url"]: row for row in csv.DictReader(file)}
    assert rows[PLAIN]["text"] == "'=Rain, again"
    rows[PLAIN] |= {"label_type": "Holiday", "label_tags": "rain, Autumn"}
    with (market / "back.csv").open("w", encoding="utf-16", newline="") as file:
        writer = csv.DictWriter(file, list(rows[PLAIN]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows.values())
    ran = cli("label", "--from", "back.csv")
    assert ran.exit_code == 0, ran.err
    assert "Labelled 1 post." in ran.out
    # what was said is known at once, and counts from the next analysis on
    assert "Labelled 0 posts." in cli("label", "--from", "back.csv").out
    assert "1 post " in cli("label", "--export", "mine.csv").out
    assert 'holiday,"rain, autumn"' in (market / "mine.csv").read_text(encoding="utf-8-sig")
    cli("analyze")
    assert _types(cli)[PLAIN] == ("holiday", "label", ["rain", "autumn"])
    # a snapshot that was handed on says what it knows
    warehouse = market / "data" / "warehouse.duckdb"
    warehouse.rename(market / "elsewhere.duckdb")
    assert "1 post " in cli("label", "--export", "handed-on.csv").out
    assert not warehouse.exists()
    (market / "elsewhere.duckdb").rename(warehouse)


WRONG: tuple[tuple[list[str], str], ...] = (
    (["https://acme.example/p/nothing", "--type", "event"], "is no post that was collected"),
    ([SALE, "--type", "!!"], "is no name for a post type"),
    ([SALE, "--tag", "a,b"], "is no tag"),
    ([SALE, "--tag", ""], "is no tag"),
    ([], "There is no post to label"),
    (["--from", "posts.csv"], "has no columns post_id"),
    (["--from", "nowhere.csv"], "nowhere.csv cannot be read: No such file"),
    (["--from", "data"], "data cannot be read: Is a directory"),
    (["--from", "long.csv"], "long.csv: what follows line 1 is no row of a CSV file"),
    (["x" * 2_000, "--type", "event"], "xxx… is no post that was collected"),
    (["--export", "nowhere/labels.csv"], "labels.csv cannot be written: No such file"),
)


def test_a_label_that_cannot_be_set_is_one_sentence(cli: Cli, market: Path) -> None:
    (market / "long.csv").write_text("post_id,label_type\n" + "x" * 2_000_000 + ",event\n")
    for words, said in WRONG:
        ran = cli("label", *words)
        assert ran.exit_code == rivalscope.USAGE
        assert said in ran.err
        assert len(ran.err.splitlines()) == 1
    assert not list((market / "data" / "landing").glob("**/label-*"))
