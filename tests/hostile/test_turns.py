"""How a host's turns, pauses, errors and budget are counted, on a clock of our own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy.settings import Settings
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from crawler.failures import Refused
from crawler.items import Outcome, Reason
from crawler.network.hosts import (
    ERRORS_IN_A_ROW,
    FLOOR_SECONDS,
    Host,
    HostRegistry,
    delay_seconds,
    retry_after_seconds,
)
from crawler.robots import Robots

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
FOREIGN = "https://shop.example/a"
OWN = "http://127.0.0.1:8001/a"


@pytest.mark.parametrize(
    ("is_own", "asked", "crawl_delay", "expected"),
    [
        (False, 2.0, None, 2.0),
        (False, 0.0, None, FLOOR_SECONDS),
        (False, -5.0, None, FLOOR_SECONDS),
        (False, 5.0, None, 5.0),
        (False, 2.0, 10.0, 10.0),
        (False, 2.0, 0.5, 2.0),
        (False, 20.0, 10.0, 20.0),
        (True, 0.0, None, 0.0),
        (True, 0.2, None, 0.2),
        (True, 0.0, 5.0, 5.0),
    ],
)
def test_settings_can_only_raise_the_delay_of_a_foreign_host(
    is_own: bool, asked: float, crawl_delay: float | None, expected: float
) -> None:
    assert delay_seconds(is_own=is_own, asked=asked, crawl_delay=crawl_delay) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("30", 30.0),
        (" 0 ", 0.0),
        ("Sun, 22 Nov 2026 06:01:00 GMT", 60.0),
        ("Sunday, 22-Nov-26 06:01:00 GMT", 60.0),
        ("Sun, 22 Nov 2026 05:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("²", None),
        ("Mon, 99 Foo 2026 06:01:00 GMT", None),
    ],
)
def test_retry_after(value: str, expected: float | None) -> None:
    assert retry_after_seconds(value, NOW) == expected


def test_a_retry_after_without_end_is_a_month() -> None:
    assert retry_after_seconds("9" * 5_000, NOW) == timedelta(days=31).total_seconds()


class Bench:
    """A registry on a clock that only moves when told, and the requests that wait in it."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        values = {"OWN_HOSTS": ["127.0.0.1:8001"], "PAGE_BUDGET": 500, "MIN_DELAY_SECONDS": 2.0} | settings
        self.registry = HostRegistry(
            Settings({"OWN_HOST_DELAY_SECONDS": 0.0} | values),
            self.clock,
            lambda: NOW + timedelta(seconds=self.seconds),
        )
        self.sent: list[float] = []
        self.refused: list[Refused] = []
        self.is_open = True

    @property
    def seconds(self) -> float:
        return float(self.clock.seconds())

    def ask(self, url: str, then: Callable[[Host], None] = Host.went_well, takes: float = 0.0) -> None:
        """One request whose answer comes after ``takes`` seconds."""
        host = self.registry.host(url)

        async def exchange() -> None:
            async with host.turn(lambda: self.is_open):
                self.sent.append(self.seconds)
                if takes:
                    answered: Deferred[None] = Deferred()
                    self.clock.callLater(takes, answered.callback, None)
                    await answered
                then(host)

        def note(failure: Failure) -> None:
            failure.trap(Refused)
            self.refused.append(failure.value)  # type: ignore[arg-type]  # trap made sure

        Deferred.fromCoroutine(exchange()).addErrback(note)

    def run(self, seconds: float, step: float = 0.25) -> None:
        self.clock.pump([step] * int(seconds / step))


def test_requests_to_a_foreign_host_go_one_by_one_two_seconds_after_the_last_answer() -> None:
    bench = Bench(MIN_DELAY_SECONDS=0.0)
    for _ in range(4):
        bench.ask(FOREIGN, takes=1.0)
    bench.run(20)
    assert bench.sent == [0.0, 3.0, 6.0, 9.0]


def test_http_and_https_of_one_name_share_one_turn() -> None:
    bench = Bench()
    bench.ask("https://shop.example/a")
    bench.ask("http://SHOP.example:80/b")
    bench.ask("https://other.example/")
    bench.run(5)
    assert sorted(bench.sent) == [0.0, 0.0, 2.0]


