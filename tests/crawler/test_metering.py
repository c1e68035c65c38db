"""What may be spent: by run, by month, and by the day of a quota, which begins at midnight in California."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.config import parse_config
from crawler.items import Platform
from crawler.metering import Budget, Meter, units_left, usage

EVENING = datetime(2026, 11, 23, 7, 59, tzinfo=UTC)
"""23:59 the day before in California."""


def meter(path: Path, now: datetime, budget: Budget, crawl_id: str = "one") -> Meter:
    return Meter(path, budget, crawl_id, lambda: now, "YouTube")


def test_a_day_ends_at_midnight_in_california(tmp_path: Path) -> None:
    path, budget = tmp_path / "youtube.jsonl", Budget(per_day=3)
    late = meter(path, EVENING, budget)
    for _ in range(3):
        reservation = late.reserve(1)
        assert reservation is not None
        late.settle(reservation, None)
    assert late.reserve(1) is None
    assert "3 of 3 units" in late.spent
    assert "units_per_day" in late.spent
    assert meter(path, EVENING + timedelta(minutes=1), budget, "two").left == 3
    assert usage(path, "one", EVENING).this_month == 3


def test_the_narrowest_bound_holds_and_no_bound_at_all_allows_nothing(tmp_path: Path) -> None:
    used = usage(tmp_path / "none.jsonl", "one", EVENING)
    assert units_left(Budget(per_run=5, per_month=2), used) == 2
    assert units_left(Budget(per_run=5, per_day=1), used) == 1
    assert units_left(Budget(), used) == 0


def test_the_quota_of_a_day_is_a_setting() -> None:
    assert parse_config("").budgets[Platform.YOUTUBE] == Budget(per_day=10_000)
    config = parse_config("[platforms.youtube]\nunits_per_day = 500\n")
    assert config.budgets[Platform.YOUTUBE] == Budget(per_day=500)
