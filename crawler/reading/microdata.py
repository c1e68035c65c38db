"""Microdata, RDFa and microformats as nodes of the shape that :mod:`crawler.reading.jsonld` gives.

Sources: HTML Living Standard, chapter Microdata; RDFa 1.1 (only what blogs use: ``typeof`` and ``property``);
microformats.org h-entry and hAtom. Names are lower case, without vocabulary. Attribute names come in any case and
values unquoted; the HTML parser has settled both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from crawler.reading.jsonld import Node
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import absolute

_MIDNIGHT = re.compile(r"(?<=^\d{4}-\d\d-\d\d)T00:00(?::00)?(?:[+-]\d\d:?\d\d|Z)?$")
_LINKS = frozenset({"a", "area", "link"})
_SOURCES = frozenset({"img", "audio", "video", "embed", "iframe", "source", "track"})
_LONG_TEXTS = frozenset({"articlebody", "text", "reviewbody", "encoded"})
_MAX_ITEMS = 2_000
_MAX_ENTRIES = 50


def microdata_items(root: etree._Element, base: str) -> list[Node]:
    """Items that are no property of another, in document order; at most 2,000 scopes are read."""
    tops: list[dict[str, Any]] = []
    open_items: list[tuple[etree._Element, dict[str, Any]]] = []
    count = 0
    for element in root.xpath("//*[@itemscope or @itemprop]"):
        while open_items and not _contains(open_items[-1][0], element):
            open_items.pop()
        names = (element.get("itemprop") or "").split()
        item: dict[str, Any] | None = None
        if element.get("itemscope") is not None:
            count += 1
            if count > _MAX_ITEMS:
                break
            item = {"@type": (element.get("itemtype") or "").split()}
            if identity := element.get("itemid"):
                item["@id"] = identity
        if names and open_items:
            for name in names:
                key = _local(name)
                stated = _value(element, base, is_long=key in _LONG_TEXTS) if item is None else item
                _add(open_items[-1][1], key, stated)
        elif item is not None:
            tops.append(item)
        if item is not None:
            open_items.append((element, item))
    return list(tops)


def _contains(outer: etree._Element, element: etree._Element) -> bool:
    return any(ancestor is outer for ancestor in element.iterancestors())


def rdfa_item(root: etree._Element, base: str) -> Node | None:
    """The first item of the page that is an article by its ``typeof``, with the first value of each property.

    Old Drupal writes two names in one attribute (``dc:date dc:created``) and repeats ``sioc:num_replies`` for teasers
    and comments further down: the first is the article's.
    """
    item: dict[str, Any] = {}
    for element in root.xpath("//*[@typeof]"):
        kinds = [_local(kind) for kind in element.get("typeof").split()]
        if any(kind in _RDFA_POSTS for kind in kinds):
            item["@type"] = [_RDFA_POSTS.get(kind, kind) for kind in kinds]
            break
    else:
        return None
    if about := absolute(element.get("about") or element.get("resource") or "", base):
        item["url"] = about
    for element in root.xpath("//*[@property]"):
        for name in element.get("property").split():
            if ":" in name and not name.lower().startswith(("og:", "article:", "twitter:", "fb:")):
                key = _local(name)
                if key not in item:
                    stated = element.get("content") or _value(element, base, is_long=key in _LONG_TEXTS)
                    # Drupal writes a date without time as midnight
                    _add(item, key, _MIDNIGHT.sub("", stated) if stated and _MIDNIGHT.search(stated) else stated)
    return item


_RDFA_POSTS = {
    "item": "article",  # sioc:Item, what Drupal calls a node
    "article": "article",
    "newsarticle": "newsarticle",
    "blogposting": "blogposting",
    "blogentry": "blogposting",
}


def microformat_entry(root: etree._Element, base: str) -> Node | None:
    """The page's one h-entry or hAtom hentry as a node, ``None`` when there is none, or several (a listing).

    Comments (``h-cite``, an ``h-entry`` inside the entry) are not read.
    """
    modern: list[etree._Element] = []
    classic: list[etree._Element] = []
    for element in root.xpath("//*[contains(@class, 'h-entry') or contains(@class, 'hentry')]"):
        classes = _classes(element)
        if "h-entry" in classes and not _inside(element, modern):
            modern.append(element)
        elif "hentry" in classes and not _inside(element, classic):
            classic.append(element)
        if len(modern) + len(classic) > _MAX_ENTRIES:
            return None
    if modern:
        return _entry(modern[0], base, _MODERN) if len(modern) == 1 else None
    with_content = [element for element in classic if _find(element, ("entry-content",)) is not None]
    chosen = with_content if len(classic) > 1 else classic
    return _entry(chosen[0], base, _CLASSIC) if len(chosen) == 1 else None


_MODERN = {
    "headline": ("p-name",), "datepublished": ("dt-published",), "datemodified": ("dt-updated",),
    "author": ("p-author",), "articlebody": ("e-content",), "category": ("p-category",), "url": ("u-url",),
}  # fmt: skip
_CLASSIC = {
    "headline": ("entry-title",), "datepublished": ("published", "entry-date"), "datemodified": ("updated",),
    "author": ("author", "byline"), "articlebody": ("entry-content",), "category": (), "url": (),
}  # fmt: skip


def _entry(element: etree._Element, base: str, names: Mapping[str, tuple[str, ...]]) -> Node:
    node: dict[str, Any] = {"@type": ["hentry"]}
    for key, classes in names.items():
        for found in _all(element, classes):
            if key == "author":
                inner = _find(found, ("p-name", "fn"))
                _add(node, key, _text(inner if inner is not None else found))
            elif key.startswith("date"):
                _add(node, key, found.get("datetime") or found.get("title") or found.get("content") or _text(found))
            elif key == "url":
                _add(node, key, absolute(found.get("href") or "", base))
            else:
                _add(node, key, _text(found, is_long=key == "articlebody"))
            if key != "category":
                break
    return node


def _all(element: etree._Element, classes: tuple[str, ...]) -> Iterator[etree._Element]:
    walk = etree.iterwalk(element, events=("start",))
    for _, inner in walk:
        stated = _classes(inner)
        if inner is not element and not stated.isdisjoint(("h-entry", "h-cite", "hentry")):
            walk.skip_subtree()
        elif not stated.isdisjoint(classes):
            yield inner


def _find(element: etree._Element, classes: tuple[str, ...]) -> etree._Element | None:
    return next((found for found in _all(element, classes) if found is not element), None)


def _inside(element: etree._Element, others: list[etree._Element]) -> bool:
    return bool(others) and any(ancestor is other for ancestor in element.iterancestors() for other in others)


def _classes(element: etree._Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


def _value(element: etree._Element, base: str, *, is_long: bool) -> str | None:
    if (content := element.get("content")) is not None:
        return clean(content)
    name = element.tag
    if name == "time":
        return clean(element.get("datetime") or _text(element))
    if name in _LINKS and (target := absolute(element.get("href") or "", base)):
        return target
    if name in _SOURCES:
        return absolute(element.get("src") or "", base)
    if name in ("data", "meter"):
        return clean(element.get("value") or "")
    return _text(element, is_long=is_long)


def _text(element: etree._Element, *, is_long: bool = False) -> str:
    if is_long:
        return html_to_text(etree.tostring(element, encoding="unicode", method="html", with_tail=False))
    return " ".join(clean("".join(element.itertext())).split())


def _add(node: dict[str, Any], key: str, value: Any) -> None:
    if value in (None, ""):
        return
    known = node.get(key)
    if known is None:
        node[key] = value
    elif isinstance(known, list):
        known.append(value)
    else:
        node[key] = [known, value]


def _local(name: str) -> str:
    return name.rstrip("/").replace("#", "/").replace(":", "/").rpartition("/")[2].lower()
