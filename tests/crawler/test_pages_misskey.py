"""Misskey's page objects where a recorded page says too little: questions by POST, reactions, roles, text, forks."""

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
from crawler.pages.misskey.accounts import AccountPage
from crawler.pages.misskey.notes import NotesPage

HOST = "https://note.example"
LISTING, SINGLE, USER = f"{HOST}/api/users/notes", f"{HOST}/api/notes/show", f"{HOST}/api/users/show"
REF = AccountRef(platform=Platform.MISSKEY, host="note.example", handle="acme", url=f"{HOST}/@acme")
CAPTURE = Capture(fetched_at=datetime(2026, 11, 22, 9, tzinfo=UTC), account=REF)
ACME = {"id": "9acme", "username": "acme", "host": None, "name": "Acme"}
OVEN = {"id": "9oven", "username": "oven", "host": "bread.example", "name": None}


def note(**changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": "9note", "createdAt": "2026-11-20T08:00:00.000Z", "userId": "9acme", "user": ACME, "text": "Tea",
        "visibility": "public", "renoteCount": 2, "repliesCount": 1, "reactions": {"❤": 3, ":tea@.:": 4}, "files": [],
        "replyId": None, "renoteId": None, "cw": None,
    }  # fmt: skip
    return said | changes


OTHER = note(id="9other", user=OVEN, userId="9oven", text="Bread", uri="https://bread.example/notes/9b",
             createdAt="2026-11-01T08:00:00.000Z", reactions={"❤": 50})  # fmt: skip


def read(said: object, url: str = LISTING, *, code: int = 200, capture: Capture = CAPTURE) -> PostList:
    body = json.dumps(said).encode()
    page = pages.page_for(url, code, "application/json", body[:4096])
    assert page is not None
    result: PostList = page(HttpResponse(url, body, status=code), capture).read()
    return result


def only(**changes: Any) -> Any:
    (post,) = read([note(**changes)]).posts
    return post


@pytest.mark.parametrize(
    ("changes", "likes", "why"),
    [
        ({}, 7, None),
        ({"reactionCount": 7}, 7, None),
        ({"reactions": {}}, 0, None),
        ({"reactions": {}, "reactionCount": 5}, 5, None),
        ({"reactions": {"❤": 12}, "reactionAcceptance": "likeOnly"}, 12, None),
        ({"reactions": None}, None, MissingReason.NOT_OBSERVED),
        ({"reactions": None, "reactionCount": 5}, 5, None),
        ({"reactions": {"❤": 3, "x": "many"}}, None, MissingReason.NOT_PARSED),
        ({"reactions": {"❤": 3, "x": "many"}, "reactionCount": 9}, 9, None),
    ],
)
def test_likes_are_all_reactions_or_are_not_known(
    changes: dict[str, Any], likes: int | None, why: MissingReason | None
) -> None:
    metrics = only(**changes).metrics
    assert (metrics.like_count, metrics.missing.get("like_count")) == (likes, why)


def test_reactions_are_kept_by_kind_and_views_are_nobodys() -> None:
    metrics = only().metrics
    assert metrics.reactions == {"❤": 3, ":tea@.:": 4}
    assert (metrics.comment_count, metrics.share_count) == (1, 2)
    assert metrics.missing["view_count"] is metrics.missing["quote_count"] is MissingReason.NOT_PUBLIC


@pytest.mark.parametrize(
    ("changes", "role"),
    [
        ({}, Role.ORIGINAL),
        ({"replyId": "9other", "reply": OTHER}, Role.REPLY),
        ({"replyId": "9gone"}, Role.REPLY),
        ({"renoteId": "9other", "renote": OTHER}, Role.QUOTE),
        ({"renoteId": "9other", "renote": OTHER, "text": None, "cw": "Steam"}, Role.QUOTE),
        ({"renoteId": "9other", "renote": OTHER, "text": None, "poll": {"choices": []}}, Role.QUOTE),
        ({"renoteId": "9other", "renote": OTHER, "text": None, "files": [{"type": "image/png"}]}, Role.QUOTE),
        ({"renoteId": "9other", "renote": OTHER, "text": None}, Role.REPOST),
        ({"renoteId": "9other", "renote": OTHER, "replyId": "9other"}, Role.REPLY),
    ],
)
def test_roles(changes: dict[str, Any], role: Role) -> None:
    assert only(**changes).role is role


