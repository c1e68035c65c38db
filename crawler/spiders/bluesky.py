"""Bluesky's public AppView: profile, author feed by cursor, and known posts in batches."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class BlueskySpider(PlatformSpider):
    """Counts of all recent posts come with the feed; older ones that are due are asked for 25 at a time."""

    name = "bluesky"
    platform: ClassVar[Platform | None] = Platform.BLUESKY
