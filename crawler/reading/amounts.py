"""Amounts of money and other decimal numbers as people and exports write them: "1.234,56 €", "$1,234.56", "1 234,56".

One cell may not say which mark stands before the decimals ("1.234"); its column often does
(:func:`decimal_mark_of`). Currencies are ISO 4217 codes; their symbols are those of Unicode CLDR (through Babel)
where a symbol means one currency.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from functools import cache

from attrs import frozen

MAX_AMOUNT = Decimal(10) ** 12
"""A larger number is something else than money that a shop took."""
_MAX_LENGTH = 60
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")
_NUMBER = re.compile(r"[0-9](?:[0-9.,' ]*[0-9])?|[.,][0-9]+")
_GROUPED = {mark: re.compile(rf"[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+") for mark in ".,' "}
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}")
_SYMBOLS = {
    "€": "EUR", "£": "GBP", "₹": "INR", "rs": "INR", "rs.": "INR", "r$": "BRL", "us$": "USD", "ca$": "CAD", "c$": "CAD",
    "a$": "AUD", "au$": "AUD", "nz$": "NZD", "mx$": "MXN", "hk$": "HKD", "s$": "SGD", "zł": "PLN", "kč": "CZK",
    "ft": "HUF", "lei": "RON", "₺": "TRY", "₴": "UAH", "₽": "RUB", "₩": "KRW", "₫": "VND", "₪": "ILS", "฿": "THB",
    "₱": "PHP", "₦": "NGN", "fr.": "CHF", "sfr.": "CHF", "euro": "EUR", "euros": "EUR",
}  # fmt: skip
_SHARED_SYMBOLS = {
    "$": ("USD", ("USD", "CAD", "AUD", "NZD", "MXN", "SGD", "HKD", "ARS", "CLP", "COP")),
    "kr": (None, ("SEK", "NOK", "DKK", "ISK")),
    "kr.": (None, ("DKK", "SEK", "NOK", "ISK")),
    "¥": ("JPY", ("JPY", "CNY")),
}
"""Symbol → what it means where nothing else is said, and what it may mean where it is."""


@frozen
class Amount:
    """A number with the currency that stands beside it."""

    value: Decimal
    currency: str | None = None
    """``None``: none stands beside it."""


class AmountError(ValueError):
    """A cell is no amount; the end of a sentence that begins with the cell."""


def read_amount(said: str, *, decimal_mark: str | None = None, currency: str | None = None) -> Amount:
    """The amount in one cell. ``decimal_mark`` settles what "1.234" means, ``currency`` what "$" or "kr" means.

    Raises :class:`AmountError` for what is no number, for one that could be two, and for unknown currencies.
    """
    if len(said) > _MAX_LENGTH:
        raise AmountError("is no amount")
    text = _SPACES.sub(" ", unicodedata.normalize("NFKC", said).replace("’", "'"))
    text = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    found = _NUMBER.search(text)
    if found is None:
        raise AmountError("is no amount")
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    before, after, is_negative = _sign(before, after)
    words = [word for word in (before, after) if word]
    if len(words) > 1:
        raise AmountError("is no amount")
    value = _decimal(found.group(), decimal_mark)
    if value > MAX_AMOUNT:
        raise AmountError("is too large for an amount")
    return Amount(-value if is_negative else value, _currency(words[0], currency) if words else None)


def decimal_mark_of(column: Iterable[str]) -> str | None:
    """The mark before the decimals in this column's numbers; ``None`` when no cell shows it, or two disagree."""
    shown = set()
    for cell in column:
        text = _SPACES.sub(" ", cell[:_MAX_LENGTH])
        for number in _NUMBER.findall(text):
            points, commas = number.count("."), number.count(",")
            if points and commas:
                shown.add("." if number.rfind(".") > number.rfind(",") else ",")
            elif points > 1 or commas > 1:
                shown.add("," if points else ".")
            elif points or commas:
                mark = "." if points else ","
                whole, _, fraction = number.partition(mark)
                if len(fraction) != 3 or not 1 <= len(whole) <= 3 or whole == "0":
                    shown.add(mark)
    return shown.pop() if len(shown) == 1 else None


def currency_code(said: str) -> str | None:
    """The ISO 4217 code that ``said`` is, upper case; ``None`` when it is none."""
    code = said.strip().upper()
    return code if code in _codes() else None


def _sign(before: str, after: str) -> tuple[str, str, bool]:
    """Without the sign, which may stand before, behind, or as brackets around."""
    if before.startswith("(") and after.endswith(")"):
        return before[1:].strip(), after[:-1].strip(), True
    for mark in "-−–":
        if before.startswith(mark):
            return before[1:].strip(), after, True
        if before.endswith(mark):
            return before[:-1].strip(), after, True
        if after.startswith(mark):
            return before, after[1:].strip(), True
    return before.removeprefix("+").removesuffix("+").strip(), after, False


def _decimal(number: str, decimal_mark: str | None) -> Decimal:
    points, commas = number.count("."), number.count(",")
    if points and commas:
        mark = "." if number.rfind(".") > number.rfind(",") else ","
    elif points > 1 or commas > 1:
        mark = "," if points else "."
    elif points or commas:
        mark = _single(number, "." if points else ",", decimal_mark)
    else:
        mark = "."
    whole, _, fraction = number.rpartition(mark) if mark in number else (number, "", "")
    if not fraction.isdigit() and fraction:
        raise AmountError("is no amount")
    return Decimal(f"{_whole(whole)}.{fraction or '0'}")


def _single(number: str, mark: str, decimal_mark: str | None) -> str:
    """Which mark stands before the decimals of a number that has one mark, once."""
    whole, _, fraction = number.partition(mark)
    is_group = len(fraction) == 3 and 1 <= len(whole.replace(" ", "")) <= 3 and whole != "0"
    if not is_group:
        return mark
    if decimal_mark is None:
        raise AmountError("could be two numbers")
    return decimal_mark


def _whole(number: str) -> str:
    if number.isdigit() or not number:
        return number or "0"
    mark = next(char for char in number if not char.isdigit())
    if not (_GROUPED[mark].fullmatch(number) or (mark == "," and _INDIAN.fullmatch(number))):
        raise AmountError("is no amount")
    return number.replace(mark, "")


def _currency(word: str, expected: str | None) -> str | None:
    plain = word.casefold()
    if plain in _SHARED_SYMBOLS:
        usual, possible = _SHARED_SYMBOLS[plain]
        return expected if expected in possible else usual
    code = _SYMBOLS.get(plain) or currency_code(word)
    if code is None:
        raise AmountError("is no amount in a currency that is known")
    return code


@cache
def _codes() -> frozenset[str]:
    from babel import Locale  # here, because most imports never need it

    return frozenset(Locale.parse("en").currencies)
