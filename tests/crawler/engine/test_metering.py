"""Budgets: what is written down before a request leaves, and what a ledger says afterwards."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import NextRequest, RequestKind
from crawler.metering import Budget, LedgerError, Meter, usage
from crawler.pages.x import fitted

NOW = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)


def meter(path: Path, now: datetime = NOW, crawl_id: str = "one", run: int = 100, month: int = 150) -> Meter:
    return Meter(path, Budget(per_run=run, per_month=month), crawl_id, lambda: now, "X")


def test_a_reservation_is_on_the_disk_before_it_is_given(tmp_path: Path) -> None:
    path = tmp_path / "usage" / "x.jsonl"
    first = meter(path)
    reservation = first.reserve(60)
    assert reservation is not None
    # another process, or the next crawl after a kill
    assert meter(path).left == 40
    assert meter(path).reserve(41) is None
    first.settle(reservation, 7)
    assert (meter(path).left, meter(path, crawl_id="two").left) == (93, 100)


def test_the_month_is_that_of_the_reservation(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    meter(path, month=60).reserve(60)
    assert meter(path, crawl_id="two", month=60).left == 0
    assert meter(path, NOW + timedelta(minutes=2), "two", month=60).left == 60
    # one crawl over midnight counts in both, each its own
    assert meter(path, NOW + timedelta(minutes=2), month=60).left == 40


def test_an_answer_that_held_more_than_was_asked_for_counts_in_full(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    one = meter(path)
    reservation = one.reserve(5)
    assert reservation is not None
    one.settle(reservation, 30)
    assert one.used.this_run == 30


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\xff\xfe\n",
        b"[]\n",
        b"null\n",
        b'{"id": "b"}\n',
        b'{"id": "a", "used": Infinity}\n',
        b'{"id": [], "used": 1}\n',
    ],
)
def test_lines_that_are_none_are_passed_over(tmp_path: Path, rubbish: bytes) -> None:
    path = tmp_path / "x.jsonl"
    entry = {"id": "a", "at": NOW.isoformat(), "crawl_id": "one", "units": 9}
    path.write_bytes(rubbish + json.dumps(entry).encode() + b"\n" + rubbish)
    assert usage(path, "one", NOW).this_month == 9


def test_a_ledger_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").mkdir()
    with pytest.raises(LedgerError, match="cannot be read: Is a directory"):
        _ = meter(tmp_path / "x.jsonl").left
    with pytest.raises(LedgerError, match="cannot be written: Is a directory"):
        meter(tmp_path / "x.jsonl").reserve(1)


@given(st.lists(st.tuples(st.integers(1, 120), st.one_of(st.none(), st.integers(0, 120)), st.integers(0, 3))))
def test_no_order_of_asking_and_settling_passes_the_budget(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int | None, int]]
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "x.jsonl"
    meters = [meter(path, crawl_id=str(number)) for number in range(4)]
    for units, used, which in steps:
        reservation = meters[which].reserve(units)
        if reservation is not None and used is not None:
            meters[which].settle(reservation, min(used, units))
        spent = usage(path, str(which), NOW)
        assert spent.this_run <= 100
        assert spent.this_month <= 150


@pytest.mark.parametrize(
    ("url", "units", "size"),
    [
        ("https://api.x.com/2/users/1/tweets?max_results=100&pagination_token=a", 40, 40),
        ("https://api.x.com/2/users/1/tweets?max_results=100", 5, 5),
        ("https://api.x.com/2/users/1/tweets?max_results=100", 4, None),
        ("https://api.x.com/2/tweets?ids=1,2,3", 2, 2),
        ("https://api.x.com/2/tweets?ids=1,2,3", 0, None),
        ("https://api.x.com/2/users/1", 1, None),
    ],
)
def test_a_request_is_made_as_small_as_the_budget(url: str, units: int, size: int | None) -> None:
    smaller = fitted(NextRequest(url=url, kind=RequestKind.LISTING, cost=100), units)
    assert (smaller.cost if smaller is not None else None) == size
    if smaller is not None and "pagination" in url:
        assert "max_results=40&pagination_token=a" in smaller.url
    if smaller is not None and "ids" in url:
        assert smaller.url.endswith("ids=1%2C2")
