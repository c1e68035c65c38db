"""The line that WordPress adds under each post of a feed for whoever copies it: "The post A first appeared on B."

It is no word of the post's, in any language, and its link to the home page is no link of the post's (WordPress' plugin
Yoast SEO, setting "RSS"; on in every site that has it).
"""

from __future__ import annotations

import re

from crawler.reading.jsonvalue import link
from crawler.reading.text import html_links, html_to_text
from crawler.reading.urls import canonical

_LAST_PARAGRAPH = re.compile(r"<p\b[^<>]{0,200}>(?:(?!</?p[\s>]).){1,3000}</p>\s*\Z", re.DOTALL | re.IGNORECASE)
_LOOKED_BACK = 4_000
_MOST_WORDS = 20
"""Besides the two titles; Medium, whose publications on domains of their own add such a line too, needs 18."""


def without_credit(content: str, url: str | None, home: str) -> str:
    """``content`` without a last paragraph that is two links: to the post at ``url``, then to the site's ``home``."""
    if url is None:
        return content
    found = _LAST_PARAGRAPH.search(content, max(0, len(content) - _LOOKED_BACK))
    if found is None:
        return content
    targets = [_bare(link(href, url)) for href, _ in html_links(found.group())]
    if targets != [_bare(url), _bare(home)]:
        return content
    own_words = re.sub(r"<a\b.*?</a>", " ", found.group(), flags=re.DOTALL | re.IGNORECASE)
    return content[: found.start()] if len(html_to_text(own_words).split()) <= _MOST_WORDS else content


def _bare(url: str | None) -> str:
    """An address as far as it tells two pages apart."""
    return canonical(url).partition("://")[2].rstrip("/") if url else ""
