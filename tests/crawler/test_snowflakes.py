"""Ids that carry their time: each network's epoch and bits, and what is no such id."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reading.dates import LEEWAY
from crawler.reading.snowflakes import instagram_code, instagram_id, instagram_time, linkedin_time, tiktok_time, x_time

AT = datetime(2024, 5, 6, 7, 8, 9, 123_000, tzinfo=UTC)
MILLISECONDS = int(AT.timestamp() * 1000)
IDS = {
    instagram_time: (MILLISECONDS - 1_314_220_021_721 << 23) + 5,
    x_time: (MILLISECONDS - 1_288_834_974_657 << 22) + 5,
    linkedin_time: (MILLISECONDS << 22) + 5,
    tiktok_time: (MILLISECONDS // 1000 << 32) + 5,
}


@pytest.mark.parametrize("read", IDS)
def test_an_id_carries_the_time_at_which_it_was_given_out(read: Callable[..., datetime | None]) -> None:
    number = str(IDS[read])
    at = AT.replace(microsecond=0) if read is tiktok_time else AT
    assert read(number) == at
    assert read(number, at - LEEWAY) == at
    assert read(number, at - LEEWAY - timedelta(milliseconds=1)) is None
    for nothing in ("", "x", "-5", "0", "٣٤", str(1 << 63), "1" + number, "0" * 20 + number):
        assert read(nothing) is None


def test_older_ids_of_x_are_plain_counters() -> None:
    assert x_time("29700859246") is None
    assert x_time("29700859247") is not None


def test_the_years_that_an_id_may_name() -> None:
    assert linkedin_time(str(int(datetime(2005, 1, 1, tzinfo=UTC).timestamp() * 1000) << 22)) is not None
    assert linkedin_time(str((int(datetime(2005, 1, 1, tzinfo=UTC).timestamp() * 1000) - 1) << 22)) is None
    assert tiktok_time(str((1 << 63) - 1)) == datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC)


@given(st.integers(64**10, (1 << 63) - 1))
def test_a_short_code_spells_an_id(number: int) -> None:
    code = instagram_code(str(number))
    assert code is not None
    assert instagram_id(code) == str(number)
    assert instagram_id(code + "whatFollowsIsPrivate") == str(number)


def test_what_is_no_short_code_spells_nothing() -> None:
    assert instagram_id("B") == "1"
    assert instagram_id("A") is None
    assert instagram_id("") is None
    assert instagram_id("B!") is None
    assert instagram_code("0") is None
    assert instagram_code("64") == "BA"
