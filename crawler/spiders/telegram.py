"""Public previews of channels, where the user switched them on."""

from typing import ClassVar

from crawler.items import Platform
from crawler.spiders.base import PlatformSpider


class TelegramSpider(PlatformSpider):
    """The preview holds posts and counts alike; it is paged back to the horizon."""

    name = "telegram"
    platform: ClassVar[Platform | None] = Platform.TELEGRAM
