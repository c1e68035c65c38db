"""Threads' profile discovery."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class ThreadsSpider(PlatformSpider):
    """Visits accounts for whoever holds a credential; without one robots.txt of the site decides."""

    name = "threads"
    platform: ClassVar[Platform | None] = Platform.THREADS
    lists_in_order: ClassVar[bool] = False
