"""What a feed may cost: markup that would keep its parser busy for minutes is cut, mended or refused before it.

feedparser takes time that grows with the square of an entry's elements of one name, of attributes in one tag, of
nesting, and, in its salvaging parser, of stray ``&`` and ``<``. Feeds that people write stay far below every bound.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, pairwise

from attrs import frozen
from lxml import etree

MAX_ENTRIES = 1_000
"""Entries read from one feed; feedparser needs 0.5 ms and more for each, and feeds are newest first."""

_ENTRY = re.compile(r"<(?:[\w.-]{1,50}:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ELEMENT = re.compile(r"<([A-Za-z][\w.:-]{0,60})")
_STRAY_AMPERSAND = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)")
_STRAY_BRACKET = re.compile(r"<(?![A-Za-z/!?])")
_GROWING_ENTITY = re.compile(
    r"<!ENTITY(?=\s+(?:%\s+)?[^\s\"'>]+\s*"
    r"(?:\"(?!&#\w{1,8};\")(?:[^\"&%]{0,20}[&%]|[^\"]{20})|'(?!&#\w{1,8};')(?:[^'&%]{0,20}[&%]|[^']{20})))"
)
"""An entity of the document's own that is longer than what calls it, or made of others."""
_MAX_SALVAGED = 1_000_000
"""Characters of a malformed feed that are read."""
_MAX_ALIKE = 400
"""Elements of one name in one entry, but for those of HTML."""
_MAX_UNCLOSED = 3_000
_MAX_TAG = 50_000
_LONG_ENTRY = 5_000
_HTML = frozenset(
    """
    a abbr b blockquote br code div em figure figcaption h1 h2 h3 h4 h5 h6 hr i iframe img li ol option p path pre q s
    small source span strong sub sup svg table tbody td tfoot th thead tr u ul video
    """.split()  # noqa: SIM905 - a word list reads better than quoted strings
)
_ENDS = {"rss": "</channel></rss>", "rdf": "</rdf:RDF>", "atom": "</feed>"}


@frozen
class Bounded:
    """A feed that its parser bears."""

    text: str
    is_cut: bool
    """Entries were left out."""
    is_malformed: bool


def bounded(text: str, kind: str) -> Bounded | None:
    """``text`` as far as it may cost; ``None`` when it is built to hurt. ``kind``: ``rss``, ``rdf`` or ``atom``."""
    # no declaration any more: the parser that expands entities stops there, and the salvaging one knows none of them
    text = _GROWING_ENTITY.sub("<!", text)
    first = _ENTRY.search(text)
    if _has_endless_tag(text) or _is_repetitive(text[: first.start() if first else None]):
        return None
    text, is_cut = _first_entries(text, kind)
    fault = _fault(text)
    if fault is None:
        return Bounded(text, is_cut, is_malformed=False)
    if "xcessive depth" in fault:
        return None
    if len(text) > _MAX_SALVAGED:
        last = next((found.start() for found in reversed(_entries(text)) if found.start() < _MAX_SALVAGED), 0)
        text, is_cut = text[: last or _MAX_SALVAGED] + _ENDS[kind], True
    if len(_ELEMENT.findall(text)) - text.count("</") - text.count("/>") > _MAX_UNCLOSED:
        return None
    text = _STRAY_BRACKET.sub("&lt;", _STRAY_AMPERSAND.sub("&amp;", text))
    return Bounded(text, is_cut, is_malformed=True)


def _entries(text: str) -> list[re.Match[str]]:
    return list(islice(_ENTRY.finditer(text), MAX_ENTRIES + 1))


def _first_entries(text: str, kind: str) -> tuple[str, bool]:
    """The first thousand entries, without those that repeat one element hundreds of times."""
    found = _entries(text)
    is_cut = len(found) > MAX_ENTRIES
    if is_cut:
        text = text[: found[MAX_ENTRIES].start()] + _ENDS[kind]
    starts = [one.start() for one in found[:MAX_ENTRIES]]
    pieces = [text[start:end] for start, end in pairwise([0, *starts, len(text)])]
    kept = [pieces[0], *(piece for piece in pieces[1:] if not _is_repetitive(piece))]
    if len(kept) == len(pieces):
        return text, is_cut
    return "".join(kept) + (_ENDS[kind] if _is_repetitive(pieces[-1]) else ""), True


def _is_repetitive(entry: str) -> bool:
    if len(entry) < _LONG_ENTRY:
        return False
    names = Counter(name.lower() for name in _ELEMENT.findall(entry))
    return any(count > _MAX_ALIKE and name.rpartition(":")[2] not in _HTML for name, count in names.most_common(20))


def _has_endless_tag(text: str) -> bool:
    """Whether a tag has attributes without end."""
    at = 0
    while at + _MAX_TAG < len(text):
        near = text.rfind(">", at, at + _MAX_TAG)
        if near >= 0:
            at = near + 1
            continue
        end = text.find(">", at + _MAX_TAG)
        end = len(text) if end < 0 else end
        opening = text.rfind("<", at, end)
        if opening >= 0 and end - opening > _MAX_TAG and text[opening + 1 : opening + 2].isalpha():
            return True
        at = end + 1
    return False


def _fault(text: str) -> str | None:
    """What is wrong with the XML, ``None`` when it is well-formed. Entities are not expanded, nothing is fetched."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    body = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text, count=1).encode("utf-8", "replace")
    try:
        etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        return str(error) or "malformed"
    return None
