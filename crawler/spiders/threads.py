"""Threads' profile discovery."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class ThreadsSpider(PlatformSpider):
    """Visits accounts for whoever holds a credential; without one no request is made."""

    name = "threads"
    platform: ClassVar[Platform | None] = Platform.THREADS
