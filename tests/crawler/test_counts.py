"""Counts in the writing of many languages; what could mean two numbers is no number."""

from __future__ import annotations

from typing import Literal

import pytest
from babel import Locale, localedata
from babel.numbers import format_compact_decimal
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.counts import MAX_COUNT, Count, read_count


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("0", 0),
        ("7", 7),
        (" 1036 ", 1036),
        ("00012", 12),
        ("1000000000000", 10**12),
        (10**12, 10**12),
        ("1.077.715", 1_077_715),
        ("1,077,715", 1_077_715),
        ("1 077 715", 1_077_715),
        ("1\u202f077\u202f715", 1_077_715),
        ("1'077'715", 1_077_715),
        ("1’077’715", 1_077_715),
        ("12,34,567", 1_234_567),
        ("1.077", 1077),
        ("1,234", 1234),
        ("5 012", 5012),
        ("5\xa0012", 5012),
        ("12.0", 12),
        ("12,00", 12),
        ("١٬٢٣٤", 1234),
        ("١٢٣", 123),
        ("१२,३४,५६७", 1_234_567),
        ("１２３", 123),
        (7, 7),
        (0, 0),
        (12.0, 12),
        ("\u200e1,234\u200f", 1234),
    ],
)
def test_exact_counts(said: object, value: int) -> None:
    assert read_count(said) == Count(value, None)


@pytest.mark.parametrize(
    ("said", "value", "digits"),
    [
        ("18.9M", 18_900_000, 3),
        ("18,9M", 18_900_000, 3),
        ("10.5M", 10_500_000, 3),
        ("31K", 31_000, 2),
        ("7,3 K", 7_300, 2),
        ("7,3\xa0K", 7_300, 2),
        ("1k", 1_000, 1),
        ("0.5K", 500, 1),
        ("100K", 100_000, 3),
        ("1,2 mil", 1_200, 2),
        ("120 mil", 120_000, 3),
        ("2,4 mi", 2_400_000, 2),
        ("1.2万", 12_000, 2),
        ("3.4億", 340_000_000, 2),
        ("2千", 2_000, 1),
        ("5.6만", 56_000, 2),
        ("1,2 тыс.", 1_200, 2),
        ("3,4 тыс", 3_400, 2),
        ("5 млн", 5_000_000, 1),
        ("2,1 млрд", 2_100_000_000, 2),
        ("12.6 lakh", 1_260_000, 3),
        ("2 lakhs", 200_000, 1),
        ("2 lac", 200_000, 1),
        ("3 crores", 30_000_000, 1),
        ("3 cr", 30_000_000, 1),
        ("3 Tsd.", 3_000, 1),
        ("5 012 K", 5_012_000, 4),
        ("1,234.567K", 1_234_567, 7),
        ("١٫٢٣٤ مليون", 1_234_000, 4),
        ("1000B", 10**12, 4),
        ("1.234.567 K", 1_234_567_000, 7),
        ("1.00000000000000000 K", 1_000, 4),
        ("1.5 crore", 15_000_000, 2),
        ("१.२ लाख", 120_000, 2),
        ("١٫٢ مليون", 1_200_000, 2),
        ("1,5 Mio.", 1_500_000, 2),
        ("2,1 Mrd.", 2_100_000_000, 2),
        ("1.2B", 1_200_000_000, 2),
        ("12B", 12_000_000_000, 2),
        ("1.2 billion", 1_200_000_000, 2),
        ("1,234.5K", 1_234_500, 5),
        ("1.234,5 K", 1_234_500, 5),
        ("1,2 mil M", 1_200_000_000, 2),
    ],
)
def test_rounded_counts_carry_the_digits_that_are_known(said: str, value: int, digits: int) -> None:
    assert read_count(said) == Count(value, digits)


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "K",
        "likes",
        "-5",
        "−5",
        "+5",
        "1e5",
        "½",
        "10²",
        "①",
        "1_000",
        "12.5",
        "12,5",
        "1,23,4",
        "1.23.456",
        "1.234K",
        "1,234 mil",
        "3 mil.",
        "1000000000001",
        "1001B",
        "1'0",
        "1.0.0",
        "1,0,0",
        "1٫5",
        "2.5 Billionen",
        10**12 + 1,
        "5 B",
        "1,2 B",
        "1,2 billion",
        "2 billion",
        "0K",
        "12 km",
        "5 min",
        "3 de 5",
        "28 views",
        "10K+",
        "<1K",
        "12:30",
        "1.2.3K",
        "1 2 3",
        "0.000.001",
        "9" * 30,
        "1" * 5000,
        "9999999999999K",
        True,
        False,
        None,
        -1,
        -0.5,
        12.5,
        float("nan"),
        float("inf"),
        10**16,
        [],
        {},
        b"12",
    ],
)
def test_what_is_no_count_or_could_be_two(said: object) -> None:
    assert read_count(said) is None


