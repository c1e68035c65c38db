"""A site's link is enough: its own profiles are proposed, asked whether they link back, and added as the user says.

Real sites on loopback, real commands, real crawls; an answer that a page gives is one that some real page gives.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

import rivalscope
from crawler.links import recognise
from crawler.proposals import ChoiceError, Proposal, chosen
from crawler.run_lock import RunLock

Cli = Callable[..., Any]
Answer = tuple[int, Mapping[str, str], bytes]
HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json"}
ROOT = Path(rivalscope.__file__).parent


@define
class Site:
    """A server on loopback; what has no answer is 404."""

    answers: dict[str, Answer]
    asked: list[str] = field(factory=list)
    base: str = ""

    def page(self, path: str, markup: str) -> None:
        self.answers[path] = (200, HTML, markup.encode())


@pytest.fixture
def site() -> Iterator[Callable[..., Site]]:
    """Opens sites; all are closed at the end."""
    servers: list[ThreadingHTTPServer] = []

    def open_site(answers: Mapping[str, Answer] | None = None) -> Site:
        one = Site(dict(answers or {}))

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                one.asked.append(self.path)
                status, headers, body = one.answers.get(self.path.partition("?")[0], (404, HTML, b"<p>nothing"))
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        one.base = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return one

    yield open_site
    for server in servers:
        server.shutdown()
        server.server_close()


def mastodon(user: str, *links: str) -> Answer:
    fields = [{"name": "Site", "value": f'<a href="{link}">{link}</a>', "verified_at": None} for link in links]
    account = {
        "id": "1", "username": user, "acct": user, "display_name": user.title(), "note": "<p>Loaves.</p>", "emojis": [],
        "fields": fields, "created_at": "2024-01-01T00:00:00.000Z", "url": f"http://m.example/@{user}", "avatar": "",
        "header": "", "followers_count": 3, "following_count": 1, "statuses_count": 2, "locked": False, "bot": False,
    }  # fmt: skip
    return 200, JSON, json.dumps(account).encode()


def home(*links: str, extra: str = "") -> str:
    anchors = "".join(f'<a href="{link}"><svg></svg></a>' for link in links)
    return f"<!doctype html><title>Acme Bakery</title><main><h1>Bread</h1></main>{extra}<footer>{anchors}</footer>"


@pytest.fixture
def bakery(tmp_path: Path, site: Callable[..., Site]) -> tuple[Site, Site]:
    """A site with profiles behind walls, two on a Mastodon server and one on a server that is gone; and that server.

    The servers are named as the user's own hosts.
    """
    shop, server, gone, app_view = site(), site(), site(), site()
    server.answers["/api/v1/accounts/lookup"] = mastodon("bakery", shop.base)
    profile = {
        "did": "did:plc:a",
        "handle": "acme.example",
        "description": f"Bread. {shop.base.removeprefix('http://')}",
    }
    app_view.answers["/xrpc/app.bsky.actor.getProfile"] = (200, JSON, json.dumps(profile).encode())
    shop.page(
        "/",
        home(
            f"{server.base}/@bakery",
            f"{gone.base}/@bakery",
            "https://bsky.app/profile/acme.example",
            "https://bsky.app/profile/acme-bread.example",
            "https://www.instagram.com/acmebakery/",
            "https://twitter.com/intent/tweet?text=x",
            "https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.facebook.com%2Facmebakery",
            "https://www.tiktok.com/@acmebakery",
            "https://www.facebook.com/sharer.php?u=x",
            "https://x.com/squarespace",
            "https://github.com/acmebakery",
            "https://linktr.ee/acmebakery",
            "http://127.0.0.1:1/@inside",
        ),
    )
    shop.page("/walled", home("https://www.instagram.com/acmebakery/", "https://www.tiktok.com/@acmebakery"))
    hosts = ", ".join(f'"{each.base.removeprefix("http://")}"' for each in (server, gone, shop))
    bluesky = f'[platforms.bluesky]\napi_url = "{app_view.base}"\n'
    (tmp_path / "rivalscope.toml").write_text(f"[network]\nown_hosts = [{hosts}]\n{bluesky}")
    return shop, server


def listed(cli: Cli) -> dict[str, str]:
    """Link → company."""
    rows = [line.split("\t") for line in cli("list").out.splitlines()[1:]]
    return {row[2]: row[0] for row in rows}


def test_the_profiles_of_a_site_are_proposed_and_added_when_accepted(cli: Cli, bakery: tuple[Site, Site]) -> None:
    shop, server = bakery
    ran = cli("add", "--company", "Acme", "--list", "bread", shop.base)
    assert (ran.exit_code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"Added {shop.base}/")
    assert [line.split()[0] for line in lines[2:9]] == ["1", "2", "3", "4", "5", "6", "7"]
    mastodon_line, gone, bluesky, second, instagram, facebook, tiktok = lines[2:9]
    assert f"{server.base}/@bakery" in mastodon_line
    assert "links back to the site" in mastodon_line
    assert "not checked: " in gone
    assert "links back to the site" in bluesky
    assert "not checked: its host was just asked for another link)" in second
    assert "not checked: Instagram" in instagram
    assert "https://www.facebook.com/acmebakery " in facebook
    assert "TikTok" in tiktok
    assert "https://github.com/acmebakery" in lines[9]
    assert "https://linktr.ee/acmebakery" in lines[10]
    assert lines[-1].strip().startswith(f"rivalscope add --company Acme --list bread {server.base}/@bakery http")
    assert "squarespace" not in ran.out
    assert "inside" not in ran.out
    # one page of the site, and one answer of the server that shows profiles; nothing else left
    assert shop.asked == ["/robots.txt", "/"]
    assert [path.partition("?")[0] for path in server.asked] == ["/robots.txt", "/api/v1/accounts/lookup"]
    assert list(listed(cli)) == [f"{shop.base}/"]

    server.answers["/api/v1/accounts/lookup"] = mastodon("bakery", "https://elsewhere.example/")
    ran = cli("add", "--accept", "1,facebook", shop.base)
    assert (ran.exit_code, ran.err) == (0, "")
    assert "does not link back to the site" in ran.out
    accepted = [f"{shop.base}/", f"{server.base}/@bakery", "https://www.facebook.com/acmebakery"]
    assert listed(cli) == dict.fromkeys(accepted, "Acme")


def test_a_profile_that_is_listed_is_said_and_a_wrong_choice_adds_nothing(cli: Cli, bakery: tuple[Site, Site]) -> None:
    shop, _ = bakery
    cli("add", "--company", "Other", "https://www.tiktok.com/@acmebakery")
    ran = cli("add", "--company", "Acme", "--accept", "1,9", f"{shop.base}/walled")
    assert ran.exit_code == rivalscope.USAGE
    assert "https://www.tiktok.com/@acmebakery is in the list already (Other)." in ran.out.splitlines()
    assert ran.err.splitlines() == ["--accept: '9' is none of the profiles (there is 1); nothing was added."]
    assert list(listed(cli).values()) == ["Other", "Acme"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--accept", "1,z"], "'z' is no number, platform or link"),
        (["--accept", "mastodn"], "did you mean mastodon"),
        (["--accept", ""], "nothing was chosen"),
        (["--accept", "all,1"], "stand alone"),
        (["--accept", "all", "--offline"], "leave one of the two out"),
    ],
)
def test_a_choice_that_can_be_none_is_told_before_anything_happens(
    cli: Cli, project: Path, words: list[str], said: str
) -> None:
    ran = cli("add", *words, "acme.example")
    assert ran.exit_code == rivalscope.USAGE
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "empty" in cli("list").out


def test_offline_asks_nobody(cli: Cli, bakery: tuple[Site, Site]) -> None:
    shop, server = bakery
    ran = cli("add", "--offline", shop.base)
    added, said = ran.out.splitlines()
    assert ran.exit_code == 0
    assert added.startswith("Added ")
    assert said == "As you said --offline, no site was asked which profiles it links to."
    assert shop.asked + server.asked == []


def test_while_a_run_is_at_work_nobody_is_asked_twice_at_once(
    cli: Cli, bakery: tuple[Site, Site], tmp_path: Path
) -> None:
    shop, _ = bakery
    with RunLock(tmp_path / "data" / "run.lock", "crawl", datetime(2026, 11, 22, 6, tzinfo=UTC)):
        ran = cli("add", shop.base)
    assert (ran.exit_code, ran.err, shop.asked) == (0, "", [])
    assert "Another run is at work" in ran.out.splitlines()[-1]
    assert list(listed(cli)) == [f"{shop.base}/"]


def test_a_site_that_gives_nothing_is_added_all_the_same(cli: Cli, tmp_path: Path, site: Callable[..., Site]) -> None:
    cli("init", "--timezone", "UTC")
    robots = {"/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /\n")}
    forbids = site({**robots, "/": (200, HTML, home("https://x.com/acme").encode())})
    pdf = site({"/": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 https://x.com/acme")})
    moved = site({"/": (302, {"Location": "https://elsewhere.example/"}, b"")})
    broken = site({"/": (500, HTML, b"oops")})
    nothing = site({"/": (200, HTML, b"")})
    bare = site({"/": (200, HTML, home("https://x.com/intent/post?text=x", "javascript:alert(1)").encode())})
    many = "".join(f'<a href="https://x.com/intent/post?url={n}">x</a>' for n in range(100_000))
    hostile = site()
    hostile.page(
        "/",
        home(
            "javascript:location='https://x.com/acme'",
            "https://www.instagram.com/acme\u202egpj.exe",
            "https://www.facebook.com/acme\x07works",
            "https://x.com/" + "a" * 9_000,
            "https://[::1/@acme",
            extra='<header><a href="https://bsky.app/profile/acme.example">b</a></header>' + many,
        ),
    )
    sites = [forbids, pdf, moved, broken, nothing, bare, hostile]
    ran = cli("add", "--own-host", *(each.base for each in sites), "http://127.0.0.1:1/")
    assert ran.exit_code == 0
    said = {
        each: next(line for line in ran.out.splitlines() if line.startswith(base) and "Added" not in line)
        for each, base in [*((number, one.base) for number, one in enumerate(sites[:-1])), (9, "http://127.0.0.1:1/")]
    }
    assert "robots" in said[0]
    assert forbids.asked == ["/robots.txt"]
    assert "another site" in said[2]
    for number in (0, 1, 2, 3, 4, 9):
        assert "was not looked at for profiles: " in said[number], said[number]
        assert said[number].endswith(".")
    assert "links to no profile of its own" in said[5]
    proposed = [line for line in ran.out.splitlines() if line.lstrip()[:1].isdigit()]
    assert [line.split()[2] for line in proposed] == ["https://bsky.app/profile/acme.example"]
    assert "not checked: no contact is configured" in proposed[0]
    assert "\u202e" not in ran.out + ran.err
    assert "javascript" not in ran.out
    assert len(listed(cli)) == 8


def test_sites_from_a_file_are_asked_only_when_their_profiles_are_accepted(
    cli: Cli, bakery: tuple[Site, Site], tmp_path: Path
) -> None:
    shop, _ = bakery
    (tmp_path / "list.csv").write_text(f"competitor;url\nAcme;{shop.base}/walled\n")
    assert cli("add", "--from", "list.csv").exit_code == 0
    assert shop.asked == []
    assert cli("add", "--from", "list.csv", "--accept", "tiktok").exit_code == 0
    assert listed(cli) == {f"{shop.base}/walled": "Acme", "https://www.tiktok.com/@acmebakery": "Acme"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_on_a_terminal_the_user_is_asked_first_and_chooses(cli: Cli, bakery: tuple[Site, Site], tmp_path: Path) -> None:
    shop, _ = bakery
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb", "COLUMNS": "200"}
    command = [sys.executable, "-m", "rivalscope", "add", "--company", "Acme", f"{shop.base}/walled"]
    with subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=tmp_path, env=environment, start_new_session=True
    ) as process:
        os.close(theirs)

        def wait_for(words: str) -> str:
            seen = b""
            while words.encode() not in seen:
                ready, _, _ = select.select([ours], [], [], 60)
                assert ready, seen
                seen += os.read(ours, 65_536)
            return seen.decode()

        wait_for("[Y/n]")
        assert shop.asked == []
        os.write(ours, b"y\n")
        wait_for("Which of them")
        os.write(ours, b"1,9\n")
        assert "none of the profiles" in wait_for("Which of them")
        os.write(ours, b"x\n")
        assert "none of the profiles" in wait_for("Which of them")
        os.write(ours, b"1\n")
        wait_for("instagram.com/acmebakery/ (Instagram, Acme)")
        assert process.wait(60) == 0
    os.close(ours)
    assert list(listed(cli)) == [f"{shop.base}/walled", "https://www.instagram.com/acmebakery/"]


PROPOSALS = [
    Proposal(link=recognise(url), company="Acme")
    for url in ("https://x.com/a", "https://bsky.app/profile/a.example", "https://x.com/b", "https://t.me/acme")
]


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("all", [1, 2, 3, 4]),
        ("NONE", []),
        ("1,3-4", [1, 3, 4]),
        ("4 1, 1", [1, 4]),
        ("twitter", [1, 3]),
        ("x,bluesky", [1, 2, 3]),
        ("https://twitter.com/B", [3]),
    ],
)
def test_what_a_choice_means(said: str, numbers: list[int]) -> None:
    assert chosen(said, PROPOSALS) == [PROPOSALS[number - 1] for number in numbers]


@given(st.text("0123456789,- axlnoe.", max_size=12))
def test_any_choice_is_some_of_the_proposals_or_one_sentence(said: str) -> None:
    try:
        picked = chosen(said, PROPOSALS)
    except ChoiceError as error:
        assert str(error).endswith((".", "?"))
    else:
        assert picked == [each for each in PROPOSALS if each in picked]
