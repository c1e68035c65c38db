"""How long ago: every language's words give the length that they were made from, and nothing else gives one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Precision
from crawler.reading.relative_dates import read_ago, read_relative_date

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = timedelta(days=1)
SAID = {
    "13 days ago": 13 * DAY,
    "Streamed live 3 weeks ago": 21 * DAY,
    "Premiered 5 hours ago": 5 * DAY / 24,
    "hace 2 días": 2 * DAY,
    "Emitido hace 2 horas": 2 * DAY / 24,
    "vor 2 Wochen": 14 * DAY,
    "il y a 3 jours": 3 * DAY,
    "há 3 dias": 3 * DAY,
    "3 giorni fa": 3 * DAY,
    "3 недели назад": 21 * DAY,
    "2 yıl önce": 2 * 365.25 * DAY,
    "3 週間前": 21 * DAY,
    "3天前": 3 * DAY,
    "3 周前": 21 * DAY,
    "直播時間：3週前": 21 * DAY,
    "منذ 3 أسابيع": 21 * DAY,
    "3일 전": 3 * DAY,
    "قبل يومين": 2 * DAY,
    "قبل ٣ أيام": 3 * DAY,
    "3w ago": 21 * DAY,
    "3 Days Ago": 3 * DAY,
    "-3 m.": 3 * 30.4375 * DAY,
    "\u200e5\u00a0minutes ago": timedelta(minutes=5),
}
NOTHING = [
    "", "13 days", "in 13 days", "28 views", "1.077.715 visualizaciones", "Oct 25, 2025", "ago", "3 ago", "12",
    "Scheduled for 12/5/26, 6:00 PM", "1 week and 2 days ago", "900 years ago", "0 days ago", "3 days ago" * 20, None,
    5, "3 days ago" + " " * 80, "قبل يوم واحد قبل شهر واحد",
]  # fmt: skip
LENGTHS = {
    "minute": timedelta(minutes=1), "hour": timedelta(hours=1), "day": DAY, "week": 7 * DAY, "month": 30.4375 * DAY,
    "year": 365.25 * DAY,
}  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_a_length_of_time_is_read(said: str) -> None:
    ago = read_ago(said)
    assert ago is not None
    assert ago.length == SAID[said]


@pytest.mark.parametrize("said", NOTHING)
def test_nothing_else_is_a_length_of_time(said: object) -> None:
    assert read_ago(said) is None


def test_the_moment_keeps_its_words_and_says_that_it_is_rough() -> None:
    moment = read_relative_date("13 days ago", NOW)
    assert moment is not None
    assert (moment.at, moment.precision, moment.text) == (NOW - 13 * DAY, Precision.RELATIVE, "13 days ago")
    assert read_relative_date("39 years ago", NOW) is None, "nothing was published on the web before 1990"


@given(
    st.sampled_from(sorted(LENGTHS)),
    st.integers(3, 11),
    st.sampled_from(["en", "de", "es", "fr", "it", "pt", "ru", "ja", "ko", "zh", "pl", "tr"]),
)
def test_what_a_language_writes_is_read_back(unit: str, number: int, language: str) -> None:
    past = Locale.parse(language)._data["date_fields"][unit]["past"]
    plural = Locale.parse(language).plural_form(number)
    ago = read_ago(past.get(plural, past["other"]).replace("{0}", str(number)))
    assert ago is not None
    assert ago.length == LENGTHS[unit] * number


@given(st.text(max_size=100))
def test_any_text_is_read_or_not(said: str) -> None:
    ago = read_ago(said)
    assert ago is None or ago.length > timedelta()
