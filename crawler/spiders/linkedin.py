"""Public company pages, where robots.txt lets us; there is no official way to the posts of others."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class LinkedinSpider(PlatformSpider):
    """Visits accounts; robots.txt of the site decides."""

    name = "linkedin"
    platform: ClassVar[Platform | None] = Platform.LINKEDIN
    lists_in_order: ClassVar[bool] = False
