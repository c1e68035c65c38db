"""The command line, and what happens when the wrong thing is typed on purpose."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

import pytest
import typer

import rivalscope
from crawler.config import load_config
from crawler.items import Platform
from crawler.platforms import FACTS
from crawler.run_lock import RunLock, RunLockedError, crawls_at_work
from crawler.run_report import ReportFile, RunReport

Cli = Callable[..., Any]
ROOT = Path(rivalscope.__file__).parent
COMMANDS: dict[str, Any] = typer.main.get_command(rivalscope.app).commands  # type: ignore[attr-defined]  # a group


def test_the_page_of_commands_is_up_to_date() -> None:
    written = subprocess.run(
        [sys.executable, "-c", "import write_commands; print(write_commands.page(), end='')"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "docs"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert page == written, "run: python docs/write_commands.py"
    assert re.findall(r"^## rivalscope (\S+)$", page, re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_ends_with_an_example(cli: Cli, name: str) -> None:
    ran = cli(name, "--help")
    assert ran.exit_code == 0
    explained = ran.out.partition("Arguments:")[0].partition("Options:")[0]
    assert f"rivalscope {name}" in explained.rstrip().splitlines()[-1]
    assert ran.out.splitlines()[2].strip().endswith(".")


@pytest.mark.parametrize("words", [(), ("plan",)])
def test_a_list_of_commands_tells_each_whole_on_80_columns(
    cli: Cli, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    listed = cli(*words, "--help").out.partition("Commands:")[2].strip().splitlines()
    assert listed
    assert [line for line in listed if not line.endswith(".") or line.endswith("...")] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lsit"], "did you mean"),
        (["rnu"], "did you mean"),
        (["add", "--compny", "x"], "--company"),
        (["brief", "--as-of", "2026-13-01"], "like 2026-11-15"),
        (["analyze", "--since", "yesterday"], "like 2026-11-15"),
        (["sql", "select 1", "--format", "xml"], "--format': 'xml' is not one of"),
        (["plan", "--per-week", "many"], "write a whole number"),
        (["plan", "--per-week", "0"], "write a number greater than or equal to 1"),
        (["brief", "--as-of", "0001-01-01"], "nothing can be known of 0001-01-01"),
        (["brief", "--week", "0001-W01"], "nothing can be known of 0001-W01"),
        (["analyze", "--until", "9999-12-31"], "nothing can be known of 9999-12-31"),
        (["analyze", "--since", "2026-11-20", "--until", "2026-11-01"], "comes after --until 2026-11-01"),
        (["brief", "--since", "2026-11-20", "--as-of", "2026-11-01"], "comes after --as-of 2026-11-01"),
        (["analyze", "--strict"], "name it with --as-of DATE"),
        (["brief", "--as-of", "2090-01-01"], "--as-of 2090-01-01 has not come yet; name a day until"),
        (["brief", "--since", "2090-01-01"], "--since 2090-01-01 has not come yet"),
        (["brief", "--week", "2090-W10"], "--week 2090-W10 has not begun yet; name a week until"),
        (["analyze", "--as-of", "2090-01-01"], "has not come yet"),
        (["audit", "--as-of", "2090-01-01"], "has not come yet"),
        (["sql", "--as-of", "2090-01-01", "what_works"], "has not come yet"),
        (["add", "htp://x"], "'htp://x' is no link"),
        (["plan", "--platform", "abacus"], "see: rivalscope platforms"),
        (["crawl", "--list", "tea"], "see: rivalscope list"),
        (["demo", "--folder", "rivalscope.toml"], "cannot be a demo (Not a directory)"),
        (["rename", "x"], "NEW"),
        (["import"], "nothing to import"),
        (["add"], "no link to add"),
        (["add", "--platform", "mastdon", "x.example"], "did you mean mastodon?"),
        (["add", "--from", "nowhere.csv"], "cannot be read"),
        (["pause", "Nobody"], "no company and no link"),
        (["list", "--list", "tea"], "no list 'tea'"),
        (["demo", "--folder", "."], "not an earlier demo"),
    ],
)
def test_a_mistake_on_the_command_line_is_one_sentence(cli: Cli, project: Path, words: list[str], said: str) -> None:
    ran = cli(*words)
    assert ran.exit_code == rivalscope.USAGE
    assert said.lower() in ran.err.lower()
    assert len(ran.err.splitlines()) == 1
    assert ran.out == ""


def test_the_readme_names_every_platform_as_the_code_knows_it() -> None:
    written = subprocess.run(
        [sys.executable, "-c", "import write_platforms; print(write_platforms.page(), end='')"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "docs"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme == written, "run: python docs/write_platforms.py"
    assert all(f"| {facts.label} | {facts.how} |" in readme for facts in FACTS.values())


def test_what_the_readme_says_of_highest_averages_is_so() -> None:
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert (
        "With four formats that do the same and ten posts each, nine times in ten the highest average lies by 1.3 times"
    ) in readme
    drawn = Random(1)
    winners = 0
    for _ in range(2_000):
        # counts inside an account and a format have a spread of 1.2 in logarithms (docs/calibration.md)
        *others, highest = sorted(fmean(drawn.lognormvariate(3, 1.2) for _ in range(10)) for _ in range(4))
        winners += highest >= 1.3 * fmean(others)
    assert 0.88 < winners / 2_000 < 0.92


def test_one_minute_is_one_minute(cli: Cli, project: Path) -> None:
    assert cli("add", "--offline", "--company", "Acme", "https://www.youtube.com/@acme").exit_code == 0
    assert "to 1 host, in about 1 minute.\n" in cli("check").out


def test_without_a_command_there_is_help(cli: Cli) -> None:
    ran = cli()
    assert ran.exit_code == rivalscope.USAGE
    assert "rivalscope init" in ran.out


@pytest.mark.parametrize(
    "name", [name for name in COMMANDS if name not in ("init", "platforms", "demo", "new", "record", "restore")]
)
def test_without_a_project_a_command_says_how_to_make_one(cli: Cli, name: str) -> None:
    words = {
        "rename": ["a", "b"],
        "import": ["x.csv"],
        "sql": ["select 1"],
        "backup": ["x.zip"],
        "reparse": ["--platform", "x"],
    }
    with_words = ("accept", "add", "pause", "resume", "remove", "connect", "forget", *words)
    ran = cli(name, *(words.get(name, ["x"]) if name in with_words else []))
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "rivalscope init" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_init_asks_nothing_without_a_terminal(cli: Cli, tmp_path: Path) -> None:
    ran = cli("init")
    assert ran.exit_code == 0
    assert "no contact" in ran.out
    assert load_config(tmp_path / "rivalscope.toml").contact == ""
    again = cli("init")
    assert again.exit_code == rivalscope.USAGE
    assert "exists already" in again.err


def test_init_refuses_what_would_not_reach_anybody(cli: Cli, tmp_path: Path) -> None:
    ran = cli("init", "--contact", "me")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "mailbox or a page" in ran.err
    assert not (tmp_path / "rivalscope.toml").exists()


def test_a_project_elsewhere_can_be_named_anywhere_on_the_line(cli: Cli, tmp_path: Path) -> None:
    assert cli("init", "--project", "other").exit_code == 0
    assert cli("add", "--offline", "acme.example", "--project=other").exit_code == 0
    assert "https://acme.example/" in cli("--project", "other/rivalscope.toml", "list").out
    ran = cli("list", "--project", "nowhere")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "nowhere" in ran.err


def test_adding_says_what_will_be_seen(cli: Cli, project: Path) -> None:
    links = ("mastodon.social/@acme", "https://www.instagram.com/acme", "t.me/acme", "dev.to/acme")
    ran = cli("add", "--company", "Acme", *links)
    assert ran.exit_code == 0
    mastodon, instagram, telegram, forem = ran.out.splitlines()
    assert "We will see posts" in mastodon
    assert "keeps crawlers out" in instagram
    assert "enabled = true under [platforms.telegram]" in telegram
    assert "We will see articles with reactions" in forem
    again = cli("add", "https://mastodon.social/@Acme")
    assert "in the list already" in again.out


def test_of_another_host_of_a_listed_site_it_is_said_where_articles_count(cli: Cli, project: Path) -> None:
    ran = cli("add", "--offline", "https://www.acme.com/", "https://blog.acme.com/", "https://acme.com/news")
    assert ran.out.count("that both show counts once, at the one that its address names") == 2
    other = cli("add", "--offline", "--company", "Acme Group", "https://press.acme.com/")
    assert 'counts for both companies; if they are one: rivalscope rename "Acme Group" "' in other.out
    notes = [line.partition(" of the same site")[0] for line in ran.out.splitlines() if line.startswith("  Note: ")]
    assert notes == ["  Note: https://www.acme.com/", "  Note: https://blog.acme.com/"]


def test_a_host_of_ones_own_is_named_as_it_is_asked(cli: Cli, project: Path) -> None:
    assert cli("add", "--offline", "--own-host", "http://www.shop.test:8000/").exit_code == 0
    assert load_config(project / "rivalscope.toml").own_hosts == ("shop.test:8000", "www.shop.test:8000")
    assert "in the list already" in cli("add", "--offline", "--own-host", "http://www.shop.test:8000/").out


def test_links_that_are_none_do_not_keep_the_others_out(cli: Cli, project: Path) -> None:
    ran = cli("add", "--offline", "@acme", "acme.example/blog", "https://x.com/acme/status/1")
    assert ran.exit_code == rivalscope.USAGE
    assert "Added https://acme.example/blog" in ran.out
    handle, post = ran.err.splitlines()
    assert "on which network" in handle
    assert "add https://x.com/acme" in post


def test_a_spreadsheet_of_links(cli: Cli, project: Path) -> None:
    (project / "list.csv").write_text("competitor;url\nAcme;acme.example/blog\nBeta;@beta\nGamma;gamma.example\n")
    ran = cli("add", "--from", "list.csv", "--list", "coffee")
    assert ran.exit_code == rivalscope.USAGE
    assert ran.err.startswith("list.csv:3: ")
    lines = cli("list", "--list", "coffee").out.splitlines()
    assert [line.split("\t")[0] for line in lines] == ["company", "Acme", "Gamma"]
    assert "did you mean coffee" in cli("list", "--list", "cofee").err


def test_the_list_is_kept_by_commands(cli: Cli, project: Path) -> None:
    cli("add", "--offline", "--company", "Acme", "acme.example", "mastodon.social/@acme")
    assert "2 accounts" in cli("rename", "Acme", "Acme Coffee").out
    assert "Paused https://acme.example/" in cli("pause", "acme.example").out
    assert "paused" in cli("list").out
    assert "Resumed" in cli("resume", "Acme Coffee").out
    assert "is kept" in cli("remove", "Acme Coffee").out
    assert "empty" in cli("list").out


def test_every_mistake_in_the_configuration_is_a_line(cli: Cli, project: Path) -> None:
    (project / "rivalscope.toml").write_text('contct = "x"\n[[accounts]]\ncompany = "A"\nurl = "@a"\nown = 1\n')
    for words in (["check"], ["run"], ["add", "x.example"]):
        ran = cli(*words)
        assert ran.exit_code == rivalscope.CONFIGURATION
        assert [line.partition(": ")[0] for line in ran.err.splitlines()] == [
            "rivalscope.toml line 1",
            "rivalscope.toml line 5",
        ]


def test_check_tells_each_account_without_visiting(cli: Cli, project: Path) -> None:
    links = ("mastodon.social/@acme", "acme.example/blog", "instagram.com/acme", "beta.example")
    cli("add", "--offline", "--company", "Acme", *links)
    cli("pause", "beta.example")
    ran = cli("check")
    assert ran.exit_code == 0
    rows = {line.split("\t")[1]: line.split("\t") for line in ran.out.splitlines() if "\t" in line}
    assert int(rows["https://mastodon.social/@acme"][2]) > 0
    assert "first visit" in rows["https://acme.example/blog"][4]
    assert rows["https://www.instagram.com/acme/"][2:4] == ["0", "0"]
    assert "rivalscope connect instagram" in rows["https://www.instagram.com/acme/"][4]
    assert "paused" in rows["https://beta.example/"][4]
    assert "to 2 hosts" in ran.out
    assert not (project / "data" / "landing").exists()


def test_check_says_when_the_contact_is_missing(cli: Cli, tmp_path: Path) -> None:
    cli("init")
    ran = cli("add", "acme.example")
    assert ran.exit_code == 0
    assert ran.out.splitlines()[1:] == [
        "Not asked which profiles it links to, as there is no `contact` in rivalscope.toml: acme.example"
    ]
    assert "No contact" in cli("check").out
    ran = cli("crawl")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "No contact" in ran.err


@pytest.mark.parametrize("command", ["crawl", "run"])
def test_an_empty_list_is_said(cli: Cli, project: Path, command: str) -> None:
    ran = cli(command)
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "rivalscope add" in ran.err


@pytest.mark.parametrize(("words", "code"), [(["brief"], 30), (["analyze"], 30), (["sql", "select 1"], 30)])
def test_nothing_to_tell(cli: Cli, project: Path, words: list[str], code: int) -> None:
    ran = cli(*words)
    assert ran.exit_code == code
    assert "rivalscope" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_platforms_are_listed_with_what_they_show(cli: Cli) -> None:
    lines = cli("platforms").out.splitlines()
    assert len(lines) == 1 + len(Platform)
    assert lines[1].startswith("Mastodon\tyes\t")
    assert any(line.startswith("Instagram\twith a token, or files\t") for line in lines)


def test_the_unexpected_is_one_sentence_and_leaves_its_details(cli: Cli, project: Path) -> None:
    cli("add", "--offline", "acme.example")
    (project / "data").write_text("a file where a folder should be")
    ran = cli("load")
    assert ran.exit_code == rivalscope.UNEXPECTED
    assert len(ran.err.splitlines()) == 1
    log = Path(re.search(r"details are in (\S+)\.$", ran.err)[1])  # type: ignore[index]  # the sentence names it
    assert "Traceback" in log.read_text()


def test_a_folder_in_the_way_of_a_file_is_named(cli: Cli, project: Path) -> None:
    (project / "data" / "run.lock").mkdir(parents=True)
    ran = cli("load")
    assert ran.exit_code == rivalscope.UNEXPECTED
    assert "run.lock cannot be used (Is a directory): something is in the way there" in ran.err


# --- one run at a time ---


def test_a_second_run_is_turned_away(cli: Cli, project: Path) -> None:
    cli("add", "--offline", "acme.example")
    with RunLock(project / "data" / "run.lock", "crawl", datetime(2026, 11, 22, 6, tzinfo=UTC)):
        for command in ("run", "crawl", "load", "analyze"):
            ran = cli(command)
            assert ran.exit_code == rivalscope.LOCKED
            assert f"crawl, process {os.getpid()}, since 2026-11-22 06:00:00 UTC" in ran.err


def test_who_comes_second_can_wait(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    first = RunLock(path, "crawl", datetime(2026, 11, 22, 6, tzinfo=UTC))
    told: list[str] = []

    def first_ends(sentence: str) -> None:
        told.append(sentence)
        first.__exit__(None, None, None)

    first.__enter__()
    with RunLock(path, "run", datetime.now(UTC), wait_seconds=60, on_wait=first_ends):
        assert path.read_text().startswith("run, ")
    assert len(told) == 1
    assert f"crawl, process {os.getpid()}" in told[0]


def test_a_killed_run_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, datetime\n"
        "from crawler.run_lock import RunLock\n"
        "with RunLock(pathlib.Path(sys.argv[1]), 'run', datetime.datetime.now(datetime.UTC)):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    path = tmp_path / "data" / "run.lock"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RunLockedError, match=f"run, process {holder.pid}"), RunLock(path, "x", datetime.now(UTC)):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with RunLock(path, "x", datetime.now(UTC)):
            assert str(os.getpid()) in path.read_text()


def test_a_crawl_that_still_writes_is_seen(tmp_path: Path) -> None:
    part = tmp_path / "20261122T060000Z-aaaaaa" / "crawl-0001.jsonl.part"
    part.parent.mkdir()
    with part.open("w"):
        assert crawls_at_work(tmp_path) == {part.parent.name}
    assert crawls_at_work(tmp_path) == set()


# --- the process ---


def test_it_runs_as_a_module_and_names_scrapys_settings(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "rivalscope", "list"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert ran.returncode == rivalscope.CONFIGURATION
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert os.environ["SCRAPY_SETTINGS_MODULE"] == "crawler.settings"


STOPPED_WHILE_LOADING = """
import os, runpy, signal, sys

