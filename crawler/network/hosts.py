"""How each host wants to be treated, and whose turn it is: delays, pauses, errors and budgets, kept a host.

Everything a crawl asks of one ``name[:port]`` shares one :class:`Host`, whichever spider asks and whatever for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Protocol, cast
from weakref import WeakValueDictionary

from attrs import define, field
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

from crawler import pauses
from crawler.failures import Refused
from crawler.items import Outcome, Reason
from crawler.network.fence import Fence
from crawler.network.host_keys import address_of, host_key
from crawler.robots import Robots

FLOOR_SECONDS = 2.0
"""Between two requests to a host that is not the user's own; settings may only raise it."""
LONGEST_CRAWL_DELAY_SECONDS = 60.0
LONGEST_PAUSE_SECONDS = 120.0
"""A host that asks for a longer pause is left for this crawl."""
ERRORS_IN_A_ROW = 5
OWN_HOST_WIDTH = 16
"""Requests at the same time to a host that the user calls their own; any other host gets one."""
ROBOTS_LIFETIME_SECONDS = 24 * 3600.0
_BREATH_SECONDS = 1.0


class Clock(Protocol):
    """What a reactor knows about time; tests bring their own."""

    def seconds(self) -> float:
        """Monotonic."""


host_changed = object()
"""Scrapy signal, sent with ``record``: a ``host`` landing record without crawl_id, observed_at and source."""


def delay_seconds(*, is_own: bool, asked: float, crawl_delay: float | None) -> float:
    """Seconds between the end of one answer and the next request to a host.

    ``asked`` is the configured delay: for a foreign host it counts only above the floor. A Crawl-delay in robots.txt
    counts everywhere.
    """
    return max(asked if is_own else max(asked, FLOOR_SECONDS), crawl_delay or 0.0)


