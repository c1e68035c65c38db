"""A first Ctrl-C or SIGTERM ends all visits with their record written; a second one is Scrapy's hard stop."""

from __future__ import annotations

import asyncio
import signal
from types import FrameType
from typing import Any, Self

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.spiders.base import PlatformSpider


class Interruption:
    """Scrapy's own first stop waits for running downloads and drops what spiders still have to say.

    The file descriptor LEASH_FD, when set, is one whose other end the starter holds: when that is killed, the crawl
    ends the same way instead of going on alone.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._loop: asyncio.AbstractEventLoop | None = None
        self._leash = crawler.settings.getint("LEASH_FD", -1)
        self._before: dict[signal.Signals, Any] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls(crawler)
        crawler.signals.connect(extension.listen, signal=signals.spider_opened)
        crawler.signals.connect(extension.restore, signal=signals.spider_closed)
        return extension

    def listen(self) -> None:
        self._loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._interrupt)
        if self._leash >= 0:
            self._loop.add_reader(self._leash, self._starter_is_gone)

    def restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        if self._leash >= 0 and self._loop is not None:
            self._loop.remove_reader(self._leash)

    def _starter_is_gone(self) -> None:
        """Nothing is ever written to the leash; that it can be read means that its other end was closed."""
        if self._loop is not None:
            self._loop.remove_reader(self._leash)
            self._leash = -1
        spider = self._crawler.spider
        if isinstance(spider, PlatformSpider):
            spider.interrupt()

    def _interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the signature of a signal handler
        for each, handler in self._before.items():
            signal.signal(each, handler)
        spider = self._crawler.spider
        if self._loop is not None and isinstance(spider, PlatformSpider):
            self._loop.call_soon_threadsafe(spider.interrupt)
