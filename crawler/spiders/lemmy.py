"""Lemmy: a community and its posts, or a user with posts and comments, page by page."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class LemmySpider(PlatformSpider):
    """Counts come with the list; known posts that are due and not in it are asked for one by one."""

    name = "lemmy"
    platform: ClassVar[Platform | None] = Platform.LEMMY
