"""Channel tabs and watch pages, or the Data API for whoever holds a key."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class YouTubeSpider(PlatformSpider):
    """A tab shows its newest thirty or so and dates them roughly: what is not in it any more need not be gone."""

    name = "youtube"
    platform: ClassVar[Platform | None] = Platform.YOUTUBE
    counts_stand_in_listing: ClassVar[bool] = False
    lists_in_order: ClassVar[bool] = False
