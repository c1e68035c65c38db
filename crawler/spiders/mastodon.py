"""Mastodon and every server that speaks its API: account lookup, then its statuses page by page."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class MastodonSpider(PlatformSpider):
    """Counts of all recent posts come with the listing; older ones that are due are asked for one by one."""

    name = "mastodon"
    platform: ClassVar[Platform | None] = Platform.MASTODON
