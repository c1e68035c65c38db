"""The commands one after another, with real landing files, a real warehouse and real briefs."""

from __future__ import annotations

import json
import os
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import rivalscope
from crawler.config import load_config
from crawler.market import Market, MarketServer, write_project
from crawler.run_report import AccountLine, ReportFile, RunReport, read_report
from tests.crawler.engine.api_server import Interfaces

Cli = Callable[..., Any]

POSTS = """\
platform;account;url;published_at;observed_at;format;text;like_count;comment_count;company;follower_count
Instagram;acme;https://www.instagram.com/p/BAAAAAAAAAA/;2026-11-01T10:00:00Z;2026-11-08T10:00:00Z;image;One;12;3;Acme;1.077
Instagram;acme;https://www.instagram.com/p/CAAAAAAAAAA/;2026-11-02T10:00:00Z;2026-11-09T10:00:00Z;Reel;"Two
lines #beans";;0;Acme;
Instagram;beta;https://www.instagram.com/p/DAAAAAAAAAA/;2026-11-12T10:00:00Z;2026-11-20T10:00:00Z;carousel;Three;7;1;Beta;
Instagram;beta;;2026-11-12T10:00:00Z;2026-11-20T10:00:00Z;carousel;Four;7;1;Beta;
"""
COUNT = "select count(*) as n from marts.posts"


def rows(cli: Cli, query: str, *words: str) -> list[dict[str, Any]]:
    ran = cli("sql", query, "--format", "json", *words)
    assert ran.exit_code == 0, ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


