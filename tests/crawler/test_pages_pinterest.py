"""Pinterest: which pin a page is about, what a save and a reaction count, and what an empty page means."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Reason
from crawler.pages.base import AccountRef, PageProblem
from tests.crawler.walled import capture_for, only, problem, read

ID, OTHER = "694000000000000001", "605000000000000009"
AT = datetime(2026, 11, 20, 8, 15, 30, tzinfo=UTC)
PIN_URL = f"https://www.pinterest.com/pin/{ID}/"
PROFILE_URL = "https://www.pinterest.com/kettle/"


def pin(**more: Any) -> dict[str, Any]:
    return {
        "entityId": ID, "createdAt": "Fri, 20 Nov 2026 08:15:30 +0000", "pinner": {"username": "kettle"},
        "description": "Tea", **more,
        "imageSpec_orig": {"url": "https://i.pinimg.com/a.jpg", "width": 10, "height": 12},
    }  # fmt: skip


def page(*answers: object, head: str = "") -> str:
    scripts = "".join(
        '<script data-relay-response="true" type="application/json">'
        + json.dumps({"response": {"data": {"v3GetPinQuery": {"data": one}}}})
        + "</script>"
        for one in answers
    )
    site = '<meta property="og:site_name" content="Pinterest"/>'
    return f"<html><head>{site}{head}</head><body>{scripts}</body></html>"


def meta(**named: str) -> str:
    return "".join(f'<meta property="{name.replace("_", ":", 1)}" content="{said}"/>' for name, said in named.items())


def test_a_saved_pin_whose_canonical_link_names_another_is_the_pin_that_it_shows() -> None:
    link = f'<link href="android-app://com.pinterest/pinterest/pin/{ID}" rel="alternate"/>'
    first = f"https://www.pinterest.com/pin/tea--{OTHER}/"
    post = only(read(first, page(pin(), head=link)))
    assert (post.native_id, post.account, post.url) == (ID, "kettle", PIN_URL)
    # in a crawl the address is what was asked for
    assert problem(first, page(pin(), head=link), handle="kettle").outcome == Outcome.LOGIN_WALL


@pytest.mark.parametrize(
    ("more", "saves"),
    [
        ({"repinCount": 0, "aggregatedPinData": {"aggregatedStats": {"saves": 1365}}}, 1365),
        ({"repinCount": 9, "aggregatedPinData": {"commentCount": 0}}, 9),
        ({"repinCount": 9, "aggregatedPinData": {"aggregatedStats": {"saves": None}}}, 9),
        ({}, None),
    ],
)
def test_saves_are_those_of_the_picture_before_those_of_the_pin(more: dict[str, Any], saves: int | None) -> None:
    metrics = only(read(PIN_URL, page(pin(**more)))).metrics
    assert metrics is not None
    assert metrics.save_count == saves
    assert (metrics.missing.get("save_count") == MissingReason.NOT_OBSERVED) == (saves is None)


@pytest.mark.parametrize(
    ("more", "likes", "reactions"),
    [
        ({"reactionCountsData": [{"reactionType": 1, "reactionCount": 20}, {"reactionType": 13, "reactionCount": 2}]},
         22, {"love": 20, "haha": 2}),
        ({"reactionCountsData": []}, 0, {}),
        ({"reactionCountsData": [], "totalReactionCount": 9}, 9, {}),
        ({"totalReactionCount": 9}, 9, {}),
        ({"reactionCountsData": None}, None, {}),
        ({"reactionCountsData": [{"reactionType": [1], "reactionCount": 3}]}, 3, {"[1]": 3}),
    ],
)  # fmt: skip
def test_likes_are_all_reactions_together(more: dict[str, Any], likes: int | None, reactions: dict[str, int]) -> None:
    metrics = only(read(PIN_URL, page(pin(**more)))).metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.reactions) == (likes, reactions)


def test_the_button_of_shares_is_no_count_of_shares() -> None:
    metrics = only(read(PIN_URL, page(pin(shareCount=7)))).metrics
    assert metrics is not None
    assert metrics.share_count is None
    assert metrics.missing["share_count"] == MissingReason.NOT_PUBLIC


@pytest.mark.parametrize("host", ["ru.pinterest.com", "www.pinterest.co.uk", "br.pinterest.com", "www.pinterest.de"])
def test_a_pin_is_the_one_that_was_asked_for_in_any_country_whatever_the_head_says(host: str) -> None:
    head = meta(og_url=f"https://br.pinterest.com/pin/bule--{OTHER}/", og_title="Bule", og_description="Outra")
    related = pin(entityId=OTHER, pinner={"username": "noise"}, repinCount=99)
    post = only(read(f"https://{host}/pin/a-title--{ID}/", page(pin(), related, head=head)))
    assert (post.native_id, post.account, post.text) == (ID, "kettle", "Tea")
    assert (post.url, post.published_at) == (PIN_URL, AT)


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ("Sep 2, 2024 - Ten ways to brew", "Ten ways to brew"),
        ("2 сент. 2024 г. - Десять способов", "Десять способов"),
        ("Sep 2, 2024", "Sep 2, 2024"),
        ("Tea - slowly", "Tea - slowly"),
    ],
)
def test_the_date_for_search_engines_is_no_part_of_the_text(description: str, text: str) -> None:
    assert only(read(PIN_URL, page(pin(description=" ", closeupUnifiedDescription=description)))).text == text


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"videos": {"videoList": {"a": {"url": "https://v1.pinimg.com/a.mp4", "duration": 9000}}}}, Format.VIDEO),
        ({"isVideo": True}, Format.VIDEO),
        ({"storyPinData": {"pages": [{}, {}]}}, Format.CAROUSEL),
        ({"storyPinData": {"pages": [{}]}}, Format.IMAGE),
        ({"carouselData": {"carouselSlots": [{}, {}]}}, Format.CAROUSEL),
    ],
)
def test_what_is_attached_is_the_medium(more: dict[str, Any], expected: Format) -> None:
    assert only(read(PIN_URL, page(pin(**more)))).format == expected


def test_plays_of_a_video_stand_under_names_of_pinterests_own() -> None:
    counters = [{"InteractionType": {"@type": name}, "InteractionCount": count}
                for name, count in (("WatchAction", 1964), ("LikeAction", 2), ("ShareAction", 5))]  # fmt: skip
    node = {"@context": "http://schema.org", "@type": "VideoObject", "interactionStatistic": counters}
    head = f'<script type="application/ld+json">{json.dumps(node)}</script>' + meta(
        pinterestapp_pinner="https://www.pinterest.com/kettle/", og_updated_time="2026-11-20T08:15:30Z"
    )
    metrics = only(read(PIN_URL, page(pin(reactionCountsData=[]), head=head))).metrics
    assert metrics is not None
    assert (metrics.view_count, metrics.share_count) == (1964, None)
    assert metrics.like_count == 0, "what the pin's own answer says stands before the head"


def test_a_pin_is_pieced_together_from_answers_that_each_state_a_part() -> None:
    first = {"entityId": ID, "pinner": {"username": "kettle"}, "description": " ", "gridTitle": "Tin"}
    second = {"entityId": ID, "createdAt": "Fri, 20 Nov 2026 08:15:30 +0000", "description": "Tea", "repinCount": 4}
    post = only(read(PIN_URL, page(first, None, second)))
    assert (post.account, post.title, post.text, post.published_at) == ("kettle", "Tin", "Tea", AT)


def test_an_answer_without_a_pin_says_that_it_is_gone_and_no_answer_is_a_shell() -> None:
    assert [one.native_id for one in read(PIN_URL, page(None)).absences] == [ID]
    found = problem(PIN_URL, page(), handle="kettle")
    assert (found.outcome, found.reason) == (Outcome.LOGIN_WALL, Reason.NO_PUBLIC_PREVIEW)
    assert [one.status for one in read(PIN_URL, "", status=410).absences] == [410]


IN_PLACE: list[tuple[str, str, int, Outcome, Reason | None]] = [
    (PROFILE_URL, page(), 200, Outcome.LOGIN_WALL, Reason.NO_PUBLIC_PREVIEW),
    (f"{PROFILE_URL}_created/", page(), 200, Outcome.LOGIN_WALL, Reason.NO_PUBLIC_PREVIEW),
    (PROFILE_URL, "<p>pinimg.com is a new page</p>", 200, Outcome.LAYOUT_CHANGED, None),
    (PROFILE_URL, "", 404, Outcome.NOT_FOUND, None),
    (PROFILE_URL, "", 403, Outcome.BLOCKED, None),
    (f"{PROFILE_URL}feed.rss", "<html><p>no feed</p></html>", 200, Outcome.LAYOUT_CHANGED, None),
    (f"{PROFILE_URL}feed.rss", "", 429, Outcome.ERROR, Reason.RATE_LIMITED),
    ("https://www.pinterest.com/resource/PinResource/get/", "<html>no</html>", 200, Outcome.LAYOUT_CHANGED, None),
]


@pytest.mark.parametrize(("url", "body", "status", "outcome", "reason"), IN_PLACE)
def test_what_comes_in_place_of_a_page_is_named(
    url: str, body: str, status: int, outcome: Outcome, reason: Reason | None
) -> None:
    found = problem(url, body, status=status, handle="kettle")
    assert (found.outcome, found.reason) == (outcome, reason)
    assert str(found).startswith("The Pinterest account kettle")


def test_a_good_page_full_of_the_words_of_walls_stays_good() -> None:
    walls = '<title>Log in captcha</title><a href="/login/">Log in</a>'
    assert only(read(PIN_URL, page(pin(), head=walls))).native_id == ID


def listed(**more: Any) -> dict[str, Any]:
    return {
        "@type": "SocialMediaPosting", "url": PIN_URL, "datePublished": "2026-11-20T08:15:30Z", "articleBody": "Tea",
        "image": "https://i.pinimg.com/a.jpg", **more,
    }  # fmt: skip


def test_a_profiles_pins_have_dates_and_pictures_and_no_counts() -> None:
    person = {"@type": "Person", "alternateName": "Kettle", "name": "Kettle & Leaf"}
    pins = [listed(), listed(url="https://x.example/")]
    node = {"@context": "http://schema.org", "@type": "ProfilePage", "hasPart": pins, "mainEntity": person}
    html = f'<html><script type="application/ld+json">{json.dumps(node)}</script></html>'
    found = read(PROFILE_URL, html, handle="kettle")
    post = only(found)
    assert (post.native_id, post.published_at, post.metrics) == (ID, AT, None)
    assert [one.url for one in found.next_requests] == [PIN_URL]
    assert not read(PROFILE_URL, html).next_requests, "an imported page asks for nothing"
    assert found.profile is not None
    assert found.profile.missing["follower_count"] == MissingReason.NOT_OBSERVED


def test_a_feed_keeps_pins_without_title_and_without_date() -> None:
    def entry(link: str, title: str, date: str, picture: str) -> str:
        return (f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>"
                f"<description>&lt;img src=\"{picture}\"&gt;Tea #one</description></item>")  # fmt: skip

    body = "<rss version='2.0'><channel><title>t</title>" + "".join((
        entry(PIN_URL, " ", "Fri, 20 Nov 2026 08:15:30 GMT", "https://i.pinimg.com/a.jpg"),
        entry("https://www.pinterest.com/pin/tq8azUQE/", "Tea #one #two", "Invalid Date", ""),
    )) + "</channel></rss>"  # fmt: skip
    found = read(f"{PROFILE_URL}tins.rss", body, content_type="application/rss+xml")
    dated, undated = found.posts
    assert (dated.published_at, dated.text, dated.hashtags) == (AT, "Tea #one", ("one",))
    assert (undated.native_id, undated.published_at, undated.published_text) == ("tq8azUQE", None, "Invalid Date")
    assert (undated.media, undated.format, undated.hashtags) == ((), None, ("one", "two"))
    assert found.flags == ("order_is_not_time",)


def resource(**more: Any) -> dict[str, Any]:
    return {
        "type": "pin", "id": ID, "created_at": "Fri, 20 Nov 2026 08:15:30 +0000", "pinner": {"username": "kettle"},
        "description": "Tea", "reaction_counts": {"1": 4, "99": 1}, "aggregated_pin_data": {"comment_count": 2},
        "repin_count": 3, "images": {"orig": {"url": "https://i.pinimg.com/a.jpg", "width": 10, "height": 12}}, **more,
    }  # fmt: skip


def test_an_answer_of_the_older_interface_gives_the_same_pin() -> None:
    url = "https://www.pinterest.com/resource/PinResource/get/"
    post = only(read(url, {"resource_response": {"data": resource()}}))
    relayed = only(read(PIN_URL, page(pin(
        repinCount=3, aggregatedPinData={"commentCount": 2},
        reactionCountsData=[{"reactionType": 1, "reactionCount": 4}, {"reactionType": 99, "reactionCount": 1}],
    ))))  # fmt: skip
    assert post == relayed


def test_a_search_counts_its_advertisements_and_an_account_only_its_own_pins() -> None:
    url = "https://www.pinterest.com/resource/BaseSearchResource/get/"
    results = [
        resource(),
        resource(id=OTHER, is_promoted=True),
        resource(id="694000000000000003", pinner={"username": "noise"}),
    ]
    answer = {"resource_response": {"data": {"results": results}}}
    found = read(url, answer)
    assert (len(found.posts), found.skipped) == (2, {"promoted": 1})
    own = read(url, answer, handle="kettle")
    assert ([post.account for post in own.posts], own.skipped) == (["kettle", "kettle"], {"foreign_post": 1})


def test_a_widget_states_saves_and_no_dates() -> None:
    said = {
        "id": ID, "description": "Tea", "repin_count": 12, "like_count": 0, "pinner": {"profile_url": PROFILE_URL},
        "images": {"237x": {"url": "https://i.pinimg.com/a.jpg"}},
    }  # fmt: skip
    url = "https://widgets.pinterest.com/v3/pidgets/boards/kettle/tins/pins/"
    post = only(read(url, {"status": "success", "data": {"pins": [said]}}))
    assert post.metrics is not None
    assert (post.account, post.published_at, post.metrics.save_count) == ("kettle", None, 12)
    assert post.metrics.like_count is None
    assert read(url, {"status": "success", "data": {"pins": []}}, handle="kettle").posts == ()


def test_captured_pins_of_either_spelling_are_read_and_others_counted() -> None:
    anyone, kettle = capture_for(Platform.PINTEREST), capture_for(Platform.PINTEREST, "kettle")
    for shape in (resource(), {**pin(), "id": ID, "__isNode": "Pin"}):
        assert only(pages.read_captured(Platform.PINTEREST, shape, anyone)).native_id == ID
    for said, capture, reason in (
        (pin(isPromoted=True), anyone, "promoted"),
        (pin(pinner={"username": "noise"}), kettle, "foreign_post"),
        ({"_zs-origin": "html", "id": ID, "title": "Tea"}, anyone, "without_account"),
    ):
        assert pages.read_captured(Platform.PINTEREST, said, capture).skipped == {reason: 1}
    with pytest.raises(PageProblem):
        pages.read_captured(Platform.PINTEREST, {"id": ID, "type": "board"}, anyone)


def test_a_crawl_starts_at_the_profile_and_its_feed() -> None:
    ref = AccountRef(platform=Platform.PINTEREST, host="", handle="kettle", url=PROFILE_URL)
    assert [one.url for one in pages.first_requests(ref, {})] == [PROFILE_URL, f"{PROFILE_URL}feed.rss"]
    assert [one.url for one in pages.post_requests(ref, [(ID, None)], {"pinterest.site": "http://h"})] == [
        f"http://h/pin/{ID}/"
    ]


def test_a_profiles_name_is_kept_without_control_characters() -> None:
    person = {"@type": "Person", "name": "Acme\u202e\u0018 Bakery", "alternateName": "Kettle"}
    node = {"@context": "http://schema.org", "@type": "ProfilePage", "mainEntity": person}
    html = f'<html><head><script type="application/ld+json">{json.dumps(node)}</script></head></html>'
    found = read(PROFILE_URL, html)
    assert found.profile is not None
    assert found.profile.name == "Acme Bakery"


@pytest.mark.parametrize("kind", ["9" * 5_000, "\u00b2", "", "5"])
def test_a_reaction_of_any_kind_leaves_the_pin_to_be_read(kind: str) -> None:
    said = {
        "type": "pin", "id": ID, "created_at": "Fri, 20 Nov 2026 08:15:30 +0000", "pinner": {"username": "kettle"},
        "reaction_counts": {"1": 4, kind: 2},
    }  # fmt: skip
    answer = {"resource_response": {"data": [said]}}
    post = only(read("https://www.pinterest.com/resource/UserPinsResource/get/", answer))
    assert (post.native_id, post.published_at) == (ID, AT)
