"""Graph API business discovery; known posts that are older than the listing reaches are not asked for again."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class InstagramSpider(PlatformSpider):
    """Visits accounts for whoever holds a credential; without one robots.txt of the site decides."""

    name = "instagram"
    platform: ClassVar[Platform | None] = Platform.INSTAGRAM
    lists_in_order: ClassVar[bool] = False
