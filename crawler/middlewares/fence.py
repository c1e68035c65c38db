"""Turns away what may not be asked before anything is done about it, robots.txt included."""

from __future__ import annotations

import logging
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.network.hosts import registry_of

_LOG = logging.getLogger(__name__)


class FenceMiddleware:
    """Refuses other schemes, private addresses and odd hosts; a crawl with a JOBDIR ends before its first request."""

    def __init__(self, crawler: Crawler) -> None:
        self._hosts = registry_of(crawler)
        self._has_pickles = bool(crawler.settings.get("JOBDIR"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        crawler.signals.connect(middleware.check_settings, signal=signals.spider_opened)
        return middleware

    def check_settings(self) -> None:
        if self._has_pickles:
            _LOG.error(
                "JOBDIR is not supported: its files are pickles, which run code when read. Leave it out; a crawl that"
                " was stopped is simply started again."
            )
            raise CloseSpider("usage")

    def process_request(self, request: Request) -> None:
        self._hosts.fence.check(request.url)
