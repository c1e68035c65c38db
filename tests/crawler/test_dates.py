"""Dates in many writings: exact where the page is exact, coarse where it is coarse, none where it could be two."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Precision
from crawler.reading.dates import EARLIEST, LEEWAY, read_date, writes_day_first

MOMENT = datetime(2018, 9, 24, 19, 42, 40, tzinfo=UTC)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIRST, LAST = datetime(1990, 1, 2), datetime(2099, 1, 1)  # noqa: DTZ001 — hypothesis wants its bounds without zone


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2018-09-24T19:42:40Z", MOMENT),
        ("2018-09-24T19:42:40.000Z", MOMENT),
        ("2018-09-24t19:42:40+00:00", MOMENT),
        ("2018-09-24T16:42:40-0300", MOMENT),
        ("2018-09-24T16:42:40-03", MOMENT),
        ("20180924T194240Z", MOMENT),
        ("2018-09-24 19:42:40 UTC", MOMENT),
        ("2009-10-01 01:48:13 GMT", datetime(2009, 10, 1, 1, 48, 13, tzinfo=UTC)),
        ("2018-09-24T19:42:40.123456789Z", MOMENT + timedelta(microseconds=123456)),
        ("Mon, 24 Sep 2018 19:42:40 +0000", MOMENT),
        ("Mon, 24 Sep 2018 19:42:40 -0000", MOMENT),
        ("24 Sep 18 19:42:40 GMT", MOMENT),
        ("24 Sep 98 19:42:40 GMT", MOMENT.replace(year=1998)),
        ("2018-09-25T11:12:40+15:30", MOMENT),
        ("Mon, 24 Sep 2018 14:42:40 EST", MOMENT),
        ("Seg, 24 Set 2018 16:42:40 -0300", MOMENT),
        ("lun., 24 sept. 2018 21:42:40 +0200", MOMENT),
        ("Пн, 24 сен 2018 22:42:40 +0300", MOMENT),
        ("月, 25 9月 2018 04:42:40 +0900", MOMENT),
        ("Mo, 24 Sep 2018 21:42:40 CEST", MOMENT),
        ("Mon Sep 24 19:42:40 +0000 2018", MOMENT),
        (1537818160, MOMENT),
        (1537818160.0, MOMENT),
        (1537818160000, MOMENT),
        (1537818160000000, MOMENT),
        ("1537818160", MOMENT),
        ("1537818160000", MOMENT),
        ("1537818160.5", MOMENT + timedelta(seconds=0.5)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (" 2018-09-24T19:42:40+00:00\n", MOMENT),
        ("2018-09-24T24:00:00Z", datetime(2018, 9, 25, tzinfo=UTC)),
    ],
)
def test_moments_with_a_zone(said: object, at: datetime) -> None:
    moment = read_date(said)
    assert moment is not None
    assert (moment.at, moment.precision, moment.text) == (at, Precision.SECOND, str(said))


@pytest.mark.parametrize(
    ("said", "precision", "at"),
    [
        ("2018-09-24T19:42Z", Precision.MINUTE, datetime(2018, 9, 24, 19, 42, tzinfo=UTC)),
        ("24 Sep 2018 19:42 +0200", Precision.MINUTE, datetime(2018, 9, 24, 17, 42, tzinfo=UTC)),
        ("2018-09-24T19:42:40", Precision.LOCAL, MOMENT),
        ("2018-09-24 19:42", Precision.LOCAL, datetime(2018, 9, 24, 19, 42, tzinfo=UTC)),
        ("Mon, 24 Sep 2018 19:42:40", Precision.LOCAL, MOMENT),
        ("Mon, 24 Sep 2018 19:42:40 BST", Precision.LOCAL, MOMENT),
        ("Mon Sep 24 19:42:40 2018", Precision.LOCAL, MOMENT),
        ("September 24, 2018 at 7:42 pm", Precision.LOCAL, datetime(2018, 9, 24, 19, 42, tzinfo=UTC)),
        ("Sep 24, 2018 12:05 a.m.", Precision.LOCAL, datetime(2018, 9, 24, 0, 5, tzinfo=UTC)),
        ("2018-09-24", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("20180924", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("2018/09/24", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("September 24th, 2018", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("24. září 2018", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("24 de setembro de 2018", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("2018年9月24日", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("2018. 9. 24.", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("2018/9/4", Precision.DAY, datetime(2018, 9, 4, tzinfo=UTC)),
        ("2018. szept. 24.", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("24 thg 9, 2018", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("2018년 9월 24일", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("24/09/2018", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("09/24/2018", Precision.DAY, datetime(2018, 9, 24, tzinfo=UTC)),
        ("24.9.2018, 19:42", Precision.LOCAL, datetime(2018, 9, 24, 19, 42, tzinfo=UTC)),
        ("09/24/2018 7:42 pm", Precision.LOCAL, datetime(2018, 9, 24, 19, 42, tzinfo=UTC)),
        ("3.3.2018", Precision.DAY, datetime(2018, 3, 3, tzinfo=UTC)),
        ("14 abr 2017", Precision.DAY, datetime(2017, 4, 14, tzinfo=UTC)),
        ("15 ноября 2024\u202fг.", Precision.DAY, datetime(2024, 11, 15, tzinfo=UTC)),
        ("27 грудня 2014 р. о 10:05", Precision.LOCAL, datetime(2014, 12, 27, 10, 5, tzinfo=UTC)),
        ("2018-09", Precision.MONTH, datetime(2018, 9, 1, tzinfo=UTC)),
    ],
)
def test_coarser_dates_claim_no_more_than_they_say(said: str, precision: Precision, at: datetime) -> None:
    moment = read_date(said)
    assert moment is not None
    assert (moment.at, moment.precision, moment.text) == (at, precision, said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        " ",
        "yesterday",
        "3 days ago",
        "2018",
        "201809",
        "03/04/2018",
        "2018-02-30",
        "2018-13-01",
        "31 Feb 2018",
        "24 lis 2018",
        "24 foo 2018",
        "2018-09-24T25:00:00Z",
        "2018-09-24T24:30:00Z",
        "12/04/2018",
        "2018-09-24T19:60:00Z",
        "2018-09-24T19:42:61Z",
        "2018-09-24T19:42:40 tomorrow evening",
        "2018-09-24T19:42:40+99:00",
        "2018-09-24T19:42:40+16:00",
        "2018-09-24T19:42:40+01:60",
        "2018-09-24T19:42:40 abcdef",
        "2018-09-24T19:42:40 ab1",
        "2018-09-24T19:42:40 éét",
        "2018-02-30T19:42:40.5Z",
        "24 13月 2018",
        "Ok 24, 2018",
        "13:00 pm, 24 Sep 2018",
        "24 Sep 2018 13:00 PM",
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "20180924194240",
        "9" * 16,
        "2018-09-24T19:42:40Z" * 10,
        0,
        -1,
        12,
        True,
        float("nan"),
        float("inf"),
        10**30,
        10**400,
        -(10**400),
        None,
        [],
        b"2018-09-24",
    ],
)
def test_what_is_no_date_or_could_be_two(said: object) -> None:
    assert read_date(said) is None


@pytest.mark.parametrize(
    ("language", "day"),
    [
        ("de", 3),
        ("DE", 3),
        ("pt-BR", 3),
        ("fr", 3),
        ("en", None),
        ("en-US", None),
        ("ja", None),
        ("xx", None),
        (None, None),
    ],
)
def test_a_language_settles_what_comes_first(language: str | None, day: int | None) -> None:
    moment = read_date("03/04/2018", is_day_first=writes_day_first(language))
    assert (moment.at.day if moment else None) == day


@pytest.mark.parametrize("month", range(1, 13))
def test_months_are_read_in_english_and_as_numbers_with_their_sign(month: int) -> None:
    day = datetime(2018, month, 24, tzinfo=UTC)
    for said in (f"{day:%B} 24, 2018", f"24 {day:%b} 2018", f"24 {month:02d}月 2018"):
        moment = read_date(said)
        assert moment is not None
        assert moment.at == day


def test_the_earliest_moment_is_one() -> None:
    assert read_date("1990-01-01T00:00:00Z") is not None
    assert read_date("1989-12-31T23:59:59Z") is None


def test_no_language_makes_a_month_of_the_24th() -> None:
    moment = read_date("03/24/2018", is_day_first=True)
    assert moment is not None
    assert (moment.at.month, moment.at.day) == (3, 24)


def test_a_documented_zone_makes_a_wall_clock_exact() -> None:
    moment = read_date("2018-09-24T19:42:40", zone=timezone(timedelta(hours=2)))
    assert moment is not None
    assert (moment.at, moment.precision) == (MOMENT - timedelta(hours=2), Precision.SECOND)
    stated = read_date("2018-09-24T19:42:40Z", zone=timezone(timedelta(hours=2)))
    assert stated is not None
    assert stated.at == MOMENT


def test_a_moment_after_the_visit_is_implausible() -> None:
    inside, outside = NOW + LEEWAY, NOW + LEEWAY + timedelta(seconds=1)
    assert read_date(inside.isoformat(), latest=NOW) is not None
    assert read_date(outside.isoformat(), latest=NOW) is None
    assert read_date(outside.isoformat()) is not None
    assert read_date(int(outside.timestamp()), latest=NOW) is None


@given(st.datetimes(FIRST, LAST, timezones=st.just(UTC)), st.integers(-14 * 60, 14 * 60))
def test_what_is_written_is_read_back(moment: datetime, minutes: int) -> None:
    local = moment.astimezone(timezone(timedelta(minutes=minutes)))
    iso, rfc = read_date(local.isoformat()), read_date(format_datetime(local))
    assert iso is not None
    assert rfc is not None
    assert iso.at == moment
    assert rfc.at == moment.replace(microsecond=0)
    naive = read_date(local.replace(tzinfo=None).isoformat(sep=" "))
    assert naive is not None
    assert naive.precision is Precision.LOCAL


@given(
    st.dates(FIRST.date(), LAST.date()),
    st.sampled_from(["en", "de", "es", "fr", "it", "nl", "pt", "pl", "cs", "ru", "uk", "sv", "tr"]),
)
def test_long_dates_of_many_languages_are_read_or_refused_but_never_misread(day: date, language: str) -> None:
    moment = read_date(format_date(day, format="long", locale=language))
    assert moment is None or (moment.at.date() == day and moment.precision is Precision.DAY)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.from_regex(r"\d{4}-\d\d-\d\d.{0,20}", fullmatch=True)))
def test_anything_gives_a_moment_or_none(said: object) -> None:
    moment = read_date(said, latest=NOW)
    assert moment is None or EARLIEST <= moment.at <= NOW + LEEWAY
