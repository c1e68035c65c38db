"""Counts inside sentences: a unit belongs to its number, and words that look like one do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.counted import counted


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("298K likes, 553 comments", [298_000, 553]),
        ("7 Mi piace, 1,2 Mln visualizzazioni", [7, 1_200_000]),
        ("1,2 mi curtidas e 43 comentários", [1_200_000, 43]),
        ("1,2 mil Me gusta", [1_200]),
        ("「いいね！」1.2万件、コメント43件", [12_000, 43]),
        ("답글 3개, 재게시 1개", [3, 1]),
        ("no number at all", []),
    ],
)
def test_every_count_of_a_sentence_has_its_own_unit(sentence: str, values: list[int]) -> None:
    assert [one.count.value for one in counted(sentence)] == values


@given(st.text(max_size=300))
def test_any_sentence_is_borne(sentence: str) -> None:
    assert all(one.count.value >= 0 for one in counted(sentence))
