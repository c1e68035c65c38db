"""API v2, which costs money for each post: within a budget, see crawler.metering."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class XSpider(PlatformSpider):
    """Visits accounts for whoever holds a credential; without one robots.txt of the site decides."""

    name = "x"
    platform: ClassVar[Platform | None] = Platform.X
    lists_in_order: ClassVar[bool] = False
