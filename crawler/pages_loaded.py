"""All that reading a page needs, loaded: a process that begins with this module reads its first page at once."""

from __future__ import annotations

from crawler.lean_start import without

# web-poet loads Scrapy and Pydantic where they are, to know their items; no page gives any
with without("scrapy", "pydantic"):
    import web_poet  # noqa: F401

from crawler.pages import page_classes
from crawler.reading.main_text import prepare

page_classes()
prepare()
