"""The root of an HTML document, for pages that are read by their own markup."""

from __future__ import annotations

from lxml import etree


def html_root(body: bytes) -> etree._Element | None:
    """``None`` for what is no HTML at all; of a broken page the root may be a comment, and that is none either."""
    if not body.strip():
        return None
    try:
        root = etree.fromstring(body, etree.HTMLParser(encoding="utf-8", huge_tree=True))
    except etree.ParserError:
        return None
    return root if root is not None and isinstance(root.tag, str) else None
