"""Hands each wanted picture to the media pipeline; not in :mod:`crawler.spiders`, where each spider is a platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy import signals

from crawler.pictures import Picture, PicturePlan


class PictureSpider(scrapy.Spider):
    """What ``python -m crawler.pictures`` runs."""

    name = "pictures"

    def __init__(self, plan: PicturePlan, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self._awaited = len(plan.pictures)
        self._all_ended = asyncio.Event()

    async def start(self) -> AsyncIterator[Picture]:
        for how_it_ends in (signals.item_scraped, signals.item_dropped, signals.item_error):
            self.crawler.signals.connect(self._note_end, signal=how_it_ends)
        for picture in self.plan.pictures:
            yield picture
        if self.plan.pictures:
            # Scrapy looks whether all is done when this ends, and from then on only every five seconds
            await self._all_ended.wait()

    def _note_end(self) -> None:
        self._awaited -= 1
        if self._awaited <= 0:
            self._all_ended.set()
