"""h-entry and classic hAtom as a node of the shape that :mod:`crawler.reading.jsonld` gives.

Source: microformats.org, h-entry and hAtom 0.1. Most of the web's ``hentry`` comes from WordPress themes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from crawler.reading.jsonld import Node
from crawler.reading.microdata import add, element_text
from crawler.reading.urls import absolute

_MAX_ENTRIES = 50
_MAX_ELEMENTS = 20_000
_MAX_CATEGORIES = 50
_CONTAINERS = ("article", "div", "main", "section", "li", "body")
_INNER = frozenset({"h-entry", "h-cite", "hentry", "comment", "comments", "comment-list", "commentlist"})
"""Where another post or somebody's comment begins."""
_COMMENTS = frozenset({"comment", "comments", "comment-list", "commentlist", "p-comment", "u-comment", "h-cite"})
"""Classes and ids of what readers wrote. An entry there says nothing of the page's post, and who wrote it is not to be
known."""
_MODERN = {
    "p-name": "headline", "dt-published": "datepublished", "dt-updated": "datemodified", "p-author": "author",
    "e-content": "articlebody", "p-category": "category", "u-url": "url",
}  # fmt: skip
_CLASSIC = {
    "entry-title": "headline", "published": "datepublished", "entry-date": "datepublished", "updated": "datemodified",
    "author": "author", "byline": "author", "entry-content": "articlebody",
}  # fmt: skip
_NAMES = frozenset({"p-name", "fn"})


def microformat_entry(root: etree._Element, base: str) -> Node | None:
    """The page's one h-entry or hAtom hentry as a node, ``None`` when there is none, or several (a listing).

    Comments (``h-cite``, an ``h-entry`` inside the entry or among comments) are not read.
    """
    modern: list[etree._Element] = []
    classic: list[etree._Element] = []
    for element in root.iter(*_CONTAINERS):
        stated = element.get("class")
        if stated is None or "entry" not in stated:
            continue
        classes = stated.split()
        entries = modern if "h-entry" in classes else classic if "hentry" in classes else None
        if entries is not None and not _inside(element, entries) and not _is_comment(element):
            entries.append(element)
        if len(modern) + len(classic) > _MAX_ENTRIES:
            return None
    if modern:
        return _entry(modern[0], base, _MODERN) if len(modern) == 1 else None
    if len(classic) > 1:
        classic = [element for element in classic if _has(element, "entry-content")]
    return _entry(classic[0], base, _CLASSIC) if len(classic) == 1 else None


def _entry(entry: etree._Element, base: str, names: Mapping[str, str]) -> Node:
    node: dict[str, Any] = {"@type": ["hentry"]}
    walk = etree.iterwalk(entry, events=("start",))
    for number, (_, element) in enumerate(walk):
        if number > _MAX_ELEMENTS:
            break
        stated = element.get("class")
        if stated is None or element is entry:
            continue
        classes = stated.split()
        if not _INNER.isdisjoint(classes):
            walk.skip_subtree()
            continue
        for key in dict.fromkeys(names[one] for one in classes if one in names):
            if key in node and (key != "category" or len(node[key]) >= _MAX_CATEGORIES):
                continue
            if key == "author":
                inner = next((one for one in element.iter() if not _NAMES.isdisjoint(_classes(one))), element)
                add(node, key, element_text(inner))
            elif key.startswith("date"):
                said = element.get("datetime") or element.get("title") or element.get("content")
                add(node, key, said or _inner_time(element) or element_text(element))
            elif key == "url":
                add(node, key, absolute(element.get("href") or "", base))
            else:
                add(node, key, element_text(element, is_long=key == "articlebody"))
    return node


def _inner_time(element: etree._Element) -> str | None:
    found = next(element.iter("time"), None)
    return None if found is None else found.get("datetime")


def _has(entry: etree._Element, name: str) -> bool:
    return any(name in _classes(one) for one in entry.iter("div", "section", "article", "p", "span"))


def _is_comment(element: etree._Element) -> bool:
    return any(
        outer.tag != "body" and not _COMMENTS.isdisjoint([*_classes(outer), outer.get("id") or ""])
        for outer in (element, *element.iterancestors())
    )


def _inside(element: etree._Element, others: list[etree._Element]) -> bool:
    return bool(others) and any(ancestor is other for ancestor in element.iterancestors() for other in others)


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()
