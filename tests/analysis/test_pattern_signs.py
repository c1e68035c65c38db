"""A text without the signs that a pattern needs is none that the pattern fits."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from analysis.pattern_signs import needed_signs

PIECES = (
    *("%", "€", "🎁", "#", "a", "k", "7", " ", r"\$", r"\d", r"\pL", r"\p{Greek}", r"\x24", r"\x{1F381}", r"\043", "."),
    *("[€$]", "[-–]", "[^%]", "[]%]", "[%-)]", r"[\d%]", "[[:alpha:]#]", "[k%]", "(?i)", "^", "$", r"\b", "{", "}"),
)
TIMES = ("", "", "", "?", "*", "+", "{2}", "{0}", "{0,2}", "{1,}", "??", "+?")
TEXTS = st.text(alphabet="%€$🎁#aAKk\u212a7 -–]αx4(){}", max_size=6)


def _patterns() -> st.SearchStrategy[str]:
    atoms = st.tuples(st.sampled_from(PIECES), st.sampled_from(TIMES)).map("".join)
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map("".join),
            st.lists(inner, min_size=1, max_size=3).map("|".join),
            st.tuples(
                st.sampled_from(["(", "(?:", "(?P<name>", "(?s:"]), inner, st.just(")"), st.sampled_from(TIMES)
            ).map("".join),
        ),
        max_leaves=6,
    )


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@settings(max_examples=200, deadline=None)
@given(pattern=_patterns(), texts=st.lists(TEXTS, min_size=1, max_size=12))
def test_what_fits_holds_the_signs_that_are_needed(
    connection: duckdb.DuckDBPyConnection, pattern: str, texts: list[str]
) -> None:
    needs = needed_signs(pattern)
    assume(needs)
    try:
        found = connection.execute(
            "select text from (select unnest(?) as text) where regexp_matches(text, ?, 'i')", [texts, pattern]
        ).fetchall()
    except duckdb.Error:
        reject()  # no pattern
    for (text,) in found:
        assert all(signs & set(text) for signs in needs), (text, needs)


@pytest.mark.parametrize(
    ("pattern", "needs"),
    [
        ("🎄|🎃", [{"🎄", "🎃"}]),
        (r"[-–−] ?[1-9]\d ?%", [{"-", "–", "−"}, {"%"}]),
        (r"[€$] ?\d|\d ?[€]", [{"€", "$"}]),
        (r"(?:[?？]\s*)+(#\S+\s*)+$", [{"?", "？"}, {"#"}]),
        (r"kettles?|[%#]", []),
        (r"\Q%\E", []),
    ],
)
def test_signs_that_are_needed_are_seen(pattern: str, needs: list[set[str]]) -> None:
    assert needed_signs(pattern) == needs
