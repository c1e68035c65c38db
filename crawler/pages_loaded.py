"""All that reading a page needs, loaded: a process that begins with this module reads its first page at once."""

from __future__ import annotations

import sys

if "scrapy" not in sys.modules:
    # web-poet loads all of Scrapy where there is one, to know its items; no page gives any
    sys.modules["scrapy"] = None  # type: ignore[assignment]  # what the import system takes for "not there"
    import web_poet  # noqa: F401

    del sys.modules["scrapy"]

from crawler.pages import page_classes
from crawler.reading.main_text import prepare

page_classes()
prepare()
