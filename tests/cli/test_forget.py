"""`forget` and the list of excluded accounts, with a real archive, real landing files and a real warehouse."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

import rivalscope
from crawler.account_list import exclude
from crawler.archive import ArchiveFile, response_record
from crawler.config import load_config
from crawler.forgetting import Traces, _filler, erase
from crawler.landing import encode_line, own_line
from crawler.project import Project
from crawler.reading.warc import read_warc

Cli = Callable[..., Any]

AT = "2026-11-20T10:00:00Z"
CRAWL = "20261120T100000Z-abcdef"
ANNA = "https://social.example/@annaquince"
SHOP = "https://social.example/@quinceshop"
CANARIES = ("annaquince", "Wrenfeather", "107700001111")
"""What only the forgotten account has: its handle, a word of its posts, the id that its network gave it."""


def landed(account_key: str, kind: str, **rest: object) -> bytes:
    head = {"record": kind, "crawl_id": CRAWL, "observed_at": AT, "source": "crawl", "account_key": account_key}
    return encode_line({**head, "platform": "mastodon", "host": "social.example", **rest})


def account_lines(account_key: str, native_account_id: str, word: str, offset: int) -> bytes:
    handle = account_key.rpartition("@")[2]
    url = f"{account_key}/{native_account_id}77"
    post = {
        "native_id": f"{native_account_id}77",
        "account": f"{handle}@social.example",
        "url": url,
        "role": "original",
        "format": "text",
        "text": f"{word} is open again.",
        "published_at": "2026-11-10T10:00:00Z",
        "published_precision": "second",
    }
    page = {"url": url, "fetched_at": AT, "status": 200, "sha256": "0" * 64, "outcome": "complete"}
    return b"".join([
        landed(account_key, "profile", handle=handle, name=word, native_account_id=native_account_id, follower_count=9),
        landed(account_key, "post", **post),
        landed(account_key, "metrics", native_id=post["native_id"], like_count=3, comment_count=1, share_count=0),
        landed(account_key, "page", **page, warc_file=f"{CRAWL}.warc.gz", warc_offset=offset),
        landed(account_key, "visit", outcome="complete", page_count=1, post_count=1, message=f"Saw {handle}."),
    ])  # fmt: skip


@pytest.fixture
def both(cli: Cli, project: Path) -> Path:
    """A project that collected a shop and a person who shares its name."""
    assert cli("add", "--company", "Anna Quince", ANNA).exit_code == 0
    assert cli("add", "--company", "Quince", SHOP).exit_code == 0
    archive = ArchiveFile(project / "data" / "archive", CRAWL, "test")
    lines = b""
    for key, native_account_id, word in ((ANNA, "107700001111", "Wrenfeather"), (SHOP, "107700002222", "Copperkettle")):
        body = f"<p>{word} of {key}</p>".encode() * 20
        offset = archive.append(response_record(key, 200, [], body, datetime.fromisoformat(AT)))
        lines += account_lines(key, native_account_id, word, offset)
    archive.close()
    pointed = [f"{ANNA}/10770000111177", f"{SHOP}/10770000222277"]
    slot = {"slot_id": "p2612-k7f3", "version": 0, "plan": "plan-2026-12", "status": "draft", "platform": "mastodon"}
    slot |= {"basis": "proven", "timezone": "UTC", "planned_at": AT, "evidence": pointed}
    lines += own_line("slot", slot, crawl_id=CRAWL, observed_at=datetime.fromisoformat(AT))
    (project / "plans" / "2026-12").mkdir(parents=True)
    (project / "plans" / "2026-12" / "plan.md").write_text(f"See: <{pointed[0]}>\n")
    landing = project / "data" / "landing" / CRAWL
    landing.mkdir(parents=True)
    (landing / "crawl-0001.jsonl").write_bytes(lines + f"torn, but of {ANNA}\n".encode())
    planned = [{"account_key": key, "platform": "mastodon", "host": "social.example"} for key in (ANNA, SHOP)]
    plan = {"crawl_id": CRAWL, "now": AT, "accounts": planned}
    (project / "data" / "plans").mkdir(exist_ok=True)
    (project / "data" / "plans" / f"{CRAWL}.json").write_text(json.dumps(plan))
    (project / "data" / "plans" / f"{CRAWL}.log").write_text(f"asked {ANNA}\nasked {SHOP}\n")
    ran = cli("load")
    assert ran.exit_code == 0, ran.err
    return project


def everything_in(folder: Path) -> bytes:
    """Every byte of every file, gzipped ones unpacked, but the configuration and what commands said."""
    found = b""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("rivalscope.toml", "commands.jsonl"):
            found += path.name.encode() + (
                gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            )
    return found


def rows(project: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(project / "data" / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_nothing_is_left_of_who_is_forgotten_and_all_of_the_others(cli: Cli, both: Path) -> None:
    for command in ("analyze", "brief"):
        ran = cli(command)
        assert ran.exit_code == 0, ran.err
    before = everything_in(both)
    assert all(canary.encode() in before for canary in CANARIES)
    ran = cli("forget", ANNA, "--yes")
    assert ran.exit_code == 0, ran.err
    left = everything_in(both)
    assert [canary for canary in CANARIES if canary.encode() in left] == []
    said = (both / "data" / "logs" / "commands.jsonl").read_text(encoding="utf-8")
    assert [canary for canary in CANARIES if canary in said] == []
    assert b"Copperkettle" in left
    assert rows(both, "select text from raw.posts") == [("Copperkettle is open again.",)]
    assert rows(both, "select count(*) from raw.post_metrics") == [(1,)]
    assert rows(both, "select evidence from raw.slots") == [([f"{SHOP}/10770000222277"],)]
    assert not (both / "plans" / "2026-12" / "plan.md").exists()
    assert {table for (table,) in rows(both, "select table_name from raw.deletions")} >= {"posts", "post_metrics"}
    # the other's page is where the warehouse says
    ((offset,),) = rows(both, "select warc_offset from raw.pages")
    path = both / "data" / "archive" / f"{CRAWL}.warc.gz"
    with path.open("rb") as file:
        file.seek(offset)
        (record,) = [each for each in ArchiveIterator(file) if each.rec_type == "response"]
        assert record.rec_headers.get_header("WARC-Target-URI") == SHOP
    assert [each.url for each in read_warc(path)] == [SHOP]  # type: ignore[union-attr]
    plan = json.loads((both / "data" / "plans" / f"{CRAWL}.json").read_text())
    assert [each["account_key"] for each in plan["accounts"]] == [SHOP]
    assert cli("analyze").exit_code == 0
    assert cli("brief").exit_code == 0


def test_who_is_forgotten_does_not_come_back(cli: Cli, both: Path) -> None:
    assert cli("forget", ANNA, "--yes").exit_code == 0
    config = load_config(both / "rivalscope.toml")
    assert config.excluded == (ANNA,)
    assert [account.link.url for account in config.accounts] == [SHOP]
    refused = cli("add", ANNA)
    assert refused.exit_code == rivalscope.USAGE
    assert "excluded" in refused.err
    (both / "posts.csv").write_text(
        "platform,account,url,published_at,text,like_count\n"
        f"mastodon,annaquince@social.example,{ANNA}/5,2026-11-01,Wrenfeather,1\n"
        f"mastodon,quinceshop@social.example,{SHOP}/6,2026-11-01,Copperkettle,1\n"
    )
    ran = cli("import", "posts.csv")
    assert "1 post of accounts that rivalscope.toml excludes" in ran.out
    assert rows(both, "select count(*) from raw.posts where text = 'Wrenfeather'") == [(0,)]
    assert rows(both, "select count(*) from raw.posts where text = 'Copperkettle'") == [(1,)]
    # listed and excluded at once is a mistake with two lines
    with (both / "rivalscope.toml").open("a") as file:
        file.write(f'\n[[accounts]]\ncompany = "Anna"\nurl = "{ANNA}"\n')
    refused = cli("check")
    assert refused.exit_code == rivalscope.CONFIGURATION
    assert "is excluded on line" in refused.err


def test_it_asks_first_and_names_what_it_cannot_do(cli: Cli, both: Path) -> None:
    (both / "inbox").mkdir(exist_ok=True)
    (both / "inbox" / "notes.csv").write_text(f"seen,{ANNA}\n")
    before = everything_in(both)
    refused = cli("forget", ANNA)
    assert refused.exit_code == rivalscope.USAGE
    assert "--yes" in refused.err
    assert "1 post" in refused.out
    assert everything_in(both) == before
    ran = cli("forget", "Anna Quince", "--yes")
    assert ran.exit_code == 0, ran.err
    assert "notes.csv" in ran.err
    assert (both / "inbox" / "notes.csv").read_text() == f"seen,{ANNA}\n"
    refused = cli("forget", "Anna Quinze")
    assert refused.exit_code == rivalscope.USAGE


def test_forgetting_that_was_stopped_is_done_by_doing_it_again(cli: Cli, both: Path) -> None:
    """Stopped after the files, and stopped after the warehouse: both end as if it had not been."""
    project = Project(both / "rivalscope.toml")
    names = frozenset({ANNA, f"{ANNA}/10770000111177", "107700001111"})
    offset = rows(both, f"select warc_offset from raw.pages where contains(url, '{ANNA}')")[0][0]
    traces = Traces(account_keys=frozenset({ANNA}), names=names, pages={f"{CRAWL}.warc.gz": frozenset({offset})})
    assert {erased.what for erased in erase(project, traces)} >= {"kept page", "line of landing files", "report"}
    assert "line of landing files" not in {erased.what for erased in erase(project, traces)}
    assert cli("forget", ANNA, "--yes").exit_code == 0
    snapshot = both / "data" / "rivalscope.duckdb"
    snapshot.unlink(missing_ok=True)
    ran = cli("forget", ANNA, "--yes")
    assert ran.exit_code == 0, ran.err
    assert snapshot.exists()
    left = everything_in(both)
    assert [canary for canary in CANARIES if canary.encode() in left] == []
    assert load_config(both / "rivalscope.toml").excluded == (ANNA,)


def test_a_company_whose_forgetting_was_stopped_is_known_by_its_name_still(cli: Cli, both: Path) -> None:
    config = load_config(both / "rivalscope.toml")
    exclude(both / "rivalscope.toml", [account.link for account in config.accounts if account.company == "Anna Quince"])
    assert cli("list").out.count("Anna Quince") == 0
    ran = cli("forget", "anna quince", "--yes")
    assert ran.exit_code == 0, ran.err
    left = everything_in(both)
    assert [canary for canary in CANARIES if canary.encode() in left] == []
    assert b"Copperkettle" in left


def test_a_site_is_excluded_with_all_its_parts(cli: Cli, project: Path) -> None:
    path = project / "rivalscope.toml"
    path.write_text(path.read_text().replace("[network]", 'excluded = ["https://quince.example/"]\n\n[network]', 1))
    assert cli("add", "--offline", "https://quince.example/blog").exit_code == rivalscope.USAGE
    assert cli("add", "--offline", "https://quinces.example/blog").exit_code == 0
    path.write_text(path.read_text().replace("https://quince.example/", "no link at all", 1))
    refused = cli("check")
    assert refused.exit_code == rivalscope.CONFIGURATION
    assert "rivalscope.toml line " in refused.err


@given(st.integers(230, 400_000))
@example(230)
@example(65_536 + 255)
def test_a_record_gives_way_to_one_of_its_length_that_says_nothing(length: int) -> None:
    filler = _filler(length)
    assert len(filler) == length
    assert gzip.decompress(filler).startswith(b"WARC/1.1\r\nWARC-Type: metadata\r\n")


def test_who_looks_for_traces_finds_whole_links_only() -> None:
    traces = Traces(account_keys=frozenset({"https://quince.example/"}), names=frozenset({"https://quince.example/"}))
    assert traces.is_in('<a href="https://quince.example/">')
    assert traces.is_in("see https://quince.example.")
    assert not traces.is_in('<a href="https://quince.example/blog">')
    assert not traces.is_in("https://quince.example.org/")
