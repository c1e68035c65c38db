"""PeerTube's page objects where a recorded page says too little: dates, comments, copies, paging, privacy."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, PostList, Reason, RequestKind
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.pages.mastodon import client
from crawler.pages.peertube.accounts import AccountPage
from crawler.pages.peertube.comments import CommentThreadsPage
from crawler.pages.peertube.feed import FeedPage
from crawler.pages.peertube.videos import VideoPage, VideosPage

HOST = "https://tube.example"
UUID = "9c9de5e8-0a1e-484a-b099-e80766180a6d"
LISTING = f"{HOST}/api/v1/video-channels/kettles/videos?start=0&count=2&sort=-publishedAt"
SINGLE = f"{HOST}/api/v1/videos/{UUID}"
REF = AccountRef(platform=Platform.PEERTUBE, host="tube.example", handle="c/kettles", url=f"{HOST}/c/kettles")
CAPTURE = Capture(fetched_at=datetime(2026, 11, 22, 9, tzinfo=UTC), account=REF)


def video(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "uuid": UUID, "url": f"{HOST}/videos/watch/{UUID}", "name": "A kettle", "privacy": {"id": 1}, "isLocal": True,
        "truncatedDescription": "Steam", "description": "Steam", "duration": 60, "views": 5, "likes": 3, "dislikes": 1,
        "previewPath": "/lazy-static/previews/1.jpg", "publishedAt": "2026-11-20T08:00:00.000Z", "isLive": False,
        "account": {"name": "acme", "host": "tube.example"}, "channel": {"name": "kettles", "host": "tube.example"},
        "comments": 2,
    }  # fmt: skip
    return said | changes


def read(said: object, url: str = SINGLE, *, code: int = 200, capture: Capture = CAPTURE) -> PostList:
    body = json.dumps(said).encode()
    page = pages.page_for(url, code, "application/json", body[:4096])
    assert page is not None
    result: PostList = page(HttpResponse(url, body, status=code), capture).read()
    return result


def only(**changes: Any) -> Any:
    (post,) = read(video(**changes)).posts
    return post


def test_a_video_is_as_old_as_its_time_on_the_network() -> None:
    post = only(originallyPublishedAt="2009-05-01T22:00:00.000Z", createdAt="2026-11-01T08:00:00Z")
    assert post.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert post.original_published_at == datetime(2009, 5, 1, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "count", "why"),
    [
        ({"comments": 0}, 0, None),
        ({"comments": 7, "commentsEnabled": False}, 7, None),
        ({"comments": None}, None, MissingReason.NOT_OBSERVED),
        ({"comments": None, "commentsEnabled": False}, None, MissingReason.HIDDEN),
        ({"comments": None, "commentsPolicy": {"id": 2, "label": "Disabled"}}, None, MissingReason.HIDDEN),
        (
            {"comments": None, "commentsPolicy": {"id": 3, "label": "Requires approval"}},
            None,
            MissingReason.NOT_OBSERVED,
        ),
        ({"comments": -1}, None, MissingReason.NOT_PARSED),
    ],
)
def test_comments_are_counted_switched_off_or_unknown(
    changes: dict[str, Any], count: int | None, why: MissingReason | None
) -> None:
    metrics = only(**changes).metrics
    assert (metrics.comment_count, metrics.missing.get("comment_count")) == (count, why)


def test_dislikes_are_kept_apart_and_shares_are_counted_by_nobody() -> None:
    metrics = only(likes=3, dislikes=8).metrics
    assert (metrics.like_count, metrics.view_count, metrics.share_count) == (3, 5, None)
    assert metrics.reactions == {"like": 3, "dislike": 8}
    assert metrics.missing["share_count"] is MissingReason.NOT_PUBLIC


def test_an_older_server_is_asked_once_for_the_comments_of_a_video_and_never_for_a_whole_list() -> None:
    said = video(commentsEnabled=True)
    del said["comments"]
    asked, thread = read(said).next_requests
    assert thread.kind == RequestKind.REPLIES
    assert (asked.kind, asked.url) == (RequestKind.COUNTS, f"{SINGLE}/comment-threads?start=0&count=1")
    assert read(said | {"comments": 0}).next_requests == ()
    listed = read({"total": 1, "data": [said]}, LISTING)
    assert [each.kind for each in listed.next_requests] == [RequestKind.POST]


def test_a_thread_without_end_is_counted_to_a_bound_and_said_to_be_cut() -> None:
    asked = next(each for each in read(video()).next_requests if each.kind == RequestKind.REPLIES)
    root = {
        "createdAt": "2026-11-20T09:00:00Z", "isDeleted": False, "account": {"name": "mira", "host": "tube.example"},
        "totalReplies": 10**9, "totalRepliesFromVideoAuthor": 0,
    }  # fmt: skip
    capture = evolve(CAPTURE, asked_as=RequestKind.REPLIES, thread=asked.thread)
    answer = {"total": 2, "data": [root | {"id": 1}, root | {"id": 2}]}
    (replies,) = read(answer, asked.url, capture=capture).replies
    assert (replies.comment_count, replies.answered_count, replies.is_complete) == (2_001, 0, False)


@pytest.mark.parametrize(
    ("answer", "count"),
    [
        ({"total": 18, "totalNotDeletedComments": 10, "data": []}, 10),
        ({"total": 18, "data": []}, None),
        ({"total": 0, "data": []}, 0),
    ],
)
def test_deleted_comments_are_no_comments(answer: dict[str, Any], count: int | None) -> None:
    said = video()
    del said["comments"]
    listing = read(said).posts
    (post,) = read(answer, f"{SINGLE}/comment-threads?start=0&count=1", capture=evolve(CAPTURE, listing=listing)).posts
    assert post.metrics is not None
    assert post.metrics.comment_count == count
    assert (count is None) == ("comment_count" in post.metrics.missing)
    assert (post.metrics.like_count, post.title) == (3, "A kettle")


def test_what_another_server_counts_is_flagged_as_a_copy() -> None:
    assert read(video(isLocal=False)).flags == ("remote_copy",)
    assert read(video()).flags == ()


@pytest.mark.parametrize(("privacy", "posts"), [(1, 1), (2, 1), (3, 0), (4, 0), (5, 0)])
def test_only_what_everybody_may_see_is_a_post(privacy: int, posts: int) -> None:
    said = read(video(privacy={"id": privacy}))
    assert len(said.posts) == posts
    assert said.skipped == ({} if posts else {"not_public": 1})


def test_a_broadcast_is_live_and_its_watchers_are_no_views() -> None:
    post = only(isLive=True, viewers=400, views=7, duration=0)
    assert (post.format, post.metrics.view_count, post.media[0].duration_seconds) == (Format.LIVE, 7, None)


def test_a_list_is_paged_until_its_total() -> None:
    playlist = {"total": 1, "data": [{"id": 4, "position": 1, "video": video()}]}
    assert [post.title for post in read(playlist, f"{HOST}/api/v1/video-playlists/7/videos").posts] == ["A kettle"]
    listed = {"total": 5, "data": [video(), video(uuid=UUID.replace("9c9", "8c8"))]}
    assert read(listed, LISTING).next_requests[-1].url == LISTING.replace("start=0", "start=2")
    assert read(listed, LISTING.replace("start=0", "start=3")).next_requests[-1].kind == RequestKind.POST
    assert read({"total": 5, "data": []}, LISTING).next_requests == ()


def test_a_video_stands_on_whichever_page_is_followed() -> None:
    assert only().account == "c/kettles@tube.example"
    of_account = evolve(CAPTURE, account=evolve(REF, handle="a/acme"))
    assert [post.account for post in read(video(), capture=of_account).posts] == ["a/acme@tube.example"]
    imported = Capture(fetched_at=CAPTURE.fetched_at)
    listed = read({"total": 1, "data": [video()]}, f"{HOST}/api/v1/accounts/acme/videos", capture=imported)
    assert [post.account for post in listed.posts] == ["a/acme@tube.example"]
    assert listed.profile is not None
    assert (listed.profile.handle, listed.profile.post_count) == ("a/acme@tube.example", 1)


def test_the_size_of_a_video_is_its_largest_files_and_newer_servers_list_their_pictures() -> None:
    files = [{"resolution": {"id": 720}}, {"width": 852, "height": 480, "resolution": {"id": 480}}]
    playlists = [{"files": files}]
    thumbnails = [{"width": 280, "fileUrl": f"{HOST}/s.jpg"}, {"width": 850, "fileUrl": f"{HOST}/l.jpg"}]
    assert only(previewUrl="https://cdn.example/p.jpg").media[0].url == "https://cdn.example/p.jpg"
    (medium,) = only(streamingPlaylists=playlists, aspectRatio=1.7778, thumbnails=thumbnails, previewPath=None).media
    assert (medium.width, medium.height, medium.url) == (1280, 720, f"{HOST}/l.jpg")


@pytest.mark.parametrize(
    ("code", "body", "outcome", "reason"),
    [
        (404, {"status": 404, "title": "Not Found", "detail": "Video not found"}, Outcome.NOT_FOUND, None),
        (401, {"error": "Please authenticate to get this video"}, Outcome.LOGIN_WALL, Reason.TOKEN_MISSING),
        (403, {"status": 403, "title": "Forbidden"}, Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (429, {"status": 429, "title": "Too Many Requests"}, Outcome.ERROR, Reason.RATE_LIMITED),
        (500, {"status": 500, "title": "Internal"}, Outcome.ERROR, Reason.HTTP_ERROR),
    ],
)
def test_an_error_says_what_it_means(code: int, body: object, outcome: Outcome, reason: Reason | None) -> None:
    with pytest.raises(PageProblem) as caught:
        read(body, code=code)
    assert (caught.value.outcome, caught.value.reason) == (outcome, reason)


def test_accounts_of_mastodon_and_of_peertube_share_an_address_and_are_told_apart_by_what_they_hold() -> None:
    url = f"{HOST}/api/v1/accounts/acme"
    theirs = b'{"id":"1","username":"acme","acct":"acme","followers_count":3}'
    ours = b'{"id":3,"name":"acme","host":"tube.example","followersCount":3}'
    problem = b'{"type":"about:blank","title":"Not Found","detail":"Account not found","status":404}'
    found = [pages.page_for(url, 200, "application/json", head) for head in (theirs, ours, problem)]
    assert found == [client.AccountPage, AccountPage, AccountPage]


def test_a_saved_answer_is_known_without_its_address() -> None:
    url = "https://files.example/copy.json"
    heads = [
        (json.dumps(video(embedPath="/videos/embed/1")), VideoPage),
        (json.dumps({"total": 1, "data": [video()]}), VideosPage),
        ('{"error": 1}', None),
    ]
    assert [pages.page_for(url, 200, "application/json", head.encode()) for head, _ in heads] == [
        page for _, page in heads
    ]
    assert pages.page_for(f"{SINGLE}/comment-threads", 200, "", b"{}") is CommentThreadsPage


def test_a_crawl_starts_at_the_channel_or_the_account() -> None:
    accounts = [REF, evolve(REF, handle="a/acme@tube.example")]
    assert [pages.first_requests(ref, {})[0].url for ref in accounts] == [
        f"{HOST}/api/v1/video-channels/kettles", f"{HOST}/api/v1/accounts/acme",
    ]  # fmt: skip
    single = pages.post_requests(REF, [(UUID, None), ("../8", None)], {"peertube": "http://127.0.0.1:9000/"})
    assert [(one.url, one.native_id) for one in single] == [(f"http://127.0.0.1:9000/api/v1/videos/{UUID}", UUID)]


@pytest.mark.parametrize(
    ("home", "account"),
    [
        ("/c/kettles/videos", "c/kettles@tube.example"),
        ("/video-channels/kettles", "c/kettles@tube.example"),
        ("/a/acme/video-channels", "a/acme@tube.example"),
        ("", ""),
    ],
)
def test_a_feed_says_by_its_address_whose_it_is(home: str, account: str) -> None:
    item = f"<item><title>Steam</title><link>{HOST}/videos/watch/{UUID}</link></item>"
    body = f"<rss version='2.0'><channel><title>T</title><link>{HOST}{home}</link>{item}</channel></rss>".encode()
    url = f"{HOST}/feeds/videos.xml?videoChannelId=3"
    page = pages.page_for(url, 200, "application/xml", body)
    assert page is FeedPage
    (post,) = page(HttpResponse(url, body, status=200), Capture(fetched_at=CAPTURE.fetched_at)).read().posts
    assert (post.native_id, post.account) == (UUID, account)


def test_a_list_of_playlists_is_none_of_videos() -> None:
    playlist = {
        "id": 36,
        "uuid": UUID,
        "shortUUID": "jBgfUTRfgk6cfMY8wbT1mp",
        "displayName": "Steam",
        "embedPath": "/e",
    }
    for entry, is_ours in ((video(), True), ({"id": 1, "video": video()}, True), (playlist, False)):
        head = json.dumps({"total": 1, "data": [entry]}).encode()[:4096]
        assert VideosPage.accepts(f"{HOST}/api/v1/something", 200, "application/json", head) is is_ours