def test_a_crawl_delay_is_kept_from_the_robots_txt_on() -> None:
    bench = Bench()
    robots = Robots.read(b"User-agent: *\nCrawl-delay: 10\n")
    bench.ask(FOREIGN, then=lambda host: host.read_robots(robots))
    bench.ask(FOREIGN)
    bench.ask(FOREIGN)
    bench.run(30)
    assert bench.sent == [0.0, 10.0, 20.0]


def test_a_crawl_delay_counts_on_an_own_host_too() -> None:
    bench = Bench()
    bench.registry.read_robots(OWN, Robots.read(b"User-agent: *\nCrawl-delay: 5\n"))
    for _ in range(3):
        bench.ask(OWN)
    bench.run(20)
    assert bench.sent == [0.0, 5.0, 10.0]


@pytest.mark.parametrize(("seconds", "is_left_out"), [(60, False), (61, True)])
def test_a_host_that_asks_for_more_than_a_minute_is_left_out(seconds: int, is_left_out: bool) -> None:
    bench = Bench()
    bench.registry.read_robots(FOREIGN, Robots.read(f"User-agent: *\nCrawl-delay: {seconds}\n".encode()))
    bench.ask(FOREIGN)
    assert [refused.reason for refused in bench.refused] == [Reason.CRAWL_DELAY_TOO_LONG] * is_left_out
    assert len(bench.sent) == 1 - is_left_out


def test_nothing_is_asked_before_retry_after() -> None:
    bench = Bench()
    bench.ask(FOREIGN, then=lambda host: host.pushed_back("30"))
    bench.ask(FOREIGN)
    bench.ask(FOREIGN)
    bench.run(60)
    assert bench.sent == [0.0, 30.0, 32.0]


def test_without_retry_after_the_pause_doubles() -> None:
    bench = Bench()
    for _ in range(4):
        bench.ask(FOREIGN, then=lambda host: host.pushed_back(None))
    bench.run(100)
    assert bench.sent == [0.0, 4.0, 12.0, 28.0]


def test_a_host_that_wants_a_long_pause_is_left_and_remembered() -> None:
    bench = Bench()
    bench.ask(FOREIGN, then=lambda host: host.pushed_back("3600"))
    bench.ask(FOREIGN)
    bench.run(10)
    assert [refused.reason for refused in bench.refused] == [Reason.RATE_LIMITED]
    [record] = bench.registry.records()
    assert record["retry_after_at"] == "2026-11-22T07:00:00Z"
    assert record["error_streak"] == 1

    later = Bench(HOST_STATES=[record])
    later.ask(FOREIGN)
    assert later.sent == []
    assert [refused.reason for refused in later.refused] == [Reason.RATE_LIMITED]


def test_a_pause_that_an_answer_asks_for_is_kept_by_all_and_remembered() -> None:
    bench = Bench()
    bench.ask(OWN, then=lambda host: host.pause_until(NOW + timedelta(seconds=30)))
    bench.run(1)
    bench.ask(OWN)
    bench.run(40)
    assert bench.sent == [0.0, 30.0]
    bench.ask(OWN, then=lambda host: host.pause_until(NOW + timedelta(hours=2)))
    bench.run(1)
    bench.ask(OWN)
    bench.run(1)
    (refused,) = bench.refused
    assert (refused.outcome, refused.reason) == (Outcome.ERROR, Reason.RATE_LIMITED)
    (record,) = bench.registry.records()
    assert record["retry_after_at"] == "2026-11-22T08:00:00Z"


def test_good_answers_that_were_on_their_way_do_not_end_a_pause() -> None:
    bench = Bench()
    host = bench.registry.host(OWN)
    host.pause_until(NOW + timedelta(hours=1))
    host.went_well()
    assert host.retry_after_at == NOW + timedelta(hours=1)
    host.pause_until(NOW - timedelta(hours=1))
    assert host.retry_after_at == NOW + timedelta(hours=1)


def test_a_short_pause_of_an_earlier_run_is_kept() -> None:
    bench = Bench(HOST_STATES=[{"host": "shop.example", "retry_after_at": "2026-11-22T06:01:00Z", "error_streak": 2}])
    bench.ask(FOREIGN)
    bench.run(100)
    assert bench.sent == [60.0]
    [record] = bench.registry.records()
    assert (record["retry_after_at"], record["error_streak"]) == (None, 0)


