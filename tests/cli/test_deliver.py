"""`deliver`, and the step of `run`, as a user meets them: real receivers on loopback, and no secret anywhere."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import rivalscope
from crawler.run_lock import RunLock
from crawler.run_report import newest_reports
from tests.reports.delivery.conftest import NOW, Mailroom, Webroom, mail_server, web_server

Cli = Callable[..., Any]
CANARY = "canary5f0csecret"
LATER = datetime(2026, 12, 31, tzinfo=UTC)
POSTS = """\
platform,account,url,published_at,observed_at,format,text,like_count,comment_count,company
instagram,acme,https://www.instagram.com/p/BAAAAAAAAAA/,2026-11-01T10:00:00Z,2026-11-08T10:00:00Z,image,One,12,3,Acme
instagram,acme,https://www.instagram.com/p/CAAAAAAAAAA/,2026-11-02T10:00:00Z,2026-11-09T10:00:00Z,image,Two,7,0,Acme
"""


@pytest.fixture(autouse=True)
def kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Credentials of these tests' own."""
    path = tmp_path / "keys" / "credentials.toml"
    monkeypatch.setenv("RIVALSCOPE_CREDENTIALS", str(path))
    monkeypatch.setenv("RIVALSCOPE_NOW", "2026-11-23T06:00:00+00:00")
    return path


@pytest.fixture
def told(cli: Cli, project: Path) -> Path:
    """A project whose one account is behind a wall, so that a run crawls nothing and writes a brief all the same."""
    cli("add", "--company", "Acme", "instagram.com/acme")
    (project / "inbox").mkdir(exist_ok=True)
    (project / "inbox" / "posts.csv").write_text(POSTS)
    return project


def configure(project: Path, text: str) -> None:
    with (project / "rivalscope.toml").open("a") as file:
        file.write(f"\n{text}\n")


def everything(project: Path) -> bytes:
    """All that a project's files hold, but for what is kept apart."""
    files = [path for path in project.rglob("*") if path.is_file() and path.parent.name != "keys"]
    return b"".join(path.read_bytes() for path in files)