class StopAt:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, StopAt())
sys.modules.pop({module!r}, None)
sys.argv = ["rivalscope", "list"]
{start}
"""


@pytest.mark.parametrize(
    "start",
    ["from rivalscope import main; sys.exit(main())", "runpy.run_module('rivalscope', run_name='__main__')"],
    ids=["script", "module"],
)
@pytest.mark.parametrize("module", ["contextlib", "typer", "crawler.account_list", "rivalscope_commands.upkeep"])
def test_a_stop_while_all_is_loading_says_nothing(module: str, start: str, tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", STOPPED_WHILE_LOADING.format(module=module, start=start)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "")


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    pipe = f"{sys.executable} -m rivalscope platforms | head -n 1; exit ${{PIPESTATUS[0]}}"
    ran = subprocess.run(
        ["bash", "-c", pipe],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_what_is_asked_for_is_done_though_nobody_reads_what_is_said(cli: Cli, project: Path) -> None:
    (project / "posts.csv").write_text(
        "platform,account,url,published_at\nmastodon,a@social.example,https://social.example/@a/1,2026-11-01\n"
    )
    unread, written = os.pipe()
    os.close(unread)
    ran = subprocess.run(
        [sys.executable, "-u", "-m", "rivalscope", "import", "posts.csv"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=written,
        stderr=subprocess.PIPE,
        check=False,
        text=True,
    )
    os.close(written)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Loaded 0 files" in cli("load").out
    assert list((project / "data" / "landing" / "loaded").iterdir())


@pytest.mark.parametrize(
    ("words", "redirected"),
    [("", ">/dev/full"), ("", "| true"), ("import --template -", ">&-")],
)
def test_where_nothing_can_be_said_there_is_no_traceback(project: Path, words: str, redirected: str) -> None:
    ran = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m rivalscope {words} {redirected}"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert "Traceback" not in ran.stderr
    assert "unexpected" not in ran.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_is_stopped_says_so_and_tidies_up(project: Path, number: signal.Signals) -> None:
    with RunLock(project / "data" / "run.lock", "crawl", datetime(2026, 11, 22, 6, tzinfo=UTC)):
        process = subprocess.Popen(
            [sys.executable, "-m", "rivalscope", "backup", "kept.zip", "--wait", "5"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        assert "crawl, process" in process.stderr.readline()
        process.send_signal(number)
        said = process.communicate()[1]
    assert (process.returncode, said) == (rivalscope.STOPPED, "Stopped. What was collected is kept.\n")


def test_a_terminal_that_does_not_know_a_letter_is_shown_its_number(cli: Cli, project: Path) -> None:
    cli("add", "--offline", "--company", "Bäcker ☕", "https://baecker.example/")
    ran = subprocess.run(
        [sys.executable, "-m", "rivalscope", "list"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=False,
        encoding="latin-1",
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Bäcker \\u2615\tweb" in ran.stdout


@pytest.mark.parametrize("now", ["1970-01-01T00:00:10+00:00", "2106-02-07T06:28:16+00:00"])
def test_under_a_clock_that_cannot_be_right_nothing_is_begun(
    cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch, now: str
) -> None:
    monkeypatch.setenv("RIVALSCOPE_NOW", now)
    cli("add", "--offline", "--company", "Acme", "https://acme.example/blog")
    (project / "inbox").mkdir(exist_ok=True)
    (project / "inbox" / "posts.csv").write_text("url\nhttps://acme.example/blog/1\n")
    for words in (("run",), ("crawl",), ("load",), ("import", "inbox"), ("analyze",)):
        ran = cli(*words)
        assert ran.exit_code == rivalscope.UNEXPECTED
        assert f"clock says {now[:10]}, which cannot be" in ran.err
        assert "Nothing was done." in ran.err
    assert not (project / "data" / "landing").exists()
    assert not (project / "data" / "warehouse.duckdb").exists()


def test_a_run_of_a_time_to_come_is_told_and_the_next_goes_on(
    cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("add", "--offline", "--own-host", "--company", "Acme", "http://127.0.0.1:9/")
    later = RunReport(command="run", started_at=datetime(2031, 5, 1, tzinfo=UTC))
    ReportFile(project / "data" / "runs", later).finish(later.started_at, 0)
    monkeypatch.setenv("RIVALSCOPE_NOW", "2026-11-22T06:00:00+00:00")
    ran = cli("crawl")
    assert "a run was started at 2031-05-01 00:00 UTC: one of the two was wrong" in ran.err
    assert "robots_denied" in ran.out + ran.err
    assert "2026-11-22 06:00" in cli("status").out
