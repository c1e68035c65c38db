"""Mastodon's page objects where a recorded page says too little: paging, roles, speed, answers not to be trusted."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import Format, MissingReason, Outcome, Platform, PostList, Reason, Role
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.pages.mastodon import PAGES, post_requests, reply_requests
from crawler.pages.mastodon.activities import NotePage
from crawler.pages.mastodon.client import AccountPage
from crawler.pages.mastodon.timeline import StatusesPage, StatusPage

HOST = "https://tea.example"
LISTING = f"{HOST}/api/v1/accounts/1/statuses?limit=40"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
KETTLE = {"id": "1", "username": "kettle", "acct": "kettle", "url": f"{HOST}/@kettle", "note": "", "fields": []}
REF = AccountRef(platform=Platform.MASTODON, host="tea.example", handle="kettle", url=f"{HOST}/@kettle")


def status(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": "10", "created_at": "2026-11-20T08:00:00.000Z", "in_reply_to_id": None, "in_reply_to_account_id": None,
        "spoiler_text": "", "visibility": "public", "language": "en", "uri": f"{HOST}/users/kettle/statuses/10",
        "url": f"{HOST}/@kettle/10", "replies_count": 1, "reblogs_count": 2, "favourites_count": 3,
        "content": "<p>Tea</p>", "reblog": None, "account": KETTLE, "media_attachments": [], "mentions": [], "tags": [],
        "card": None, "poll": None,
    }  # fmt: skip
    return said | changes


def read(said: object, *, page: Any = StatusesPage, url: str = LISTING, code: int = 200, **headers: str) -> PostList:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    response = HttpResponse(url=url, body=body, status=code, headers={"Content-Type": "application/json", **headers})
    result: PostList = page(response, Capture(fetched_at=NOW, account=REF)).read()
    return result


def problem(said: object, **arguments: Any) -> PageProblem:
    with pytest.raises(PageProblem) as caught:
        read(said, **arguments)
    return caught.value


def only(**changes: Any) -> Any:
    (post,) = read([status(**changes)]).posts
    return post


def test_the_counts_of_a_repost_are_the_originals_and_its_date_is_the_wrappers() -> None:
    inner = status(
        id="5", created_at="2026-11-01T08:00:00.000Z", account={**KETTLE, "id": "2", "acct": "oven@bread.example"}
    )
    post = only(reblog=inner, favourites_count=0, reblogs_count=0, replies_count=0, content="")
    assert (post.role, post.native_id, post.original_native_id) == (Role.REPOST, "10", "5")
    assert (post.account, post.author) == ("kettle@tea.example", "oven@bread.example")
    assert (post.published_at, post.original_published_at) == (
        datetime(2026, 11, 20, 8, tzinfo=UTC), datetime(2026, 11, 1, 8, tzinfo=UTC),
    )  # fmt: skip
    assert (post.metrics.like_count, post.metrics.comment_count, post.metrics.share_count) == (3, 1, 2)


def test_a_repost_of_the_own_post_is_that_post_once() -> None:
    own = status(id="5", created_at="2026-11-01T08:00:00.000Z")
    posts = read([status(reblog=own, content=""), own]).posts
    assert [(post.native_id, post.role) for post in posts] == [("5", Role.ORIGINAL)]


def test_an_own_post_that_somebody_boosted_stays_the_own_post_also_where_the_booster_signs_its_wrapper() -> None:
    fan = {**KETTLE, "id": "7", "acct": "fan@far.example"}
    own = status(id="5", favourites_count=1, reblogs_count=3, replies_count=2)
    wrapped = status(id="5", reblog=own, content="", account=fan)
    listed, single = read([wrapped]), read(wrapped, page=StatusPage, url=f"{HOST}/api/v1/statuses/5")
    for (post,) in (listed.posts, single.posts):
        assert (post.native_id, post.role, post.account) == ("5", Role.ORIGINAL, "kettle@tea.example")
        assert post.metrics is not None
        assert (post.metrics.like_count, post.metrics.share_count, post.metrics.comment_count) == (1, 3, 2)


def test_a_repost_that_is_called_like_its_original_is_none_of_the_originals_authors_posts() -> None:
    inner = status(id="5", account={**KETTLE, "id": "2", "acct": "oven"})
    (post,) = read([status(id="5", reblog=inner, content="")]).posts
    assert (post.native_id, post.role) == ("5#repost:kettle@tea.example", Role.REPOST)
    assert (post.account, post.author, post.original_native_id) == ("kettle@tea.example", "oven@tea.example", "5")


@pytest.mark.parametrize(
    ("quoted", "address", "at"),
    [
        ({"quote": status(id="7"), "quote_id": "7"}, f"{HOST}/@kettle/10", datetime(2026, 11, 20, 8, tzinfo=UTC)),
        ({"quote": None, "quote_id": "7", "quote_url": f"{HOST}/objects/7"}, f"{HOST}/objects/7", None),
        ({"quote": None, "quote_id": "7"}, None, None),
    ],
)
def test_what_pleroma_quotes_stands_among_its_own_facts(quoted: Any, address: str | None, at: datetime | None) -> None:
    post = only(pleroma=quoted)
    assert (post.role, post.original_native_id) == (Role.QUOTE, "7")
    assert (post.original_url, post.original_published_at) == (address, at)


def test_an_id_that_begins_with_the_last_change_is_known_by_the_rest() -> None:
    lasting = "e6f8772552816f9919a3342b03c24260"
    answered = "d19a5367eb4e107fc2945d1438610d6e"
    before, after = (
        only(id=f"{seconds}{lasting}", in_reply_to_id=f"{seconds}{answered}") for seconds in (1795887652, 1795887962)
    )
    assert before.native_id == after.native_id == lasting
    assert before.original_native_id == after.original_native_id == answered
    (asked,) = post_requests(REF, [(lasting, f"{HOST}/kettle/p/1795887652.788025")], {})
    assert (asked.url, asked.native_id) == (f"{HOST}/kettle/p/1795887652.788025", lasting)
    assert reply_requests(REF, [lasting, "10"], {}) == reply_requests(REF, ["10"], {}), "shown to its own users only"


def test_a_server_that_writes_zero_for_what_it_does_not_show_has_said_nothing() -> None:
    said = {**KETTLE, "followers_count": 0, "following_count": 4, "statuses_count": 0}
    for software, known in ((None, (0, 4, 0)), ("snac", (None, 4, None)), ("pixelfed", (None, 4, 0))):
        ref = evolve(REF, software=software)
        response = HttpResponse(f"{HOST}/api/v1/accounts/lookup?acct=kettle", json.dumps(said).encode(), status=200)
        profile = AccountPage(response, Capture(fetched_at=NOW, account=ref)).read().profile
        assert profile is not None
        assert (profile.follower_count, profile.following_count, profile.post_count) == known
        counted = dict(zip(("follower_count", "following_count", "post_count"), known, strict=True))
        unknown = {column for column, count in counted.items() if count is None}
        # which posts are pinned is told by a listing of their own
        assert profile.missing.keys() == {*unknown, "pinned_native_id"}


def test_a_list_of_statuses_is_one_wherever_it_comes_from_and_one_of_notifications_is_none() -> None:
    for path, said, is_ours in (
        ("timelines/tag/tea", [status()], True),
        ("notifications", [{"id": "1", "type": "mention", "account": KETTLE, "status": status()}], False),
        ("conversations", [{"id": "1", "accounts": [KETTLE], "last_status": status()}], False),
    ):
        head = json.dumps(said).encode()[:4096]
        assert StatusesPage.accepts(f"{HOST}/api/v1/{path}", 200, "application/json", head) is is_ours


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({}, Role.ORIGINAL),
        ({"in_reply_to_id": "9", "in_reply_to_account_id": "2"}, Role.REPLY),
        ({"in_reply_to_id": "9", "in_reply_to_account_id": "1"}, Role.REPLY),
        ({"in_reply_to_account_id": "2"}, Role.REPLY),
        ({"in_reply_to_id": 9}, Role.REPLY),
        ({"quote": {"state": "accepted", "quoted_status": status(id="7")}}, Role.QUOTE),
        ({"quote": {"state": "deleted", "quoted_status": None}}, Role.QUOTE),
        ({"quote": {"state": "accepted", "quoted_status_id": "7"}}, Role.QUOTE),
        ({"quote": status(id="7")}, Role.QUOTE),
        ({"quote": status(id="7"), "in_reply_to_id": "9"}, Role.REPLY),
    ],
)
def test_roles(changes: dict[str, Any], role: Role) -> None:
    assert only(**changes).role is role


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, Format.TEXT),
        ({"card": {"url": "https://kettle.example/", "type": "link"}}, Format.LINK),
        ({"card": {"url": "", "type": "link"}}, Format.TEXT),
        ({"media_attachments": [{"type": "image"}]}, Format.IMAGE),
        ({"media_attachments": [{"type": "image"}], "card": {"url": "https://kettle.example/"}}, Format.IMAGE),
        ({"media_attachments": [{"type": "image"}, {"type": "video"}]}, Format.CAROUSEL),
        ({"media_attachments": [{"type": "gifv"}]}, Format.VIDEO),
        ({"media_attachments": [{"type": "audio"}]}, Format.AUDIO),
        ({"media_attachments": [{"type": "unknown", "url": None}]}, Format.OTHER),
        ({"media_attachments": [{"type": "unknown", "mime": "video/mp4"}]}, Format.VIDEO),
        ({"media_attachments": [{"type": "Image"}]}, Format.IMAGE),
        ({"poll": {"id": "1", "options": []}, "media_attachments": [{"type": "image"}]}, Format.POLL),
    ],
)
def test_formats(changes: dict[str, Any], wanted: Format) -> None:
    assert only(**changes).format is wanted


def test_zero_unknown_and_unreadable_counts_are_three_things() -> None:
    metrics = only(favourites_count=0, reblogs_count=None, replies_count=-1).metrics
    assert (metrics.like_count, metrics.share_count, metrics.comment_count) == (0, None, None)
    assert metrics.missing["share_count"] is MissingReason.NOT_OBSERVED
    assert metrics.missing["comment_count"] is MissingReason.NOT_PARSED
    assert metrics.missing["view_count"] is MissingReason.NOT_PUBLIC
    assert "like_count" not in metrics.missing


def test_every_count_is_known_or_has_a_reason() -> None:
    cases: list[dict[str, Any]] = [{}, {"favourites_count": "many"}, {"quotes_count": 4}, {"replies_count": {}}]
    for changes in cases:
        metrics = only(**changes).metrics
        for name in ("like_count", "comment_count", "share_count", "view_count", "save_count", "quote_count"):
            assert (getattr(metrics, name) is None) == (name in metrics.missing)


def test_posts_that_are_not_public_are_counted_but_not_kept() -> None:
    said = read(
        [status(id="1", visibility="private"), status(id="2", visibility="direct"), status(id="3", visibility=[])]
    )
    assert [post.native_id for post in said.posts] == ["3"]
    assert said.skipped == {"not_public": 2}


def test_links_leave_mentions_hashtags_and_other_schemes_out() -> None:
    content = (
        '<p><a href="https://b.example/@x" class="u-url mention">@x</a> <a href="https://tea.example/tags/a"'
        ' class="hashtag">#a</a> <a href="javascript:alert(1)">no</a> <a href="https://kettle.example/a?utm_x=x">1</a>'
        ' <a href="https://kettle.example/a?utm_x=x">again</a> <a href="https://b.example/@y">plain mention</a></p>'
    )
    mentions = [{"acct": "y@b.example", "url": "https://b.example/@y"}, {"acct": "local", "url": f"{HOST}/@local"}]
    post = only(content=content, mentions=mentions, card={"url": "https://kettle.example/b"})
    assert post.links == ("https://kettle.example/a?utm_x=x", "https://kettle.example/b")
    assert post.mentions == ("y@b.example", "local@tea.example")


def test_controls_and_direction_marks_never_leave_a_page() -> None:
    post = only(content="<p>a\x00\x1b[31m\u202eb\ud800</p>", language="en\x1b", tags=[{"name": "te\u202ea"}])
    assert (post.text, post.language, post.hashtags) == ("a[31mb", "en", ("tea",))


@pytest.mark.parametrize(
    ("link", "following"),
    [
        ('<https://tea.example/api/v1/accounts/1/statuses?limit=40&max_id=7>; rel="next"', "7"),
        ('<https://a.example/?min_id=9>; rel="prev", <https://a.example/?max_id=7>; rel="next"', "7"),
        ("<https://evil.example/api/v1/accounts/2/statuses?max_id=7>; rel=next", "7"),
        ('<https://tea.example/?max_id=7>; title="x"; rel="next"', "7"),
        ('<https://tea.example/?min_id=7>; rel="prev"', None),
        ('<http://[>; rel="next"', None),
        ("nonsense", None),
    ],
)
def test_the_next_page_stays_on_the_asked_server_whatever_the_header_says(link: str, following: str | None) -> None:
    urls = [one.url for one in read([status()], Link=link).next_requests]
    assert urls == ([f"{LISTING}&max_id={following}"] if following else [])


def test_without_a_header_the_last_post_leads_on_until_a_page_is_empty() -> None:
    page = [status(id=str(100 - number)) for number in range(3)]
    assert [one.url for one in read(page).next_requests] == [f"{LISTING}&max_id=98"]
    assert read(page, url=f"{LISTING}&max_id=98").next_requests == (), "a server that does not page"
    assert read([]).next_requests == ()
    with_header = read(page, Link=f'<{LISTING}&min_id=100>; rel="prev"')
    assert with_header.next_requests == (), "Mastodon's last page names only the one before"


def test_a_deleted_post_is_an_absence_and_a_wall_is_not() -> None:
    url = f"{HOST}/api/v1/statuses/10"
    gone = read({"error": "Record not found"}, page=StatusPage, url=url, code=404).absences[0]
    assert (gone.native_id, gone.kind, gone.status, gone.host) == ("10", "gone", 404, "tea.example")
    wall = problem({"error": "This method requires an authenticated user"}, page=StatusPage, url=url, code=401)
    assert (wall.outcome, wall.reason) == (Outcome.LOGIN_WALL, Reason.TOKEN_MISSING)
    proxy = problem(b"<html>not here</html>", page=StatusPage, url=url, code=404)
    assert proxy.outcome is Outcome.NOT_FOUND  # a web server in between knows nothing of posts


@pytest.mark.parametrize(
    ("code", "outcome", "reason"),
    [
        (401, Outcome.LOGIN_WALL, Reason.TOKEN_MISSING), (403, Outcome.BLOCKED, None), (404, Outcome.NOT_FOUND, None),
        (410, Outcome.GONE, None), (418, Outcome.ERROR, Reason.HTTP_ERROR), (429, Outcome.ERROR, Reason.RATE_LIMITED),
        (500, Outcome.ERROR, Reason.HTTP_ERROR), (503, Outcome.ERROR, Reason.HTTP_ERROR),
    ],
)  # fmt: skip
def test_an_error_page_says_what_it_means_in_one_sentence(code: int, outcome: Outcome, reason: Reason | None) -> None:
    said = problem(b"<html><body>Sorry</body></html>", code=code)
    assert (said.outcome, said.reason) == (outcome, reason)
    assert str(said).startswith("The account kettle@tea.example ") or "kettle@tea.example:" in str(said)
    assert str(said).endswith(".")
    assert "\n" not in str(said)


def test_one_object_is_the_same_post_by_either_interface() -> None:
    note = {
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "id": f"{HOST}/users/kettle/statuses/10",
        "attributedTo": f"{HOST}/users/kettle", "to": "as:Public", "content": "<p>Tea</p>",
        "published": "2026-11-20T08:00:00Z",
    }  # fmt: skip
    by_activity = read(note, page=NotePage, url=str(note["id"])).posts[0]
    by_api = only()
    for name in ("native_id", "host", "account", "text", "published_at", "role", "format"):
        assert getattr(by_activity, name) == getattr(by_api, name), name


@pytest.mark.parametrize(("place", "kept"), [("/ap/actor/79", 1), ("/users/kettle/followers", 0), ("", 0)])
def test_of_a_note_that_names_nobody_its_place_says_whether_it_is_for_everybody(place: str, kept: int) -> None:
    note = {
        "@context": "https://www.w3.org/ns/activitystreams", "type": "Note", "id": f"{HOST}/ap/object/18",
        "attributedTo": f"{HOST}/users/kettle", "content": "Tea", "audience": f"{HOST}{place}" if place else None,
    }  # fmt: skip
    said = read(note, page=NotePage, url=str(note["id"]))
    assert (len(said.posts), said.skipped) == (kept, {} if kept else {"not_public": 1})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_FIELDS = st.sampled_from([*status(), "quote", "pleroma", "reactions", "edited_at", "quotes_count", "pinned"])


@given(st.dictionaries(_FIELDS, _JSON, max_size=6))
@settings(max_examples=100, deadline=None)
def test_a_status_with_any_field_of_any_kind_gives_posts_or_a_named_problem(changes: dict[str, Any]) -> None:
    for said, page in (
        ([status(**changes)], StatusesPage),
        (status(**changes), StatusPage),
        ([status(reblog=status(**changes))], StatusesPage),
    ):
        try:
            result = read(said, page=page)
        except PageProblem as trouble:
            assert trouble.outcome in Outcome
            assert trouble.message
        else:
            assert all(post.native_id and post.host and post.account for post in result.posts)


@given(
    st.dictionaries(
        st.sampled_from([*KETTLE, "error", "fields", "created_at", "followers_count", "moved", "pleroma", "avatar"]),
        _JSON,
    )
)
@settings(max_examples=60, deadline=None)
def test_an_account_with_any_field_of_any_kind_gives_a_profile_or_a_named_problem(changes: dict[str, Any]) -> None:
    try:
        said = read({**KETTLE, **changes}, page=AccountPage, url=f"{HOST}/api/v1/accounts/1")
    except PageProblem as trouble:
        assert trouble.message
    else:
        assert said.profile is not None


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "id",
                "type",
                "to",
                "attributedTo",
                "url",
                "content",
                "contentMap",
                "tag",
                "attachment",
                "inReplyTo",
                "quote",
                "likes",
                "published",
                "preferredUsername",
                "icon",
                "name",
            ]
        ),
        _JSON | st.just("https://tea.example/users/kettle"),
    ),
    st.sampled_from(PAGES),
)
@settings(max_examples=100, deadline=None)
def test_activity_objects_of_any_make_give_posts_or_a_named_problem(changes: dict[str, Any], page: Any) -> None:
    note = {
        "id": f"{HOST}/users/kettle/statuses/1",
        "type": "Note",
        "to": ["as:Public"],
        "attributedTo": f"{HOST}/users/kettle",
    }
    try:
        read(note | {"preferredUsername": "kettle"} | changes, page=page)
    except PageProblem as trouble:
        assert trouble.message


@given(st.binary(max_size=200), st.sampled_from(PAGES), st.sampled_from([200, 401, 404, 500]))
@settings(deadline=None)
def test_any_bytes_give_a_named_problem_or_posts(body: bytes, page: Any, code: int) -> None:
    try:
        read(body, page=page, code=code)
    except PageProblem as trouble:
        assert trouble.message


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'[{"id": ' + b"1" * 100_000 + b"}]", b'{"a":' * 50_000, b"\x00" * 1000]
)
def test_absurd_documents_are_a_changed_layout(body: bytes) -> None:
    assert problem(body).outcome is Outcome.LAYOUT_CHANGED
