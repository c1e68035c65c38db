"""Servers that speak Mastodon's language with an accent, or only ActivityPub: whole crawls on loopback."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from PIL import Image

from crawler.items import Platform
from crawler.plan import CrawlPlan, KnownPost, ListedAccount, make_plan
from crawler.run import Event, run_crawl
from tests.crawler.engine.fediverse_server import Akkoma, Press, Small
from tests.crawler.engine.snac_server import SNAC, Snac

Serve = Callable[[Any], AbstractContextManager[str]]


class Crawls:
    """Crawls the account ``mill`` of servers; what an earlier crawl learned can be given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *addresses: str, **known: Any) -> list[Event]:
        urls = [f"http://{address}/@mill" for address in addresses]
        listed = [
            ListedAccount(
                account_key=url, platform=Platform.MASTODON, host=address, handle="mill", url=url, company=url
            )
            for address, url in zip(addresses, urls, strict=True)
        ]
        contact = "https://rivalscope.example/who"
        plan = make_plan(listed, now=datetime.now(UTC), contact=contact, own_hosts=addresses)
        plan = evolve(plan, accounts=tuple(evolve(account, **known) for account in plan.accounts))
        path = self.folder / "plan.json"
        path.write_text(plan.to_json(), encoding="utf-8")
        assert CrawlPlan.from_json(path.read_text(encoding="utf-8")) == plan
        settings = {"EXTRACTION_WORKERS": "1"}
        summary = run_crawl(path, self.folder / "landing", self.folder / "archive", settings=settings)
        return [summary.visits[url] for url in urls]

    def landed(self, kind: str, address: str) -> list[dict[str, Any]]:
        files = sorted((self.folder / "landing").glob("*/*.jsonl*"))
        records = [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
        return [each for each in records if each["record"] == kind and address in each.get("account_key", "")]

    def kept(self) -> bytes:
        """Every byte that the crawls left in landing files and archives."""
        landed = b"".join(path.read_bytes() for path in (self.folder / "landing").glob("*/*"))
        return landed + b"".join(gzip.decompress(path.read_bytes()) for path in self.folder.rglob("*.warc.gz"))


@pytest.fixture
def crawl(tmp_path: Path) -> Crawls:
    return Crawls(tmp_path)


def test_other_servers_are_read_by_what_they_have(crawl: Crawls, serve: Serve) -> None:
    akkoma, press, locked = Akkoma(), Press(), Press(is_locked=True)
    with serve(akkoma) as plain, serve(press) as blog, serve(locked) as shut:
        by_api, by_outbox, walled = crawl(plain, blog, shut)

    assert by_api["outcome"] == "complete", by_api
    [profile] = crawl.landed("profile", plain)
    assert (profile["native_account_id"], profile["software"], profile["follower_count"]) == ("Ab77", "akkoma", 41)
    assert len(crawl.landed("post", plain)) == 12
    assert crawl.landed("post", plain)[0]["text"] == "Loaf 0\nis out"
    metrics = crawl.landed("metrics", plain)[0]
    assert (metrics["like_count"], metrics["reactions"]) == (3, {"🍞": 4}), "reactions are no likes"
    replies = crawl.landed("replies", plain)
    assert [each["native_id"] for each in replies] == [f"P{number:03}" for number in range(5)], "the newest five"
    assert all(
        (each["comment_count"], each["answered_count"], each["median_seconds"]) == (2, 1, 1800.0) for each in replies
    )
    kept = crawl.kept()
    assert b"Loaf 0" in kept
    assert b"sourdough" not in kept
    assert b"urious" not in kept

    assert by_outbox["outcome"] == "complete", by_outbox
    assert "likes, shares, comments and followers are mostly unknown" in by_outbox["message"]
    [profile] = crawl.landed("profile", blog)
    assert (profile["native_account_id"], profile["software"]) == (f"http://{blog}/author/mill/", "wordpress")
    posts = crawl.landed("post", blog)
    assert len({each["native_id"] for each in posts}) == 12
    assert (posts[0]["format"], posts[0]["title"], posts[0]["text"]) == ("article", "Loaf 0", "Loaf 0 at length.")
    unknown = crawl.landed("metrics", blog)[0]
    assert "like_count" not in unknown
    assert unknown["missing"]["like_count"] == "not_observed"
    assert crawl.landed("replies", blog) == []

    assert (walled["outcome"], walled["reason"]) == ("login_wall", "permission_missing")
    assert "sign their requests" in walled["message"]


def test_a_server_whose_ids_move_and_that_knows_no_pages_is_read_once(crawl: Crawls, serve: Serve) -> None:
    small = Small()
    with serve(small) as address:
        [first] = crawl(address)
        posts = crawl.landed("post", address)
        small.edited, small.gone = 0, 2
        known = _known(posts)
        asked_before = len(small.asked)
        [second] = crawl(address, native_account_id="46ef", software="snac", known_posts=known)
    assert (first["outcome"], second["outcome"]) == ("complete", "complete"), (first, second)
    assert [(each["native_id"], each["role"]) for each in posts] == [(f"{n:032x}", "original") for n in range(3)]
    assert crawl.landed("metrics", address)[1]["share_count"] == 1
    [profile, _] = crawl.landed("profile", address)
    assert "follower_count" not in profile
    assert profile["missing"]["follower_count"] == "not_observed"
    texts = [(each["native_id"], each["text"]) for each in crawl.landed("post", address)[3:]]
    assert texts == [(f"{0:032x}", "Loaf 0, of rye"), (f"{1:032x}", "Loaf 1")], "the same posts, one of them edited"
    [absence] = crawl.landed("absence", address)
    assert (absence["native_id"], absence["kind"]) == (f"{2:032x}", "gone")
    assert small.asked[-1] == "/mill/p/2"
    assert not [path for path in small.asked if "/api/v1/statuses" in path], "single posts are for its own users"
    assert len(small.asked) - asked_before <= 5


@pytest.mark.skipif(SNAC is None, reason="there is no snac on this machine (Debian's snac2)")
def test_a_real_snac_server_is_read_as_it_was_written_to(crawl: Crawls, serve: Serve, tmp_path: Path) -> None:
    brown, white = tmp_path / "brown.png", tmp_path / "white.png"
    for picture in (brown, white):
        Image.new("RGB", (64, 48), picture.stem).save(picture)
    snac = Snac(folder=tmp_path / "snac")
    with serve(snac) as address, snac.running("mill", "guest"):
        first = snac.asks("mill", "POST", "/api/v1/statuses", status="Rye is out #bread")
        snac.note("mill", "One loaf", brown)
        snac.note("mill", "Two loaves", brown, white)
        question = snac.asks("guest", "POST", "/api/v1/statuses", status="Sourdough?", in_reply_to_id=first["id"])
        # snac knows a post of a guest's timeline only, where an answer brings it
        snac.asks("guest", "POST", f"/api/v1/statuses/{first['id']}/reblog")
        snac.asks("mill", "POST", "/api/v1/statuses", status="Of course", in_reply_to_id=question["id"])
        [denied, visit] = crawl(f"127.0.0.1:{snac.port}", address)
        posts = crawl.landed("post", address)
        snac.asks("mill", "PUT", f"/api/v1/statuses/{first['id']}", status="Rye and spelt are out #bread")
        [again] = crawl(address, software="snac", known_posts=_known(posts))
    assert denied["outcome"] == "robots_denied", "snac's own robots.txt"
    assert (visit["outcome"], again["outcome"]) == ("complete", "complete"), (visit, again)
    assert {(each["text"], each["role"], each["format"]) for each in posts} == {
        ("Rye is out #bread", "original", "text"), ("One loaf", "original", "image"),
        ("Two loaves", "original", "carousel"), ("Of course", "reply", "text"),
    }  # fmt: skip
    assert len(posts) == 4
    counts = {each["native_id"]: each for each in crawl.landed("metrics", address)}
    rye = next(each for each in posts if each["text"].startswith("Rye"))
    # the newer versions show no counts
    assert counts[rye["native_id"]].get("share_count") in (1, None)
    edited = [each for each in crawl.landed("post", address) if "spelt" in each["text"]]
    assert [each["native_id"] for each in edited] == [rye["native_id"]], "an edit is no new post"
    assert not [each for each in crawl.landed("profile", address) if each.get("post_count") == 0]


def test_posts_that_are_read_by_another_door_from_now_on_are_the_same_posts(crawl: Crawls, serve: Serve) -> None:
    small = Small()
    with serve(small) as address:
        crawl(address)
        small.is_closed, small.post_count = True, 4
        known = _known(crawl.landed("post", address))
        [second] = crawl(address, native_account_id="46ef", software="snac", known_posts=known)
    assert (second["outcome"], second["post_count"]) == ("complete", 4), second
    *numbered, new = crawl.landed("post", address)
    assert [each["native_id"] for each in numbered] == [f"{n:032x}" for n in range(3)]
    assert new["native_id"] == f"http://{address}/mill/p/3"
    shown = [each["native_id"] for each in crawl.landed("metrics", address)]
    assert len(shown) == 4, "a way that knows no counts takes none away"
    assert crawl.landed("absence", address) == []


def _known(posts: list[dict[str, Any]]) -> tuple[KnownPost, ...]:
    return tuple(
        KnownPost(
            native_id=each["native_id"],
            url=each["url"],
            published_at=datetime.fromisoformat(each["published_at"]),
            observed_at=datetime.fromisoformat(each["observed_at"]),
            is_due=True,
        )
        for each in posts
    )


def test_what_the_first_visit_found_out_is_not_asked_again(crawl: Crawls, serve: Serve) -> None:
    akkoma, press = Akkoma(post_count=3), Press(post_count=3)
    with serve(akkoma) as plain:
        crawl(plain, native_account_id="Ab77", software="akkoma")
    asked = [path for path in akkoma.asked if "context" not in path and "robots" not in path]
    assert asked[:2] == ["/api/v1/accounts/Ab77", "/api/v1/accounts/Ab77/statuses?limit=40"]
    assert len(asked) == 3, "and the page that is empty"
    with serve(press) as blog:
        crawl(blog, native_account_id=f"http://{blog}/author/mill/", software="wordpress")
    outbox = "/wp-json/activitypub/1.0/actors/3/outbox"
    asked = [path for path in press.asked if "robots" not in path]
    assert asked == ["/api/v1/accounts/lookup?acct=mill", "/author/mill/", outbox, f"{outbox}?page=1"]