def retry_after_seconds(value: str, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks us to wait (RFC 9110 10.2.3: seconds or an HTTP date); else ``None``."""
    text = value.strip()
    if text.isascii() and text.isdecimal():
        return float(text) if len(text) < 12 else pauses.LONGEST.total_seconds()
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max((aware - now).total_seconds(), 0.0)


@define(eq=False)
class Host:
    """One host during one crawl. Seconds are those of ``clock``."""

    key: str
    is_own: bool
    asked_delay_seconds: float
    budget_left: int
    clock: Clock
    now: Callable[[], datetime]
    error_streak: int = 0
    retry_after_at: datetime | None = None
    robots: Robots | None = None
    is_robots_denied: bool = False
    left_out: Refused | None = None
    """Why nothing more is asked of the host in this crawl."""
    _resume_at: float = 0.0
    _last_end: float = float("-inf")
    _width: int = 1
    _running: int = 0
    _waiting: deque[Deferred[None]] = field(factory=deque)
    _is_calling: bool = False

    @property
    def delay_seconds(self) -> float:
        crawl_delay = self.robots.crawl_delay_seconds if self.robots else None
        return delay_seconds(is_own=self.is_own, asked=self.asked_delay_seconds, crawl_delay=crawl_delay)

    @property
    def width(self) -> int:
        """Requests that may be under way at the same time: one, but for own hosts that want no delay."""
        return self._width if self.is_own and self.delay_seconds == 0 else 1

    def remember(self, retry_after_at: datetime | None, error_streak: int) -> None:
        """Take over what an earlier run learned. A host that was dropped gets one request to show it is well again."""
        self.error_streak = min(error_streak, ERRORS_IN_A_ROW - 1)
        if retry_after_at is not None and pauses.is_lasting(retry_after_at, self.now()):
            self._pause((retry_after_at - self.now()).total_seconds(), retry_after_at)

    @asynccontextmanager
    async def turn(self, is_open: Callable[[], bool], *, is_page: bool = True) -> AsyncIterator[None]:
        """Wait until the host may be asked again, and keep others waiting until the block ends.

        ``is_page``: the request counts against the page budget. ``is_open()`` turning false ends the wait. Raises
        :class:`~crawler.failures.Refused`.
        """
        self._check(is_page)
        while self._running >= self.width:
            waiter: Deferred[None] = Deferred()
            self._waiting.append(waiter)
            await waiter
        self._running += 1
        try:
            while True:
                self._check(is_page)
                pause = max(self._last_end + self.delay_seconds, self._resume_at) - self.clock.seconds()
                if pause <= 0:
                    break
                if not is_open():
                    raise Refused(
                        Outcome.PARTIAL, Reason.INTERRUPTED, "The crawl was stopped before this request.", self.key
                    )
                # A long wait is slept in short breaths, so that a stopped crawl ends at once.
                await deferLater(cast("Any", self.clock), min(pause, _BREATH_SECONDS))
            if is_page:
                self.budget_left -= 1
            try:
                yield
            finally:
                self._last_end = self.clock.seconds()
        finally:
            self._running -= 1
            self._call_waiting()

    def _call_waiting(self) -> None:
        """Let go on whoever may. One who is refused ends at once, inside the call, and leaves the others to it."""
        if self._is_calling:
            return
        self._is_calling = True
        try:
            while self._waiting and self._running < self.width:
                self._waiting.popleft().callback(None)
        finally:
            self._is_calling = False

    def went_well(self, *, is_page: bool = True) -> None:
        """Note a good answer. One to robots.txt says nothing about how many pages at once the host bears."""
        self.error_streak = 0
        # what was on its way when the host asked for a pause does not end it
        if self.retry_after_at is not None and self.retry_after_at <= self.now():
            self.retry_after_at = None
        if is_page:
            self._widen()

    def went_wrong(self, *, is_whole_host: bool) -> None:
        """Count an error. One about a single answer only (``is_whole_host`` false) does not count on an own host:
        there requests overlap, so "in a row" means nothing."""
        if is_whole_host or not self.is_own:
            self._count_error()
        else:
            self._widen()

    def pushed_back(self, retry_after: str | None) -> None:
        """The host answered 429 or 503: wait as long as it says, else twice as long each time."""
        self._width = 1
        self._count_error()
        seconds = retry_after_seconds(retry_after, self.now()) if retry_after else None
        if seconds is not None:
            seconds = min(seconds, pauses.LONGEST.total_seconds())
            self._pause(seconds, self.now() + timedelta(seconds=seconds))
        else:
            self._resume_at = self.clock.seconds() + min(
                self.delay_seconds * 2**self.error_streak, LONGEST_PAUSE_SECONDS
            )

    def pause_until(self, moment: datetime) -> None:
        """Ask nothing more before ``moment`` (time-zone aware), in this crawl and in later ones, as an answer said."""
        seconds = (moment - self.now()).total_seconds()
        if seconds > 0:
            self._width = 1
            seconds = min(seconds, pauses.LONGEST.total_seconds())
            self._pause(seconds, self.now() + timedelta(seconds=seconds))

    def read_robots(self, robots: Robots) -> None:
        """Obey ``robots`` from now on."""
        self.robots = robots
        if robots.crawl_delay_seconds is not None and robots.crawl_delay_seconds > LONGEST_CRAWL_DELAY_SECONDS:
            self.left_out = Refused(
                Outcome.ROBOTS_DENIED,
                Reason.CRAWL_DELAY_TOO_LONG,
                f"{self.key} asks for {robots.crawl_delay_seconds:g} seconds between requests; above"
                f" {LONGEST_CRAWL_DELAY_SECONDS:g} we leave a host out.",
                self.key,
            )

    def record(self) -> dict[str, Any]:
        """The host as a landing record (docs/data-flow.md), without crawl_id, observed_at and source."""
        return {
            "record": "host",
            "host": self.key,
            "robots_state": None if self.robots is None else "denied" if self.is_robots_denied else self.robots.state,
            "robots_sha256": self.robots.sha256 if self.robots else None,
            "crawl_delay_seconds": self.robots.crawl_delay_seconds if self.robots else None,
            "retry_after_at": self.retry_after_at.isoformat().replace("+00:00", "Z") if self.retry_after_at else None,
            "error_streak": self.error_streak,
        }

    def _check(self, is_page: bool) -> None:
        if self.left_out is not None:
            raise self.left_out.with_traceback(None)  # raised many times: it must not gather frames
        if is_page and self.budget_left <= 0:
            raise Refused(
                Outcome.PARTIAL, Reason.BUDGET_SPENT, f"The page budget for {self.key} in this run is spent.", self.key
            )

    def _pause(self, seconds: float, until: datetime) -> None:
        self._resume_at = max(self._resume_at, self.clock.seconds() + seconds)
        self.retry_after_at = max(self.retry_after_at or until, until)
        if seconds > LONGEST_PAUSE_SECONDS and self.left_out is None:
            self.left_out = Refused(
                Outcome.ERROR,
                Reason.RATE_LIMITED,
                f"{self.key} asks us to come back no earlier than {until:%Y-%m-%d %H:%M} UTC; a later run will.",
                self.key,
            )

    def _count_error(self) -> None:
        self.error_streak += 1
        if self.error_streak >= ERRORS_IN_A_ROW and self.left_out is None:
            self.left_out = Refused(
                Outcome.ERROR,
                Reason.TOO_MANY_ERRORS,
                f"{self.key} failed {self.error_streak} times in a row and is left alone until the next run.",
                self.key,
            )

    def _widen(self) -> None:
        # Own hosts start with one request at a time too, so that a first 429 is heard before more are on their way.
        # What was on its way when the host pushed back says nothing about now.
        if self.clock.seconds() >= self._resume_at:
            self._width = min(self._width + 1, OWN_HOST_WIDTH)


def _real_now() -> datetime:
    return datetime.now(UTC)


class HostRegistry:
    """All hosts of one crawl, shared by its spiders. Settings read: OWN_HOSTS, OWN_HOST_DELAY_SECONDS,
    MIN_DELAY_SECONDS, PAGE_BUDGET and HOST_STATES (the plan's ``hosts``)."""

    def __init__(
        self,
        settings: BaseSettings,
        clock: Clock,
        now: Callable[[], datetime] = _real_now,
    ) -> None:
        self.fence = Fence(settings.getlist("OWN_HOSTS"))
        self._min_delay = settings.getfloat("MIN_DELAY_SECONDS")
        self._own_delay = settings.getfloat("OWN_HOST_DELAY_SECONDS")
        self._budget = settings.getint("PAGE_BUDGET")
        self._clock = clock
        self._now = now
        self._hosts: dict[str, Host] = {}
        self._asked: dict[str, tuple[float, Robots]] = {}
        self._remembered = _states(settings.get("HOST_STATES") or [])

    def host(self, url: str) -> Host:
        """The host of ``url``, an http(s) address with a host name."""
        key = host_key(url)
        if key not in self._hosts:
            is_own = self.fence.is_own(url)
            host = Host(
                key=key,
                is_own=is_own,
                asked_delay_seconds=self._own_delay if is_own else self._min_delay,
                budget_left=self._budget,
                clock=self._clock,
                now=self._now,
            )
            host.remember(*self._remembered.get(key, (None, 0)))
            self._hosts[key] = host
        return self._hosts[key]

    def robots(self, url: str) -> Robots | None:
        """What robots.txt of the scheme, name and port of ``url`` said, if it was read within a day."""
        read_at, robots = self._asked.get(_authority(url), (0.0, None))
        return robots if robots and self._clock.seconds() - read_at < ROBOTS_LIFETIME_SECONDS else None

    def read_robots(self, url: str, robots: Robots) -> None:
        self._asked[_authority(url)] = (self._clock.seconds(), robots)
        self.host(url).read_robots(robots)

    def records(self) -> list[dict[str, Any]]:
        """A landing record for every host of this crawl."""
        return [host.record() for host in self._hosts.values()]


_registries: WeakValueDictionary[str, HostRegistry] = WeakValueDictionary()


def registry_of(crawler: Crawler) -> HostRegistry:
    """The registry of the crawl that ``crawler`` belongs to: one for all spiders with the same CRAWL_ID setting."""
    from twisted.internet import reactor

    key = crawler.settings.get("CRAWL_ID") or f"{id(crawler)}"
    registry = _registries.get(key)
    if registry is None:
        # a crawl of a plan has the plan's clock
        now = getattr(crawler.spider, "now", None) or _real_now
        registry = _registries[key] = HostRegistry(crawler.settings, cast("Clock", reactor), now)
    return registry


def _authority(url: str) -> str:
    name, port = address_of(url)
    return f"{url.partition(':')[0]}://{name}:{port}"


def _states(entries: Iterable[Mapping[str, Any]]) -> dict[str, tuple[datetime | None, int]]:
    states = {}
    for entry in entries:
        moment = entry.get("retry_after_at")
        until = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        states[str(entry["host"])] = (until, int(entry.get("error_streak") or 0))
    return states