@pytest.mark.parametrize(
    "language", ["en", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk", "ja", "ko", "zh", "hi", "ar"]
)
@pytest.mark.parametrize("number", [1_200, 12_000, 450_000, 7_800_000])
def test_what_a_language_writes_is_read_back_or_refused_but_never_misread(language: str, number: int) -> None:
    written = format_compact_decimal(number, locale=Locale.parse(language), fraction_digits=1)
    count = read_count(written)
    assert count is None or count.value == number, written


def test_most_languages_are_read() -> None:
    number, refused = 1_200_000, []
    for language in ("en", "de", "es", "fr", "it", "nl", "pl", "pt", "ru", "uk", "ja", "ko", "zh", "tr", "sv", "id"):
        written = format_compact_decimal(number, locale=Locale.parse(language), fraction_digits=1)
        if read_count(written) != Count(number, 2):
            refused.append((language, written))
    assert refused in ([], [("ja", "120万"), ("ko", "120만"), ("zh", "120万")])


@given(st.integers(0, MAX_COUNT), st.sampled_from([",", ".", " ", "\u202f", "'"]))
def test_grouped_numbers_are_read_back(number: int, mark: str) -> None:
    assert read_count(f"{number:,}".replace(",", mark)) == Count(number, None)
    assert read_count(str(number)) == read_count(number) == Count(number, None)


@given(st.integers(1, 999), st.integers(0, 9), st.sampled_from(["K", "M", " тыс.", " Mio.", "万"]))
def test_one_decimal_before_a_unit_never_changes_the_size(whole: int, tenth: int, unit: str) -> None:
    with_point, with_comma = read_count(f"{whole}.{tenth}{unit}"), read_count(f"{whole},{tenth}{unit}")
    assert with_point == with_comma
    assert with_point is not None
    assert (
        with_point.value * 10
        == int(f"{whole}{tenth}") * {"K": 1_000, "M": 10**6, " тыс.": 1_000, " Mio.": 10**6, "万": 10**4}[unit]
    )


# What most write for a million or a milliard means another size there (M is a milliard in Indonesian): without knowing
# the language nobody can tell.
OTHERWISE = frozenset({"id", "jv", "bew", "sw", "lij", "lld", "to", "la"})


def languages() -> list[str]:
    """All that Babel has abbreviations for; to look through them takes it a while."""
    return [
        name
        for name in localedata.locale_identifiers()
        if name.partition("_")[0] not in OTHERWISE and Locale.parse(name).compact_decimal_formats
    ]


@given(st.integers(1, 10**10), st.deferred(lambda: st.sampled_from(languages())), st.sampled_from(["short", "long"]))
def test_what_languages_abbreviate_is_read_within_its_rounding_or_not_at_all(
    number: int, language: str, form: Literal["short", "long"]
) -> None:
    locale = Locale.parse(language)
    known = form if form in locale.compact_decimal_formats else "short"
    written = format_compact_decimal(number, format_type=known, locale=locale, fraction_digits=1)
    count = read_count(written)
    assert count is None or abs(count.value - number) <= 0.05 * number
    assert count is None or count.value == number or count.rounded is not None, "what was rounded says so"


@given(st.one_of(st.text(), st.floats(), st.integers(), st.binary(), st.none(), st.booleans()))
def test_anything_gives_a_count_or_none(said: object) -> None:
    count = read_count(said)
    assert count is None or (0 <= count.value <= MAX_COUNT and (count.rounded is None or 1 <= count.rounded <= 15))
