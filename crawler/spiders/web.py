"""Blogs and company sites: the feed, then the page of each post that is new or due."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class WebSpider(PlatformSpider):
    """A post's counts stand on its own page, so a feed that has not changed need not be read again."""

    name = "web"
    platform: ClassVar[Platform | None] = Platform.WEB
    counts_stand_in_listing: ClassVar[bool] = False
