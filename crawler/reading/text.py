"""Plain text out of whatever a page holds: no markup, no control characters, line breaks kept."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape

from lxml import etree

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
# C0 and C1 but tab and newline, every character with the property Bidi_Control, byte order mark, lone surrogates
_NO_TEXT = "\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff"
_UNWANTED = re.compile(f"[{_NO_TEXT}]")
_UNCLEAN = re.compile(f"[\r\u2028\u2029\x0b\x0c{_NO_TEXT}]")
_SPACES = re.compile("  +")
_AROUND_NEWLINE = re.compile(r" *\n *")
_MANY_NEWLINES = re.compile(r"\n{3,}")
_TAG = re.compile(r"<[^<>]*>")
# inside a fragment these would end the document, and the parser would drop what follows
_DOCUMENT_TAG = re.compile(r"</?(?:html|body|frameset)\b[^<>]*>", re.IGNORECASE)

_PARAGRAPHS = frozenset(
    {"p", "blockquote", "pre", "ul", "ol", "dl", "table", "figure", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_LINES = frozenset(
    {"div", "li", "dt", "dd", "tr", "figcaption", "section", "article", "header", "footer", "main", "aside", "hr"}
)
_HIDDEN = frozenset({"script", "style", "template", "head", "iframe", "object", "svg", "math", "noscript"})
_PARSER_DEPTH = 250  # libxml2 drops what is nested deeper than about this


def clean(text: str) -> str:
    """``text`` without C0/C1 and bidirectional controls and lone surrogates; line ends become ``\\n``, tabs stay."""
    if text.isprintable() or _UNCLEAN.search(text) is None:
        return text
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def html_to_text(html: str, *, without_classes: Collection[str] = ()) -> str:
    """Plain text of an HTML fragment as a reader sees it, cleaned and stripped.

    Paragraphs are set apart by an empty line, other blocks and ``<br>`` by a line break; runs of white space become one
    space except in ``<pre>``. Inline elements never break a word, so an address that is cut into hidden and shown spans
    stays whole. Elements with a class of ``without_classes`` are left out. Any input gives text; broken markup is read
    as browsers do.
    """
    html = clean(html)
    if "<" not in html:
        return _spaced(clean(unescape(html)) if "&" in html else html).strip()
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(b"<div>" + _DOCUMENT_TAG.sub("", html).encode() + b"</div>", parser)
    except etree.ParserError:
        root = None
    text = "" if root is None else _tidy("".join(_pieces(root, frozenset(without_classes))))
    if not text and html.count("<") > _PARSER_DEPTH:
        return _tidy(_spaced(unescape(_TAG.sub(" ", html))))
    return text


def tree_to_text(root: etree._Element) -> str:
    """As :func:`html_to_text`, of a tree that is parsed already."""
    return _tidy("".join(_pieces(root, frozenset())))


def _pieces(root: etree._Element, without_classes: frozenset[str]) -> list[str]:
    pieces: list[str] = []
    in_pre = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag
        if name in _PARAGRAPHS:
            pieces.append("\n\n")
            if name == "pre":
                in_pre += 1 if event == "start" else -1
        elif name in _LINES:
            pieces.append(_LINE_BREAK)
        elif name == "br" and event == "start":
            pieces.append("\n")
        if event == "end":
            said = element.tail
        elif name in _HIDDEN or (without_classes and _has_class(element, without_classes)):
            walk.skip_subtree()
            continue
        else:
            said = element.text
        if said:
            pieces.append(said.replace(" ", _FIXED_SPACE) if in_pre else said.replace("\n", " ").replace("\t", " "))
    return pieces


# stand-ins that clean() has made sure are not in the text: a line break unless a line just began; a space that stays
_LINE_BREAK = "\x0b"
_FIXED_SPACE = "\x0c"
_LINE_BREAKS = re.compile(rf"[{_LINE_BREAK}\n][ {_LINE_BREAK}\n]*")


def _spaced(text: str) -> str:
    """``text`` with one space for every run of white space; string methods are many times as fast as one pattern."""
    text = text.replace("\n", " ").replace("\t", " ")
    return _SPACES.sub(" ", text) if "  " in text else text


def _tidy(text: str) -> str:
    text = _SPACES.sub(" ", text).replace(f" {_LINE_BREAK}", _LINE_BREAK).replace(" \n", "\n")
    text = _LINE_BREAKS.sub(lambda found: "\n" * max(1, found.group().count("\n")), text)
    return clean(_MANY_NEWLINES.sub("\n\n", text).replace(_FIXED_SPACE, " ")).strip()


def _has_class(element: etree._Element, classes: frozenset[str]) -> bool:
    stated = element.get("class")
    return stated is not None and not classes.isdisjoint(stated.split())


def html_links(html: str) -> list[tuple[str, frozenset[str]]]:
    """``href`` and classes of every ``<a>`` in an HTML fragment, in order; the ``href`` as written."""
    if "<a" not in html and "<A" not in html:
        return []
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root = etree.fromstring(b"<div>" + _DOCUMENT_TAG.sub("", clean(html)).encode() + b"</div>", parser)
    except etree.ParserError:
        return []
    if root is None:
        return []
    return [
        (link.get("href"), frozenset((link.get("class") or "").split())) for link in root.iter("a") if link.get("href")
    ]