def test_a_renote_is_the_originals_with_a_key_and_a_date_of_its_own() -> None:
    post = only(renoteId="9other", renote=OTHER, text=None, reactions={}, renoteCount=0)
    assert (post.native_id, post.original_native_id) == ("9note", "9other")
    assert (post.account, post.author) == ("acme@note.example", "oven@bread.example")
    assert (post.published_at.day, post.original_published_at.day, post.text) == (20, 1, "Bread")
    assert (post.metrics.like_count, post.url) == (50, "https://bread.example/notes/9b")


def test_a_renote_of_the_own_note_is_that_note_once() -> None:
    own = note(id="9own")
    posts = read([note(renoteId="9own", renote=own, text=None), own]).posts
    assert [(post.native_id, post.role) for post in posts] == [("9own", Role.ORIGINAL)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"visibility": "followers"}, "not_public"),
        ({"visibility": "specified"}, "not_public"),
        ({"isHidden": True, "text": None}, "not_public"),
        ({"renoteId": "9gone", "text": None}, "unavailable_renote"),
        ({"renoteId": "9other", "renote": OTHER | {"isHidden": True}, "text": None}, "unavailable_renote"),
        ({"user": None}, "unreadable"),
    ],
)
def test_what_is_not_for_everybody_or_not_there_is_left_out_and_counted(changes: dict[str, Any], why: str) -> None:
    said = read([note(**changes), note(id="9seen")])
    assert ([post.native_id for post in said.posts], said.skipped) == (["9seen"], {why: 1})


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, Format.TEXT),
        ({"files": [{"type": "image/png"}]}, Format.IMAGE),
        ({"files": [{"type": "video/mp4"}]}, Format.VIDEO),
        ({"files": [{"type": "audio/ogg"}]}, Format.AUDIO),
        ({"files": [{"type": "application/pdf"}]}, Format.OTHER),
        ({"files": [{"type": "image/png"}, {"type": "video/mp4"}]}, Format.CAROUSEL),
        ({"files": [{"type": "image/png"}], "poll": {"choices": [{"text": "Tea"}]}}, Format.POLL),
        ({"poll": {"choices": [{"text": "Tea", "votes": 1}]}}, Format.POLL),
    ],
)
def test_formats(changes: dict[str, Any], wanted: Format) -> None:
    assert only(**changes).format is wanted


def test_a_warning_stands_before_the_text_and_the_text_is_plain() -> None:
    post = only(cw="About $[tada steam]", text="**Tea** for @oven@bread.example and @cup #Tea", tags=["tea", "steam"])
    assert post.text == "About steam\n\nTea for @oven@bread.example and @cup #Tea"
    assert post.mentions == ("oven@bread.example", "cup@note.example")
    assert post.hashtags == ("tea", "steam")
    assert only(text="#Tea").hashtags == ("Tea",)


def test_forks_say_when_a_note_was_edited_and_in_which_language() -> None:
    edited = only(updatedAt="2026-11-20T09:00:00.000Z", lang="en")
    assert (edited.is_edited, edited.edited_at, edited.language) == (
        True, datetime(2026, 11, 20, 9, tzinfo=UTC), "en",
    )  # fmt: skip
    assert only(updatedAt=None).is_edited is False
    assert only().is_edited is None, "Misskey itself does not say"


@pytest.mark.parametrize(
    ("stated", "followers", "why"),
    [
        ({"followersVisibility": "public", "followersCount": 0}, 0, None),
        ({"followersVisibility": "private", "followersCount": 0}, None, MissingReason.HIDDEN),
        ({"ffVisibility": "followers", "followersCount": 9}, None, MissingReason.HIDDEN),
        ({"followersCount": 9}, 9, None),
        ({}, None, MissingReason.NOT_OBSERVED),
    ],
)
def test_hidden_followers_are_not_zero(
    stated: dict[str, Any], followers: int | None, why: MissingReason | None
) -> None:
    profile = read(ACME | stated, USER).profile
    assert profile is not None
    assert (profile.follower_count, profile.missing.get("follower_count")) == (followers, why)


