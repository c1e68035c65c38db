"""Recorded pages, broken at random: a page object gives a sound answer or says what is wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Platform
from crawler.pages.base import Capture, PageProblem, PlatformPage
from tests.crawler.mutations import faults, mutated, mutated_json, outcome_of

BROKEN = (
    Platform.INSTAGRAM, Platform.FACEBOOK, Platform.THREADS, Platform.X, Platform.LINKEDIN, Platform.TIKTOK,
    Platform.PINTEREST, Platform.FOREM, Platform.TUMBLR, Platform.PEERTUBE, Platform.LEMMY, Platform.MISSKEY,
    Platform.DISCOURSE, Platform.MASTODON, Platform.BLUESKY, Platform.YOUTUBE, Platform.REDDIT,
)  # fmt: skip
_ISO_YEAR = re.compile(rb"\b20[012]\d-(?=[01]\d-[0-3]\dT)")
_EPOCH = re.compile(rb"(\"[\w-]+\": ?\"?)1[5-8]\d{8}\b")
CAPTURE = Capture(fetched_at=datetime(2026, 11, 22, tzinfo=UTC))
CLASSES = [page for page in pages.page_classes() if page.platform in BROKEN]


@pytest.mark.parametrize("page", CLASSES, ids=lambda page: f"{page.platform}-{page.__name__}")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(random=st.randoms(use_true_random=False))
def test_a_broken_page_gives_a_sound_answer_or_a_problem(
    page: type[PlatformPage], page_fixtures: list[Any], random: Random
) -> None:
    recorded = random.choice([one for one in page_fixtures if one.page_class is page])
    body = bytes(recorded.response.body)
    for _ in range(random.randint(1, 3)):
        body = mutated(body, random)
    response = HttpResponse(recorded.response.url, body, status=200, headers=recorded.response.headers)
    given_back = outcome_of(page, response, recorded.capture)
    assert not faults(given_back, recorded.capture.fetched_at)
    assert outcome_of(page, response, recorded.capture) == given_back, "not the same answer twice"


def test_no_date_of_a_later_year_than_the_page_is_believed(page_fixtures: list[Any]) -> None:
    wrong = []
    for recorded in page_fixtures:
        body = _ISO_YEAR.sub(b"2099-", bytes(recorded.response.body))
        body = _EPOCH.sub(rb"\g<1>4070908800", body)
        response = HttpResponse(recorded.response.url, body, status=200, headers=recorded.response.headers)
        found = faults(outcome_of(recorded.page_class, response, recorded.capture), recorded.capture.fetched_at)
        wrong += [f"{recorded.name}: {one}" for one in found]
    assert wrong == []


@pytest.mark.parametrize("page", CLASSES, ids=lambda page: f"{page.platform}-{page.__name__}")
@settings(max_examples=20)
@given(body=st.binary(max_size=300), status=st.sampled_from((200, 204, 301, 400, 403, 404, 429, 500, 999)))
def test_any_bytes_with_any_status_are_borne(page: type[PlatformPage], body: bytes, status: int) -> None:
    response = HttpResponse(page.examples[0], body, status=status, headers={"Content-Type": "text/html"})
    assert not faults(outcome_of(page, response, CAPTURE), CAPTURE.fetched_at)


CAPTURED: dict[Platform, Any] = {
    Platform.INSTAGRAM: {"pk": "4034415271589445649", "code": "Df9H1BzgAAR", "taken_at": 1795159800, "media_type": 8,
        "like_count": 12, "comment_count": 3, "caption": {"text": "Tea #Tea @oven"}, "user": {"username": "kettle"},
        "carousel_media": [{"media_type": 2, "video_versions": [{"url": "https://cdn.example/1.mp4"}]}]},
    Platform.FACEBOOK: {"id": "S:_I61550000000001:1580000000000001:1580000000000001", "post_id": "1580000000000001",
        "creation_time": 1795159800, "message": {"text": "Tea #Tea", "ranges": []}, "actors": [
            {"id": "61550000000001", "url": "https://www.facebook.com/kettle"}], "attachments": [{"media": {
            "__typename": "Photo", "id": "5", "photo_image": {"uri": "https://cdn.example/1.jpg", "width": 9}}}],
        "comet_sections": {"feedback": {"id": "ZmVlZGJhY2s6MTU4MDAwMDAwMDAwMDAwMQ==", "reaction_count": {"count": 5},
            "share_count": {"count": 1}, "top_reactions": {"edges": [{"node": {"id": "1635855486666999"},
            "reaction_count": 5}]}, "comment_rendering_instance": {"comments": {"total_count": 2}}}}},
    Platform.THREADS: {"pk": "4034415271589445649", "code": "Df9H1BzgAAR", "taken_at": 1795159800, "like_count": 12,
        "caption": {"text": "Tea #Tea"}, "user": {"username": "kettle"}, "text_post_app_info": {"repost_count": 1,
            "direct_reply_count": 2, "share_info": {"quoted_post": {"pk": "4034415271589445640", "code": "Df9H1BzgAAI",
            "user": {"username": "oven"}}}}, "image_versions2": {"candidates": [{"url": "https://cdn.example/1.jpg"}]}},
    Platform.X: {"rest_id": "2123691690685366273", "promoted": False, "core": {"user_results": {"result": {
        "core": {"screen_name": "kettleandleaf"}}}}, "views": {"count": "12"}, "legacy": {
        "created_at": "Fri Nov 20 08:15:30 +0000 2026", "full_text": "Tea", "favorite_count": 3, "reply_count": 1,
        "entities": {"hashtags": [{"text": "Tea"}], "urls": [], "media": [{"type": "photo", "sizes": {}}]}}},
    Platform.LINKEDIN: {"preDashEntityUrn": "urn:li:fs_updateV2:(urn:li:activity:7529457380229120001,x)", "actor": {
        "navigationContext": {"actionTarget": "https://www.linkedin.com/company/kettle/"},
        "subDescription": {"text": "1d"}},
        "commentary": {"text": {"text": "Tea #Tea"}}, "content": {"images": [{}, {}]}, "*socialDetail": {
        "*totalSocialActivityCounts": {"numLikes": 3, "numComments": 1, "numShares": 0, "reactionTypeCounts": [
            {"reactionType": "PRAISE", "count": 3}]}}},
    Platform.TIKTOK: {"id": "7710164331584815105", "desc": "Tea", "createTime": "1795162530", "author": {
        "uniqueId": "kettle"}, "stats": {"diggCount": 3, "playCount": 9}, "video": {"duration": 9}, "challenges": []},
    Platform.PINTEREST: {"id": "694000000000000001", "entityId": "694000000000000001", "pinner": {"username": "kettle"},
        "createdAt": "Fri, 20 Nov 2026 08:15:30 +0000", "imageSpec_orig": {"url": "https://i.pinimg.com/a.jpg"},
        "description": "Tea", "reactionCountsData": [{"reactionType": 1, "reactionCount": 2}], "repinCount": 1},
}  # fmt: skip


@pytest.mark.parametrize("platform", CAPTURED)
@settings(max_examples=150)
@given(random=st.randoms(use_true_random=False))
def test_a_broken_captured_object_gives_a_sound_answer_or_a_problem(platform: Platform, random: Random) -> None:
    assert pages.read_captured(platform, CAPTURED[platform], CAPTURE).posts
    try:
        read = pages.read_captured(platform, mutated_json(CAPTURED[platform], random), CAPTURE)
    except PageProblem:
        return
    assert not faults(read, CAPTURE.fetched_at)


def test_a_remark_of_the_markup_is_passed_over_wherever_it_stands(page_fixtures: list[Any]) -> None:
    read = 0
    for recorded in page_fixtures:
        if recorded.page_class.platform != Platform.TELEGRAM:
            continue
        body = bytes(recorded.response.body)
        remarked = re.sub(rb"(<(?:span|div|a|i|b|p|time|video)\b[^<>]*>)", rb"\1<!-- remark -->", body)
        response = HttpResponse(recorded.response.url, remarked, status=200, headers=recorded.response.headers)
        assert not faults(outcome_of(recorded.page_class, response, recorded.capture), recorded.capture.fetched_at)
        read += 1
    assert read
