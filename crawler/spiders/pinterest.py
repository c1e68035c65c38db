"""Profile pages and feeds; the counts stand on the pages of the pins."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class PinterestSpider(PlatformSpider):
    """Visits accounts; robots.txt of the site decides."""

    name = "pinterest"
    platform: ClassVar[Platform | None] = Platform.PINTEREST
    counts_stand_in_listing: ClassVar[bool] = False
    lists_in_order: ClassVar[bool] = False