def test_a_pause_that_is_over_is_forgotten() -> None:
    bench = Bench(HOST_STATES=[{"host": "shop.example", "retry_after_at": "2026-11-22T05:59:00Z", "error_streak": 1}])
    bench.ask(FOREIGN)
    assert bench.sent == [0.0]


def test_a_host_is_dropped_after_five_errors_in_a_row() -> None:
    bench = Bench()
    for _ in range(8):
        bench.ask(FOREIGN, then=lambda host: host.went_wrong(is_whole_host=False))
    bench.run(100)
    assert len(bench.sent) == ERRORS_IN_A_ROW
    assert [refused.reason for refused in bench.refused] == [Reason.TOO_MANY_ERRORS] * 3


def test_a_good_answer_ends_a_row_of_errors() -> None:
    bench = Bench()
    for number in range(12):
        bench.ask(FOREIGN, then=Host.went_well if number % 5 == 4 else lambda host: host.went_wrong(is_whole_host=True))
    bench.run(100)
    assert len(bench.sent) == 12


def test_a_host_that_was_dropped_gets_one_request_in_the_next_run() -> None:
    bench = Bench(HOST_STATES=[{"host": "shop.example", "retry_after_at": None, "error_streak": 7}])
    for _ in range(3):
        bench.ask(FOREIGN, then=lambda host: host.went_wrong(is_whole_host=True))
    bench.run(100)
    assert len(bench.sent) == 1
    assert {refused.reason for refused in bench.refused} == {Reason.TOO_MANY_ERRORS}


def test_own_hosts_are_asked_more_and_more_at_once_until_one_pushes_back() -> None:
    bench = Bench()
    for _ in range(40):
        bench.ask(OWN, takes=1.0)
    bench.run(3)
    assert [bench.sent.count(float(second)) for second in range(3)] == [1, 2, 4]
    bench.registry.host(OWN).pushed_back("10")
    bench.run(9)
    assert max(bench.sent) < 4
    bench.run(4)
    assert [moment for moment in bench.sent if moment > 4][:2] == [13.0, 14.0]


def test_single_bad_answers_do_not_drop_an_own_host() -> None:
    bench = Bench()
    for _ in range(20):
        bench.ask(OWN, then=lambda host: host.went_wrong(is_whole_host=False))
    bench.run(10)
    assert len(bench.sent) == 20


def test_the_page_budget_is_one_for_all_who_ask() -> None:
    bench = Bench(PAGE_BUDGET=3)
    for number in range(10):
        bench.ask(f"http://127.0.0.1:8001/{number}")
    bench.run(10)
    assert len(bench.sent) == 3
    assert {refused.reason for refused in bench.refused} == {Reason.BUDGET_SPENT}
    assert len(bench.refused) == 7


@pytest.mark.parametrize("count", [30, 3_000])
def test_whoever_waits_when_the_budget_is_spent_is_refused_and_nobody_else_is_hurt(count: int) -> None:
    bench = Bench(PAGE_BUDGET=12)
    for _ in range(count):
        bench.ask(OWN, takes=1.0)
    bench.run(20)
    assert len(bench.sent) == 12
    assert [refused.reason for refused in bench.refused] == [Reason.BUDGET_SPENT] * (count - 12)


def test_a_stopped_crawl_does_not_wait_for_its_turn() -> None:
    bench = Bench()
    bench.ask(FOREIGN)
    bench.registry.host(FOREIGN).pushed_back("100")
    bench.ask(FOREIGN)
    bench.run(10)
    bench.is_open = False
    bench.run(2)
    assert [refused.reason for refused in bench.refused] == [Reason.INTERRUPTED]


def test_robots_are_kept_for_a_day() -> None:
    bench = Bench()
    bench.registry.read_robots(FOREIGN, Robots.none())
    assert bench.registry.robots("https://shop.example:443/b") is not None
    assert bench.registry.robots("http://shop.example/b") is None
    bench.clock.advance(24 * 3600 - 1)
    assert bench.registry.robots(FOREIGN) is not None
    bench.clock.advance(1)
    assert bench.registry.robots(FOREIGN) is None
