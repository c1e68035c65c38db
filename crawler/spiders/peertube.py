"""PeerTube: a channel or account, its list of videos, then each new or due video."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class PeerTubeSpider(PlatformSpider):
    """The list has the counts; a video's own answer has its tags and its whole description too."""

    name = "peertube"
    platform: ClassVar[Platform | None] = Platform.PEERTUBE
