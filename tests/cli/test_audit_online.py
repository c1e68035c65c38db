"""A real site on loopback, crawled and audited: what its pages lack, contradict and promised, and its dead links."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli


def shop(**facts: str) -> str:
    node = {"@type": "Bakery", "name": "Rye & Co", "address": {"streetAddress": "Mill Lane 3"}, **facts}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


HOME = f"""<!doctype html><html lang="en"><head><title>Rye &amp; Co</title>
<meta name="description" content="Bread from Potsdam."><link rel="canonical" href="/">
<meta property="og:title" content="Rye"><meta property="og:description" content="Bread">
<meta property="og:image" content="/rye.jpg"><meta property="og:image:width" content="400">
<meta property="og:image:height" content="300">
<link rel="alternate" type="application/rss+xml" href="/feed.xml">{shop(telephone="0331 555 11")}</head>
<body><main><h1>Rye &amp; Co</h1><p>Free tasting until 30 June 2026, every afternoon.</p></main>
<footer><a href="https://social.invalid/@rye" rel="me">Mastodon</a> © 2019 Rye &amp; Co</footer></body></html>"""
POST = f"""<!doctype html><html lang="en"><head><title>New oven</title>
<meta property="og:type" content="article"><meta property="article:published_time" content="2026-11-20T08:00:00Z">
{shop(telephone="0331 777 22")}</head><body><article><h1>New oven</h1>
<p>We bought a new oven, and it bakes. See <a href="/old-menu">the menu</a> for what comes out.</p></article></body>
</html>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Rye</title><link>{base}/</link>
<item><title>New oven</title><link>{base}/new-oven</link><guid>{base}/new-oven</guid>
<pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate>
<description>We bought a new oven. &lt;a href="{base}/old-menu"&gt;the menu&lt;/a&gt;</description></item>
</channel></rss>"""


class Shop(BaseHTTPRequestHandler):
    """The site; ``asked`` is what was asked for."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.command, self.path))
        base = f"http://{self.headers['Host']}"
        pages = {"/": HOME, "/new-oven": POST, "/feed.xml": FEED.format(base=base), "/rye.jpg": "picture"}
        body = pages.get(self.path)
        kind = "application/rss+xml" if self.path == "/feed.xml" else "text/html"
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", kind)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write((body or "").encode())

    do_HEAD = do_GET  # noqa: N815 - as above

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_real_site_is_audited_rule_by_rule(
    cli: Cli, project: Path, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIVALSCOPE_NOW", "2026-11-22T06:00:00+00:00")
    settings = f'contact = "https://example.org/who-asks"\ntimezone = "UTC"\n[network]\nown_hosts = ["{site}"]\n'
    (project / "rivalscope.toml").write_text(settings, encoding="utf-8")
    assert cli("add", "--own", "--company", "Rye", f"http://{site}/").exit_code == 0
    assert cli("crawl").exit_code == 0
    assert cli("analyze").exit_code == 0
    Shop.asked.clear()
    ran = cli("audit", "--online", "--format", "json")
    assert ran.exit_code == 0, ran.err
    rows = {row["rule"]: row for row in json.loads(ran.out[ran.out.index("[") :])}
    states = {rule: row["state"] for rule, row in rows.items()}
    assert {
        "site_title": "ok",
        "site_feed": "ok",
        "site_description": "missing",
        "site_open_graph": "missing",
        "site_card": "missing",
        "site_image_size": "missing",
        "facts_phone": "contradictory",
        "wording_past": "outdated",
        "links_answer": "unreachable",
    }.items() <= states.items()
    dead = {seen["url"]: seen["said"] for seen in rows["links_answer"]["evidence"]}
    assert dead[f"http://{site}/old-menu"] == "404"
    past = {seen["said"] for seen in rows["wording_past"]["evidence"]}
    assert past == {"until 30 June 2026 → 2026-06-30", "© 2019 → 2020-01-31"}
    assert ("HEAD", "/old-menu") in Shop.asked
    assert ("GET", "/rye.jpg") not in Shop.asked, "what answers a HEAD is not fetched"
    assert "does not answer" in cli("audit").out


def test_online_is_about_today(cli: Cli, project: Path) -> None:
    ran = cli("audit", "--online", "--as-of", "2025-12-01")
    assert ran.exit_code == 2
    assert "leave one of both out" in ran.err
