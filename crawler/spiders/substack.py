"""Substack: the archive of a publication, newest first."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class SubstackSpider(PlatformSpider):
    """The archive carries the counts."""

    name = "substack"
    platform: ClassVar[Platform | None] = Platform.SUBSTACK
