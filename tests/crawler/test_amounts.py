"""Amounts in one cell: what stands beside the number, which mark parts what, and what is none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.amounts import MAX_AMOUNT, Amount, AmountError, decimal_mark_of, read_amount


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("0", "0"),
        (" 5 ", "5"),
        ("+5", "5"),
        (".5", "0.5"),
        ("1,5", "1.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1 234,56", "1234.56"),
        ("1\u202f234,56", "1234.56"),
        ("1’234.50", "1234.50"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("12,34,567.5", "1234567.5"),
        ("0.123", "0.123"),
        ("1234.567", "1234.567"),
        ("1.2345", "1.2345"),
        ("(1,234.50)", "-1234.50"),
        ("-5", "-5"),
        ("5-", "-5"),
        ("−5", "-5"),
        ("١٢", "12"),
    ],
)
def test_a_number_is_read_whatever_parts_it(said: str, value: str) -> None:
    assert read_amount(said) == Amount(Decimal(value))


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("€ 5", Amount(Decimal(5), "EUR")),
        ("5 kč", Amount(Decimal(5), "CZK")),
        ("+€5", Amount(Decimal(5), "EUR")),
        ("€+5", Amount(Decimal(5), "EUR")),
        ("€ + 5", Amount(Decimal(5), "EUR")),
        ("- € 5", Amount(Decimal(-5), "EUR")),
        ("€ - 5", Amount(Decimal(-5), "EUR")),
        ("5 - €", Amount(Decimal(-5), "EUR")),
        ("( € 5 )", Amount(Decimal(-5), "EUR")),
        ("(5 € )", Amount(Decimal(-5), "EUR")),
        ("$-5", Amount(Decimal(-5), "USD")),
        ("-$5", Amount(Decimal(-5), "USD")),
        ("($5)", Amount(Decimal(-5), "USD")),
        ("5 -€", Amount(Decimal(-5), "EUR")),
        ("chf 5", Amount(Decimal(5), "CHF")),
        ("5 kr", Amount(Decimal(5), None)),
    ],
)
def test_the_sign_and_the_currency_stand_on_either_side(said: str, amount: Amount) -> None:
    assert read_amount(said) == amount


def test_what_is_said_elsewhere_settles_marks_and_shared_symbols() -> None:
    assert read_amount("1.234", decimal_mark=".").value == Decimal("1.234")
    assert read_amount("1.234", decimal_mark=",").value == Decimal(1234)
    assert read_amount("$5", currency="CAD").currency == "CAD"
    assert read_amount("$5", currency="EUR").currency == "USD"
    assert read_amount("kr 5", currency="SEK").currency == "SEK"


@pytest.mark.parametrize(
    "said",
    [
        "", "many", "€ 5 €", "(5", "5)", "1.234", "1,5 6", "1,5'6", "1'234,567.5", "1,23,4.5", "12 34", "5+",
        "5 bananas", "5" + " " * 60, f"{MAX_AMOUNT}1", f"{MAX_AMOUNT}.5",
    ],
)  # fmt: skip
def test_what_could_be_two_numbers_or_none_is_refused(said: str) -> None:
    with pytest.raises(AmountError):
        read_amount(said)


def test_the_largest_amount_is_one() -> None:
    assert read_amount("1000000000000").value == MAX_AMOUNT == 10**12


@pytest.mark.parametrize(
    ("column", "mark"),
    [
        (["1.234", "5.50"], "."),
        (["1.234", "5,50"], ","),
        (["1.234"], None),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["1.234,5"], ","),
        (["1,234.5"], "."),
        (["0.123"], "."),
        ([".123"], "."),
        (["1234.567"], "."),
        (["123.456"], None),
        (["5.50", "5,50"], None),
        ([], None),
    ],
)
def test_a_column_shows_which_mark_stands_before_the_decimals(column: list[str], mark: str | None) -> None:
    assert decimal_mark_of(column) == mark


@given(st.text(alphabet="0123456789.,' ()-+€$krAa\u00a0\u0661", max_size=30))
def test_any_cell_is_read_or_refused(said: str) -> None:
    try:
        assert abs(read_amount(said).value) <= MAX_AMOUNT
    except AmountError:
        return
