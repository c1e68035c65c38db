"""Turns away what may not be asked before anything is done about it, robots.txt included."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from crawler.network.hosts import registry_of

_PICKLES = "JOBDIR"


class FenceMiddleware:
    """Refuses other schemes, private addresses and odd hosts; raises :class:`ValueError` for a crawl with a JOBDIR."""

    def __init__(self, crawler: Crawler) -> None:
        if crawler.settings.get(_PICKLES):
            raise ValueError(
                "JOBDIR is not supported: its files are pickles, which run code when read; a crawl that was stopped"
                " is simply started again."
            )
        self._hosts = registry_of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        self._hosts.fence.check(request.url)
