"""JSON that pages carry in their scripts, and answers that come in lines."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.relay import json_after, json_blocks, json_documents, json_in, objects
from tests.growth import MOST_GROWTH, growth


def test_blocks_are_read_by_their_type_and_by_what_they_hold() -> None:
    html = (
        '<script type="application/json" data-sjs>{"likes": 1}</script><SCRIPT TYPE=application/json>{"b": 2}</SCRIPT>'
        '<script type="application/ld+json">{"c": 3}</script><script>{"likes": 4}</script>'
        "<script type='application/json'>{broken likes}</script>"
        '<script data-x="1" type="application/json">{&quot;likes&quot;: 5}</script>'
    )
    assert list(json_blocks(html)) == [{"likes": 1}, {"b": 2}, {"likes": 5}]
    assert list(json_blocks(html, "likes")) == [{"likes": 1}, {"likes": 5}]


@pytest.mark.parametrize("unit", ['<script type="application/json">', "<script " * 3, "</script" * 3])
def test_scripts_without_end_cost_no_more_than_their_length(unit: str) -> None:
    def read(rubbish: str) -> None:
        assert list(json_blocks(rubbish)) == []

    assert growth(read, lambda times: unit * 950 * times) <= MOST_GROWTH


def test_what_stands_behind_a_mark_is_read_up_to_its_end() -> None:
    assert list(json_after('window._data = {"a": [1, 2]}; more', "_data")) == [{"a": [1, 2]}]
    assert list(json_after("loaded('/p/x/',{\"a\": 1});", re.compile(r"loaded\('[^']*',"))) == [{"a": 1}]
    assert list(json_after('_data = {"a": ; _data = "text"', "_data")) == ["text"]
    assert json_in(' {"a": 1} ') == {"a": 1}
    assert json_in("{broken") is json_in(7) is None


def test_an_answer_is_one_document_or_one_a_line() -> None:
    assert json_documents(b'\xef\xbb\xbffor (;;);{"a": 1}') == [{"a": 1}]
    assert json_documents(b'{"a": 1}\n{"b": 2}\r\n\nrubbish\n[3]\n7') == [{"a": 1}, {"b": 2}, [3]]
    assert json_documents(b"<html>") == json_documents(b"") == []
    assert json_documents(b"[" * 100_000) == []


def test_objects_come_outer_first_in_the_order_of_the_document() -> None:
    document = {"n": 1, "a": {"n": 2, "b": [{"n": 3}, [{"n": 4}]]}, "c": {"n": 5}}
    assert [one["n"] for one in objects(document)] == [1, 2, 3, 4, 5]
    assert list(objects("text")) == []


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=4)
       | st.dictionaries(st.text(max_size=4), inner, max_size=4), max_leaves=20))  # fmt: skip
def test_whatever_json_goes_in_comes_out(value: object) -> None:
    said = json.dumps({"value": value})
    assert json_documents(said.encode()) == [{"value": value}]
    assert list(json_after(f"mark = {said};", "mark =")) == [{"value": value}]
