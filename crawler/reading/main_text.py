"""The text of a page's article without navigation, teasers and comments, by trafilatura.

The tree is the one that the page was parsed into; trafilatura copies it before it prunes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache

from lxml import etree

from crawler.reading.text import clean

MAX_ELEMENTS = 12_000
"""A page with more elements is left to its own description: the time that it takes grows with them."""
MAX_MARKUP = 3_000_000
"""Bytes of markup, for the same reason."""


@cache
def _extractor() -> Callable[..., str | None]:
    from trafilatura import extract  # here, because most pages bring their text themselves

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return extract


def prepare() -> None:
    """Load the library, which takes 0.1 s and 120 MB of address space, before a process bounds its own."""
    _extractor()


def main_text(root: etree._Element, markup_size: int) -> str | None:
    """The article's text, paragraphs set apart by line breaks; ``None`` where none is found. Raises MemoryError only.

    ``root`` is a tree of ``lxml.html`` elements, ``markup_size`` the length of what it was parsed from.
    """
    if markup_size > MAX_MARKUP or root.xpath("count(//*)") > MAX_ELEMENTS:
        return None
    extract = _extractor()
    try:
        text = extract(root, include_comments=False, include_tables=True, output_format="txt")
    except MemoryError:  # the process is at its limit: another one reads the page, or says why not
        raise
    except Exception:  # a library's fault on somebody's markup costs the text, not the page
        return None
    return clean(text).strip() or None if text else None
