"""Writes every batch to the landing files, and the crawl's own record at its start and end."""

from __future__ import annotations

import platform
from collections import Counter
from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.utils.asyncio import create_looping_call

from crawler.batches import LinesBatch, PageBatch, VisitBatch
from crawler.extraction import software_version
from crawler.landing import CrawlRecord, LandingError, LandingWriter, encode_line, visit_line
from crawler.network.hosts import host_changed
from crawler.spiders.base import PlatformSpider

_LOOK_SECONDS = 1.0
"""How often the age of the open segment is looked at."""


class LandingPipeline:
    """One write a batch. When the disk does not take it, the crawl ends with one sentence; what was written stays."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._writer: LandingWriter | None = None
        self._spider: PlatformSpider | None = None
        self._outcomes: Counter[str] = Counter()
        self._ageing = create_looping_call(self._rotate_if_old)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        pipeline = cls(crawler)
        crawler.signals.connect(pipeline.host_changed, signal=host_changed)
        return pipeline

    def open_spider(self) -> None:
        spider = self._crawler.spider
        if not isinstance(spider, PlatformSpider) or spider.mistake:
            return
        self._spider = spider
        settings = self._crawler.settings
        self._writer = LandingWriter(Path(settings["LANDING_DIR"]), spider.crawl_id, settings["WORKER"])
        try:
            self._write(self._crawl_record(spider, is_over=False))
        except LandingError:
            raise CloseSpider("landing") from None  # the spider has the sentence
        self._ageing.start(_LOOK_SECONDS, now=False)

    def process_item(self, item: Any) -> Any:
        match item:
            case PageBatch():
                self._write(item.page_line() + item.lines)
            case LinesBatch():
                self._write(item.lines)
            case VisitBatch():
                self._outcomes[item.visit.outcome] += 1
                self._write(visit_line(item.visit, item.envelope))
        return item

    def host_changed(self, record: dict[str, Any]) -> None:
        if self._spider is None:
            return
        moment = self._spider.now()
        self._write(
            encode_line({**record, "crawl_id": self._spider.crawl_id, "observed_at": moment, "source": "crawl"})
        )

    def close_spider(self) -> None:
        if self._writer is None or self._spider is None:
            return
        if self._ageing.running:
            self._ageing.stop()
        if not self._spider.failure:
            self._write(self._crawl_record(self._spider, is_over=True))
        self._writer.close()

    def _rotate_if_old(self) -> None:
        if self._writer is not None:
            self._writer.rotate_if_old()

    def _write(self, lines: bytes) -> None:
        if self._writer is None or self._spider is None:
            return
        try:
            self._writer.write(lines)
        except LandingError as error:
            self._spider.interrupt(str(error))
            raise

    def _crawl_record(self, spider: PlatformSpider, *, is_over: bool) -> bytes:
        stats = self._crawler.stats
        now = spider.now()
        return CrawlRecord(
            crawl_id=spider.crawl_id,
            observed_at=now,
            version=software_version(),
            machine=platform.node(),
            request_count=stats.get_value("downloader/request_count", 0),
            byte_count=stats.get_value("downloader/response_bytes", 0),
            outcome_counts=dict(self._outcomes),
            started_at=spider.plan.now,
            finished_at=now if is_over else None,
        ).line()
