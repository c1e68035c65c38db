"""Public profiles and their embeds, where robots.txt lets us; there is no official way to the posts of others."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class TiktokSpider(PlatformSpider):
    """Visits accounts; robots.txt of the site decides."""

    name = "tiktok"
    platform: ClassVar[Platform | None] = Platform.TIKTOK
    lists_in_order: ClassVar[bool] = False
