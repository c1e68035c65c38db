"""Official doors from the command line: getting, testing, storing, renewing a token, and saying how things stand."""

from __future__ import annotations

import io
import json
import stat
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

import rivalscope
from tests.cli.conftest import Cli
from tests.crawler.engine.api_server import OWN_ID, TOKEN, Answer, Interfaces, graph_error, json_answer


@pytest.fixture
def network(project: Path) -> Iterator[Interfaces]:
    """The interfaces, and a project that asks them instead of the real ones."""
    with Interfaces().served() as interfaces, (project / "rivalscope.toml").open("a", encoding="utf-8") as file:
        urls = interfaces.base_urls
        for name in ("instagram", "facebook", "threads", "x"):
            file.write(f'\n[platforms.{name}]\napi_url = "{urls[name]}"\nsite_url = "{urls[f"{name}.site"]}"\n')
        file.flush()
        yield interfaces


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where credentials go."""
    path = tmp_path / "configuration" / "credentials.toml"
    monkeypatch.setenv("RIVALSCOPE_CREDENTIALS", str(path))
    return path


def stored(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def typed(monkeypatch: pytest.MonkeyPatch, text: str = f"{TOKEN}\n") -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


@pytest.mark.parametrize("name", ["instagram", "facebook", "threads", "x"])
def test_a_token_is_tested_and_stored_for_its_owner_alone(
    cli: Cli, network: Interfaces, kept: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    links = {"instagram": "instagram.com/mill", "facebook": "facebook.com/mill", "threads": "threads.com/@mill"}
    cli("add", "--company", "Mill", links.get(name, "x.com/mill"))
    typed(monkeypatch)
    ran = cli("connect", name, "--token-stdin")
    assert ran.exit_code == 0, ran.err
    assert TOKEN not in ran.out + ran.err
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    entry = stored(kept)[name]
    assert entry["token"] == TOKEN
    assert entry.get("account") == (OWN_ID if name == "instagram" else None)
    if name == "x":
        assert "It does not end by itself." in ran.out
    else:
        assert abs(entry["expires_at"] - datetime.now(UTC) - timedelta(days=50)) < timedelta(hours=1)
        assert "in 49 days" in ran.out or "in 50 days" in ran.out
    assert all(each.headers["Authorization"] == f"Bearer {TOKEN}" for each in network.asked)
    assert "/robots.txt" not in [each.path for each in network.asked]


def test_other_entries_and_comments_stay_and_remove_takes_one(
    cli: Cli, network: Interfaces, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.parent.mkdir()
    kept.write_text('# mine\n[threads]\ntoken = "another-token"  # keep\n\n[x]\ntoken = "an-old-token"\n')
    kept.chmod(0o600)
    monkeypatch.setenv("RIVALSCOPE_X_TOKEN", TOKEN)
    network.overrides["XDevelopers"] = json_answer({"data": {"id": "1", "username": "XDevelopers"}})
    assert cli("connect", "Twitter", "--from-env").exit_code == 0
    text = kept.read_text()
    assert text.startswith('# mine\n[threads]\ntoken = "another-token"  # keep\n')
    assert stored(kept)["x"]["token"] == TOKEN
    assert "Forgot" in cli("connect", "x", "--remove").out
    assert set(stored(kept)) == {"threads"}
    assert "no token for X" in cli("connect", "x", "--remove").out
    assert [each.name for each in kept.parent.iterdir()] == [kept.name]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["connect", "linkedin"], "no official door"),
        (["connect", "instagrm"], "did you mean instagram"),
        (["connect", "x"], "nobody to ask"),
        (["connect", "x", "--from-env"], "RIVALSCOPE_X_TOKEN is not set"),
        (["connect", "x", "--token-stdin"], "no blanks"),
        (["connect", "threads", "--token-stdin", "--expires", "soon"], "2027-01-31"),
        (["connect", "threads", "--token-stdin", "--expires", "2020-01-31"], "is over"),
    ],
)
def test_what_cannot_be_connected_is_one_sentence(
    cli: Cli, project: Path, kept: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    typed(monkeypatch, "not a token\n" if words[1] == "x" else f"{TOKEN}\n")
    ran = cli(*words)
    assert ran.exit_code in (rivalscope.USAGE, rivalscope.CONFIGURATION)
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not kept.exists()


def test_a_token_copied_with_the_word_before_it_and_an_end_in_quotes_are_understood(
    cli: Cli, network: Interfaces, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("add", "--company", "Mill", "x.com/mill", "threads.com/@mill")
    settings = kept.parent.parent / "rivalscope.toml"
    settings.write_text(settings.read_text().replace("[platforms.x]", "[platforms.x]\nposts_per_run = 2"))
    for _ in range(2):  # each trial is a run of its own, as far as posts_per_run goes
        typed(monkeypatch, f"Bearer {TOKEN}\n")
        assert cli("connect", "x", "--token-stdin").exit_code == 0
    assert stored(kept)["x"]["token"] == TOKEN
    with kept.open("a") as file:
        file.write(f'\n[threads]\ntoken = "{TOKEN}"\nexpires_at = "2999-01-31"\n')
    status = cli("status").out
    assert "2999-01-31" in status
    assert "never" in status, "X's tokens do not end"


def test_the_steps_are_said_where_there_is_nobody_to_type(cli: Cli, project: Path, kept: Path) -> None:
    ran = cli("connect", "instagram")
    assert "  1. Open https://developers.facebook.com/apps" in ran.out
    assert "instagram_manage_insights" in ran.out
    assert ran.exit_code == rivalscope.USAGE


@pytest.mark.parametrize(
    ("answer", "said", "is_stored"),
    [
        (graph_error(190, f"Session of {TOKEN} has expired", 401), "has expired", False),
        (graph_error(10, "(#10) Needs threads_profile_discovery", 403), "(#10) Needs threads_profile_discovery", True),
        (graph_error(4, "(#4) Application request limit reached"), "(#4)", True),
        (graph_error(2, "Service unavailable", 503), "Service unavailable", False),
        (Answer(b"<html>", 200, {"Content-Type": "text/html"}), "", False),
        (Answer(b"", 302, {"Location": "https://elsewhere.example/"}), "", False),
    ],
)
def test_a_token_that_does_not_work_says_so_in_the_networks_words(
    cli: Cli,
    network: Interfaces,
    kept: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: Answer,
    said: str,
    is_stored: bool,
) -> None:
    network.overrides["profile_lookup"] = answer
    typed(monkeypatch)
    ran = cli("connect", "threads", "--token-stdin")
    assert ran.exit_code == (rivalscope.WORSE if is_stored else rivalscope.CONFIGURATION)
    assert said in ran.err
    assert TOKEN not in ran.out + ran.err
    assert kept.exists() == is_stored


def test_an_interface_that_is_not_there_is_one_sentence(
    cli: Cli, project: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (project / "rivalscope.toml").open("a", encoding="utf-8") as file:
        file.write('\n[platforms.threads]\napi_url = "http://127.0.0.1:1"\n')
    typed(monkeypatch)
    ran = cli("connect", "threads", "--token-stdin")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "127.0.0.1:1 could not be asked" in ran.err
    assert not kept.exists()


def test_a_page_without_an_instagram_account_says_what_to_do(
    cli: Cli, network: Interfaces, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.overrides["me/accounts"] = json_answer({"data": [{"id": "1", "name": "Mine"}]})
    typed(monkeypatch)
    ran = cli("connect", "instagram", "--token-stdin")
    assert ran.exit_code == rivalscope.CONFIGURATION
    assert "--account ID" in ran.err
    assert not kept.exists()


# --- as time goes by ---


def ending(days: float) -> datetime:
    return (datetime.now(UTC) + timedelta(days=days)).replace(microsecond=0)


def keep(path: Path, **entries: dict[str, Any]) -> None:
    lines = []
    for name, entry in entries.items():
        lines.append(f"[{name}]")
        lines += [
            f"{key} = {value.isoformat() if isinstance(value, datetime) else json.dumps(value)}"
            for key, value in {"token": TOKEN, **entry}.items()
        ]
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)


def test_a_run_renews_what_ends_soon(cli: Cli, network: Interfaces, kept: Path) -> None:
    cli("add", "--company", "Mill", "threads.com/@mill", "facebook.com/mill", "instagram.com/mill")
    app = {"app_id": "77", "app_secret": "an-app-secret"}
    keep(
        kept,
        threads={"expires_at": ending(9), "obtained_at": ending(-51)},
        facebook={"expires_at": ending(5), **app},
        instagram={"expires_at": ending(2.5), "account": OWN_ID},
    )
    fresh = {"access_token": "a-fresh-token-of-threads", "token_type": "bearer", "expires_in": 60 * 86400}
    network.overrides["refresh_access_token"] = json_answer(fresh)
    network.overrides["oauth/access_token"] = json_answer({**fresh, "access_token": "a-fresh-token-of-facebook"})
    ran = cli("crawl", "--no-load")
    assert "Renewed the token for Threads" in ran.err
    assert "Renewed the token for Facebook" in ran.err
    assert "The token for Instagram ends on" in ran.err
    assert "in 2 days" in ran.err
    entries = stored(kept)
    assert entries["threads"]["token"] == "a-fresh-token-of-threads"
    assert abs(entries["threads"]["expires_at"] - ending(60)) < timedelta(minutes=5)
    assert entries["facebook"]["token"] == "a-fresh-token-of-facebook"
    assert entries["facebook"]["app_secret"] == "an-app-secret"
    assert entries["instagram"]["token"] == TOKEN
    (asked,) = network.paths("oauth/access_token")
    assert parse_qs(urlsplit(asked).query)["fb_exchange_token"] == [TOKEN]
    # the crawl goes on with the new ones
    assert "Bearer a-fresh-token-of-threads" in {
        each.headers["Authorization"] for each in network.asked if "profile" in each.path
    }
    for path in (each for each in Path().rglob("*") if each.is_file() and each != kept.relative_to(Path.cwd())):
        assert b"a-fresh-token" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("days", "said"), [(20, None), (13.5, "in 13 days"), (2.5, "in 2 days"), (1.5, "tomorrow"), (-1, "ended on")]
)
def test_the_end_is_told_two_weeks_and_three_days_ahead(
    cli: Cli, network: Interfaces, kept: Path, days: float, said: str | None
) -> None:
    cli("add", "--company", "Mill", "instagram.com/mill")
    keep(kept, instagram={"expires_at": ending(days), "account": OWN_ID})
    for command in ("check", "status"):
        out = cli(command).out
        assert ("The token for Instagram" in out) == (said is not None)
        assert said is None or said in out
    assert network.asked == []


def test_check_says_which_doors_are_open_and_which_are_within_reach(
    cli: Cli, network: Interfaces, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli(
        "add", "--company", "Mill", "x.com/mill", "facebook.com/mill", "instagram.com/mill", "linkedin.com/company/mill"
    )
    monkeypatch.setenv("RIVALSCOPE_X_TOKEN", TOKEN)
    monkeypatch.setenv("RIVALSCOPE_INSTAGRAM_TOKEN", TOKEN)
    ran = cli("check")
    lines = {line.partition(": ")[0]: line for line in ran.out.splitlines()}
    assert "the door is open by the environment (RIVALSCOPE_X_TOKEN)" in ran.out
    assert lines["X"].startswith("X: at most 500 posts, 2,000 left this month, about $2.50; looking up an account")
    assert "App Review" in lines["Facebook"]
    assert "rivalscope connect facebook" in lines["Facebook"]
    assert "RIVALSCOPE_INSTAGRAM_ACCOUNT" in lines["Instagram"]
    assert "no official door" in lines["LinkedIn"]
    rows = {line.split("\t")[1]: line.split("\t") for line in ran.out.splitlines() if "\t" in line}
    assert int(rows["https://x.com/mill"][2]) > 0
    assert "keeps crawlers out" in rows["https://www.facebook.com/mill"][4]
    network.overrides["/2/users"] = json_answer({"title": "Forbidden", "detail": "Attach a project first."}, 403)
    assert "Attach a project first." in cli("check", "--online").out


def test_a_run_reads_by_the_token_says_what_it_cost_and_keeps_the_token_to_itself(
    cli: Cli, network: Interfaces, kept: Path, project: Path
) -> None:
    cli("add", "--company", "Mill", "x.com/mill", "instagram.com/mill")
    keep(kept, x={}, instagram={"account": OWN_ID, "expires_at": ending(10)})
    ran = cli("run")
    assert ran.exit_code == 0, ran.err
    assert "X: 9 posts in this run, about $0.05; 1,991 left this month." in ran.out
    assert "at most 500 posts, 1,991 left this month" in cli("check").out
    (brief,) = (project / "briefs").glob("*.html")
    assert "The token for Instagram ends on" in brief.read_text(encoding="utf-8")
    told = cli("status").out
    assert "https://x.com/mill" in told
    assert "complete" in told
    looked_at = [path for path in project.rglob("*") if path.is_file() and path != kept]
    assert any(path.suffix == ".duckdb" for path in looked_at)
    for path in looked_at:
        assert TOKEN.encode() not in path.read_bytes(), path


def test_a_limit_is_kept_by_the_next_crawl_though_nothing_was_built(cli: Cli, network: Interfaces, kept: Path) -> None:
    cli("add", "--company", "Mill", "x.com/mill")
    keep(kept, x={})
    reset = str(int(ending(0.01).timestamp()))
    headers = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
    network.overrides["/2/"] = json_answer({"title": "Too Many Requests"}, 429, headers)
    for said in ("X's limit is reached (“Too Many Requests”)", "asks us to come back no earlier than"):
        ran = cli("crawl")
        assert said in ran.err
        assert ran.exit_code == rivalscope.NOTHING
    assert len(network.asked) == 1


def test_a_file_that_others_can_read_is_refused_with_the_way_to_mend_it(
    cli: Cli, network: Interfaces, kept: Path
) -> None:
    cli("add", "--company", "Mill", "x.com/mill")
    keep(kept, x={})
    kept.chmod(0o644)
    for command in ("check", "crawl", "status"):
        ran = cli(command)
        assert ran.exit_code == rivalscope.CONFIGURATION
        assert "chmod 600" in ran.err
    assert network.asked == []


def test_a_token_typed_behind_the_name_is_not_repeated(cli: Cli, project: Path) -> None:
    ran = cli("connect", "x", "AAAAsecretsecret")
    assert ran.exit_code == rivalscope.USAGE
    assert "secret" not in ran.out + ran.err
    assert "asked for the token" in ran.err