def test_runs_deliver_each_brief_once_bring_a_missed_one_later_and_keep_no_secret(
    cli: Cli, told: Path, kept_apart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(
        told,
        """
        [brief]
        name = "Kettle & Co"
        [deliver.to.office]
        mail = ["anna@acme.example", "ben@acme.example"]
        [deliver.to.team]
        service = "json"
        [deliver.to.shelf]
        folder = "shelf"
        attach = ["json"]
        """,
    )
    with mail_server(Mailroom()) as mail, web_server(Webroom()) as web:
        address = f"mailto://anna:{CANARY}@127.0.0.1:{mail.port}?from=briefs@kettle.example"
        monkeypatch.setenv("RIVALSCOPE_DELIVER_OFFICE", address)
        kept_apart.parent.mkdir()
        kept_apart.write_text(f'[deliver.team]\naddress = "json://127.0.0.1:{web.port}/{CANARY}"\n')
        kept_apart.chmod(0o600)
        # the server offers no login, so that mail fails at first
        first = cli("run")
        assert first.exit_code == rivalscope.UNDELIVERED, first.err
        assert first.err.count("Not delivered: Kettle & Co: 2026-W48, to office: the mail server does not offer") == 2
        assert "Delivered 'Kettle & Co: 2026-W48' to team (json)." in first.out
        monkeypatch.setenv("RIVALSCOPE_DELIVER_OFFICE", address.replace(f"anna:{CANARY}@", ""))
        monkeypatch.setenv("RIVALSCOPE_NOW", "2026-11-30T06:00:00+00:00")
        second = cli("run")
        assert second.exit_code == rivalscope.WORSE, second.err  # every account is walled
        assert second.out.count("Delivered ") == 6
        assert "Everybody has 2026-W49.html." in cli("deliver").out
    subjects = ["Kettle & Co: 2026-W48", "Kettle & Co: 2026-W49"]
    for mailbox in ("anna@acme.example", "ben@acme.example"):
        assert [message["Subject"] for to, message in mail.received if to == mailbox] == subjects
    assert [json.loads(asked.body)["title"] for asked in web.asked] == subjects
    names = {f"2026-W{week}.{form}" for week in (48, 49) for form in ("html", "json")}
    assert {path.name for path in (told / "shelf").iterdir()} == names

    last, before = newest_reports(told / "data" / "runs", LATER)
    assert "deliver" in last.steps
    assert last.undelivered == []
    assert len(before.undelivered) == 2
    assert before.exit_code == rivalscope.UNDELIVERED
    query = "select receiver, addressee, is_delivered from marts.deliveries order by all"
    assert [tuple(row.values()) for row in json.loads(cli("sql", query, "--format", "json").out)] == [
        ("office", "anna@acme.example", False),
        ("office", "ben@acme.example", False),
        ("shelf", None, True),
        ("team", None, True),
    ]
    assert CANARY.encode() not in everything(told)
    assert CANARY not in first.out + first.err + second.out + second.err


def test_credentials_that_cannot_be_read_are_one_sentence(cli: Cli, told: Path, kept_apart: Path) -> None:
    configure(told, '[deliver.to.office]\nmail = ["anna@acme.example"]')
    kept_apart.parent.mkdir()
    kept_apart.write_text(f'[deliver.office]\naddress = "mailtos://{CANARY}')
    kept_apart.chmod(0o600)
    ran = cli("deliver", "--test")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "is no TOML" in ran.err
    assert CANARY not in ran.err


def test_secrets_are_stored_apart_and_tried_with_a_test_message(
    cli: Cli, told: Path, kept_apart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(told, '[deliver.to.office]\nmail = ["anna@acme.example"]\n[deliver.to.shelf]\nfolder = "shelf"')
    with mail_server(Mailroom()) as mail:
        stated = f"mailto://127.0.0.1:{mail.port}?from=briefs@kettle.example&name={CANARY}\n"
        monkeypatch.setattr("sys.stdin", io.StringIO(stated))
        ran = cli("deliver", "--connect", "office")
        assert ran.exit_code == 0, ran.err
        assert CANARY not in ran.out + ran.err
        assert kept_apart.stat().st_mode & 0o077 == 0
        assert CANARY in kept_apart.read_text()
        ran = cli("deliver", "--test")
        assert ran.exit_code == 0, ran.err
        assert "A test message went to office (anna@acme.example)." in ran.out
    ((_, message),) = mail.received
    assert message["Subject"] == "Rivalscope brief: test"
    assert [part.get_filename() for part in message.iter_attachments()] == ["rivalscope-test.html"]
    assert (told / "shelf" / "rivalscope-test.html").exists()
    assert not (told / "data" / "deliveries.jsonl").exists()
    assert CANARY.encode() not in everything(told)


def test_two_at_once_do_not_deliver_twice(cli: Cli, told: Path) -> None:
    configure(told, '[deliver.to.shelf]\nfolder = "shelf"')
    with RunLock(told / "data" / "run.lock", "run", NOW):
        ran = cli("deliver")
    assert ran.exit_code == rivalscope.LOCKED
    assert not (told / "shelf").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["deliver"], rivalscope.NOTHING, "There is no brief in"),
        (["deliver", "--week", "2026-W40"], rivalscope.NOTHING, "There is no brief of 2026-W40"),
        (["deliver", "--to", "shelv"], rivalscope.USAGE, "There is no [deliver.to.shelv] in rivalscope.toml; did you"),
        (["deliver", "--connect", "shelf"], rivalscope.USAGE, "shelf is a folder, which needs no secret."),
        (["deliver", "--connect", "store"], rivalscope.CONFIGURATION, "are no keys of a bucket"),
    ],
)
def test_what_cannot_be_delivered_is_one_sentence(
    cli: Cli, told: Path, words: list[str], code: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CANARY}\n"))
    configure(told, '[deliver.to.shelf]\nfolder = "shelf"\n[deliver.to.store]\nbucket = "s3://acme/market"')
    ran = cli(*words)
    assert ran.exit_code == code
    assert said in ran.err
    assert CANARY not in ran.err
    assert len(ran.err.splitlines()) == 1


