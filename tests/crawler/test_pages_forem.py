"""What is particular to Forem: one test a rule of its fact sheet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler import pages
from crawler.items import MissingReason, Outcome, Platform, Post, PostList, RequestKind
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.forem.articles import ArticlePage, ArticlesPage
from crawler.pages.forem.people import UserPage

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ACME = AccountRef(platform=Platform.FOREM, host="dev.to", handle="acme", url="https://dev.to/acme")
LIST = "https://dev.to/api/articles?username=acme&per_page=30&page=1"
ENTRY: dict[str, Any] = {
    "type_of": "article", "id": 7, "title": "A kettle", "description": "Copper, mostly.", "tag_list": ["tea"],
    "url": "https://dev.to/acme/a-kettle-1a2b", "canonical_url": "https://dev.to/acme/a-kettle-1a2b",
    "published_at": "2026-11-20T08:00:00Z", "crossposted_at": None, "comments_count": 0, "public_reactions_count": 3,
    "user": {"username": "acme", "name": "Acme"},
}  # fmt: skip


def read(page: type[PlatformPage], url: str, said: Any, status: int = 200, ref: AccountRef | None = ACME) -> PostList:
    response = HttpResponse(url, json.dumps(said).encode(), status=status, headers={"Content-Type": "application/json"})
    return page(response, Capture(fetched_at=NOW, account=ref)).read()


def article(**changes: Any) -> Post:
    (post,) = read(ArticlesPage, LIST, [{**ENTRY, **changes}]).posts
    return post


def test_a_count_that_is_not_stated_is_unknown_and_zero_stays_zero() -> None:
    metrics = article(public_reactions_count=None).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.comment_count) == (None, 0)
    assert metrics.missing["like_count"] == MissingReason.NOT_OBSERVED
    assert metrics.missing["view_count"] == MissingReason.NOT_PUBLIC
    spoiled = article(public_reactions_count="many").metrics
    assert spoiled is not None
    assert spoiled.missing["like_count"] == MissingReason.NOT_PARSED


def test_answers_of_2019_call_the_reactions_by_another_name() -> None:
    entry = {name: value for name, value in ENTRY.items() if name != "public_reactions_count"}
    (post,) = read(ArticlesPage, LIST, [{**entry, "positive_reactions_count": 6}]).posts
    assert post.metrics is not None
    assert post.metrics.like_count == 6


def test_an_article_is_as_old_as_its_time_on_this_server() -> None:
    post = article(
        published_at="2020-01-01T06:00:00Z",
        crossposted_at="2026-11-20T08:00:00Z",
        canonical_url="https://acme.example/a",
    )
    assert post.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (post.original_url, post.original_published_at) == (
        "https://acme.example/a",
        datetime(2020, 1, 1, 6, tzinfo=UTC),
    )
    assert article().original_url is None


@pytest.mark.parametrize(
    "said", [{"tag_list": ["tea", "Tea", "go"]}, {"tag_list": "tea, go"}, {"tag_list": None, "tags": ["tea", "go"]}]
)
def test_tags_are_read_as_a_list_and_as_text(said: dict[str, Any]) -> None:
    assert article(**said).hashtags == ("tea", "go")


def test_the_same_article_says_the_same_in_the_listing_and_by_itself() -> None:
    single = {**ENTRY, "tag_list": "tea", "tags": ["tea"], "body_html": "<p>The whole text.</p>"}
    (listed,), (asked,) = (
        read(ArticlesPage, LIST, [ENTRY]).posts,
        read(ArticlePage, "https://dev.to/api/articles/7", single).posts,
    )
    assert asked == listed
    (brought,) = read(ArticlePage, "https://dev.to/api/articles/7", single, ref=None).posts
    assert brought.text == "The whole text."


def test_links_within_an_article_lead_nowhere_else() -> None:
    html = '<h2><a href="#a">A</a></h2><p><a href="https://acme.example/">us</a></p>'
    (post,) = read(ArticlePage, "https://dev.to/api/articles/7", {**ENTRY, "body_html": html}, ref=None).posts
    assert post.links == ("https://acme.example/",)


def test_pages_go_on_while_they_are_full() -> None:
    full = [{**ENTRY, "id": number} for number in range(30)]
    (following,) = read(ArticlesPage, LIST, full).next_requests
    assert following.url == "https://dev.to/api/articles?username=acme&per_page=30&page=2"
    assert not read(ArticlesPage, LIST, full[:29]).next_requests
    assert not read(ArticlesPage, following.url, []).next_requests


def test_a_name_without_articles_is_looked_for_among_users_then_organisations() -> None:
    (user,) = read(ArticlesPage, LIST, []).next_requests
    assert (user.url, user.kind) == ("https://dev.to/api/users/by_username?url=acme", RequestKind.PROFILE)
    (organisation,) = read(UserPage, user.url, {"error": "not found", "status": 404}, 404).next_requests
    page = pages.page_for(organisation.url, 404, "application/json", b"")
    assert page is not None
    with pytest.raises(PageProblem) as caught:
        read(page, organisation.url, {"error": "not found", "status": 404}, 404)
    assert caught.value.outcome == Outcome.NOT_FOUND
    assert "acme on dev.to does not exist" in str(caught.value)


def test_an_article_of_a_watched_organisation_is_the_organisations() -> None:
    entry = {**ENTRY, "user": {"username": "jo"}, "organization": {"username": "acme", "name": "Acme"}}
    found = read(ArticlesPage, LIST, [entry])
    assert (found.posts[0].account, found.posts[0].author) == ("acme", "jo")
    assert found.profile is not None
    assert (found.profile.handle, found.profile.name) == ("acme", "Acme")


def test_a_saved_error_is_known_without_its_status() -> None:
    with pytest.raises(PageProblem) as caught:
        read(ArticlesPage, LIST, {"error": "unauthorized", "status": 401})
    assert caught.value.outcome == Outcome.LOGIN_WALL


@pytest.mark.parametrize("head", [b'[{"id": 1, "headline": "x"}]', b'{"articles": [{"id": 1}]}'])
def test_another_sites_articles_are_left_to_it(head: bytes) -> None:
    assert pages.page_for("https://shop.example/api/articles?page=1", 200, "application/json", head) is None


def test_a_crawl_asks_the_configured_address_and_known_articles_by_their_number() -> None:
    first = pages.first_requests(ACME, {"forem": "http://127.0.0.1:8001/"})
    assert [each.url for each in first] == ["http://127.0.0.1:8001/api/articles?username=acme&per_page=30&page=1"]
    known = pages.post_requests(ACME, [("7", None), ("https://dev.to/acme/a-kettle-1a2b", None)], {})
    assert [(each.url, each.native_id) for each in known] == [("https://dev.to/api/articles/7", "7")]
