"""Medium: whose feed and whose story a page is, what stands beside the story, and that custom domains stay sites."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import Platform, Post, PostList, RequestKind
from crawler.links import recognise
from crawler.pages import first_requests, page_for, post_requests
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.pages.medium import FeedPage, StoryPage
from crawler.plan import ListedAccount, make_plan
from crawler.visit import AccountVisit
from tests.crawler.engine.test_spiders import Ways
from tests.crawler.finding.conftest import Answer
from tests.crawler.mutations import faults, mutated

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
USER = "https://medium.com/@fernmill"
NUMBER = "1a2b3c4d5e6f"
STORY = f"https://medium.com/@fernmill/why-our-rye-rests-overnight-{NUMBER}"
MARKS = b'<html><head><meta property="al:android:package" content="com.medium.reader"/>'


def ref(url: str) -> AccountRef:
    link = recognise(url)
    return AccountRef(platform=link.platform, host=link.host, handle=link.handle, url=link.account_key)


def recorded(name: str) -> bytes:
    return (FIXTURES / f"crawler.pages.medium.{name}" / "inputs" / "HttpResponse-body.html").read_bytes()


def story(body: bytes | str, url: str = STORY, **more: Any) -> PostList:
    response = HttpResponse(url, body if isinstance(body, bytes) else body.encode(), status=200)
    return StoryPage(response, Capture(fetched_at=NOW, **more)).read()


def with_state(state: dict[str, Any]) -> str:
    return f"<html><head></head><body><script>window.__APOLLO_STATE__ = {json.dumps(state)}</script></body></html>"


def only(found: PostList) -> Post:
    (post,) = found.posts
    return post


@pytest.mark.parametrize(
    ("link", "feed"),
    [
        ("https://medium.com/@Fernmill/about", "https://medium.com/feed/@fernmill"),
        ("https://fernmill.medium.com/", "https://medium.com/feed/@fernmill"),
        ("https://medium.com/fern-notes", "https://medium.com/feed/fern-notes"),
    ],
)
def test_an_account_begins_with_its_feed(link: str, feed: str) -> None:
    (request,) = first_requests(ref(link), {})
    assert (request.kind, request.url) == (RequestKind.LISTING, feed)
    assert page_for(feed, 200, "text/xml", b"<?xml version='1.0'?><rss version='2.0'>") is FeedPage


def test_known_stories_are_asked_for_where_medium_has_them() -> None:
    posts = [(NUMBER, STORY), ("2", "https://ovens.example/a-guest-piece-3c4d5e6f7081"), ("3", None)]
    assert [(each.url, each.native_id) for each in post_requests(ref(USER), posts, {})] == [(STORY, NUMBER)]


@pytest.mark.parametrize(
    "url",
    [
        "https://ovens.example/feed",
        f"https://ovens.example/a-guest-piece-{NUMBER}",
        "https://medium.com/tag/rye",
        "https://medium.com/@fernmill",
        "https://social.example/@fern/1a2b3c4d5e6f",
    ],
)
def test_custom_domains_and_other_pages_are_not_taken(url: str) -> None:
    for head in (b"", MARKS, b"<?xml version='1.0'?><rss version='2.0'>"):
        found = page_for(url, 200, "", head)
        assert found is None or found.platform is not Platform.MEDIUM


def test_a_story_seen_through_its_feed_keeps_what_the_feed_said() -> None:
    feed = HttpResponse("https://medium.com/feed/@fernmill", recorded("FeedPage/newest-stories"), status=200)
    listed = FeedPage(feed, Capture(fetched_at=NOW, account=ref(USER))).read().posts[0]
    assert listed.metrics is not None
    assert listed.metrics.like_count is None
    post = only(story(recorded("StoryPage/claps-and-responses"), listed=listed, account=ref(USER)))
    assert (post.title, post.text, post.published_at) == (listed.title, listed.text, listed.published_at)
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.comment_count) == (312, 6)
    assert post.edited_at == datetime(2026, 11, 21, 8, tzinfo=UTC)


def test_counts_and_tags_are_of_the_story_alone() -> None:
    beside = {"title": "Beside", "clapCount": 9, "postResponses": {"count": 8}, "tags": [{"id": "beside"}]}
    post = only(story(with_state({"Post:ffffffffffff": beside, f"Post:{NUMBER}": {"title": "Rye", "clapCount": 0}})))
    assert (post.title, post.hashtags) == ("Rye", ())
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.comment_count) == (0, None)
    assert post.metrics.missing["comment_count"] == "not_observed"


@pytest.mark.parametrize("stated", [None, "many", -1, 1.5, True, {}, [], 10**30])
def test_what_is_no_number_is_no_count(stated: object) -> None:
    state = {f"Post:{NUMBER}": {"title": "Rye", "clapCount": stated, "postResponses": {"count": stated}}}
    metrics = only(story(with_state(state))).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count) == (None, None)
    assert {"like_count", "comment_count"} <= metrics.missing.keys()


def test_references_in_a_circle_end() -> None:
    circle = {"__ref": f"Post:{NUMBER}"}
    said = {"title": "Rye", "postResponses": circle, "content": circle, "bodyModel": circle, "paragraphs": [circle] * 9}
    assert only(story(with_state({f"Post:{NUMBER}": {**said, "tags": [circle], "creator": circle}}))).text is None


def test_the_first_publication_counts_and_the_latest_is_an_edit() -> None:
    post = only(story(recorded("StoryPage/no-state")))
    assert (post.published_at, post.edited_at) == (
        datetime(2026, 11, 20, 7, 15, 4, 210_000, tzinfo=UTC),
        datetime(2026, 11, 21, 8, tzinfo=UTC),
    )


def test_captured_stories_give_what_readers_saw(captures: Path) -> None:
    """A capture's row leaves a count open where nobody looked it up."""
    rows = [json.loads(line) for line in (captures / "real/open/EXPECTED.jsonl").read_text().splitlines()]
    ours = [row for row in rows if row["platform"] == "medium"]
    assert len(ours) >= 2
    for row in ours:
        body = (captures / "real/open" / row["file"]).read_bytes()
        assert page_for(row["post_url"], 200, "text/html", body[:4096]) is StoryPage
        post = only(story(body, row["post_url"]))
        assert post.metrics is not None
        assert (post.native_id, post.url) == (row["external_id"], row["post_url"])
        assert post.account.casefold() == f"@{row['author_handle']}".casefold()
        assert post.published_at == datetime.fromisoformat(row["published_at"])
        assert post.edited_at == datetime.fromisoformat(row["extra"]["latest_published_at"])
        assert (post.title or "").startswith(row["text_prefix"])
        for name, column in (("likes", "like_count"), ("comments", "comment_count")):
            assert row[name] in (None, getattr(post.metrics, column))
            assert (getattr(post.metrics, column) is None) == (column in post.metrics.missing)


