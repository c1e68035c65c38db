"""Discourse: the newest topics, page by page; those of a category or a user are opened."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class DiscourseSpider(PlatformSpider):
    """A listing names topics and counts; their texts stand in their own answers."""

    name = "discourse"
    platform: ClassVar[Platform | None] = Platform.DISCOURSE
