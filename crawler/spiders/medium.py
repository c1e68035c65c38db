"""Medium: the feed of a user or publication, and the page of each story."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class MediumSpider(PlatformSpider):
    """Feeds carry no counts; a story that a feed shows no more is not gone."""

    name = "medium"
    platform: ClassVar[Platform | None] = Platform.MEDIUM
    counts_stand_in_listing: ClassVar[bool] = False