def test_doctor_names_receivers_that_nothing_reaches(cli: Cli, told: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    receivers = ('team]\nservice = "slack"', 'shelf]\nfolder = "shelf"', 'store]\nbucket = "s3://acme/market"')
    configure(told, "\n".join(f"[deliver.to.{each}" for each in receivers))
    ran = cli("doctor")
    assert "team has no address yet: rivalscope deliver --connect team Until then nothing reaches it." in ran.out
    assert "store has no keys yet" in ran.out
    assert "shelf" not in ran.out
    monkeypatch.setenv("RIVALSCOPE_DELIVER_TEAM", f"slack://{CANARY}")
    said = cli("doctor").out
    assert "The address of team is none that slack takes" in said
    assert CANARY not in said


def test_without_receivers_it_says_how_to_name_some(cli: Cli, told: Path) -> None:
    ran = cli("deliver")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "[deliver.to.NAME]" in ran.err


@pytest.mark.parametrize(
    "text",
    [
        f'[deliver.to.a]\naddress = "slack://{CANARY}"',
        f'[deliver.to.a]\nservice = "slack://{CANARY}"',
        f'[deliver.to.a]\nmail = "mailtos://anna:{CANARY}@acme.example"',
        f'[deliver.to.a]\nmail = ["mailtos://anna:{CANARY}@acme.example"]',
        f'[deliver.to.a]\nbucket = "s3://key:{CANARY}@briefs"',
        f'[deliver.to.a]\nbucket = "s3://briefs"\nendpoint = "https://key:{CANARY}@s3.acme.example"',
        f'[deliver.to.a]\nbucket = "s3://briefs"\nregion = "{CANARY}!"',
        f'[deliver.to.a]\nfolder = "x"\npassword = "{CANARY}"',
        f'[deliver]\nto = "{CANARY}"',
        f'[deliver.to]\na = "{CANARY}"',
    ],
)
def test_a_secret_in_the_configuration_is_named_by_its_line_and_not_repeated(
    cli: Cli, project: Path, text: str
) -> None:
    configure(project, text)
    ran = cli("check")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "rivalscope.toml line " in ran.err
    assert CANARY not in ran.out + ran.err


def test_a_crawl_tells_what_cannot_wait_for_the_brief(cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(Mailroom()) as mail, web_server(Webroom()) as site:  # answers everything with {}
        config = (project / "rivalscope.toml").read_text()
        config = config.replace("own_hosts = []", f'own_hosts = ["127.0.0.1:{site.port}"]')
        (project / "rivalscope.toml").write_text(config)
        more = f"""
        [alerts]
        failed_visits = 1
        [deliver.to.office]
        mail = ["anna@acme.example"]
        tell = ["alerts"]
        [[accounts]]
        company = "Acme"
        url = "http://127.0.0.1:{site.port}/@acme"
        platform = "mastodon"
        """
        configure(project, more)
        monkeypatch.setenv("RIVALSCOPE_DELIVER_MAIL", f"mailto://127.0.0.1:{mail.port}?from=briefs@kettle.example")
        ran = cli("crawl")
        assert ran.exit_code == rivalscope.NOTHING, ran.err
    ((_, message),) = mail.received
    assert "Acme on Mastodon: the last visit failed" in message["Subject"]
    shown = cli("alerts").out
    assert shown.startswith("2026-11-23  Acme on Mastodon: the last visit failed (")
    assert f"`rivalscope reparse`. http://127.0.0.1:{site.port}/@acme" in shown
    # which version this is, how to get a newer one, and what to do then
    (said,) = (line for line in ran.err.splitlines() if line.startswith("Mastodon: pages have changed."))
    assert re.search(
        r"This is Rivalscope \S+; .* pipx upgrade rivalscope, then rivalscope reparse --platform mastodon", said
    )
    assert said in newest_reports(project / "data" / "runs", LATER)[0].problems


def test_each_list_has_a_brief_of_its_own_for_its_own_receivers(cli: Cli, told: Path) -> None:
    cli("add", "--company", "Beta", "--list", "tea", "instagram.com/beta")
    configure(
        told,
        """
        [deliver.to.all]
        folder = "all"
        [deliver.to.bar]
        folder = "bar"
        lists = ["tea"]
        """,
    )
    ran = cli("run")
    assert ran.exit_code == rivalscope.WORSE, ran.err  # every account is walled
    assert [path.name for path in (told / "all").iterdir()] == ["2026-W48.html"]
    (tea,) = (told / "bar").iterdir()
    assert tea.name == "2026-W48_tea.html"
    words = tea.read_text(encoding="utf-8")
    assert "Rivalscope brief: tea" in words
    assert "Beta" in words
    assert "Acme" not in words
    assert "Acme" in (told / "all" / "2026-W48.html").read_text(encoding="utf-8")
    assert "Everybody has 2026-W48.html and 2026-W48_tea.html." in cli("deliver").out
    assert cli("deliver", "--list", "tee").exit_code == rivalscope.USAGE

    # told by itself, at a time of its own
    configure(told, '[schedule.lists.tea]\ncollect = []\ntell = "friday 16:00"')
    assert "tea at no time of its own with a brief of its own on Friday at 16:00" in cli("check").out
    (told / "bar" / tea.name).unlink()
    ran = cli("run", "--list", "tea")
    assert ran.exit_code == rivalscope.WORSE, ran.err
    assert newest_reports(told / "data" / "runs", LATER)[0].lists == ["tea"]
    assert len(newest_reports(told / "data" / "runs", LATER)[0].accounts) == 1
    assert list((told / "bar").iterdir()) == []  # it has the week's
    assert cli("deliver", "--list", "tea", "--again").exit_code == 0
    assert (told / "bar" / tea.name).exists()
