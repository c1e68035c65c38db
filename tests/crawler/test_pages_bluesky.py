"""Bluesky's page objects where a recorded page says too little: roles, dates, facets, answers not to be trusted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import Format, MissingReason, Outcome, Platform, PostList, Reason, Role
from crawler.pages import page_for
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.pages.bluesky import PAGES
from crawler.pages.bluesky.api import FeedPage, PostsPage, ProfilePage
from crawler.pages.bluesky.pages import WebPostPage, WebProfilePage

DID, OTHER = "did:plc:kettle22222222222222222", "did:plc:oven222222222222222222222"
FEED = f"https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor={DID}&limit=100"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
KETTLE = {"did": DID, "handle": "kettle.example"}
OVEN = {"did": OTHER, "handle": "oven.example"}
REF = AccountRef(
    platform=Platform.BLUESKY, host="", handle="kettle.example", url="https://bsky.app/profile/kettle.example"
)
DEFS = "app.bsky.feed.defs"


def view(
    *, author: dict[str, Any] = KETTLE, rkey: str = "3k", record: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    post = {"$type": "app.bsky.feed.post", "createdAt": "2026-11-20T08:00:00.000Z", "text": "Tea"}
    said = {
        "uri": f"at://{author['did']}/app.bsky.feed.post/{rkey}", "cid": "b", "author": author, "labels": [],
        "indexedAt": "2026-11-20T08:00:01.000Z", "record": post | (record or {}),
        "likeCount": 3, "replyCount": 1, "repostCount": 2, "quoteCount": 0, "bookmarkCount": 4,
    }  # fmt: skip
    return said | changes


def read(said: object, *, page: Any = FeedPage, url: str = FEED, code: int = 200) -> PostList:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    response = HttpResponse(url=url, body=body, status=code, headers={"Content-Type": "application/json"})
    result: PostList = page(response, Capture(fetched_at=NOW, account=REF)).read()
    return result


def problem(said: object, **arguments: Any) -> PageProblem:
    with pytest.raises(PageProblem) as caught:
        read(said, **arguments)
    return caught.value


def only(**changes: Any) -> Any:
    (post,) = read({"feed": [{"post": view(**changes)}]}).posts
    return post


def repost(post: dict[str, Any], by: dict[str, Any] = KETTLE) -> dict[str, Any]:
    return {
        "post": post,
        "reason": {"$type": f"{DEFS}#reasonRepost", "by": by, "indexedAt": "2026-11-21T10:00:00.000Z"},
    }


def test_a_repost_is_keyed_and_dated_by_who_reposted_and_counted_as_the_original() -> None:
    (post,) = read({"feed": [repost(view(author=OVEN))]}).posts
    uri = f"at://{OTHER}/app.bsky.feed.post/3k"
    assert (post.role, post.native_id, post.original_native_id) == (Role.REPOST, f"{uri}#repost:{DID}", uri)
    assert (post.account, post.author) == ("kettle.example", "oven.example")
    assert post.published_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert post.original_published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert post.metrics is not None
    assert post.metrics.like_count == 3


def test_an_own_post_reposted_pinned_and_listed_is_one_post() -> None:
    pin = {"post": view(), "reason": {"$type": f"{DEFS}#reasonPin"}}
    for order in ([repost(view()), pin, {"post": view()}], [{"post": view()}, pin], [pin, repost(view())]):
        (post,) = read({"feed": order}).posts
        assert (post.role, post.is_pinned, post.native_id) == (Role.ORIGINAL, True, view()["uri"])
        assert post.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)


def test_somebody_elses_post_without_a_reason_is_not_the_accounts() -> None:
    said = read({"feed": [{"post": view()}, {"post": view(author=OVEN)}, repost(view(author=OVEN), by=OVEN)]})
    assert len(said.posts) == 1
    assert said.skipped == {"other_author": 2}


def test_a_renamed_account_keeps_its_posts_under_its_new_handle() -> None:
    assert only(author={**KETTLE, "handle": "leaf.example"}).account == "leaf.example"
    names = {
        read({"feed": [repost(view(author=OVEN), by={**KETTLE, "handle": handle})]}).posts[0].native_id
        for handle in ("kettle.example", "leaf.example")
    }
    assert len(names) == 1


QUOTED = {
    "$type": "app.bsky.embed.record#viewRecord",
    "uri": f"at://{OTHER}/app.bsky.feed.post/3q",
    "author": OVEN,
    "value": {},
}
IMAGES = {"$type": "app.bsky.embed.images#view", "images": [{"fullsize": "https://cdn.example/1", "alt": ""}]}
LIST_VIEW = {"$type": "app.bsky.graph.defs#listView", "uri": f"at://{OTHER}/app.bsky.graph.list/3l"}


@pytest.mark.parametrize(
    ("embed", "role", "wanted"),
    [
        (None, Role.ORIGINAL, Format.TEXT),
        (IMAGES, Role.ORIGINAL, Format.IMAGE),
        ({**IMAGES, "images": [{}, {}, {}, {}]}, Role.ORIGINAL, Format.CAROUSEL),
        ({"$type": "app.bsky.embed.video#view", "playlist": "https://v.example/p.m3u8"}, Role.ORIGINAL, Format.VIDEO),
        (
            {"$type": "app.bsky.embed.external#view", "external": {"uri": "https://a.example/"}},
            Role.ORIGINAL,
            Format.LINK,
        ),
        ({"$type": "app.bsky.embed.record#view", "record": QUOTED}, Role.QUOTE, Format.TEXT),
        (
            {"$type": "app.bsky.embed.record#view", "record": {**QUOTED, "$type": "app.bsky.embed.record#viewBlocked"}},
            Role.QUOTE,
            Format.TEXT,
        ),
        (
            {
                "$type": "app.bsky.embed.record#view",
                "record": {**QUOTED, "$type": "app.bsky.embed.record#viewDetached"},
            },
            Role.QUOTE,
            Format.TEXT,
        ),
        ({"$type": "app.bsky.embed.record#view", "record": LIST_VIEW}, Role.ORIGINAL, Format.LINK),
        (
            {"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": QUOTED}, "media": IMAGES},
            Role.QUOTE,
            Format.IMAGE,
        ),
        (
            {"$type": "app.bsky.embed.recordWithMedia#view", "record": {"record": LIST_VIEW}, "media": IMAGES},
            Role.ORIGINAL,
            Format.IMAGE,
        ),
        ({"$type": "app.bsky.embed.gallery#view", "items": [1, 2]}, Role.ORIGINAL, Format.OTHER),
        ({"$type": "example.future.embed"}, Role.ORIGINAL, Format.OTHER),
    ],
)
def test_embeds(embed: dict[str, Any] | None, role: Role, wanted: Format) -> None:
    said = read({"feed": [{"post": view(embed=embed)}]})
    assert [(post.role, post.format) for post in said.posts] == [(role, wanted)]
    assert ("unknown_embed" in said.flags) == (wanted is Format.OTHER)


def test_a_reply_that_quotes_is_a_reply_to_the_post_it_answers() -> None:
    parent = {"uri": f"at://{OTHER}/app.bsky.feed.post/3p", "cid": "x"}
    post = only(
        record={"reply": {"root": parent, "parent": parent}},
        embed={"$type": "app.bsky.embed.record#view", "record": QUOTED},
    )
    assert (post.role, post.original_native_id) == (Role.REPLY, parent["uri"])


@pytest.mark.parametrize(
    ("created", "indexed", "published", "is_flagged"),
    [
        ("2026-11-20T08:00:00.000Z", "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:00", False),
        ("2026-11-20T10:00:00.000+02:00", "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:00", False),
        (
            "2026-10-20T08:00:00.000Z",
            "2026-11-20T08:00:01.000Z",
            "2026-10-20T08:00:00",
            False,
        ),  # seen late, not backdated
        ("2026-11-20T08:00:02.000Z", "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:01", False),  # clocks differ
        ("2026-11-21T08:00:00.000Z", "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:01", True),
        ("2099-11-21T08:00:00.000Z", "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:01", True),
        ("2015-01-01T08:00:00.000Z", "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:01", True),
        ("0000-00-00", "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:01", True),
        ("2026-11-20T07:59:00", "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:01", False),  # no zone: no moment
        (None, "2026-11-20T08:00:01.000Z", "2026-11-20T08:00:01", True),
        ("2026-11-20T08:00:00.000Z", None, "2026-11-20T08:00:00", False),
    ],
)
def test_the_authors_clock_counts_while_it_can_be_true(
    created: str | None,
    indexed: str | None,
    published: str,
    is_flagged: bool,
) -> None:
    said = read({"feed": [{"post": view(record={"createdAt": created}, indexedAt=indexed)}]})
    assert said.posts[0].published_at == datetime.fromisoformat(published).replace(tzinfo=UTC)
    assert ("date_from_index" in said.flags) == is_flagged
    assert said.posts[0].published_text == (created if is_flagged else None)


def test_without_any_readable_date_there_is_none() -> None:
    said = read({"feed": [{"post": view(record={"createdAt": "soon"}, indexedAt="later")}]})
    assert (said.posts[0].published_at, said.posts[0].published_text, said.flags) == (
        None,
        "soon",
        ("implausible_date",),
    )


def test_facets_are_places_in_bytes_and_plain_hashtags_count_as_well() -> None:
    text = "🍵 #Oolong @oven.example über kettle.example #Oolong #tee"
    data = text.encode()

    def at(part: str, **feature: str) -> dict[str, Any]:
        start = data.find(part.encode())
        return {"index": {"byteStart": start, "byteEnd": start + len(part.encode())}, "features": [feature]}

    facet = "app.bsky.richtext.facet"
    facets = [
        at("kettle.example", **{"$type": f"{facet}#link", "uri": "https://kettle.example/"}),
        at("@oven.example", **{"$type": f"{facet}#mention", "did": OTHER}),
        at("#tee", **{"$type": f"{facet}#tag", "tag": "Tee"}),
    ]
    post = only(record={"text": text, "facets": facets, "tags": ["Autumn", "oolong"]})
    assert (post.hashtags, post.mentions, post.links) == (
        ("Oolong", "tee", "Autumn"), ("oven.example",), ("https://kettle.example/",),
    )  # fmt: skip


@pytest.mark.parametrize(
    "place",
    [None, {}, {"byteStart": 5, "byteEnd": 2}, {"byteStart": -1, "byteEnd": 3}, {"byteStart": 1, "byteEnd": 10**9}],
)
def test_a_facet_that_points_nowhere_still_names_its_target(place: object) -> None:
    facet = {
        "index": place,
        "features": [{"$type": "app.bsky.richtext.facet#mention", "did": OTHER}, {"$type": "x#link", "uri": "data:x"}],
    }
    post = only(record={"facets": [facet]})
    assert (post.mentions, post.links) == ((OTHER,), ())


def test_zero_unknown_and_unreadable_counts_are_three_things() -> None:
    old = view(likeCount=0, replyCount="?")
    del old["quoteCount"]
    (post,) = read({"feed": [{"post": old}]}).posts
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.quote_count, post.metrics.comment_count) == (0, None, None)
    assert post.metrics.missing == {
        "comment_count": MissingReason.NOT_PARSED,
        "quote_count": MissingReason.NOT_OBSERVED,
        "view_count": MissingReason.NOT_PUBLIC,
    }


def test_stubs_are_counted_and_only_deleted_ones_are_gone() -> None:
    uris = [f"at://{DID}/app.bsky.feed.post/3{letter}" for letter in "abc"]
    url = "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts?" + "&".join(f"uris={uri}" for uri in uris)
    blocked = {"$type": f"{DEFS}#blockedPost", "uri": uris[1], "blocked": True}
    said = read({"posts": [view(rkey="3a"), blocked]}, page=PostsPage, url=url)
    assert [post.native_id for post in said.posts] == uris[:1]
    assert [one.native_id for one in said.absences] == uris[2:]
    assert said.skipped == {"blocked_stub": 1}


def test_the_answers_under_a_post_are_never_read() -> None:
    thread = {
        "thread": {
            "post": view(),
            "replies": [{"post": view(author=OVEN, rkey="3r")}],
            "parent": {"post": view(author=OVEN)},
        }
    }
    url = f"https://public.api.bsky.app/xrpc/app.bsky.feed.getPostThread?uri=at://{DID}/app.bsky.feed.post/3k"
    assert [post.account for post in read(thread, page=PostsPage, url=url).posts] == ["kettle.example"]


@pytest.mark.parametrize(
    ("code", "error", "message", "outcome", "reason"),
    [
        (400, "InvalidRequest", "Profile not found", Outcome.NOT_FOUND, None),
        (400, "InvalidRequest", "Unable to resolve handle", Outcome.NOT_FOUND, None),
        (400, "AccountDeactivated", "Account is deactivated", Outcome.GONE, None),
        (400, "AccountTakedown", "Account has been suspended", Outcome.GONE, None),
        (400, "BlockedByActor", "Requester is blocked by actor", Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (400, "InvalidRequest", "Error: limit must be an integer", Outcome.ERROR, Reason.HTTP_ERROR),
        (401, "AuthenticationRequired", "", Outcome.LOGIN_WALL, Reason.TOKEN_MISSING),
        (403, "Forbidden", "", Outcome.BLOCKED, None),
        (429, "RateLimitExceeded", "Rate Limit Exceeded", Outcome.ERROR, Reason.RATE_LIMITED),
        (501, "MethodNotImplemented", "Method Not Implemented", Outcome.ERROR, Reason.NOT_SUPPORTED),
        (502, "UpstreamFailure", "", Outcome.ERROR, Reason.HTTP_ERROR),
    ],
)
def test_errors(code: int, error: str, message: str, outcome: Outcome, reason: Reason | None) -> None:
    said = problem({"error": error, "message": message}, code=code)
    assert (said.outcome, said.reason) == (outcome, reason)
    assert str(said).endswith((".", "?"))


def test_a_feed_is_paged_until_its_cursor_ends_or_repeats() -> None:
    asked = [one.url for one in read({"feed": [{"post": view()}], "cursor": "2026::x"}).next_requests]
    assert len(asked) == 1
    assert asked[0].endswith("&cursor=2026%3A%3Ax")
    assert "limit=100" in asked[0]
    assert read({"feed": [{"post": view()}], "cursor": "2026::x"}, url=asked[0]).next_requests == ()
    assert read({"feed": [{"post": view()}]}).next_requests == ()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_RECORD = st.dictionaries(
    st.sampled_from(["text", "createdAt", "facets", "embed", "reply", "langs", "tags"]), _JSON, max_size=4
)


@given(st.dictionaries(st.sampled_from([*view(), "embed"]), _JSON, max_size=4), _RECORD, _JSON)
@settings(max_examples=100, deadline=None)
def test_a_post_with_any_field_of_any_kind_gives_posts_or_a_named_problem(
    changes: dict[str, Any], record: dict[str, Any], reason: object
) -> None:
    entry = {"post": view(record=record) | changes, "reason": reason}
    for said, page in (
        ({"feed": [entry]}, FeedPage),
        ({"posts": [entry["post"]]}, PostsPage),
        ({"thread": entry}, PostsPage),
    ):
        try:
            result = read(said, page=page)
        except PageProblem as trouble:
            assert trouble.message
        else:
            assert all(post.native_id and post.account for post in result.posts)


@given(
    st.dictionaries(
        st.sampled_from(
            ["did", "handle", "description", "labels", "pinnedPost", "followersCount", "verification", "error"]
        ),
        _JSON,
    )
)
@settings(max_examples=60, deadline=None)
def test_a_profile_with_any_field_of_any_kind_is_read_or_a_named_problem(changes: dict[str, Any]) -> None:
    try:
        assert read({**KETTLE, **changes}, page=ProfilePage).profile is not None
    except PageProblem as trouble:
        assert trouble.message


@given(_JSON, st.sampled_from(["DiscussionForumPosting", "ProfilePage"]))
@settings(max_examples=50, deadline=None)
def test_any_linked_data_on_a_web_page_is_read_or_a_named_problem(said: object, kind: str) -> None:
    whole = {
        "@type": kind,
        "author": said,
        "mainEntity": said,
        "interactionStatistic": said,
        "datePublished": said,
        "text": said,
    }
    for linked in (said, whole, [whole]):
        html = f"<html><script type='application/ld+json'>{json.dumps(linked)}</script>".encode()
        for page, path in ((WebPostPage, "/profile/a.example/post/3k"), (WebProfilePage, "/profile/a.example")):
            try:
                read(html, page=page, url=f"https://bsky.app{path}")
            except PageProblem as trouble:
                assert trouble.message


@given(st.binary(max_size=200), st.sampled_from(PAGES), st.sampled_from([200, 400, 404, 500]))
@settings(deadline=None)
def test_any_bytes_give_a_named_problem_or_posts(body: bytes, page: Any, code: int) -> None:
    try:
        read(body, page=page, code=code)
    except PageProblem as trouble:
        assert trouble.message


@pytest.mark.parametrize(
    ("method", "said", "page"),
    [
        ("app.bsky.feed.getTimeline", {"feed": []}, FeedPage),
        ("app.bsky.feed.getFeed", {"cursor": "1", "feed": []}, FeedPage),
        ("app.bsky.feed.getQuotes", {"posts": [], "uri": "at://"}, PostsPage),
        ("app.bsky.feed.getSuggestedFeeds", {"cursor": "1", "feeds": []}, None),
        ("app.bsky.notification.listNotifications", {"cursor": "1", "notifications": []}, None),
        ("com.atproto.identity.resolveHandle", {"did": "did:plc:a"}, None),
        ("com.atproto.server.getSession", {"did": "did:plc:a", "handle": "a.example"}, None),
    ],
)
def test_of_what_a_browser_asks_only_answers_with_posts_are_read(method: str, said: Any, page: Any) -> None:
    head = json.dumps(said | {"of": "did:plc:a"}).encode()
    found = page_for(f"https://api.bsky.app/xrpc/{method}", 200, "application/json", head)
    assert found is page
