"""Tumblr: a blog's posts, page by page."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class TumblrSpider(PlatformSpider):
    """Notes come with the listing; older posts that are due are asked for one by one."""

    name = "tumblr"
    platform: ClassVar[Platform | None] = Platform.TUMBLR
