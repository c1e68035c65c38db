"""Forem, Tumblr and Discourse: whole crawls against a loopback server that writes down what it hears."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.items import Platform
from crawler.plan import ListedAccount
from tests.crawler.engine.communities_server import ABOUT, Communities
from tests.crawler.engine.crawls import Crawls, visit_of


@pytest.fixture
def communities() -> Iterator[Communities]:
    with Communities().served() as served:
        assert isinstance(served, Communities)
        yield served


def _account(platform: Platform, host: str, handle: str, url: str) -> ListedAccount:
    return ListedAccount(account_key=url, platform=platform, host=host, handle=handle, url=url, company="Mill")


def test_communities_are_read_to_their_end_and_the_next_time_cheaply(communities: Communities, tmp_path: Path) -> None:
    crawl = Crawls(tmp_path, communities)
    base, host = communities.base, communities.host
    forem = _account(Platform.FOREM, host, "mill", f"{base}/mill")
    tumblr = _account(Platform.TUMBLR, "", "mill", "https://mill.tumblr.com/")
    category = _account(Platform.DISCOURSE, host, "c/bread/5", f"{base}/c/bread/5")
    accounts = (forem, tumblr, category)

    first = crawl(*accounts)
    assert {visit["outcome"] for visit in first.visits.values()} == {"complete"}, first.visits
    assert [visit_of(first, each)["post_count"] for each in accounts] == [33, 52, 6]
    assert communities.paths("/api/articles") == [
        f"/api/articles?username=mill&per_page=30&page={page}" for page in (1, 2)
    ]
    assert communities.paths("/api/read") == [f"/api/read/json?num=50&start={start}" for start in (0, 50)]
    assert communities.paths("/c/") == [
        "/c/bread/5.json?order=created",
        "/c/bread/5.json?order=created&page=1",
    ]
    topics_asked = [path for path in communities.paths("/t/") if path.endswith(".json")]
    assert sorted(topics_asked) == [f"/t/{number}.json" for number in range(995, 1000)], "not the old one"
    assert communities.paths("/t/999/") == ["/t/999/posts.json?post_ids%5B%5D=3"], "what the topic did not show"
    replies = {each["native_id"]: each for each in crawl.landed("replies", Platform.DISCOURSE)}
    assert (replies["999"]["comment_count"], replies["999"]["answered_count"]) == (1, 1)
    assert (replies["999"]["median_seconds"], replies["999"]["is_complete"]) == (1800.0, True)
    assert (replies["998"]["comment_count"], replies["998"]["answered_count"]) == (1, 0)
    (answered,) = crawl.landed("replies", Platform.FOREM)
    assert (answered["native_id"], answered["answered_count"], answered["median_seconds"]) == ("999", 1, 1200.0)

    topics = {each["native_id"]: each for each in crawl.landed("post", Platform.DISCOURSE)}
    assert topics["999"]["text"] == "Rye."
    assert str(ABOUT) not in topics or topics[str(ABOUT)]["is_pinned"]
    files = [path.read_text(encoding="utf-8") for path in (tmp_path / "landing").rglob("*.jsonl*")]
    assert not [text for text in files if "secret" in text or "guest" in text], "nobody else's reply is kept"
    counts = {each["native_id"]: each for each in crawl.landed("metrics", Platform.DISCOURSE)}["999"]
    assert [counts[name] for name in ("like_count", "comment_count", "view_count")] == [1, 2, 40]
    notes = {each["native_id"]: each["like_count"] for each in crawl.landed("metrics", Platform.TUMBLR)}
    assert (notes["999"], notes["948"]) == (1, 52)
    (profile,) = crawl.landed("profile", Platform.FOREM)
    assert (profile["handle"], profile["name"]) == ("mill", "The Mill")

    communities.newest_topic = 0
    second = crawl(*accounts, facts=[crawl.facts(each) for each in accounts])
    assert {visit["outcome"] for visit in second.visits.values()} == {"complete"}, second.visits
    assert len(communities.paths("/api/articles")) == len(communities.paths("/api/read")) == 1
    assert communities.paths("/t/") == [
        "/t/1000.json",
        "/t/1000/posts.json?post_ids%5B%5D=3",
    ], "only the new topic is opened"


def test_of_a_whole_forum_only_listings_are_asked(communities: Communities, tmp_path: Path) -> None:
    crawl = Crawls(tmp_path, communities)
    forum = _account(Platform.DISCOURSE, communities.host, communities.host, f"{communities.base}/latest")
    visit = visit_of(crawl(forum), forum)
    assert (visit["outcome"], visit["post_count"]) == ("complete", 6), visit["message"]
    assert communities.paths() == ["/latest.json?order=created", "/latest.json?order=created&page=1"]
