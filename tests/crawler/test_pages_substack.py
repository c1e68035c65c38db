"""Substack's archive: where paging ends, whose publication a person's is, and that nothing odd is taken for a count."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import Platform, PostList, RequestKind
from crawler.links import recognise
from crawler.pages import first_requests, page_for, post_requests
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.pages.substack import ArchivePage, PersonAnswer, PostAnswer

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ARCHIVE = "https://fern.substack.com/api/v1/archive?sort=new&offset=0&limit=50"
ROW = {
    "id": 7,
    "canonical_url": "https://fern.substack.com/p/rye",
    "post_date": "2026-11-20T07:15:00.000Z",
    "title": "Rye",
}
KEYS = ["id", "canonical_url", "post_date", "reactions", "postTags", "publishedBylines", "posts", "name"]
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda some: st.lists(some) | st.dictionaries(st.sampled_from(KEYS), some),
    max_leaves=12,
)


def ref(url: str) -> AccountRef:
    link = recognise(url)
    return AccountRef(platform=link.platform, host=link.host, handle=link.handle, url=link.account_key)


def archive(document: Any, url: str = ARCHIVE) -> PostList:
    response = HttpResponse(url, json.dumps(document).encode(), status=200)
    return ArchivePage(response, Capture(fetched_at=NOW)).read()


def test_a_publication_begins_with_its_archive_and_a_person_with_the_publication() -> None:
    assert [each.url for each in first_requests(ref("https://fern.substack.com/archive"), {})] == [ARCHIVE]
    (person,) = first_requests(ref("https://substack.com/@odo"), {})
    assert person.url == "https://substack.com/api/v1/user/odo/public_profile"
    assert page_for(person.url, 200, "application/json", b"{") is PersonAnswer


def test_paging_goes_by_what_came_and_ends_with_an_empty_page() -> None:
    rows = [{**ROW, "id": number, "canonical_url": f"https://fern.substack.com/p/{number}"} for number in range(12)]
    (following,) = archive(rows).next_requests
    assert (following.kind, following.url) == (RequestKind.LISTING, ARCHIVE.replace("offset=0", "offset=12"))
    assert archive([]).next_requests == ()
    assert len(archive({"posts": rows}).posts) == 12


def test_known_posts_are_asked_for_by_the_name_in_their_address() -> None:
    account = ref("https://fern.substack.com")
    posts = [("7", "https://fern.substack.com/p/rye"), ("8", None), ("9", "https://fern.substack.com/about")]
    assert [(each.url, each.native_id) for each in post_requests(account, posts, {})] == [
        ("https://fern.substack.com/api/v1/posts/rye", "7")
    ]
    assert page_for("https://fern.substack.com/api/v1/posts/rye", 200, "application/json", b"{") is PostAnswer


def test_reactions_that_nobody_summed_are_added_up() -> None:
    row = {name: value for name, value in ROW.items() if name != "reaction_count"}
    counts = [archive([{**row, "reactions": said}]).posts[0].metrics for said in ({"❤": 12}, {})]
    assert [each.like_count for each in counts if each] == [12, None]


@pytest.mark.parametrize("stated", [None, "12", -1, 1.5, True, {}, 10**30])
def test_what_is_no_number_is_no_count(stated: object) -> None:
    (post,) = archive([{**ROW, "reaction_count": stated, "comment_count": 0}]).posts
    assert post.metrics is not None
    assert post.metrics.like_count is None
    assert "like_count" in post.metrics.missing
    assert post.metrics.comment_count == 0


@given(DOCUMENTS)
def test_any_document_gives_a_list_or_a_problem(document: Any) -> None:
    for said in (document, [{**ROW, **document}] if isinstance(document, dict) else [document]):
        try:
            found = archive(said)
        except PageProblem:
            continue
        assert all(post.platform is Platform.SUBSTACK for post in found.posts)
