"""Elements of a page by their class, and the words in them."""

from __future__ import annotations

from functools import cache

from lxml import etree

from crawler.reading.text import clean, html_to_text


@cache
def _by_class(name: str) -> etree.XPath:
    return etree.XPath(f"descendant::*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")


def all_of(element: etree._Element, name: str) -> list[etree._Element]:
    """All that have the class, in the page's order."""
    found: list[etree._Element] = _by_class(name)(element)
    return found


def first_of(element: etree._Element, name: str) -> etree._Element | None:
    """The first that has the class."""
    return next(iter(all_of(element, name)), None)


def is_inside(element: etree._Element, name: str) -> bool:
    """Whether an element around it has the class."""
    return any(name in (outer.get("class") or "").split() for outer in element.iterancestors())


def text_of(element: etree._Element) -> str:
    """The words of an element on one line."""
    return " ".join(clean("".join(element.itertext())).split())


def html_text_of(element: etree._Element) -> str:
    """The words of an element, its lines and paragraphs kept."""
    return html_to_text(etree.tostring(element, encoding="unicode", with_tail=False))