@pytest.fixture
def opened(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the browser that the system names writes down what it was given."""
    browser, opened = project / "browser.sh", project / "opened.txt"
    browser.write_text(f'#!/bin/sh\nprintf %s "$1" > "{opened}"\n', encoding="utf-8")
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    # it is asked for once in a process
    monkeypatch.setattr(webbrowser, "_tryorder", None)
    return opened


def import_and_analyse(cli: Cli, project: Path) -> None:
    """Three of four rows are understood, and they are what the marts hold."""
    cli("add", "--company", "Acme Coffee", "instagram.com/acme")
    (project / "posts.csv").write_text(POSTS, encoding="utf-8")
    ran = cli("import", "posts.csv")
    assert ran.exit_code == rivalscope.WORSE
    assert ran.err == "posts.csv:6: native_id and url are both empty; one of them must say which post this is\n"
    assert "3 of 4 rows understood; 3 posts." in ran.out
    assert "3 new or changed posts" in ran.out

    assert cli("analyze").exit_code == 0
    posts = rows(
        cli, "select company, native_id, format, like_count, comment_count, hashtags from marts.posts order by all"
    )
    assert [(post["company"], post["format"], post["like_count"], post["comment_count"]) for post in posts] == [
        ("Acme Coffee", "image", 12, 3),
        ("Acme Coffee", "short_video", None, 0),
        ("Beta", "carousel", 7, 1),
    ]
    assert posts[1]["hashtags"] == ["beans"]
    followers = rows(cli, "select follower_count from marts.profiles where follower_count is not null")
    assert followers == [{"follower_count": 1077}]


def open_a_brief(cli: Cli, project: Path, opened: Path) -> None:
    """It opens only where that is asked for."""
    ran = cli("brief")
    assert ran.exit_code == 0
    assert not opened.exists()
    assert cli("brief", "--open").out == ran.out
    written, link = ran.out.splitlines()
    assert opened.read_text(encoding="utf-8") == link
    brief = Path(written.removeprefix("Wrote "))
    assert link == brief.as_uri()
    assert brief.parent == (project / "briefs").resolve()
    assert "Acme Coffee" in brief.read_text(encoding="utf-8")


def look_back(cli: Cli, project: Path) -> None:
    """What was known before the third post was seen."""
    assert cli("brief", "--as-of", "2026-11-15", "-o", "then.html").exit_code == 0
    assert (project / "then.html").exists()
    assert rows(cli, COUNT, "--as-of", "2026-11-15") == [{"n": 2}]
    assert rows(cli, COUNT) == [{"n": 3}]


def limit_briefs(cli: Cli, project: Path) -> None:
    """A week that is over, another window, one company, another form; and mistakes in saying so."""
    for options, name in (
        (("--week", "2026-W46", "--also", "md"), "2026-W46.html"),
        (("--since", "2026-11-01", "--company", "acme coffee"), "_since-2026-11-01_acme-coffee.html"),
        (("--until", "2026-11-10", "--platform", "instagram"), "_until-2026-11-10_instagram.html"),
    ):
        ran = cli("brief", *options)
        assert ran.exit_code == 0
        page = Path(ran.out.splitlines()[-1].removeprefix("file://"))
        assert page.name.endswith(name)
        assert "Acme Coffee" in page.read_text(encoding="utf-8")
    assert "# Rivalscope brief: week 46, 2026" in (project / "briefs" / "2026-W46.md").read_text(encoding="utf-8")
    for wrong, said in (
        (("--week", "2026-46"), "like 2026-W47"),
        (("--week", "2026-W46", "--as-of", "2026-11-15"), "give one of them"),
        (("--company", "Akme"), "did you mean Acme Coffee"),
    ):
        ran = cli("brief", *wrong)
        assert ran.exit_code == rivalscope.USAGE
        assert said in ran.err


def speak_german(cli: Cli, project: Path) -> None:
    """In another language, with a word of one's own; one without catalogue is refused."""
    config = project / "rivalscope.toml"
    before = config.read_text(encoding="utf-8")
    own = project / "words" / "de" / "LC_MESSAGES" / "reports.po"
    own.parent.mkdir(parents=True)
    own.write_text('msgid "Myth of the week"\nmsgstr "Ammenmärchen"\n', encoding="utf-8")
    spoken = before.replace("# [brief]", '[brief]\nlanguage = "de"\ncatalogues = "words"\n# ')
    config.write_text(spoken, encoding="utf-8")
    os.utime(project / "data" / "rivalscope.duckdb")  # words change nothing that was analysed
    for command, one, other in (("brief", "Ammenmärchen", "Methode"), ("todo", "Diese Woche", "höflichen Programm")):
        assert cli(command, "-o", "de.html").exit_code == 0
        german = (project / "de.html").read_text(encoding="utf-8")
        assert '<html lang="de" dir="ltr">' in german
        assert one in german, command
        assert other in german, command
    config.write_text(spoken.replace('"de"', '"fi"'), encoding="utf-8")
    ran = cli("brief")
    assert ran.exit_code
    assert "no catalogue for the language 'fi', only for de, en" in ran.err
    config.write_text(before, encoding="utf-8")


def import_again(cli: Cli) -> None:
    """Nothing is new."""
    again = cli("import", "posts.csv")
    assert (again.exit_code, again.err) == (0, "")
    assert "imported before" in again.out
    assert "0 new or changed posts" in again.out


def ask(cli: Cli, project: Path) -> None:
    """Answers as a file; and questions that get none."""
    assert cli("sql", COUNT, "--format", "parquet", "-o", "n.parquet").exit_code == 0
    assert (project / "n.parquet").read_bytes()[:4] == b"PAR1"
    for words, said in (
        (("select * from marts.leage",), "league"),
        (("no-such-question",), "no saved question"),
        ((COUNT, "--format", "parquet"), "-o rows.parquet"),
        ((COUNT, "--format", "csv", "-o", "nowhere/n.csv"), "cannot be written"),
        (("select * from read_csv('/etc/passwd')",), ""),
    ):
        ran = cli("sql", *words)
        assert ran.exit_code == rivalscope.USAGE
        assert said in ran.err
        assert ran.out == ""


def test_files_become_answers_and_a_brief_that_opens(cli: Cli, project: Path, opened: Path) -> None:
    import_and_analyse(cli, project)
    open_a_brief(cli, project, opened)
    look_back(cli, project)
    limit_briefs(cli, project)
    speak_german(cli, project)
    import_again(cli)
    ask(cli, project)


def test_a_first_list_behind_walls_still_gets_a_brief(cli: Cli, project: Path) -> None:
    cli("add", "--company", "Acme", "instagram.com/acme", "x.com/acme", "facebook.com/acme")
    with Interfaces().served() as network, (project / "rivalscope.toml").open("a", encoding="utf-8") as file:
        for name in ("instagram", "x", "facebook"):
            file.write(f'\n[platforms.{name}]\nsite_url = "{network.base}"\n')
        file.flush()
        ran = cli("run")
    assert [each.path for each in network.asked] == ["/robots.txt"]
    assert ran.exit_code == rivalscope.WORSE
    assert "Every account is behind a wall" in ran.err
    brief = Path(next(line for line in ran.out.splitlines() if line.startswith("Wrote ")).removeprefix("Wrote "))
    page = brief.read_text(encoding="utf-8")
    for link in ("https://www.instagram.com/acme/", "https://x.com/acme", "https://www.facebook.com/acme"):
        assert link in page
    visits = rows(cli, "select url, outcome, reason, message, page_count from marts.coverage order by url")
    assert [(visit["outcome"], visit["reason"], visit["page_count"]) for visit in visits] == [
        ("robots_denied", "token_missing", 0)
    ] * 3
    assert all("import" in visit["message"] for visit in visits)
    assert rows(cli, "select count(*) as n from raw.visits") == [{"n": 3}]
    assert rows(cli, "select request_count from raw.crawls where finished_at is not null") == [{"request_count": 1}]


def test_loading_without_analysing_and_broken_lines(cli: Cli, project: Path) -> None:
    cli("add", "instagram.com/acme")
    (project / "posts.csv").write_text(POSTS, encoding="utf-8")
    assert "Loaded" not in cli("import", "--no-load", "posts.csv").out
    (segment,) = (project / "data" / "landing").glob("import-*/*.jsonl")
    segment.write_bytes(segment.read_bytes() + b"{broken\n")
    ran = cli("load")
    assert ran.exit_code == 0
    assert f"{segment.parent.name}/{segment.name}:" in ran.err
    assert "kept aside" in ran.err
    again = cli("load")
    assert "Loaded 0 files: 0 new or changed posts" in again.out


@pytest.mark.parametrize("words", [["import", "nowhere.csv"], ["import", "*.har"], ["import", "rivalscope.toml"]])
def test_an_import_of_nothing_says_so(cli: Cli, project: Path, words: list[str]) -> None:
    ran = cli(*words, "--no-load")
    assert ran.exit_code == rivalscope.NOTHING
    assert len(ran.err.splitlines()) == 1


def test_a_check_online_asks_each_host_for_one_page_and_sites_for_their_ways(cli: Cli, tmp_path: Path) -> None:
    with MarketServer(Market(datetime.now(UTC))) as server:
        write_project(server, tmp_path)
        ran = cli("check", "--online")
        hosts = len(server.addresses)
        # robots.txt and a page each, but where robots.txt lets nobody in; of a site also its feed
        sites = sum(name.startswith("blog") for name in server.addresses)
        assert server.request_count == 2 * hosts - 1 + sites
    assert ran.exit_code == 0
    told = ran.out.partition(f"Asked {hosts} hosts:\n")[2].splitlines()
    assert sum(line.partition(": ")[2].startswith("answers") for line in told) >= hosts - 2
    assert sum("The cheapest complete way is its feed: about" in line for line in told) == sites
    assert not (tmp_path / "data").exists()


def test_a_second_crawl_knows_what_the_first_loaded_though_nothing_was_analysed(cli: Cli, project: Path) -> None:
    with MarketServer(Market(datetime.now(UTC))) as server:
        cli("add", "--own-host", "--offline", f"{server.base('blog-larkspur')}/")
        first = cli("crawl")
        assert first.exit_code == 0, first.err
        asked = server.request_count
        assert asked > 3
        second = cli("crawl")
        assert second.exit_code == 0, second.err
        assert server.request_count - asked <= 3
    assert "unchanged" in second.err
    assert not (project / "data" / "rivalscope.duckdb").exists()


def test_a_crawl_of_one_list_visits_nobody_else(cli: Cli, project: Path) -> None:
    with MarketServer(Market(datetime.now(UTC))) as server:
        sites = [f"{server.base(name)}/" for name in ("blog-larkspur", "blog-quillmoor")]
        cli("add", "--own-host", "--offline", "--list", "tea", sites[0])
        cli("add", "--own-host", "--offline", sites[1])
        config = project / "rivalscope.toml"
        config.write_text(f'{config.read_text()}\n[schedule.lists.tea]\ncollect = ["12:00"]\n')
        keys = [account.link.account_key for account in load_config(config).accounts]
        for words, visited in ((("--list", "tea"), keys[:1]), (("--rest",), keys[1:])):
            ran = cli("crawl", *words)
            assert ran.exit_code == 0, ran.err
            told = ran.out + ran.err
            assert [key for key in keys if f"{key}  " in told] == visited
            assert "This run visited 1 of 1 accounts" in ran.out


def test_a_stopped_run_visits_only_whom_it_had_not_visited(cli: Cli, project: Path) -> None:
    now = datetime.now(UTC)
    with MarketServer(Market(now)) as server:
        sites = [f"{server.base(name)}/" for name in ("blog-larkspur", "blog-quillmoor")]
        cli("add", "--own-host", "--offline", *sites)
        seen, left = (account.link for account in load_config(project / "rivalscope.toml").accounts)
        visit = {"event": "visit", "account_key": seen.account_key, "outcome": "complete", "reason": None}
        line = AccountLine(
            account_key=seen.account_key,
            visit={**visit, "message": "", "page_count": 3, "post_count": 40, "is_cut": False},
        )
        stopped = ReportFile(project / "data" / "runs", RunReport(command="run", started_at=now, accounts=[line]))
        stopped.write()
        ran = cli("run")
    assert ran.exit_code == 0, ran.err
    assert "it had visited 1 of 2 accounts" in ran.out
    visited = [line for line in (ran.out + ran.err).splitlines() if "complete: Saw" in line]
    assert [left.account_key in line for line in visited] == [True]
    (path,) = (project / "data" / "runs").iterdir()
    report = read_report(path)
    assert report is not None
    assert (report.started_at, report.exit_code) == (now, 0)
    assert report.steps == ["crawl", "load", "analyze", "pictures", "brief"]
    assert [line.account_key for line in report.accounts] == [seen.account_key, left.account_key]
    assert "This run visited 2 of 2 accounts" in ran.out


def test_the_sections_that_may_be_hidden_are_those_of_the_brief() -> None:
    from crawler.config.values import KEPT_SECTIONS, SECTIONS
    from reports.look import KEPT
    from reports.sections import ORDER

    assert KEPT_SECTIONS == KEPT
    assert {make.__name__ for make in ORDER} == {*SECTIONS, *KEPT}
