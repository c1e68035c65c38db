"""Which of the pages that a sitemap names are asked for, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import NextRequest, RequestKind, Way
from crawler.pages.web.candidates import MAX_ASKED, CandidateSearch, dated, may_be_post, shape
from crawler.reading.urls import page_key

SITE = "https://acme.example"
SINCE = datetime(2026, 8, 30, tzinfo=UTC)
BLOG = [f"{SITE}/blog/{name}" for name in ("rye", "wheat", "spelt")]


def search(
    paths: Sequence[str], *, shown: Sequence[str] = (), account: str = f"{SITE}/", changed: Sequence[str] = ()
) -> CandidateSearch:
    found = CandidateSearch(account, SINCE)
    found.show(shown)
    days: list[datetime | None] = [datetime.fromisoformat(f"{day}T00:00:00+00:00") for day in changed]
    moments = days or [None] * len(paths)
    found.add(
        NextRequest(url=f"{SITE}{path}", kind=RequestKind.CANDIDATE, way=Way.SITEMAP, changed_at=moment)
        for path, moment in zip(paths, moments, strict=True)
    )
    return found


def asked(found: CandidateSearch, posts: Sequence[str] | None = None, old: Sequence[str] = ()) -> list[str]:
    """Paths in the order in which they are handed out; ``posts`` are those that turn out to be posts (all)."""
    paths = []
    while (request := found.next()) is not None:
        path = request.url.removeprefix(SITE)
        paths.append(path)
        at = datetime(2025, 1, 1, tzinfo=UTC) if path in old else datetime(2026, 11, 1, tzinfo=UTC)
        found.tell(request, is_post=posts is None or path in posts, published_at=at)
    return paths


def test_known_posts_teach_which_addresses_are_worth_asking_for() -> None:
    found = search(["/about", "/blog/oats", "/team/odo", "/blog/rye/", "/tags/rye"], shown=BLOG)
    assert asked(found) == ["/blog/oats"]


def test_an_address_like_those_of_known_posts_is_asked_as_a_post() -> None:
    request = search(["/blog/oats"], shown=BLOG).next()
    assert request is not None
    assert request.kind == RequestKind.POST
    request = search(["/blog/oats"]).next()
    assert request is not None
    assert request.kind == RequestKind.CANDIDATE


def test_news_beside_the_feed_is_tried_too() -> None:
    found = search(["/about", "/news/a-b-c", "/blog/oats"], shown=BLOG)
    assert asked(found) == ["/blog/oats", "/news/a-b-c"]


def test_a_group_whose_first_pages_are_no_posts_is_given_up() -> None:
    team = [f"/team/person-{number}" for number in range(9)]
    assert len(asked(search([*team, "/blog/oats"]), posts=["/blog/oats"])) == 4


def test_a_group_in_order_of_time_ends_at_the_horizon() -> None:
    paths = [f"/{number}" for number in range(20)]
    days = [f"2026-{11 if number < 10 else 10}-{28 - number % 10}" for number in range(20)]
    found = search(paths, changed=days)
    assert asked(found, old=[f"/{number}" for number in range(3, 20)]) == [f"/{number}" for number in range(8)]


def test_dates_that_are_all_of_one_day_order_nothing() -> None:
    paths = [f"/story-{number}" for number in range(8)]
    found = search(paths, changed=["2026-11-20"] * 8)
    assert len(asked(found, old=paths)) == 8


def test_a_link_to_a_section_means_what_lies_below_it() -> None:
    found = search(["/en/news/a-b-c", "/de/news/a-b-c", "/en/about"], account=f"{SITE}/en/news")
    assert asked(found) == ["/en/news/a-b-c"]


def test_one_of_several_languages_is_chosen_and_none_when_one_is_known() -> None:
    pair = (f"{SITE}/de/blog/hafer", f"{SITE}/blog/oats")
    requests = [NextRequest(url=url, kind=RequestKind.CANDIDATE, same_as=pair) for url in pair]
    for shown, expected in ((BLOG, "/blog/oats"), ([f"{SITE}/de/blog/a"], "/de/blog/hafer"), ([], "/de/blog/hafer")):
        found = CandidateSearch(f"{SITE}/", SINCE)
        found.show(shown)
        found.add(requests)
        assert asked(found) == [expected]
    found = CandidateSearch(f"{SITE}/", SINCE)
    found.show([f"{SITE}/blog/oats/"])
    found.add(requests)
    assert asked(found) == []


def test_what_a_page_says_is_the_same_is_not_asked_for() -> None:
    found = search(["/a-b-c", "/x-y-z"])
    request = found.next()
    assert request is not None
    found.tell(request, is_post=True, published_at=None, same_as=(f"{SITE}/x-y-z",))
    assert found.next() is None


def test_no_more_than_so_many_pages_are_asked_for() -> None:
    found = search([f"/blog/{number}" for number in range(MAX_ASKED + 50)], shown=BLOG)
    assert len(asked(found)) == MAX_ASKED
    assert found.is_cut


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", False), ("/index.html", False), ("/blog/rye", True), ("/?p=12", True), ("/blog/page/2/", False),
        ("/2026/11/", False), ("/2026/11/22/", False), ("/2026/11/22/rye", True), ("/archives/123", True),
        ("/archives/2026/11", False), ("/rye.html", True), ("/rye.jpg", False), ("/blog?page=2", False),
    ],
)  # fmt: skip
def test_some_addresses_are_no_posts_whatever_is_behind_them(path: str, expected: bool) -> None:
    assert may_be_post(SITE + path) is expected


def test_a_date_in_the_path_is_the_last_moment_it_may_mean() -> None:
    assert dated(f"{SITE}/2026/11/22/rye") == datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC)
    assert dated(f"{SITE}/2026/12/rye") == datetime(2027, 1, 1, tzinfo=UTC)
    assert dated(f"{SITE}/2026/02/31/rye") is None
    assert dated(f"{SITE}/blog/2026-rye") is None


@pytest.mark.parametrize(
    "other",
    ["http://www.acme.example/blog/rye/", "https://acme.example/blog/rye/amp/", "https://acme.example/blog/rye?amp=1",
     "https://acme.example/amp/blog/rye", "https://acme.example/blog/rye/index.html?utm_source=x", "https://acme.example:443/blog/rye#c"],
)  # fmt: skip
def test_all_spellings_of_one_page_have_one_key(other: str) -> None:
    assert page_key(other) == page_key("https://acme.example/blog/rye")
    assert page_key(other) != page_key("https://acme.example/blog/rye?p=2")


@given(st.text(max_size=80))
def test_shapes_and_dates_of_any_address_never_raise(path: str) -> None:
    url = f"{SITE}/{path}"
    shape(url), dated(url), may_be_post(url), page_key(url)
