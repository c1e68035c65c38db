"""An article that two sites of a company show counts once, and whoever looks for the other one is told where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.landing import encode_line

if TYPE_CHECKING:
    from tests.cli.conftest import Cli

AT = "2026-11-20T10:00:00Z"
CRAWL = "20261120T100000Z-abcdef"
ARTICLE = "https://blog.acme.example/fair"
SITES = ("acme.example", "blog.acme.example")


@pytest.fixture
def market(cli: Cli, project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two sites of one company that both show one article."""
    monkeypatch.setenv("RIVALSCOPE_NOW", "2026-11-22T06:00:00+00:00")
    assert cli("add", "--offline", "--company", "Acme", *(f"https://{host}/" for host in SITES)).exit_code == 0
    lines = b""
    for host in SITES:
        head = {"crawl_id": CRAWL, "observed_at": AT, "source": "crawl", "account_key": f"https://{host}/"}
        site = {**head, "platform": "web", "host": host}
        post = {
            "native_id": ARTICLE,
            "url": ARTICLE,
            "account": host,
            "role": "original",
            "title": "See you at the fair",
        }
        lines += encode_line({"record": "post", **site, **post, "published_at": "2026-11-01T10:00:00Z"})
        lines += encode_line({"record": "visit", **site, "outcome": "complete", "page_count": 2, "post_count": 1})
    landing = project / "data" / "landing" / CRAWL
    landing.mkdir(parents=True)
    (landing / "crawl-0001.jsonl").write_bytes(lines)
    assert cli("load").exit_code == 0
    assert cli("analyze").exit_code == 0
    return project


def _posts(cli: Cli) -> list[tuple[str, str]]:
    rows = json.loads(cli("sql", "select account, post_id from marts.posts", "--format", "json").out)
    return [(row["account"], row["post_id"]) for row in rows]


def test_it_counts_where_its_address_is_and_the_other_one_says_so(cli: Cli, market: Path) -> None:
    [(account, counted)] = _posts(cli)
    assert account == "blog.acme.example"
    [left_out] = json.loads(cli("sql", "select post_id from staging.stg_doubled_posts", "--format", "json").out)
    for name in (ARTICLE, counted, left_out["post_id"], left_out["post_id"][:8]):
        first, second, *_ = cli("analyze", "--explain", name).out.splitlines()
        assert first.startswith(f"{ARTICLE}: event, by the rules")
        assert second.startswith("It counts at blog.acme.example: that acme.example shows it, too (post ")
    assert cli("brief").exit_code == 0
    [brief] = (market / "briefs").glob("*.html")
    assert "Counted once, at <bdi>blog.acme.example</bdi>: 1 post that both show." in brief.read_text(encoding="utf-8")


def test_where_it_counts_follows_the_list(cli: Cli, market: Path) -> None:
    assert cli("remove", "https://blog.acme.example/").exit_code == 0
    assert cli("analyze").exit_code == 0
    counted = "select account from marts.posts where is_counted"
    assert json.loads(cli("sql", counted, "--format", "json").out) == [{"account": "acme.example"}]
