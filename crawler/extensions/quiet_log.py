"""Keeps what pages say out of the log."""

from __future__ import annotations

from typing import Any

from scrapy.logformatter import LogFormatter


class QuietLogFormatter(LogFormatter):
    """Neither a line for each page nor items in full: both stand in the landing files."""

    def crawled(self, *_: Any, **__: Any) -> None:  # type: ignore[override] # None is Scrapy's word for no line
        return None

    def scraped(self, *_: Any, **__: Any) -> None:  # type: ignore[override] # as above
        return None

    def item_error(self, item: Any, *args: Any, **kwargs: Any) -> Any:
        return super().item_error(type(item).__name__, *args, **kwargs)
