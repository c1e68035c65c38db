import datetime as dt
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.filters import EXCERPT_LENGTH, Formats, clean, excerpt, lang_tag, safe_url

ENGLISH = Formats(locale="en", timezone="Europe/Berlin")
GERMAN = Formats(locale="de", timezone="UTC")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1.62, "1.6"),
        (0.627, "0.63"),
        (0.999, "1.0"),
        (9.96, "10"),
        (12.4, "12"),
        (0.004, "under 0.01"),
        (0.0, "0.00"),
        (4321.0, "over 1,000"),
        (None, "not known"),
    ],
)
def test_a_ratio_keeps_two_digits_that_count(value: float | None, shown: str) -> None:
    assert ENGLISH.times(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.135, "14%"), (0.004, "under 1%"), (0.0, "0%"), (1.0, "100%"), (None, "not known")],
)
def test_a_small_share_is_not_shown_as_none(value: float | None, shown: str) -> None:
    assert ENGLISH.share(value) == shown


def test_missing_is_never_zero() -> None:
    for write in (ENGLISH.count, ENGLISH.change, ENGLISH.rate, ENGLISH.share, ENGLISH.small_share, ENGLISH.times):
        assert write(None) == "not known"
    assert ENGLISH.count(0) == "0"
    assert ENGLISH.change(0) == "0"
    assert ENGLISH.effort(None) == "effort not known"


def test_numbers_follow_the_locale_and_moments_the_zone() -> None:
    evening = dt.datetime(2026, 11, 22, 23, 30, tzinfo=dt.UTC)
    assert GERMAN.count(12408) == "12.408"
    assert GERMAN.times(1.62) == "1,6"
    assert ENGLISH.change(-20) == "−20"
    assert ENGLISH.day(evening) == "23 Nov 2026"
    assert (GERMAN.day(evening), GERMAN.short_day(evening)) == ("22. Nov. 2026", "22. Nov.")
    assert (GERMAN.share(0.54), GERMAN.small_share(0.004)) == ("54\xa0%", "0,4\xa0%")
    american = Formats(locale="en_US", timezone="UTC")
    assert (american.day(evening), american.share(0.54)) == ("Nov 22, 2026", "54%")
    assert Formats(locale="hi", timezone="UTC").count(1234567) == "12,34,567"
    assert ENGLISH.moment(evening) == "23 Nov 2026, 00:30"
    assert ENGLISH.week(dt.datetime(2027, 1, 2, tzinfo=dt.UTC)) == "week 53, 2026"


@pytest.mark.parametrize(
    "url",
    [
        "https://acme.example/blog?p=1#top",
        "http://acme.example",
        "https://bücher.example/ä",
        "https://social.example/@acme/1",
        "https://en.example/O'Brien",
    ],
)
def test_web_links_stay(url: str) -> None:
    assert safe_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "\tjavascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//evil.example/x",
        "ftp://evil.example/",
        "https://user:word@evil.example/",
        "https://",
        "https:///path",
        "https://[::1",
        'https://a.example/" onclick="x',
        "https://\u202eelpmaxe.example",
        "https://a.example/\u200bb",
        "https://a.example\\@b.example/",
        "",
        None,
        7,
        "https://a.example/" + "x" * 3000,
    ],
)
def test_anything_else_is_no_link(url: object) -> None:
    assert safe_url(url) == ""


@given(st.text(st.characters(codec=None), max_size=300))
def test_a_strangers_text_can_neither_reorder_nor_hide_nor_tower(text: str) -> None:
    shown = clean(text)
    assert not set(shown) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff\u00ad\x00\x1b"
    )
    assert shown == clean(shown)
    assert shown.encode("utf-8").decode() == shown
    marks = 0
    for character in shown:
        is_mark = unicodedata.category(character) in {"Mn", "Me"} and not "\ufe00" <= character <= "\ufe0f"
        marks = marks + 1 if is_mark else 0 if character not in "\u200c\u200d\ufe0f\ufe0e" else marks
        assert marks <= 3


def test_no_line_parts_a_number_from_its_unit() -> None:
    assert clean("54\u00a0% davon,  12\u202f408\u00a0 €") == "54\u00a0% davon, 12\u202f408\u00a0€"
    assert clean("\u00a0a\u00a0\u00a0b 5\u00a0") == "a b 5"
    assert excerpt("so viele wie 54\u00a0% davon", 15) == "so viele wie…"


@given(st.text(max_size=2000), st.integers(1, 400))
def test_an_excerpt_never_grows(text: str, length: int) -> None:
    assert len(excerpt(text, length)) <= length + 1


def test_an_excerpt_ends_between_words() -> None:
    text = "Six ways to brew the same bean, side by side. " * 20
    shown = excerpt(text)
    assert shown.endswith("…")
    assert text.startswith(shown[:-1])
    assert len(shown) <= EXCERPT_LENGTH + 1
    assert excerpt(None) == ""
    assert excerpt("\u200b \u3164") == ""


def test_scripts_that_need_joiners_keep_them() -> None:
    family = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
    assert clean(family) == family
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("שָׁלוֹם") == unicodedata.normalize("NFC", "שָׁלוֹם")


def test_language_tags_are_checked() -> None:
    assert lang_tag("pt-BR") == "pt-BR"
    assert lang_tag('en" onclick="x') == ""
    assert lang_tag(None) == ""


def test_nouns_follow_their_count() -> None:
    counted = [ENGLISH.counted(number, "company") for number in (1, 2, 0, 1200, None)]
    assert counted == ["1 company", "2 companies", "0 companies", "1,200 companies", "not known companies"]
    assert [ENGLISH.effort(minutes) for minutes in (0.5, 1, 25)] == ["under a minute", "1 minute", "about 25 minutes"]


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_plain_letters_are_cleaned_as_all_others_are(text: str) -> None:
    # a letter that is none of them makes the whole go the long way
    assert clean(text + "\u00e9").removesuffix("\u00e9").rstrip() == clean(text)
