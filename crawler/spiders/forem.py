"""Forem: the articles of a user or an organisation, page by page."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class ForemSpider(PlatformSpider):
    """Counts of all articles come with the listing; older ones that are due are asked for one by one."""

    name = "forem"
    platform: ClassVar[Platform | None] = Platform.FOREM
