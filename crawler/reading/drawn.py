"""The text of an element as a browser draws it, for sites that write their posts with scripts of their own."""

from __future__ import annotations

from lxml import etree

from crawler.reading.text import clean


def drawn_text(element: etree._Element) -> str:
    """What stands in an element: pictures (emoji) by their alternative text, ``<br>`` as a line break.

    Spaces as written; cleaned and stripped. The text behind the element is not its own.
    """
    pieces: list[str] = []
    for part in element.iter():
        if part.tag == "img":
            pieces.append(part.get("alt") or "")
        elif isinstance(part.tag, str) and part.text:
            pieces.append(part.text)
        if part.tag == "br":
            pieces.append("\n")
        if part is not element and part.tail:
            pieces.append(part.tail)
    return clean("".join(pieces)).strip()
