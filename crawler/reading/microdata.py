"""Microdata as nodes of the shape that :mod:`crawler.reading.jsonld` gives.

Source: HTML Living Standard, chapter Microdata. Names are lower case, without vocabulary. Attribute names come in any
case and values unquoted; the HTML parser has settled both.
"""

from __future__ import annotations

from typing import Any

from lxml import etree

from crawler.reading.jsonld import Node
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import absolute

LONG_TEXTS = frozenset({"articlebody", "text", "reviewbody", "encoded", "description"})
"""Properties whose value is a text with paragraphs."""

_LINKS = frozenset({"a", "area", "link"})
_SOURCES = frozenset({"img", "audio", "video", "embed", "iframe", "source", "track"})
_MAX_ITEMS = 2_000
_MAX_PROPERTIES = 6_000
MAX_LONG_TEXTS = 8
_MAX_LONG_TEXT = 300_000
_MAX_TEXT = 5_000
_HAS_PROPERTY = etree.XPath("boolean(//@itemprop)")
_SCOPED = etree.XPath("//*[@itemscope or @itemprop]")


def microdata_items(root: etree._Element, base: str) -> list[Node]:
    """Items that are no property of another, in document order; at most 2,000 scopes are read.

    Properties outside of any item, as some themes write them into the head, make one item of type ``WebPage`` with
    those of them that a machine wrote (``meta``, ``link`` and ``time`` elements), behind the others.
    """
    if not _HAS_PROPERTY(root):
        return []
    tops: list[dict[str, Any]] = []
    items: dict[etree._Element, dict[str, Any]] = {}
    loose: dict[str, Any] = {}
    long_texts = 0
    for number, element in enumerate(_SCOPED(root)):
        if number >= _MAX_PROPERTIES or len(items) >= _MAX_ITEMS:
            break
        names = (element.get("itemprop") or "").split()
        item: dict[str, Any] | None = None
        if element.get("itemscope") is not None:
            item = items[element] = {"@type": (element.get("itemtype") or "").split()}
            if identity := element.get("itemid"):
                item["@id"] = identity
        scope = next((one for one in element.iterancestors() if one.get("itemscope") is not None), None)
        outer = None if scope is None else items.get(scope)
        if names and outer is not None:
            for name in names:
                key = local_name(name)
                # a text that an attribute states costs nothing to read
                is_long = key in LONG_TEXTS and element.get("content") is None
                long_texts += is_long
                if is_long and long_texts > MAX_LONG_TEXTS:
                    continue
                add(outer, key, element_value(element, base, is_long=is_long) if item is None else item)
        elif item is not None:
            tops.append(item)
        elif names and element.tag in ("meta", "link", "time"):
            for name in names:
                loose.setdefault(local_name(name), element_value(element, base, is_long=False))
    if loose:
        tops.append({"@type": ["WebPage"], **loose})
    return list(tops)


def element_value(element: etree._Element, base: str, *, is_long: bool) -> str | None:
    """The value of a property's element: ``content``, ``datetime``, ``href``, ``src``, ``value``, else its text."""
    if (content := element.get("content")) is not None:
        return clean(content)
    name = element.tag
    if name == "time":
        return clean(element.get("datetime") or element_text(element))
    if name in _LINKS and (target := absolute(element.get("href") or "", base)):
        return target
    if name in _SOURCES:
        return absolute(element.get("src") or element.get("data-src") or "", base)
    if name in ("data", "meter"):
        return clean(element.get("value") or "")
    return element_text(element, is_long=is_long)


def element_text(element: etree._Element, *, is_long: bool = False) -> str:
    """The text of an element on one line (of a longer one its start), or with its paragraphs."""
    if is_long:
        markup = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
        return html_to_text(markup[:_MAX_LONG_TEXT])
    pieces: list[str] = []
    size = 0
    for piece in element.itertext():
        pieces.append(piece)
        size += len(piece)
        if size > _MAX_TEXT:
            break
    return " ".join(clean("".join(pieces)[:_MAX_TEXT]).split())


def add(node: dict[str, Any], key: str, value: Any) -> None:
    """One more value of a property; blank ones are none."""
    if value in (None, ""):
        return
    known = node.get(key)
    if known is None:
        node[key] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        node[key] = [known, value]


def local_name(name: str) -> str:
    """``datepublished`` of ``datePublished``, ``schema:datePublished`` or ``http://schema.org/datePublished``."""
    return name.rstrip("/").replace("#", "/").replace(":", "/").rpartition("/")[2].lower()