BODIES = [
    (FeedPage, recorded("FeedPage/newest-stories"), "https://medium.com/feed/@fernmill"),
    *(
        (StoryPage, recorded(f"StoryPage/{name}"), STORY)
        for name in ("claps-and-responses", "references-of-2018", "response", "no-state")
    ),
]


@given(st.sampled_from(BODIES), st.randoms(use_true_random=False))
def test_broken_pages_give_sense_or_a_problem(given_page: tuple[Any, bytes, str], random: Random) -> None:
    page, body, url = given_page
    response = HttpResponse(url, mutated(body, random), status=200)
    try:
        found = page(response, Capture(fetched_at=NOW, account=random.choice([None, ref(USER)]))).read()
    except PageProblem:
        return
    assert not faults(found, NOW)


def test_a_story_is_never_another_one_than_the_feed_named() -> None:
    listed = Post(platform=Platform.MEDIUM, native_id="ffffffffffff", account="@fernmill", title="Other")
    with pytest.raises(PageProblem):
        story(recorded("StoryPage/claps-and-responses"), listed=listed)


@define
class Hosted:
    """Medium with one user, on a host of its own."""

    asked: list[str] = field(factory=list)

    def answer(self, path: str, headers: Mapping[str, str]) -> Answer:
        self.asked.append(path)
        name = {"/feed/@fernmill": "FeedPage/newest-stories", urlsplit(STORY).path: "StoryPage/claps-and-responses"}
        if path not in name:
            return Answer(410, {}, b"")
        body = recorded(name[path]).replace(b"https://medium.com/@fernmill", b"http://village.example/@fernmill")
        return Answer(200, {"Content-Type": "text/html" if "Story" in name[path] else "text/xml"}, body)


def test_a_visit_reads_the_feed_and_the_page_of_each_story() -> None:
    medium = Hosted()
    ways = Ways(medium, base_urls={"medium": "http://village.example"})
    listed = ListedAccount(
        account_key=USER, platform=Platform.MEDIUM, host="", handle="@fernmill", url=USER, company="Mill"
    )
    asyncio.run(AccountVisit(make_plan([listed], now=NOW).accounts[0], ways, counts_stand_in_listing=False).run())
    assert medium.asked[0] == "/feed/@fernmill"
    assert len(medium.asked) == 3, "the feed, and the two stories that stand on Medium"
    posts = {record["native_id"]: record for record in ways.records("post")}
    assert sorted(posts) == [NUMBER, "2b3c4d5e6f70", "3c4d5e6f7081"]
    counts = {record["native_id"]: record for record in ways.records("metrics")}
    assert (counts[NUMBER]["like_count"], counts[NUMBER]["comment_count"]) == (312, 6)
    assert posts[NUMBER]["title"] == "Why our rye rests overnight & longer", "as the feed has it"
    assert [record["handle"] for record in ways.records("profile")] == ["@fernmill"]
