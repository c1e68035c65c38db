"""Wording that is past its date: what is found, what day is meant, and what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis

MACROS = Path(analysis.__file__).parent / "macros" / "wording.sql"
SEEN = date(2026, 11, 28)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(MACROS.read_text(encoding="utf-8"))
        yield opened


def days(
    connection: duckdb.DuckDBPyConnection, text: str, cue: str = "deadline", *, is_dated: bool = False
) -> list[Any]:
    query = f"""
        select list_transform(
            dates_behind($1, {cue}_pattern()),
            lambda found: meant_date(
                try_cast(found.said.day as integer), month_number(found.said.month),
                try_cast(found.said.year as integer), $2, $3
            )
        )
    """
    [[found]] = connection.execute(query, [text, SEEN, is_dated]).fetchall()
    return list(found)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Free tasting until 30 June", date(2026, 6, 30)),
        ("Offer ends on Friday, June 30th, 2025!", date(2025, 6, 30)),
        ("order by 2026-05-01", date(2026, 5, 1)),
        ("bis zum 30. Juni", date(2026, 6, 30)),
        ("Nur bis 5.3.2026", date(2026, 3, 5)),
        ("gültig bis einschließlich 24.12.", date(2026, 12, 24)),
        ("hasta el 30 de junio de 2027", date(2027, 6, 30)),
        ("Termina el 6 de enero", date(2027, 1, 6)),
        ("bis 1. März", date(2027, 3, 1)),
        ("jusqu'au vendredi 30 juin", date(2026, 6, 30)),
        ("Offre valable jusqu’au 1er août 2026 inclus", date(2026, 8, 1)),
        ("se termine le 14 juillet", date(2026, 7, 14)),
        ("expire le 2 févr. 2027", date(2027, 2, 2)),
    ],
)
def test_deadlines_are_read_in_four_languages(connection: duckdb.DuckDBPyConnection, text: str, day: date) -> None:
    assert days(connection, text) == [day]


def test_a_day_without_a_year_is_the_next_one_after_a_dated_text(connection: duckdb.DuckDBPyConnection) -> None:
    assert days(connection, "until 30 June", is_dated=True) == [date(2027, 6, 30)]


@pytest.mark.parametrize(
    "text",
    [
        "open until 6 pm",
        "until 30 people came",
        "On 12 March 2019 we opened our shop",
        "May 12 is a good day",
        "until 31.13.2026",
        "a bistro 30. Juni",
        "since 30 June 2020",
        "hasta 30 personas",
    ],
)
def test_other_words_with_numbers_are_no_deadline(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert [day for day in days(connection, text) if day is not None] == []


def matches(connection: duckdb.DuckDBPyConnection, pattern: str, text: str) -> bool:
    [[found]] = connection.execute(f"select regexp_matches($1, {pattern}_pattern())", [text]).fetchall()
    return bool(found)


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        ("relative", "This Friday: free cake", True),
        ("relative", "Nächste Woche neue Tassen", True),
        ("relative", "Este viernes, pastel gratis", True),
        ("relative", "Only tonight. Today only!", True),
        ("relative", "Ce vendredi, gâteau offert", True),
        ("relative", "Ce gâteau est bon", False),
        ("repeating", "chaque vendredi, et ce vendredi aussi", True),
        ("edition", "Soldes 2025", True),
        ("season", "du 1er avril jusqu'au 31 octobre", True),
        ("relative", "this is our shop; next to the station", False),
        ("repeating", "every Friday, this Friday too", True),
        ("copyright", "© 2019–2024 Kiln", True),
        ("copyright", "Kiln, est. 2019", False),
        ("edition", "Summer sale 2025!", True),
        ("edition", "Öffnungszeiten für 2025", True),
        ("edition", "season 2025/26", False),
        ("edition", "call 2025 550", False),
        ("season", "from 1 April until 31 October", True),
        ("season", "von Mai bis 31. Oktober", False),
        ("season", "vom 1. Mai bis 31. Oktober", True),
    ],
)
def test_cues_are_told_from_words_like_them(
    connection: duckdb.DuckDBPyConnection, pattern: str, text: str, is_found: bool
) -> None:
    assert matches(connection, pattern, text) is is_found


WORDS = st.sampled_from(
    ["open", "cups", "30", "2025", "June", "bis", "until", "für", "this", "of", "el", "6", "am", "–", "%", "may"]
)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(WORDS, max_size=12))
def test_without_cue_and_day_together_nothing_is_found(connection: duckdb.DuckDBPyConnection, words: list[str]) -> None:
    text = " ".join(words)
    months = {"June", "may"}
    if not ({"until", "bis"} & set(words)) or not (months & set(words)):
        assert [day for day in days(connection, text) if day is not None] == []


@settings(max_examples=100, deadline=None)
@given(
    offset=st.integers(-1000, 1000),
    form=st.sampled_from(["{0:%d %B %Y}", "{0:%B %d, %Y}", "{0:%d.%m.%Y}", "{0:%Y-%m-%d}"]),
)
def test_a_written_day_comes_back_as_itself(connection: duckdb.DuckDBPyConnection, offset: int, form: str) -> None:
    day = SEEN + timedelta(days=offset)
    assert days(connection, f"Offer valid until {form.format(day)}.") == [day]


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_can_be_looked_at(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    days(connection, text.replace("\x00", ""))
