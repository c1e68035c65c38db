"""Asks for each link, HEAD first, and lands what came of it; not in :mod:`crawler.spiders`: it reads no platform."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.defer import deferred_from_coro, maybe_deferred_to_future
from twisted.internet.defer import Deferred

from crawler.failures import DownloadError, Refused, explain, explain_status
from crawler.items import Outcome, Reason
from crawler.landing import Envelope, LandingWriter, link_line
from crawler.link_checks import LinkPlan, WantedLink
from crawler.middlewares.redirect import REDIRECTED_FROM
from crawler.network.certificates import certificate_end
from crawler.network.download import READ_AT_MOST
from crawler.network.host_keys import host_key
from crawler.network.hosts import registry_of

_AT_ONCE = 8
_ENOUGH_BYTES = 1_024
_DEAD = (Reason.DNS_ERROR, Reason.CONNECTION_ERROR, Reason.TIMEOUT)
Answer = dict[str, Any]


class LinkSpider(scrapy.Spider):
    """What ``python -m crawler.link_checks`` runs."""

    name = "links"

    def __init__(self, plan: LinkPlan, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self._started = time.monotonic()
        self._items: tuple[Any, ...] = ()
        """None: answers are landed as they come."""

    async def start(self) -> AsyncIterator[Any]:
        by_url: dict[str, list[WantedLink]] = {}
        for link in self.plan.links:
            by_url.setdefault(link.url, []).append(link)
        gate = asyncio.Semaphore(_AT_ONCE)
        with LandingWriter(Path(self.plan.landing), self.plan.crawl_id, "links") as writer:

            async def look(url: str) -> None:
                async with gate:
                    answer = await self._look_at(url)
                for link in by_url[url]:
                    writer.write(link_line(url, answer, self._envelope(link)))

            await asyncio.gather(*(look(url) for url in by_url))
        for item in self._items:
            yield item

    def _envelope(self, link: WantedLink) -> Envelope:
        passed = timedelta(seconds=time.monotonic() - self._started)
        return Envelope(
            crawl_id=self.plan.crawl_id,
            observed_at=datetime.fromisoformat(self.plan.now) + passed,
            account_key=link.account_key,
            platform=link.platform,
            host=link.host,
        )

    async def _look_at(self, url: str) -> Answer:
        """What the link gives; a server that knows no HEAD, or refuses it, is asked again as a browser would."""
        answer = await self._ask(url, "HEAD")
        if answer["outcome"] == Outcome.COMPLETE or answer.get("status") is None:
            return answer
        return await self._ask(url, "GET")

    async def _ask(self, url: str, method: str) -> Answer:
        assert self.crawler.engine is not None  # noqa: S101 - it runs while links are asked for
        try:
            request = scrapy.Request(
                url, method=method, callback=NO_CALLBACK, dont_filter=True, meta={READ_AT_MOST: _ENOUGH_BYTES}
            )
            response = await self.crawler.engine.download_async(request)
        except (Refused, DownloadError) as problem:
            outcome, reason, message = explain(problem)
            robots = registry_of(self.crawler).robots(url) if reason == Reason.ROBOTS_UNREACHABLE else None
            if robots is not None and robots.reason in _DEAD:
                # whoever does not even answer for robots.txt is not there for a visitor either
                outcome, reason, message = Outcome.ERROR, robots.reason, robots.why
            elif reason == Reason.TLS_ERROR and isinstance(problem, DownloadError):
                message = await self._about_certificate(url, problem) or message
            return {"outcome": outcome, "reason": reason, "message": message}
        except ValueError:
            return {"outcome": Outcome.ERROR, "reason": Reason.FORBIDDEN_SCHEME, "message": "This is no web address."}
        return _said(response)

    async def _about_certificate(self, url: str, problem: DownloadError) -> str | None:
        """Whether it has expired; ``None`` when something else is wrong with it, or another host's is meant."""
        hosts = registry_of(self.crawler)
        if host_key(url) != problem.host:
            return None

        async def asked() -> datetime | None:
            async with hosts.host(url).turn(lambda: True, is_page=False):
                return await deferred_from_coro(
                    certificate_end(url, hosts.fence, timeout_seconds=self.plan.answer_seconds)
                )

        try:
            # a turn is waited for as Twisted waits, and this is a task of asyncio
            end = await maybe_deferred_to_future(Deferred.fromCoroutine(asked()))
        except Refused:  # so many failed at this host that it is asked nothing more
            return None
        # by the clock of this machine, as a browser's
        if end is None or end > datetime.now(UTC):
            return None
        return f"The certificate of {problem.host} has expired on {end:%Y-%m-%d}: whoever runs the site must renew it."


def _said(response: Response) -> Answer:
    answer: Answer = {
        "status": response.status,
        "hops": list(response.meta.get(REDIRECTED_FROM, ())),
        "final_url": response.url,
    }
    if response.status < 400:
        return {"outcome": Outcome.COMPLETE, **answer}
    outcome, reason, message = explain_status(response.status, host_key(response.url))
    return {"outcome": outcome, "reason": reason, "message": message, **answer}
