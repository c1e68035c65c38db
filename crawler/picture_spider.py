"""Hands each wanted picture to the media pipeline; not in :mod:`crawler.spiders`, where each spider is a platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import scrapy

from crawler.pictures import Picture, PicturePlan


class PictureSpider(scrapy.Spider):
    """What ``python -m crawler.pictures`` runs."""

    name = "pictures"

    def __init__(self, plan: PicturePlan, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan

    async def start(self) -> AsyncIterator[Picture]:
        for picture in self.plan.pictures:
            yield picture
