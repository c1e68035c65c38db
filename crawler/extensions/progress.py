"""Tells whoever started the crawl how it goes: one JSON line an event on the file descriptor PROGRESS_FD."""

from __future__ import annotations

import json
import os
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from crawler.batches import PageBatch, VisitBatch
from crawler.spiders.base import PlatformSpider


class Progress:
    """Events ``page``, ``visit`` and ``finished``; see :data:`crawler.run.Event`."""

    def __init__(self, crawler: Crawler, descriptor: int) -> None:
        self._crawler = crawler
        self._descriptor = descriptor
        self._outcomes: dict[str, int] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        descriptor = crawler.settings.getint("PROGRESS_FD", -1)
        if descriptor < 0:
            raise NotConfigured("nobody listens")
        extension = cls(crawler, descriptor)
        crawler.signals.connect(extension.landed, signal=signals.item_scraped)
        crawler.signals.connect(extension.finished, signal=signals.spider_closed)
        return extension

    def landed(self, item: Any) -> None:
        match item:
            case PageBatch():
                self._tell(
                    {
                        "event": "page",
                        "account_key": item.envelope.account_key,
                        "url": item.url,
                        "status": item.status,
                        "outcome": item.outcome,
                        "post_count": item.post_count,
                    }
                )
            case VisitBatch():
                visit = item.visit
                self._outcomes[visit.outcome] = self._outcomes.get(visit.outcome, 0) + 1
                self._tell(
                    {
                        "event": "visit",
                        "account_key": item.envelope.account_key,
                        "outcome": visit.outcome,
                        "reason": visit.reason,
                        "message": visit.message,
                        "page_count": visit.page_count,
                        "post_count": visit.post_count,
                        "is_cut": visit.is_cut,
                    }
                )

    def finished(self) -> None:
        spider, stats = self._crawler.spider, self._crawler.stats
        self._tell(
            {
                "event": "finished",
                "request_count": stats.get_value("downloader/request_count", 0),
                "byte_count": stats.get_value("downloader/response_bytes", 0),
                "outcome_counts": self._outcomes,
                "is_interrupted": isinstance(spider, PlatformSpider) and spider.is_interrupted,
                "failure": spider.failure if isinstance(spider, PlatformSpider) else "",
            }
        )

    def _tell(self, event: dict[str, Any]) -> None:
        try:
            os.write(self._descriptor, json.dumps(event).encode("ascii") + b"\n")
        except OSError:
            # whoever listened is gone; the crawl goes on, its records are on disk
            self._crawler.signals.disconnect(self.landed, signal=signals.item_scraped)
