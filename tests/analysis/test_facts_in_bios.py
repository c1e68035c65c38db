"""What a bio says of telephones, hours, prices and streets: what is read, and what is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import analysis

MACROS = Path(analysis.__file__).parent / "macros" / "facts.sql"
WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(MACROS.read_text(encoding="utf-8"))
        yield opened


def asked(connection: duckdb.DuckDBPyConnection, expression: str, *said: str) -> Any:
    [[found]] = connection.execute(f"select {expression}", list(said)).fetchall()
    return found


@pytest.mark.parametrize(
    ("text", "days", "span"),
    [
        ("Mon-Fri 9am-5pm", WEEK[:5], "09:00-17:00"),
        ("Monday to Friday: 9.00 - 17.30", WEEK[:5], "09:00-17:30"),
        ("Open daily 7am–10pm!", WEEK, "07:00-22:00"),
        ("Tue - Sun 9-5pm", WEEK[1:], "09:00-17:00"),
        ("Sat 1-5pm", ("Sa",), "13:00-17:00"),
        ("Wed 9-5", ("We",), "09:00-17:00"),
        ("Di–So: 10–18 Uhr", WEEK[1:], "10:00-18:00"),
        ("täglich von 8.30–18.00 Uhr", WEEK, "08:30-18:00"),
        ("Fr-Mo 18:00-02:00", ("Mo", "Fr", "Sa", "Su"), "18:00-02:00"),
        ("Lun-Vie 9:00-18:00", WEEK[:5], "09:00-18:00"),
        ("jue a dom de 12 a 23h", WEEK[3:], "12:00-23:00"),
        ("lundi au vendredi 9h-18h30", WEEK[:5], "09:00-18:30"),
    ],
)
def test_hours_are_read_as_shops_write_them(
    connection: duckdb.DuckDBPyConnection, text: str, days: tuple[str, ...], span: str
) -> None:
    found = asked(connection, "hours_in($1)", f"Bread and cake. {text}")
    assert {each["day"]: each["span"] for each in found} == dict.fromkeys(days, span)
    assert {text.find(each["wording"]) >= 0 for each in found} == {True}


@pytest.mark.parametrize(
    "text",
    ["Mon 3-5 people", "We do 9-5 jobs", "Fri 9-11pm", "Mon 25-30", "Mo 10-12 & 14-18", "since 1990-2020"],
)
def test_what_may_be_something_else_is_no_hours(connection: duckdb.DuckDBPyConnection, text: str) -> None:
    assert asked(connection, "hours_in($1)", text) == []


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("Tel. 0331 555 11 22", ["0331 555 11 22"]),
        ("+49 (0)331 555-1122", ["+49 (0)331 555-1122"]),
        ("Call (415) 555-0132 or 415-555-0133", ["(415) 555-0132", "415-555-0133"]),
        ("☎ 040/123 45 67 | 20095 Hamburg", ["040/123 45 67"]),
        ("020 7946 0018", ["020 7946 0018"]),
        ("Fax: 0331 555 11 23", []),
        ("WhatsApp +49 170 1234567", []),
        ("USt-ID 033/123/12345", []),
        ("since 01.12.2026, and 12.11.2026–14.12.2026", []),
        ("0800-1800", []),
        ("100 000 000 served since 2019-2024 in 10115 Berlin", []),
    ],
)
def test_telephones_are_told_from_days_hours_and_other_numbers(
    connection: duckdb.DuckDBPyConnection, text: str, phones: list[str]
) -> None:
    assert asked(connection, "phones_in($1)", text) == phones


@pytest.mark.parametrize(
    ("text", "wording", "currency", "is_same"),
    [
        ("Our blue cup: $12.50.", "blue cup: $12.50", "CAD", True),
        ("Blue cup only 12,50 EUR", "Blue cup only 12,50 EUR", "EUR", True),
        ("Blue cup 12 €", "Blue cup 12 €", "USD", False),
        ("Blue cup from 9 €", "", "", True),
        ("Blue cup 12.500 €", "", "", True),
        ("Blue cups 12 €", "", "", True),
    ],
)
def test_a_price_stands_right_behind_its_thing(
    connection: duckdb.DuckDBPyConnection, text: str, wording: str, currency: str, *, is_same: bool
) -> None:
    assert asked(connection, "price_of($1, 'blue cup').wording", text) == wording
    assert asked(connection, "is_currency(price_of($1, 'blue cup').sign, $2)", text, currency) is is_same


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Quillmoor Coffee", "quillmoorcoffee", True),
        ("Café Müller", "cafe-muller.de", True),
        ("Rye & Co", "The Rye bakery", True),
        ("Rye & Co", "Mugs & more", False),
        ("Пекарня", "Rye & Co", None),
    ],
)
def test_a_name_is_known_by_its_words_and_by_all_of_them_as_one(
    connection: duckdb.DuckDBPyConnection, one: str, other: str, *, is_same: bool | None
) -> None:
    words, more = (asked(connection, "name_words($1)", name) for name in (one, other))
    assert (bool(set(words) & set(more)) if words and more else None) is is_same


@pytest.mark.parametrize(
    ("street", "name", "number"),
    [("Mill Lane 3", "mill lane", "3"), ("12b, Rue de la Paix", "rue de la paix", "12"), ("The Mill", "the mill", "")],
)
def test_a_street_has_its_number_before_or_behind(
    connection: duckdb.DuckDBPyConnection, street: str, name: str, number: str
) -> None:
    assert asked(connection, "street_name($1)", street) == name
    assert asked(connection, "street_number($1)", street) == number
    assert asked(connection, "number_in_street($1, street_name($2))", f"Come to {street}!", street) == number
    assert asked(connection, "number_in_street('Windmill Lane 7', 'mill lane')") == ""


@settings(max_examples=50, deadline=None)
@given(st.text("0123456789:.- –+()/€$,ampMoDiFrunthx\n&", max_size=60), st.text(min_size=4, max_size=8))
def test_any_bio_can_be_read(connection: duckdb.DuckDBPyConnection, text: str, thing: str) -> None:
    for each in asked(connection, "hours_in($1)", text):
        assert each["day"] in WEEK
        assert len(each["span"]) == 11
    asked(connection, "phones_in($1)", text)
    asked(connection, "price_of($1, $2)", text, thing)
    asked(connection, "number_in_street($1, street_name($2))", text, thing)
