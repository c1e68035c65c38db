"""Lemmy's page objects where a recorded page says too little: versions, votes, formats, paging, ownership."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, PostList, Reason, Role
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.pages.lemmy.page_object import PageObject
from crawler.pages.lemmy.pages import PostsPage
from crawler.pages.mastodon.activities import NotePage
from crawler.pages.mastodon.actors import ActorPage

HOST = "https://lemmy.example"
LISTING = f"{HOST}/api/v3/post/list?community_name=kettles&sort=New&limit=1"
SINGLE = f"{HOST}/api/v3/post?id=31"
REF = AccountRef(platform=Platform.LEMMY, host="lemmy.example", handle="c/kettles", url=f"{HOST}/c/kettles")
CAPTURE = Capture(fetched_at=datetime(2026, 11, 22, 9, tzinfo=UTC), account=REF)
COMMUNITY = {"id": 21, "name": "kettles", "actor_id": f"{HOST}/c/kettles", "local": True}
CREATOR = {"id": 7, "name": "acme", "actor_id": f"{HOST}/u/acme", "local": True}


def view(counts: Any = None, **changes: Any) -> dict[str, Any]:
    post: dict[str, Any] = {
        "id": 31, "name": "A kettle", "ap_id": f"{HOST}/post/31", "published": "2026-11-20T08:00:00Z", "local": True,
        "removed": False, "deleted": False, "featured_community": False, "featured_local": False,
    }  # fmt: skip
    stated = {"score": 29, "upvotes": 31, "downvotes": 2, "comments": 3} if counts is None else counts
    return {"post": post | changes, "creator": CREATOR, "community": COMMUNITY, "counts": stated}


def read(said: object, url: str = LISTING, *, code: int = 200, capture: Capture = CAPTURE) -> PostList:
    body = json.dumps(said).encode()
    page = pages.page_for(url, code, "application/json", body[:4096])
    assert page is not None
    result: PostList = page(HttpResponse(url, body, status=code), capture).read()
    return result


def only(counts: Any = None, **changes: Any) -> Any:
    (post,) = read({"posts": [view(counts, **changes)]}).posts
    return post


def test_likes_are_upvotes_and_what_was_voted_down_is_not_subtracted() -> None:
    metrics = only().metrics
    assert (metrics.like_count, metrics.comment_count) == (31, 3)
    assert metrics.missing["share_count"] is metrics.missing["view_count"] is MissingReason.NOT_PUBLIC


@pytest.mark.parametrize(
    ("counts", "likes", "why"),
    [
        ({"upvotes": 0, "comments": 0}, 0, None),
        ({"score": 12, "comments": 0}, None, MissingReason.HIDDEN),
        ({"comments": 0}, None, MissingReason.NOT_OBSERVED),
        ({"upvotes": -3, "comments": 0}, None, MissingReason.NOT_PARSED),
    ],
)
def test_a_score_is_no_number_of_likes(counts: dict[str, Any], likes: int | None, why: MissingReason | None) -> None:
    metrics = only(counts).metrics
    assert (metrics.like_count, metrics.missing.get("like_count")) == (likes, why)


@pytest.mark.parametrize("written", ["2026-11-20T08:00:00.5", "2026-11-20T08:00:00.5Z", "2026-11-20T09:00:00.5+01:00"])
def test_a_time_without_a_zone_is_utc(written: str) -> None:
    post = only(published=written, updated=written)
    assert post.published_at == post.edited_at == datetime(2026, 11, 20, 8, 0, 0, 500_000, tzinfo=UTC)
    assert post.is_edited is True


def test_version_one_counts_in_the_post_itself_and_calls_its_times_and_addresses_otherwise() -> None:
    said = view({})
    said["post"] |= {"upvotes": 5, "comments": 0, "published_at": said["post"].pop("published")}
    said["creator"] = {"id": 7, "name": "acme", "ap_id": f"{HOST}/u/acme", "local": False}
    (post,) = read({"items": [said], "next_page": "abc"}, f"{HOST}/api/v4/post/list?sort=new").posts
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.comment_count, post.author) == (5, 0, "acme@lemmy.example")
    assert post.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "kind", "media", "links"),
    [
        ({}, Format.TEXT, 0, 0),
        ({"url": f"{HOST}/pictrs/image/a.webp"}, Format.IMAGE, 1, 0),
        ({"url": f"{HOST}/pictrs/image/0a1b2c"}, Format.IMAGE, 1, 0),
        ({"url": "https://cdn.example/a", "url_content_type": "image/png"}, Format.IMAGE, 1, 0),
        ({"url": "https://cdn.example/a.MP4?x=1"}, Format.VIDEO, 1, 0),
        ({"url": "https://cdn.example/a.ogg"}, Format.AUDIO, 1, 0),
        ({"url": "https://youtu.be/kettle00000"}, Format.VIDEO, 1, 0),
        ({"url": "https://tube.example/w/1", "embed_video_url": "https://tube.example/embed/1"}, Format.VIDEO, 1, 0),
        ({"url": "https://news.example/a.html", "url_content_type": "text/html"}, Format.LINK, 0, 1),
        ({"url": "javascript:alert(1)"}, Format.TEXT, 0, 0),
        ({"body": "![a](https://cdn.example/a.png)"}, Format.TEXT, 0, 0),
    ],
)
def test_what_a_post_links_to_decides_its_format(changes: dict[str, Any], kind: Format, media: int, links: int) -> None:
    post = only(**changes)
    assert (post.format, len(post.media), len(post.links)) == (kind, media, links)


@pytest.mark.parametrize("key", ["featured_community", "featured_local", "stickied"])
def test_what_is_featured_is_pinned(key: str) -> None:
    assert only(**{key: True}).is_pinned
    assert not only(**{key: False}).is_pinned


@pytest.mark.parametrize("key", ["removed", "deleted"])
def test_what_is_gone_is_an_absence_and_no_post(key: str) -> None:
    said = read({"posts": [view(**{key: True})]})
    assert (said.posts, [one.native_id for one in said.absences], said.skipped) == ((), ["31"], {key: 1})


def test_a_cross_post_quotes_the_post_it_names() -> None:
    here, there = f"{HOST}/post/12", "https://bread.example/post/12"
    posts = [only(body=f"cross-posted from: {url}\n\n> Tea") for url in (here, there)]
    assert [(post.role, post.original_url) for post in posts] == [(Role.QUOTE, here), (Role.QUOTE, there)]
    assert [post.original_native_id for post in posts] == ["12", None], "a number means something on its server only"
    assert only(body=f"Not cross-posted from: {here}").role is Role.ORIGINAL


def test_a_post_stands_in_its_community_or_on_the_page_of_the_user_who_is_followed() -> None:
    assert (only().account, only().author) == ("c/kettles@lemmy.example", "acme@lemmy.example")
    of_user = evolve(CAPTURE, account=evolve(REF, handle="u/acme"))
    (post,) = read({"post_view": view(), "cross_posts": [view()]}, SINGLE, capture=of_user).posts
    assert post.account == "u/acme@lemmy.example"
    remote = view() | {"community": COMMUNITY | {"local": False, "actor_id": "https://bread.example/c/kettles"}}
    copy = read({"posts": [remote]})
    assert (copy.posts[0].account, copy.flags) == ("c/kettles@bread.example", ("remote_copy",))


@pytest.mark.parametrize(
    ("url", "more", "following"),
    [
        (LISTING, {"next_page": "P1"}, f"{LISTING}&page_cursor=P1"),
        (f"{LISTING}&page_cursor=P1", {"next_page": "P1"}, None),
        (f"{LISTING}&page_cursor=P1", {"next_page": None}, None),
        (f"{LISTING}&page_cursor=P1", {}, None),
        (LISTING, {}, f"{LISTING}&page=2"),
        (f"{LISTING}&page=2", {}, f"{LISTING}&page=3"),
        (LISTING.replace("limit=1", "limit=2"), {}, None),
    ],
)
def test_lists_are_paged_by_cursor_or_by_number(url: str, more: dict[str, Any], following: str | None) -> None:
    found = read({"posts": [view()], **more}, url).next_requests
    assert [one.url for one in found] == ([following] if following else [])


@pytest.mark.parametrize(
    ("code", "error", "outcome", "reason"),
    [
        (404, "couldnt_find_post", Outcome.NOT_FOUND, None),
        (400, "couldnt_find_community", Outcome.NOT_FOUND, None),
        (404, "not_found", Outcome.NOT_FOUND, None),
        (400, "not_logged_in", Outcome.LOGIN_WALL, Reason.TOKEN_MISSING),
        (400, "instance_is_private", Outcome.LOGIN_WALL, Reason.TOKEN_MISSING),
        (400, "rate_limit_error", Outcome.ERROR, Reason.RATE_LIMITED),
        (500, "unknown", Outcome.ERROR, Reason.HTTP_ERROR),
    ],
)
def test_an_error_says_what_it_means(code: int, error: str, outcome: Outcome, reason: Reason | None) -> None:
    with pytest.raises(PageProblem) as caught:
        read({"error": error}, code=code)
    assert (caught.value.outcome, caught.value.reason) == (outcome, reason)
    assert error in str(caught.value)


def asked_next(url: str, said: object = b"", *, code: int = 200, handle: str = "c/kettles") -> list[str]:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    page = pages.page_for(url, code, "application/json", body[:4096])
    assert page is not None
    result = page(HttpResponse(url, body, status=code), evolve(CAPTURE, account=evolve(REF, handle=handle))).read()
    return [one.url for one in result.next_requests]


def test_a_server_that_no_longer_knows_the_question_is_asked_by_the_newer_interface() -> None:
    community, listing = f"{HOST}/api/v4/community?name=kettles&name_or_id=kettles", f"{HOST}/api/v4/post/list"
    assert asked_next(f"{HOST}/api/v3/community?name=kettles", code=404) == [community]
    assert asked_next(community, {"community_view": {"community": COMMUNITY}}) == [
        f"{listing}?community_name=kettles&community_name_or_id=kettles&sort=new&limit=50"
    ], "by both names, as they changed before the version was done"

    person = f"{HOST}/api/v4/person?username=acme&person_name_or_id=acme"
    content = f"{HOST}/api/v4/person/content"
    assert asked_next(f"{HOST}/api/v3/user?username=acme&page=1", code=404, handle="u/acme") == [person]
    first = f"{content}?username=acme&person_name_or_id=acme&type_=posts&limit=50"
    assert asked_next(person, {"person_view": {"person": CREATOR}}, handle="u/acme") == [first]
    assert asked_next(first, {"items": [view()], "next_page": "abc"}, handle="u/acme") == [f"{first}&page_cursor=abc"]
    (post,) = read({"items": [view()]}, first, capture=Capture(fetched_at=CAPTURE.fetched_at)).posts
    assert post.account == "u/acme@lemmy.example", "without an account it is the one that was asked about"


def test_a_server_that_knows_neither_question_of_lemmys_is_asked_by_piefeds_interface() -> None:
    alpha = f"{HOST}/api/alpha"
    community, person = f"{alpha}/community?name=kettles", f"{alpha}/user?username=acme"
    v4 = f"{HOST}/api/v4"
    assert asked_next(f"{v4}/community?name=kettles&name_or_id=kettles", code=404) == [community]
    assert asked_next(f"{v4}/person?username=acme&person_name_or_id=acme", code=404, handle="u/acme") == [person]
    with pytest.raises(PageProblem) as caught:
        asked_next(community, code=404)
    assert caught.value.outcome is Outcome.NOT_FOUND

    said = {"person_view": {"person": {"id": 9, "user_name": "acme", "local": True}}, "posts": []}
    first = f"{alpha}/post/list?person_id=9&sort=New&limit=50"
    assert asked_next(person, said, handle="u/acme") == [first]
    assert asked_next(first, {"posts": [view()], "next_page": "2"}, handle="u/acme") == [f"{first}&page_cursor=2"]

    known = evolve(REF, software="piefed")
    assert [one.url for one in pages.first_requests(known, {})] == [community]
    assert [one.url for one in pages.post_requests(known, [("31", None)], {})] == [f"{alpha}/post?id=31"]
    assert pages.reply_requests(known, ["31"], {})[0].url.startswith(f"{alpha}/comment/list?post_id=31&")


def test_posts_of_communities_that_nobody_asked_for_are_left_out_and_a_list_of_them_alone_is_no_answer() -> None:
    stranger = view(id=32) | {"community": COMMUNITY | {"id": 22, "name": "teapots"}}
    found = read({"items": [view(), stranger], "next_page": None})
    assert [post.native_id for post in found.posts] == ["31"]
    assert found.skipped == {"other_community": 1}
    with pytest.raises(PageProblem) as caught:
        read({"items": [stranger]})
    assert caught.value.outcome == Outcome.LAYOUT_CHANGED
    assert "other communities" in caught.value.message


def test_an_object_with_a_picture_and_a_link_is_a_picture_that_leads_on() -> None:
    said = {
        "id": f"{HOST}/post/31", "type": "Page", "name": "A kettle", "attributedTo": f"{HOST}/u/acme",
        "to": [f"{HOST}/c/kettles", "https://www.w3.org/ns/activitystreams#Public"],
        "attachment": [{"type": "Image", "url": f"{HOST}/pictrs/image/a.png", "mediaType": "image/png"},
                       {"type": "Link", "href": "https://news.example/a", "mediaType": "text/html"}],
    }  # fmt: skip
    (post,) = read(said, f"{HOST}/post/31").posts
    assert (post.format, post.links, len(post.media)) == (Format.IMAGE, ("https://news.example/a",), 1)


def test_activitypub_objects_go_to_the_network_whose_kind_they_are() -> None:
    context = b'{"@context":"https://www.w3.org/ns/activitystreams","type":"%s","id":"https://x.example/post/1"}'
    found = [
        pages.page_for("https://x.example/post/1", 200, "application/activity+json", context % kind)
        for kind in (b"Page", b"Note", b"Group")
    ]
    assert found == [PageObject, NotePage, ActorPage]
    assert pages.page_for("https://x.example/a.json", 200, "", json.dumps({"posts": [view()]}).encode()) is PostsPage


def test_a_crawl_starts_at_the_community_or_the_user() -> None:
    accounts = [REF, evolve(REF, handle="u/acme@lemmy.example")]
    assert [pages.first_requests(ref, {})[0].url for ref in accounts] == [
        f"{HOST}/api/v3/community?name=kettles",
        f"{HOST}/api/v3/user?username=acme&sort=New&limit=50&page=1",
    ]
    single = pages.post_requests(REF, [("31", None), ("../8", None)], {})
    assert [(one.url, one.native_id) for one in single] == [(SINGLE, "31")]
