"""Two versions of a text are told apart word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reports.differences import MOST_LETTERS, difference
from reports.filters import excerpt


def test_words_that_went_stand_before_words_that_came() -> None:
    assert difference("Open Mon to Fri", "Open every day") == [
        ("same", "Open"),
        ("gone", "Mon to Fri"),
        ("new", "every day"),
    ]


def test_a_list_has_no_order() -> None:
    assert difference("b a", "a c", is_list=True) == [("same", "a"), ("gone", "b"), ("new", "c")]


def test_what_cannot_be_seen_is_no_difference() -> None:
    assert difference("Bread\u200b  and\u202e butter", "Bread and\tbutter") == [("same", "Bread and butter")]


def test_no_text_is_nothing() -> None:
    assert difference(None, "Hello") == [("new", "Hello")]
    assert difference("Hello", None) == [("gone", "Hello")]
    assert difference(None, None) == []


@given(st.text(max_size=400), st.text(max_size=400))
def test_each_version_can_be_read_off(old: str, new: str) -> None:
    pieces = difference(old, new)
    for version, kinds in ((old, {"same", "gone"}), (new, {"same", "new"})):
        assert " ".join(text for kind, text in pieces if kind in kinds) == excerpt(version, MOST_LETTERS)
