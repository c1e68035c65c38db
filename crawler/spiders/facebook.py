"""The Graph API's Page and posts."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class FacebookSpider(PlatformSpider):
    """Visits accounts for whoever holds a credential; without one robots.txt of the site decides."""

    name = "facebook"
    platform: ClassVar[Platform | None] = Platform.FACEBOOK
    lists_in_order: ClassVar[bool] = False
