"""Pauses that outlive a crawl."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.pauses import LONGEST, note, noted
from crawler.plan import make_plan

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def test_the_longest_pause_of_a_host_lasts_until_it_is_over(tmp_path: Path) -> None:
    for hours in (1, 5, 3):
        note(tmp_path / "usage", "api.example", NOW + timedelta(hours=hours))
    note(tmp_path / "usage", "other.example", NOW - timedelta(hours=1))
    assert noted(tmp_path / "usage", NOW) == {"api.example": NOW + timedelta(hours=5)}
    assert noted(tmp_path / "usage", NOW + timedelta(hours=6)) == {}
    assert noted(tmp_path / "nowhere", NOW) == {}


def test_a_pause_noted_by_a_clock_that_went_wrong_closes_no_host_for_years(tmp_path: Path) -> None:
    note(tmp_path, "api.example", datetime(2106, 2, 8, tzinfo=UTC))
    note(tmp_path, "api.example", NOW + timedelta(hours=1))
    note(tmp_path, "other.example", NOW + LONGEST)
    note(tmp_path, "third.example", NOW + LONGEST + timedelta(seconds=1))
    assert noted(tmp_path, NOW) == {"api.example": NOW + timedelta(hours=1), "other.example": NOW + LONGEST}


@pytest.mark.parametrize(
    "rubbish", [b"{", b"[]", b"\xff", b'{"host": "a", "until": 1}', b'{"host": "a", "until": "0001-01-01T00:00+09:00"}']
)
def test_lines_that_are_none_are_passed_over(tmp_path: Path, rubbish: bytes) -> None:
    note(tmp_path, "api.example", NOW + timedelta(hours=1))
    with (tmp_path / "pauses.jsonl").open("ab") as file:
        file.write(rubbish)
    note(tmp_path, "other.example", NOW + timedelta(hours=1))
    assert set(noted(tmp_path, NOW)) == {"api.example", "other.example"}


def test_a_long_file_is_shortened_to_what_lasts(tmp_path: Path) -> None:
    note(tmp_path, "api.example", NOW + timedelta(hours=1))
    with (tmp_path / "pauses.jsonl").open("ab") as file:
        file.write(b"\n" * 300_000)
    assert set(noted(tmp_path, NOW)) == {"api.example"}
    assert (tmp_path / "pauses.jsonl").stat().st_size < 200
    assert set(noted(tmp_path, NOW)) == {"api.example"}


def test_a_plan_takes_over_what_was_noted() -> None:
    plan = make_plan([], now=NOW, pauses={"api.example": NOW + timedelta(hours=1)})
    assert [(host.host, host.retry_after_at) for host in plan.hosts] == [("api.example", NOW + timedelta(hours=1))]
