"""Subreddits and users by the official API."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class RedditSpider(PlatformSpider):
    """Visits accounts for whoever holds credentials; without them robots.txt is all that is asked."""

    name = "reddit"
    platform: ClassVar[Platform | None] = Platform.REDDIT
