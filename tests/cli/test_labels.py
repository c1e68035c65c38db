"""A person knows better: labels stand before the rules, survive, and travel as a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

import rivalscope
from analysis import labels
from analysis.warehouse import open_snapshot

if TYPE_CHECKING:
    from tests.cli.conftest import Analysed, Cli, Ran

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


def _from_sheet(cli: Cli, rows: str, *, columns: str = "url,label_type,label_tags") -> Ran:
    Path("given.csv").write_text(f"{columns}\n{rows}\n", encoding="utf-8")
    return cli("label", "--from", "given.csv")


def test_a_sheet_is_read_by_its_columns_whatever_its_texts_hold(cli: Cli, market: Path) -> None:
    """How cells are written was guessed from the first texts, and later ones with quotes shifted their row."""
    of_no_post = "".join(f',{number},"Hello, world number {number}",,\n' for number in range(200))
    said = f'{SALE},7,"She said ""now, or never"", twice",event,"a, b"'
    ran = _from_sheet(cli, of_no_post + said, columns="url,nr,text,label_type,label_tags")
    assert (ran.exit_code, ran.err) == (0, "")
    cli("analyze")
    assert _types(cli)[SALE] == ("event", "label", ["a", "b"])


class _Counted:
    """A connection that counts its questions."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self.count = 0

    def execute(self, *question: Any) -> duckdb.DuckDBPyConnection:
        self.count += 1
        return self.connection.execute(*question)

    def close(self) -> None:
        self.connection.close()


def test_a_sheet_asks_no_more_questions_than_a_row(market: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every row read the addresses of all posts anew."""
    snapshot = market / "data" / "rivalscope.duckdb"
    with open_snapshot(snapshot) as connection:
        ids = dict(connection.execute("select url, post_id::text from marts.posts").fetchall())
    opened: list[_Counted] = []

    def counted(path: Path) -> _Counted:
        opened.append(_Counted(open_snapshot(path)))
        return opened[-1]

    monkeypatch.setattr(labels, "open_snapshot", counted)
    for names in (
        [SALE],
        [SALE, ids[FAIR], PLAIN],
        # as people write them again
        [f"{SALE}/#offer", ids[FAIR].upper()[:8], PLAIN.replace("https://", "HTTP://www.")],
        [SALE] * 40,
    ):
        sheet = market / "given.csv"
        sheet.write_text("\n".join(["url,label_type", *(f"{name},event" for name in names)]))
        found = [post.url for post in labels.read_labels(sheet, snapshot, None)]
        assert found == [SALE, FAIR, PLAIN][: len(set(names))]
    assert [each.count for each in opened] == [2, 3, 4, 2]


def test_what_a_sheet_has_no_column_for_stays_as_it_was(cli: Cli, market: Path) -> None:
    cli("label", SALE, "--type", "event", "--tag", "'90s", "--tag", "spring")
    assert _from_sheet(cli, f"{SALE},holiday", columns="url,label_type").exit_code == 0
    cli("analyze")
    assert _types(cli)[SALE] == ("holiday", "label", ["'90s", "spring"])
    # a sign before what is no formula is part of the word
    cli("label", "--export", "labels.csv")
    assert "Labelled 0 posts." in cli("label", "--from", "labels.csv").out
    assert _from_sheet(cli, f"{SALE},", columns="url,label_tags").exit_code == 0
    cli("analyze")
    assert _types(cli)[SALE] == ("holiday", "label", [])


@contextmanager
def _files_of(most_bytes: int) -> Iterator[None]:
    """No file may become larger, as on a disk that is almost full."""
    kept = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, kept)


def test_what_was_said_is_known_though_its_loading_failed(cli: Cli, market: Path) -> None:
    for name, url in (("event", SALE), ("holiday", FAIR)):
        with _files_of(500):  # the line has room, the warehouse has none
            ran = cli("label", url, "--type", name)
        assert ran.exit_code == rivalscope.UNEXPECTED
        assert "No room left" in ran.err
        assert list((market / "data" / "landing").glob("label-*/*.jsonl"))
        if url == SALE:
            assert cli("label", SALE, "--tag", "spring").exit_code == 0
    assert "2 posts" in cli("label", "--export", "labels.csv").out
    cli("analyze")
    assert _types(cli)[SALE] == ("event", "label", ["spring"])
    assert _types(cli)[FAIR] == ("holiday", "label", [])


def test_a_dash_is_standard_output_and_input(cli: Cli, market: Path) -> None:
    cli("label", SALE, "--type", "event", "--tag", "spring")
    ran = cli("label", "--export", "-")
    assert (ran.exit_code, ran.err) == (0, "")
    [row] = csv.DictReader(ran.out.splitlines())
    assert (row["url"], row["label_type"], row["label_tags"]) == (SALE, "event", "spring")
    piped = subprocess.run(
        [sys.executable, "-m", "rivalscope", "label", "--from", "-"],
        input=ran.out.replace("event", "holiday"),
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(rivalscope.__file__).parent)},
    )
    assert (piped.returncode, piped.stderr) == (0, "")
    assert "Labelled 1 post." in piped.stdout
    assert not (market / "-").exists()


def test_what_was_exported_before_stays_where_the_disk_takes_no_more(cli: Cli, market: Path) -> None:
    kept = market / "kept.csv"
    (market / "labels.csv").symlink_to(kept)
    assert cli("label", "--export", "labels.csv", "--all").exit_code == 0
    before = kept.read_text(encoding="utf-8")
    with _files_of(100):
        ran = cli("label", "--all", "--export", "labels.csv")
        assert ran.exit_code == rivalscope.USAGE
        assert "labels.csv cannot be written: File too large" in ran.err
        assert "for the answer: free some space" in cli("sql", "from marts.posts", "-o", "labels.csv").err
    assert kept.read_text(encoding="utf-8") == before
    assert (market / "labels.csv").is_symlink()


WRONG_SHEETS = (
    (f"{SALE},event,a,b", "given.csv:2: has more cells than there are columns"),
    (f"{SALE},event,\n{SALE},holiday,", "given.csv:3: labels a post that another line labels otherwise"),
    (f"{SALE},!!,", "given.csv:2: '!!' is no name for a post type"),
    (f"{SALE},,*", "given.csv:2: '*' is no tag"),
    # what comes first is told, though the whole sheet is read before
    (f"{SALE}s,event,\n{'x' * 2_000_000},event,", "given.csv:2: https://acme.example/p/sales is no post"),
    (f"{SALE},event,\n{'x' * 2_000_000},event,", "given.csv: what follows line 2 is no row"),
)


def test_a_wrong_row_of_a_sheet_is_named_and_nothing_is_labelled(cli: Cli, market: Path) -> None:
    for rows, said in WRONG_SHEETS:
        ran = _from_sheet(cli, rows)
        assert ran.exit_code == rivalscope.USAGE
        assert said in ran.err
        assert len(ran.err.splitlines()) == 1
    assert not list((market / "data" / "landing").glob("**/label-*"))


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
    (["--from", "posts.csv", "--type", "event"], "leave the other options and posts out"),
    ([SALE, "--from", "posts.csv"], "leave the other options and posts out"),
    ([SALE, "--type", "event", "--export", "labels.csv"], "label first, then export"),
    ([SALE, "--all"], "--all goes with --export"),
    (["--from", ""], "the name is empty"),
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