def test_every_question_is_a_post_that_says_what_is_wanted() -> None:
    (first,) = pages.first_requests(REF, {})
    assert (first.method, first.url, json.loads(first.body)) == ("POST", USER, {"username": "acme"})
    (known,) = pages.first_requests(evolve(REF, native_account_id="9acme"), {})
    assert json.loads(known.body) == {"userId": "9acme"}
    (single, *_) = pages.post_requests(REF, [("9note", None), ("../8", None)], {})
    assert (single.url, single.native_id, json.loads(single.body)) == (SINGLE, "9note", {"noteId": "9note"})
    (listing,) = read(ACME, USER).next_requests
    (more,) = read([note(), note(id="9last")]).next_requests
    assert listing.url == more.url == LISTING
    wanted = {"userId": "9acme", "limit": 100, "withReplies": False, "includeReplies": False}
    wanted |= {"withChannelNotes": True}
    assert json.loads(listing.body) == wanted
    assert json.loads(more.body) == wanted | {"untilId": "9last"}
    assert listing.headers == {"Content-Type": "application/json"}
    assert read([]).next_requests == ()
    assert read(note(), SINGLE).next_requests == ()


@pytest.mark.parametrize(
    ("code", "error", "outcome", "reason"),
    [
        (404, {"code": "NO_SUCH_USER", "message": "No such user."}, Outcome.NOT_FOUND, None),
        (400, {"code": "NO_SUCH_NOTE"}, Outcome.NOT_FOUND, None),
        (401, {"code": "CREDENTIAL_REQUIRED"}, Outcome.LOGIN_WALL, Reason.TOKEN_MISSING),
        (403, {"code": "ROLE_PERMISSION_DENIED"}, Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (429, {"code": "RATE_LIMIT_EXCEEDED"}, Outcome.ERROR, Reason.RATE_LIMITED),
        (500, {"code": "INTERNAL_ERROR"}, Outcome.ERROR, Reason.HTTP_ERROR),
        (200, "anything", Outcome.ERROR, Reason.HTTP_ERROR),
    ],
)
def test_an_error_says_what_it_means(code: int, error: object, outcome: Outcome, reason: Reason | None) -> None:
    with pytest.raises(PageProblem) as caught:
        read({"error": error}, USER, code=code)
    assert (caught.value.outcome, caught.value.reason) == (outcome, reason)


def test_answers_of_other_questions_are_known_by_what_they_hold() -> None:
    timeline, user = json.dumps([note()]).encode(), json.dumps(ACME | {"notesCount": 3}).encode()
    found = [
        pages.page_for(url, 200, "application/json", head)
        for url, head in (
            (f"{HOST}/api/notes/timeline", timeline),
            ("https://files.example/copy.json", timeline),
            ("https://files.example/copy.json", user),
            (f"{HOST}/api/i", b'{"id":"9"}'),
        )
    ]
    assert found == [NotesPage, NotesPage, AccountPage, None]
    (post,) = read([note()], "https://files.example/copy.json", capture=evolve(CAPTURE, account=None)).posts
    assert post.url is None, "nobody knows on which server the copy was made"


def test_notifications_are_no_notes() -> None:
    user = {"id": "9acme", "username": "acme"}
    note = {"id": "9n", "userId": "9acme", "user": user, "text": "Tea", "renoteCount": 0, "repliesCount": 0}
    told = {"id": "9t", "createdAt": "2026-11-20T09:00:00Z", "type": "reaction", "userId": "9b", "user": {}}
    for said, is_ours in (([note], True), (note, True), ([told | {"note": note}], False)):
        head = json.dumps(said).encode()[:4096]
        assert NotesPage.accepts(f"{HOST}/api/something", 200, "application/json", head) is is_ours
