"""What is asked of a text after a quick look is what asking it outright would say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import patterns

EMOJIS = "🎉☕⭐🇩🪔"
CALL = "0h"
OWN_RULE = "G20, 2x1"
RULES = ("0", "at 0", "step 0", "<start> 0am", "0 % off")
TELLING = {"0h", "g0", "0x0", "0", "0am"}
"""The words of those that have a number in every word."""


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """The macros for words, over rules of which some are told by a number."""
    with duckdb.connect(":memory:") as opened:
        opened.execute((Path(__file__).parents[2] / "analysis" / "macros" / "words.sql").read_text("utf-8"))
        opened.execute("create schema seeds")
        opened.execute("create schema config")
        opened.execute(
            "create table seeds.post_type_rules as "
            "select unnest(?::text[]) as phrase, 'sale' as post_type, '*' as language, 1.0 as weight",
            [RULES],
        )
        opened.execute("create table seeds.call_to_action_phrases as select ? as phrase", [CALL])
        opened.execute(
            "create table config.own_post_types as "
            "select ? as phrase, 'own' as post_type, null as language, 1.0 as weight, false as is_pattern",
            [OWN_RULE],
        )
        patterns.create_macros(opened)
        yield opened


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="0159hgxamt '%.\u00e9\u093f/-", max_size=24))
def test_words_are_told_by_a_number_where_one_of_a_phrase_of_numbers_stands(
    connection: duckdb.DuckDBPyConnection, text: str
) -> None:
    [(says, words)] = connection.execute(
        "select holds_telling_numbers(marked_words($text)), numbers_as_0(marked_words($text))", {"text": text}
    ).fetchall()
    assert says == bool(TELLING & set(words.split(" "))), words


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="a é®か\u2014" + EMOJIS, max_size=8))
def test_an_emoji_is_seen_among_other_signs(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert connection.execute("select has_emoji(?)", [text]).fetchall() == [(bool(set(text) & set(EMOJIS)),)]


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="aé\u0301か🎉", max_size=8), size=st.integers(min_value=0, max_value=9))
def test_a_text_begins_as_long_as_it_is_asked_for(connection: duckdb.DuckDBPyConnection, text: str, size: int) -> None:
    assert connection.execute("select beginning(?, ?)", [text, size]).fetchall() == [(text[:size],)]


@pytest.mark.parametrize("digit", "0123456789")
def test_a_price_is_seen_by_any_digit(connection: duckdb.DuckDBPyConnection, digit: str) -> None:
    asked = connection.execute("select names_price(?), names_price(?)", [f"only {digit} €", "only a few €"])
    assert asked.fetchall() == [(True, False)]
