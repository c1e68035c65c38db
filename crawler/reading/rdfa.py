"""RDFa as nodes of the shape that :mod:`crawler.reading.jsonld` gives, as far as blogs and newsrooms use it.

Source: RDFa 1.1 (``typeof``, ``property``, ``rel``, ``about``, ``resource``) with the vocabularies that Drupal writes:
SIOC, Dublin Core, FOAF, content, rNews and schema.org. Open Graph metas are formally RDFa too; they are left to
:mod:`crawler.reading.meta`.
"""

from __future__ import annotations

import re
from typing import Any

from attrs import frozen
from lxml import etree

from crawler.reading.jsonld import Node
from crawler.reading.microdata import LONG_TEXTS, MAX_LONG_TEXTS, add, element_value, local_name
from crawler.reading.urls import absolute

_MIDNIGHT = re.compile(r"(?<=^\d{4}-\d\d-\d\d)T00:00(?::00)?(?:[+-]\d\d:?\d\d|Z)?$")
_HEAD_VOCABULARIES = ("og:", "article:", "twitter:", "fb:", "al:", "music:", "video:", "book:", "profile:", "product:")
_TYPES = {
    "item": "article",  # sioc:Item, what Drupal calls a node
    "article": "article", "newsarticle": "newsarticle", "blogposting": "blogposting", "blogentry": "blogposting",
    "discussionforumposting": "discussionforumposting", "boardpost": "discussionforumposting",
}  # fmt: skip
_AUTHORS = frozenset({"has_creator", "author", "creator"})
_MAX_PROPERTIES = 4_000
_MAX_POSTS = 50
_MAX_OTHERS = 50
_HAS_TYPE = etree.XPath("boolean(//@typeof)")
_STATED = etree.XPath("//*[@typeof or @property]")


@frozen(kw_only=True)
class RdfaItems:
    """What a page states as RDFa, each in document order and with the first value of each property."""

    posts: tuple[Node, ...] = ()
    """Items that are posts by their ``typeof``."""
    others: tuple[Node, ...] = ()
    """Items that are no posts and no property of another item: businesses, products, people."""


def rdfa_items(root: etree._Element, base: str) -> RdfaItems:
    """The items of a page, at most fifty posts and fifty others.

    Drupal writes two names in one attribute (``dc:date dc:created``), a date without time of day as midnight, and
    states properties of the page's own node outside of its element: those go to the first post of the page. A property
    inside another item (a comment, a teaser, an author) stays with that item.
    """
    if not _HAS_TYPE(root):
        return RdfaItems()
    posts: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    items: dict[etree._Element, dict[str, Any]] = {}
    outside: list[tuple[str, str | None]] = []
    long_texts = 0
    for element in _STATED(root)[:_MAX_PROPERTIES]:
        scope = next((one for one in element.iterancestors() if one.get("typeof") is not None), None)
        outer = None if scope is None else items.get(scope)
        names = (element.get("property") or "").split()
        if (typeof := element.get("typeof")) is not None:
            item: dict[str, Any] = {"@type": [_TYPES.get(kind, kind) for kind in map(local_name, typeof.split())]}
            items[element] = item
            if about := absolute(element.get("about") or element.get("resource") or "", base):
                item["url"] = about
            if outer is not None:
                rels = [*(element.get("rel") or "").split(), *_rel_around(element)]
                if rels and "name" in map(local_name, names):
                    item["name"] = element_value(element, base, is_long=False)  # the author's name, not the post's
                for key in dict.fromkeys(map(local_name, rels or names)):
                    add(outer, "author" if key in _AUTHORS else key, item)
            if not set(_TYPES.values()).isdisjoint(item["@type"]) and (outer is None or not names):
                posts.append(item)
            elif outer is None:
                others.append(item)
            continue
        for name in names:
            is_prefixed = ":" in name
            if name.lower().startswith(_HEAD_VOCABULARIES) or not (is_prefixed or outer is not None):
                continue
            key = local_name(name)
            long_texts += key in LONG_TEXTS
            if key in LONG_TEXTS and long_texts > MAX_LONG_TEXTS:
                continue
            said = element.get("content") or element_value(element, base, is_long=key in LONG_TEXTS)
            if said and _MIDNIGHT.search(said):
                said = _MIDNIGHT.sub("", said)
            if outer is not None:
                if key not in outer:
                    add(outer, key, said)
            elif scope is None:
                outside.append((key, said))
    for key, said in outside if posts else ():
        if key not in posts[0]:
            add(posts[0], key, said)
    return RdfaItems(posts=tuple(posts[:_MAX_POSTS]), others=tuple(others[:_MAX_OTHERS]))


def _rel_around(element: etree._Element) -> list[str]:
    parent = element.getparent()
    return [] if parent is None else (parent.get("rel") or "").split()
