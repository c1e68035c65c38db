"""Misskey and its forks: the account, then its notes page by page, each by a POST request."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class MisskeySpider(PlatformSpider):
    """Counts of all recent notes come with the list; older ones that are due are asked for one by one."""

    name = "misskey"
    platform: ClassVar[Platform | None] = Platform.MISSKEY
