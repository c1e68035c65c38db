"""Recorded pages of Instagram, Facebook and Threads, broken in every way: a page or a problem, and nothing made up."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Platform
from crawler.pages.base import PageProblem
from tests.crawler.mutations import faults, mutated, mutated_json, outcome_of

META = (Platform.INSTAGRAM, Platform.FACEBOOK, Platform.THREADS)


@pytest.mark.parametrize("platform", META)
@settings(max_examples=250)
@given(data=st.data(), random=st.randoms(use_true_random=False))
def test_a_broken_page_is_a_page_or_a_problem(
    data: st.DataObject, random: Random, platform: Platform, page_fixtures: list[Any]
) -> None:
    recorded = [one for one in page_fixtures if one.page_class.platform == platform]
    one = data.draw(st.sampled_from(recorded), label="recorded page")
    body = mutated(bytes(one.response.body), random)
    answers = [
        outcome_of(one.page_class, HttpResponse(str(one.response.url), body, status=one.response.status), one.capture)
        for _ in range(2)
    ]
    assert faults(answers[0], one.capture.fetched_at) == []
    assert answers[0] == answers[1]


@pytest.mark.parametrize("platform", META)
@settings(max_examples=150)
@given(random=st.randoms(use_true_random=False))
def test_a_broken_captured_object_is_posts_or_a_problem(
    random: Random, platform: Platform, page_fixtures: list[Any]
) -> None:
    recorded = [
        one for one in page_fixtures if one.page_class.platform == platform and bytes(one.response.body)[:1] == b"{"
    ]
    one = random.choice([one for one in recorded if one.page_class.__name__ == "AnswerPage"])
    try:
        said = mutated_json(one.response.json(), random)
    except ValueError:
        return  # several documents, one a line
    try:
        found = pages.read_captured(platform, said, one.capture)
    except PageProblem:
        return
    assert faults(found, one.capture.fetched_at) == []
