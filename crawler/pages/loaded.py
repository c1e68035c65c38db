"""All that reading a page needs, loaded: a process that begins with this module reads its first page at once."""

from __future__ import annotations

from crawler.pages import page_classes
from crawler.reading.main_text import prepare

page_classes()
prepare()
