"""Asks robots.txt before anything else, and takes silence for a no (RFC 9309 2.3.1.4)."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from crawler.failures import DownloadError, Refused, explain, explain_status
from crawler.items import Outcome, Reason
from crawler.network.download import ASKS_AS_APP, BY_CREDENTIAL, IS_ROBOTS, READ_AT_MOST
from crawler.network.host_keys import host_key
from crawler.network.hosts import host_changed, registry_of
from crawler.robots import READ_BYTES, Robots, UnreadableRobotsError

# Any other reason concerns the host as a whole and is the visit's own; robots.txt was only the first to meet it.
_ABOUT_ROBOTS = {
    Reason.TIMEOUT,
    Reason.DNS_ERROR,
    Reason.CONNECTION_ERROR,
    Reason.HTTP_ERROR,
    Reason.TOO_LARGE,
    Reason.OFF_HOST,
}


class RobotsMiddleware:
    """Replaces Scrapy's, which crawls on when robots.txt cannot be had. Everything is checked, redirects included.

    Sends :data:`~crawler.network.hosts.host_changed` when a robots.txt was read, and raises
    :class:`~crawler.failures.Refused`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = registry_of(crawler)
        self._waiting: dict[str, list[Deferred[None]]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if any(request.meta.get(each) for each in (IS_ROBOTS, BY_CREDENTIAL, ASKS_AS_APP)):
            return  # robots.txt is for crawlers: an interface that gave out a credential has terms of its own
        host = self._hosts.host(request.url)
        if self._hosts.robots(request.url) is None:
            await self._ask(request.url)
        robots = self._hosts.robots(request.url)
        assert robots is not None  # noqa: S101 - _ask ends with robots or an exception
        if robots.allows(request.url):
            return
        if robots.state == "unreachable":
            raise Refused(
                Outcome.ROBOTS_DENIED,
                # a site that moved sends us on from every address
                Reason.OFF_HOST if robots.reason == Reason.OFF_HOST else Reason.ROBOTS_UNREACHABLE,
                f"The robots.txt of {host.key} could not be had, so nothing there is asked until the next run:"
                f" {robots.why}",
                host.key,
            )
        if not host.is_robots_denied:
            host.is_robots_denied = True
            self._crawler.signals.send_catch_log(signal=host_changed, record=host.record())
        raise Refused(
            Outcome.ROBOTS_DENIED,
            None,
            f"The robots.txt of {host.key} does not let us read {urlsplit(request.url).path[:100]}.",
            host.key,
        )

    async def _ask(self, url: str) -> None:
        """Have robots.txt of ``url`` read, once for everybody who waits for it."""
        robots_url = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/robots.txt"
        if robots_url in self._waiting:
            mine: Deferred[None] = Deferred()
            self._waiting[robots_url].append(mine)
            await maybe_deferred_to_future(mine)
            return
        self._waiting[robots_url] = []
        try:
            self._hosts.read_robots(url, await self._fetch(robots_url))
            self._crawler.signals.send_catch_log(signal=host_changed, record=self._hosts.host(url).record())
        except BaseException:
            # A cancelled visit, too, must not leave the others waiting.
            for waiter in self._waiting.pop(robots_url):
                waiter.errback(Failure())
            raise
        for waiter in self._waiting.pop(robots_url):
            waiter.callback(None)

    async def _fetch(self, robots_url: str) -> Robots:
        request = Request(
            robots_url,
            callback=NO_CALLBACK,
            headers={"Accept": "text/plain,*/*;q=0.1"},
            meta={IS_ROBOTS: True, READ_AT_MOST: READ_BYTES, "dont_retry": True},
            priority=1_000,
        )
        assert self._crawler.engine is not None  # noqa: S101 - requests are only processed while it runs
        try:
            response = await self._crawler.engine.download_async(request)
        except (Refused, DownloadError) as problem:
            if problem.host == host_key(robots_url) and problem.reason not in _ABOUT_ROBOTS:
                raise
            return Robots.unreachable(explain(problem)[2], problem.reason)
        return _robots_of(response, host_key(robots_url))


def _robots_of(response: Response, host: str) -> Robots:
    if 200 <= response.status < 300:
        try:
            return Robots.read(response.body, is_cut="cut" in response.flags)
        except UnreadableRobotsError as problem:
            return Robots.unreachable(f"{problem}.")
    if 400 <= response.status < 500 and response.status != 429:
        return Robots.none()
    return Robots.unreachable(explain_status(response.status, host)[2])
