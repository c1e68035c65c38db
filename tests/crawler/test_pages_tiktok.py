"""TikTok: which counts are exact, where hashtags come from, and what a code or a missing state means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Precision, Reason
from crawler.pages.base import AccountRef, PageProblem
from tests.crawler.walled import capture_for, only, problem, read
from tests.growth import MOST_GROWTH, growth

ID = "7710164331584815105"
AT = datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
"""Of ``createTime``; the id says six seconds before."""
VIDEO_URL = f"https://www.tiktok.com/@kettle/video/{ID}"
PROFILE_URL = "https://www.tiktok.com/@kettle"


def item(**more: Any) -> dict[str, Any]:
    return {
        "id": ID, "desc": "Tea", "createTime": str(int(AT.timestamp())), "author": {"uniqueId": "kettle"},
        "stats": {"diggCount": 7, "commentCount": 3, "shareCount": 1, "playCount": 99, "collectCount": "2"},
        "video": {"duration": 9, "width": 576, "height": 1024, "cover": "https://p16.tiktokcdn.example/a.jpeg"}, **more,
    }  # fmt: skip


def page(state: object, head: str = "", name: str = "__UNIVERSAL_DATA_FOR_REHYDRATION__") -> str:
    script = f'<script id="{name}" type="application/json">{json.dumps(state)}</script>'
    return f"<html><head>{head}</head><body>{script}</body></html>"


def detail(said: object, name: str = "webapp.video-detail", **more: Any) -> dict[str, Any]:
    inner = {"itemInfo": {"itemStruct": said}, "statusCode": 0, "statusMsg": "", **more}
    return {"__DEFAULT_SCOPE__": {"webapp.app-context": {}, name: inner}}


def counts(plain: object, exact: object) -> dict[str, Any]:
    return item(stats={"playCount": plain}, statsV2={} if exact is None else {"playCount": exact})


@pytest.mark.parametrize(
    ("plain", "exact", "value", "digits"),
    [
        (783_400, "783427", 783_427, None),
        (783_427, None, 783_427, None),
        (192_100, "192100", 192_100, 4),
        (192_100, None, 192_100, 4),
        (3_900_000, "3900000", 3_900_000, 2),
        (9_900, "9900", 9_900, None),
        (192_100, "192200", 192_200, None),
        (None, "12.5K", 12_500, 3),
        (0, "0", 0, None),
    ],
)
def test_a_count_is_exact_where_its_two_spellings_differ(
    plain: object, exact: object, value: int, digits: int | None
) -> None:
    metrics = only(read(VIDEO_URL, page(detail(counts(plain, exact))))).metrics
    assert metrics is not None
    assert (metrics.view_count, metrics.rounded.get("view_count")) == (value, digits)


@pytest.mark.parametrize(
    ("plain", "exact", "reason"),
    [
        (None, None, MissingReason.NOT_OBSERVED),
        (-1, None, MissingReason.NOT_PARSED),
        ("many", "", MissingReason.NOT_PARSED),
    ],
)
def test_what_is_no_count_is_missing_with_its_reason(plain: object, exact: object, reason: MissingReason) -> None:
    metrics = only(read(VIDEO_URL, page(detail(counts(plain, exact))))).metrics
    assert metrics is not None
    assert metrics.view_count is None
    assert metrics.missing["view_count"] == reason


def test_hashtags_are_the_posts_own_and_never_those_of_the_description_in_the_head() -> None:
    head = '<meta name="description" content="25.5K Likes. #notours #machine">'
    said = item(
        desc="Tea #Oolong",
        challenges=[{"title": "oolong"}, {"title": "tea"}],
        textExtra=[{"hashtagName": "Oolong"}, {"hashtagName": "", "userUniqueId": "leaf"}],
        contents=[{"textExtra": [{"hashtagName": "Steam"}]}],
    )
    post = only(read(VIDEO_URL, page(detail(said), head)))
    assert post.hashtags == ("Oolong", "Steam", "tea")
    assert post.mentions == ("leaf",)
    assert only(read(VIDEO_URL, page(detail(item(desc="#tea without marks")), head))).hashtags == ()


def test_the_creation_time_is_a_text_and_the_number_only_its_stand_in() -> None:
    post = only(read(VIDEO_URL, page(detail(item()))))
    assert (post.published_at, post.published_precision) == (AT, Precision.SECOND)
    rough = only(read(VIDEO_URL, page(detail(item(createTime="")))))
    assert rough.published_at is not None
    assert 0 < (AT - rough.published_at).total_seconds() < 60
    assert rough.published_precision == Precision.MINUTE


@pytest.mark.parametrize(("pictures", "expected"), [(1, Format.IMAGE), (3, Format.CAROUSEL)])
def test_photos_are_no_video(pictures: int, expected: Format) -> None:
    images = [{"imageURL": {"urlList": ["", f"https://p16.tiktokcdn.example/{n}.jpeg"]}} for n in range(pictures)]
    post = only(read(VIDEO_URL, page(detail(item(imagePost={"images": images}), "webapp.reflow.video.detail"))))
    assert (post.format, len(post.media)) == (expected, pictures)
    assert post.url == f"https://www.tiktok.com/@kettle/photo/{ID}"


@pytest.mark.parametrize("mark", [{"isAd": True}, {"adAuthorization": True}, {"BAInfo": '{"x":1}'}])
def test_an_advertisement_label_is_kept(mark: dict[str, Any]) -> None:
    assert only(read(VIDEO_URL, page(detail(item(**mark))))).is_promoted_label is True
    assert only(read(VIDEO_URL, page(detail(item(isAd=False, BAInfo=""))))).is_promoted_label is None


@pytest.mark.parametrize(
    ("code", "words", "outcome", "reason"),
    [
        (10216, "", Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (10222, "", Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (10204, "cross_border_violation", Outcome.BLOCKED, None),
        (10204, "copyright_geo_filter", Outcome.BLOCKED, None),
        (10204, "status_self_see", Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (10204, "status_reviewing", Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (10204, "content_classification", Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        (99, "what", Outcome.LAYOUT_CHANGED, None),
    ],
)
def test_each_code_has_its_outcome(code: int, words: str, outcome: Outcome, reason: Reason | None) -> None:
    state = {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"statusCode": code, "statusMsg": words}}}
    found = problem(VIDEO_URL, page(state), handle="kettle")
    assert (found.outcome, found.reason) == (outcome, reason)


def test_a_removed_video_is_absent() -> None:
    state = {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"statusCode": 10204, "statusMsg": "item doesn't exist"}}}
    for found in (read(VIDEO_URL, page(state)), read(VIDEO_URL, "", status=404)):
        assert [one.native_id for one in found.absences] == [ID]


def test_another_video_of_the_page_is_not_taken_for_the_one_that_was_asked_for() -> None:
    other = item(id="7709456821622145025", desc="Buy noise")
    found = problem(VIDEO_URL, page(detail(other)))
    assert found.outcome == Outcome.LAYOUT_CHANGED


SHELL = page({"__DEFAULT_SCOPE__": {"webapp.app-context": {}}})
NEW_LAYOUT = page({"__DEFAULT_SCOPE__": {"webapp.user-detail": {"statusCode": 0}}})
NO_ACCOUNT = page({"__DEFAULT_SCOPE__": {"webapp.user-detail": {"statusCode": 10202}}})
IN_PLACE: list[tuple[str, str, int, Outcome, Reason | None]] = [
    (PROFILE_URL, "<title>Please wait...</title>", 200, Outcome.BLOCKED, None),
    (VIDEO_URL, "<title>Please wait...</title>", 200, Outcome.BLOCKED, None),
    (PROFILE_URL, SHELL, 200, Outcome.BLOCKED, Reason.NO_PUBLIC_PREVIEW),
    (PROFILE_URL, NEW_LAYOUT, 200, Outcome.LAYOUT_CHANGED, None),
    (PROFILE_URL, NO_ACCOUNT, 200, Outcome.NOT_FOUND, None),
    ("https://www.tiktok.com/login?redirect_url=x", page({}), 200, Outcome.LOGIN_WALL, None),
    (PROFILE_URL, "", 403, Outcome.BLOCKED, None),
    (PROFILE_URL, "", 429, Outcome.ERROR, Reason.RATE_LIMITED),
    (PROFILE_URL, "", 404, Outcome.NOT_FOUND, None),
]


@pytest.mark.parametrize(("url", "body", "status", "outcome", "reason"), IN_PLACE)
def test_what_comes_in_place_of_a_page_is_named(
    url: str, body: str, status: int, outcome: Outcome, reason: Reason | None
) -> None:
    found = problem(url, body, status=status, handle="kettle")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert str(found).startswith("The TikTok account kettle")


def test_a_good_page_full_of_the_words_of_walls_stays_good() -> None:
    walls = "<title>Please wait...</title> captcha login /login verify you are human"
    assert only(read(VIDEO_URL, page(detail(item()), walls))).native_id == ID


@pytest.mark.parametrize("name", ["SIGI_STATE", "sigi-persisted-data"])
def test_the_state_of_earlier_years_is_read(name: str) -> None:
    state = {
        "ItemModule": {ID: item(author="kettle"), "2": item(id="7709456821622145025", author="noise")},
        "UserModule": {"users": {"kettle": {"uniqueId": "kettle"}}, "stats": {"kettle": {"followerCount": 783}}},
    }
    found = read(PROFILE_URL, page(state, name=name))
    assert (only(found).native_id, found.problem_outcome) == (ID, None)
    assert found.profile is not None
    assert found.profile.follower_count == 783
    assigned = f"<script>window['SIGI_STATE'] = {json.dumps(state)};window['SIGI_RETRY']={{}}</script>"
    assert only(read(VIDEO_URL, assigned)).native_id == ID


@pytest.mark.parametrize("mark", ["privateAccount", "secret"])
def test_a_private_account_is_a_wall_of_its_own(mark: str) -> None:
    user = {"user": {"uniqueId": "kettle", mark: True}, "stats": {"followerCount": 1}}
    state = {"__DEFAULT_SCOPE__": {"webapp.user-detail": {"userInfo": user}}}
    found = problem(PROFILE_URL, page(state), handle="kettle")
    assert (found.outcome, found.reason) == (Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING)


def test_an_entry_of_an_embed_without_any_stated_thing_is_no_post() -> None:
    route = {"userInfo": {"uniqueId": "kettle", "followerCount": 7}, "videoList": [{"id": ID, "desc": "x"}]}
    state = {"source": {"data": {"/embed/@kettle": route}}}
    found = read("https://www.tiktok.com/embed/@kettle", page(state, name="__FRONTITY_CONNECT_STATE__"))
    assert found.posts == ()
    assert found.profile is not None


def test_oembed_says_who_and_what_and_that_a_video_is_gone() -> None:
    url = f"https://www.tiktok.com/oembed?url=https://www.tiktok.com/@kettle/video/{ID}"
    answer = {"title": "Tea #Oolong", "author_url": PROFILE_URL, "embed_product_id": ID, "provider_name": "TikTok"}
    post = only(read(url, answer))
    assert (post.account, post.hashtags, post.published_at) == ("kettle", ("Oolong",), None)
    assert post.metrics is not None
    assert set(post.metrics.missing.values()) == {MissingReason.NOT_OBSERVED}
    for status in (400, 404):
        assert [one.status for one in read(url, {"code": 400}, status=status).absences] == [status]
    found = problem(url.replace("url=https://www.", "url=https://"), {"code": 400}, status=400)
    assert found.reason == Reason.NOT_SUPPORTED


def test_captured_advertisements_and_streams_are_only_counted() -> None:
    anyone, kettle = capture_for(Platform.TIKTOK), capture_for(Platform.TIKTOK, "kettle")
    assert only(pages.read_captured(Platform.TIKTOK, item(), anyone)).account == "kettle"
    for said, capture, reason in (
        (item(isAd=True), anyone, "promoted"),
        (item(liveRoomInfo={"x": 1}), anyone, "live_stream"),
        (item(author={"uniqueId": "noise"}), kettle, "foreign_post"),
    ):
        assert pages.read_captured(Platform.TIKTOK, said, capture).skipped == {reason: 1}
    assert only(pages.read_captured(Platform.TIKTOK, item(isAd=True), kettle)).is_promoted_label
    with pytest.raises(PageProblem):
        pages.read_captured(Platform.TIKTOK, {"id": ID}, anyone)


def test_a_crawl_starts_at_the_profile_and_at_its_embed() -> None:
    ref = AccountRef(platform=Platform.TIKTOK, host="", handle="kettle", url=PROFILE_URL)
    assert [one.url for one in pages.first_requests(ref, {})] == [PROFILE_URL, "https://www.tiktok.com/embed/@kettle"]
    assert [one.url for one in pages.post_requests(ref, [(ID, None), ("x", None)], {})] == [VIDEO_URL]


LIST_URL = "https://www.tiktok.com/api/post/item_list/?aid=1988&cursor=0"


def test_an_answer_lists_the_videos_of_its_account_and_counts_what_is_left_out() -> None:
    listed = [item(), item(id="7710164331584815106", author={"uniqueId": "noise"}), item(id="x"), item(author={})]
    answer = {"itemList": listed, "hasMore": True, "statusCode": 0}
    found = read(LIST_URL, answer, handle="Kettle")
    assert only(found).native_id == ID
    assert found.skipped == {"foreign_post": 1, "not_understood": 1}
    everybodys = read(LIST_URL, answer)
    assert [one.account for one in everybodys.posts] == ["kettle", "noise"]
    assert everybodys.skipped == {"not_understood": 1, "names_no_account": 1}


def test_what_an_account_pays_for_is_its_post_in_its_own_list_and_an_advertisement_elsewhere() -> None:
    own, other = item(id="7710164331584815107"), item(author={"uniqueId": "noise"}, isAd=True)
    assert [one.is_promoted_label for one in read(LIST_URL, {"itemList": [item(isAd=True), own]}).posts] == [True, None]
    assert read(LIST_URL, {"itemList": [own, other]}).skipped == {"promoted": 1}
    recommended = "https://www.tiktok.com/api/recommend/item_list/?aid=1988"
    assert read(recommended, {"itemList": [item(isAd=True)]}).skipped == {"promoted": 1}


@pytest.mark.parametrize("mark", [{"privateItem": True}, {"secret": True}, {"forFriend": True}, {"takeDown": 1}])
def test_what_not_everybody_sees_is_no_post(mark: dict[str, Any]) -> None:
    assert read(LIST_URL, {"itemList": [item(**mark)]}).skipped == {"not_public": 1}
    found = problem(VIDEO_URL, page(detail(item(**mark))), handle="kettle")
    assert (found.outcome, found.reason) == (Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING)
    public = dict.fromkeys(mark, False) | {"takeDown": 0}
    assert only(read(VIDEO_URL, page(detail(item(**public))))).native_id == ID


@pytest.mark.parametrize("last", [{"itemList": []}, {"hasMore": False, "cursor": "0"}, {"has_more": 0}])
def test_the_last_page_of_a_list_holds_nothing_and_is_no_trouble(last: dict[str, Any]) -> None:
    assert read(LIST_URL, {"statusCode": 0, **last}).posts == ()


def test_a_search_holds_videos_under_other_names() -> None:
    answer = {"data": [{"type": 1, "item": item()}, {"type": 4, "user_list": []}], "has_more": 1}
    assert only(read("https://www.tiktok.com/api/search/general/full/?keyword=tea", answer)).native_id == ID


@pytest.mark.parametrize(
    ("body", "status", "outcome"),
    [
        ("", 200, Outcome.BLOCKED),
        ({"statusCode": 10202, "statusMsg": "user doesn't exist"}, 200, Outcome.NOT_FOUND),
        ({"statusCode": 0, "somethingElse": 1}, 200, Outcome.LAYOUT_CHANGED),
        ("[1]", 200, Outcome.LAYOUT_CHANGED),
        ("", 429, Outcome.ERROR),
    ],
)
def test_an_answer_without_a_video_is_named(body: object, status: int, outcome: Outcome) -> None:
    url = "https://www.tiktok.com/api/user/detail/?uniqueId=kettle"
    found = problem(url, body, status=status, content_type="application/json")
    assert found.outcome == outcome
    assert str(found).startswith("The TikTok account kettle")


@pytest.mark.parametrize(
    ("words", "likes", "comments"),
    [
        ("25.5K Likes, 146 Comments. TikTok video from Kettle (@kettle): “7 teas”", 25_500, 146),
        ("1,2 Mio. Likes, 1 Kommentar. TikTok-Video von Kettle (@kettle)", 1_200_000, 1),
        ("146 comentarios. Video de TikTok de Kettle", None, 146),
        ("12 Likes. TikTok video from Kettle", 12, None),
    ],
)
def test_a_page_without_its_state_gives_what_its_head_states(
    words: str, likes: int | None, comments: int | None
) -> None:
    head = f'<meta property="og:url" content="{VIDEO_URL}"><meta name="description" content="{words}">'
    head += '<meta property="og:description" content="Oolong">'
    post = only(read(VIDEO_URL, f"<html><head>{head}</head></html>"))
    assert (post.native_id, post.text, post.published_precision) == (ID, "Oolong", Precision.MINUTE)
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.comment_count, post.metrics.view_count) == (likes, comments, None)
    other = problem(VIDEO_URL.replace(ID, "7709456821622145025"), f"<html><head>{head}</head></html>")
    assert other.outcome == Outcome.BLOCKED


def test_a_number_in_a_name_or_caption_is_no_count() -> None:
    words = "Studio 54 (@kettle) has created a short video on TikTok with music original sound."
    head = f'<meta property="og:url" content="{VIDEO_URL}"><meta name="description" content="{words}">'
    assert problem(VIDEO_URL, f"<html><head>{head}</head></html>").outcome == Outcome.BLOCKED


def cover(number: int, caption: str = "") -> str:
    address = f"https://www.tiktok.com/@kettle/video/{int(ID) + number}"
    return f'<div data-e2e="user-post-item"><a href="{address}"><img alt="Tea {number}"></a></div>{caption}'


def test_a_drawn_cover_has_its_own_caption_also_where_all_stand_in_one_row() -> None:
    row = cover(1, '<div data-e2e="user-post-item-desc">First</div>') + cover(2)
    row += cover(3, '<div><span data-e2e="user-post-item-desc">Third</span></div>')
    found = read(PROFILE_URL, f"<html><body><div>{row}</div></body></html>")
    assert [one.text for one in found.posts] == ["First", "Tea 2", "Third"]


def test_a_long_grid_costs_no_more_than_its_length() -> None:
    def grid(times: int) -> str:
        return f"<html><body><div>{''.join(map(cover, range(30 * times)))}</div></body></html>"

    def wide(times: int) -> str:
        return f"<html><body>{cover(1).replace('Tea 1', 'Tea' + ' ' * 400 * times + 'x')}</body></html>"

    for made in (grid, wide):
        assert growth(lambda body: read(PROFILE_URL, body), made) < MOST_GROWTH


@pytest.mark.parametrize(
    "machine", [" created by Kettle with Kettle’s original sound", " erstellt von Kettle mit Kettles Sound", ""]
)
def test_a_drawn_cover_gives_the_caption_without_what_a_machine_adds(machine: str) -> None:
    drawn = f'<div data-e2e="user-post-item"><a href="{VIDEO_URL}"><img alt="Tea with milk{machine}"></a></div>'
    post = only(read(PROFILE_URL, f"<html><body>{drawn}</body></html>"))
    assert (post.text, post.metrics and post.metrics.view_count) == ("Tea with milk", None)
