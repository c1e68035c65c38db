"""Durations of ISO 8601, in seconds."""

from __future__ import annotations

import pytest

from crawler.reading.durations import iso_seconds


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("PT1M30S", 90.0), (" PT45S ", 45.0), ("PT2H", 7200.0), ("P1DT1H1M1.5S", 90_061.0), ("P2D", 172_800.0),
        ("PT0S", None), ("P", None), ("1:30", None), ("P1W", None), ("", None), (90, None), (None, None),
    ],
)  # fmt: skip
def test_whole_seconds_are_read_and_no_time_is_none(said: object, seconds: float | None) -> None:
    assert iso_seconds(said) == seconds
