"""Keeps each response in the crawl's WARC file and notes where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.archive import ArchiveFile
from crawler.batches import PageBatch
from crawler.extraction import software_version
from crawler.spiders.base import PlatformSpider


class ArchivePipeline:
    """Comes before landing: a record that names a file and offset is only written once that can be read."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._archive: ArchiveFile | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        spider = self._crawler.spider
        if isinstance(spider, PlatformSpider):
            folder = Path(self._crawler.settings["ARCHIVE_DIR"])
            self._archive = ArchiveFile(folder, spider.plan.crawl_id, software_version())

    def process_item(self, item: Any) -> Any:
        if isinstance(item, PageBatch) and item.record and self._archive is not None:
            try:
                item.warc_offset = self._archive.append(item.record)
                item.warc_file = self._archive.name
            except OSError as error:
                # what was read is landed all the same
                self._stop(
                    f"{self._archive.path} cannot be written: {error.strerror}. Free some space and crawl again."
                )
        return item

    def _stop(self, sentence: str) -> None:
        spider = self._crawler.spider
        if isinstance(spider, PlatformSpider):
            spider.interrupt(sentence)

    def close_spider(self) -> None:
        if self._archive is not None:
            self._archive.close()
