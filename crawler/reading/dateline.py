"""The date that a page shows its readers: beside the heading, in a sentence about publishing, or in its address.

What readers see is the last resort behind every machine-readable syntax: a day, seldom a wall clock. A date that
follows a word for changing ("Updated", "Aktualisiert") is not when something was published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import unquote, urlsplit

from lxml import etree

from crawler.reading.text import clean

ASIDES = re.compile(
    r"(?:^|[\s_-])(?:comments?|kommentare?|respond|replies|related|recommended|teasers?|sidebar|widget)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Classes and ids of what stands on a page without being its post."""

_NAME = r"[^\W\d_][^\s\d,;:|()/]{1,13}"
_DATE = re.compile(
    rf"""(?<![\d./-]) (?:
      (?:19|20)\d\d ([-/.]) \d\d? \1 \d\d? (?! [\d./-] )
    | \d\d? ([./-]) \d\d? \2 (?:19|20)\d\d (?! [\d./-] )
    | \d\d? (?:st|nd|rd|th|er|º|\.)? [ ] (?:(?:de|di|of)[ ])? {_NAME} ,? [ ] (?:del?[ ])? (?:19|20)\d\d (?!\d)
    | {_NAME} [ ] \d\d? (?:st|nd|rd|th)? ,? [ ] (?:19|20)\d\d (?!\d)
    | (?:19|20)\d\d [年년] [ ]? \d\d? [月월] [ ]? \d\d? [日일]
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_TIME = re.compile(
    r"[ ,.–|@-]{0,4}(?:(?:um|at|à|às|alle|a las|kl\.?|klo|в|о)[ ])?([0-2]?\d)[:h]([0-5]\d)(?![\d:])"
    r"(?:[ ]?([ap])\.?m\b)?",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?:updated?|modified|edited|revised|changed|aktualisier|geändert|änderung|bearbeitet|zuletzt|stand:|mis à jour"
    r"|modifi[ée]|actualizad|modificad|atualizad|aggiorna|bijgewerkt|gewijzigd|opdateret|oppdatert|uppdaterad|päivitetty|zaktualizowan"
    r"|aktualizov|обновлен|изменен|güncelle|最終更新|更新|수정)[^.!?]{0,40}$",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(
    r"\b(?:published|posted|written|released|veröffentlicht|erschienen|erstellt|geschrieben|publié|paru|posté|publicad"
    r"|pubblicat|(?:artikel|beitrag|eintrag|text) wurde (?:von .{1,40} )?am|gepubliceerd|geplaatst"
    r"|opublikowan|publikován|опубликован|yayınlan|julkaistu|publicerad|udgivet|publisert)",
    re.IGNORECASE,
)
_META = re.compile(
    r"(?:post|entry|article|artikel|asset|news|blog)[-_]{0,2}(?:meta|info|footer|date|details?)|byline|dateline|pubdate|publish",
    re.IGNORECASE,
)
_DAY_PATH = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])[/_-]([^/]+)")
_MONTH_PATH = re.compile(r"/((?:19|20)\d\d)/(0[1-9]|1[0-2])/([^/]+?)(?:\.\w{2,5})?/?$")
_LISTS = frozenset({"page", "pages", "feed", "amp", "index", "default", "category", "tag", "archive", "archives"})
_SKIPPED = frozenset({"script", "style", "noscript", "template", "nav", "aside", "form", "select", "button", "svg"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_WINDOW = 700
"""Characters behind a heading in which its date stands."""
_RUNNING = 200
"""A longer piece is running text: what dates it names are those of its story."""
_STORY = 400
"""A longer piece is no lead any more: the story has begun."""
_LEAD = 160
"""Characters before a heading, inside the box that holds both."""
_MAX_WALK = 600
_MAX_PIECES = 5_000
_MAX_SENTENCE = 300
_REPEATED = 3
"""So many dates of the same look are those of a list."""


def written_dates(text: str) -> Iterator[str]:
    """The dates that a text names, in order, each as :func:`crawler.reading.dates.read_date` takes it.

    Without those behind a word for changing; with the time of day where it follows the date. At most the first 2,000
    characters are read.
    """
    text = " ".join(clean(text[:2_000]).split())
    for found in islice(_DATE.finditer(text), 50):
        if _CHANGED.search(text, max(0, found.start() - 60), found.start()):
            continue
        clock = _TIME.match(text, found.end())
        if clock is None or int(clock.group(1)) > 23:
            yield found.group()
        else:
            half = f" {clock.group(3)}m" if clock.group(3) else ""
            yield f"{found.group()} {int(clock.group(1)):02d}:{clock.group(2)}{half}"


def dateline(heading: etree._Element) -> str | None:
    """The date written behind a heading, before the next heading, else right before it; ``None`` where there is none.

    ``None`` as well where dates of the same look stand all over the page: that is a list, and no post.
    """
    behind = _text(_behind(heading), _WINDOW)
    said = next(written_dates(behind), None)
    if said is None:
        said = next(written_dates(_text(_before(heading), _LEAD)), None)
    return said


def is_repeated(root: etree._Element, said: str) -> bool:
    """Whether the element that shows this date has equals with other dates: the page is a list."""
    day = said[:8]
    walk = (one for one in islice(root.iter(etree.Element), _MAX_PIECES) if one.text)
    holder = next((one for one in walk if day in " ".join(one.text.split())), None)
    if holder is None:
        return False
    look = _look(holder)
    alike = (
        one
        for one in islice(root.iter(holder.tag), _MAX_PIECES)
        if one.text and _look(one) == look and _DATE.search(one.text[:200]) and not is_aside(one, root)
    )
    return len({" ".join(one.text.split()) for one in islice(alike, 50)}) >= _REPEATED


def sentence_date(root: etree._Element) -> str | None:
    """The one date of a line about the post: a sentence about publishing (``Posted on 14 December 2015 by Ann``), or
    what an element named for it holds (``post-meta``); ``None`` where there are several."""
    found: dict[str, None] = {}
    for element in islice(root.iter(etree.Element), _MAX_PIECES):
        if element.tag in _SKIPPED:
            continue
        for piece in (element.text, element.tail):
            if not piece or not 8 <= len(piece) <= _MAX_SENTENCE or not _YEAR.search(piece):
                continue
            if _is_named_for_posts(element) or _PUBLISHED.search(piece):
                dates = list(islice(written_dates(piece), 3))
                if dates and not is_aside(element, root):
                    found.update(dict.fromkeys(dates))
    return next(iter(found)) if len(found) == 1 else None


def _is_named_for_posts(element: etree._Element) -> bool:
    named = element.get("class")
    return named is not None and _META.search(named[:_RUNNING]) is not None


def address_date(url: str) -> str | None:
    """The day (``2018-09-24``) or month (``2018-09``) in a post's permanent address; ``None`` for lists by date."""
    path = unquote(urlsplit(url).path)[:500]
    if (found := _DAY_PATH.search(path)) and _is_slug(found.group(4)):
        return f"{found.group(1)}-{int(found.group(2)):02d}-{int(found.group(3)):02d}"
    if (found := _MONTH_PATH.search(path)) and _is_slug(found.group(3)):
        return f"{found.group(1)}-{found.group(2)}"
    return None


def is_aside(element: etree._Element, within: etree._Element) -> bool:
    """Whether an element stands in a comment, an inner article, an aside or a list of other posts."""
    for outer in element.iterancestors():
        if outer is within:
            return False
        if outer.tag in ("article", "aside", "nav"):
            return True
        if ASIDES.search(f"{outer.get('class') or ''} {outer.get('id') or ''}"):
            return str(outer.tag) != "body"
    return False


def _is_slug(part: str) -> bool:
    name = part.rpartition(".")[0] or part
    return name.lower() not in _LISTS and any(char.isalpha() for char in name)


def _look(element: etree._Element) -> tuple[object, ...]:
    parent = element.getparent()
    return (element.tag, element.get("class"), None if parent is None else (parent.tag, parent.get("class")))


def _text(pieces: Iterator[str], longest: int) -> str:
    said: list[str] = []
    size = 0
    for piece in pieces:
        said.append(piece if len(piece) <= _RUNNING else "…")
        size += len(piece)
        if size >= longest or len(piece) > _STORY:
            break
    return " ".join(said)[: longest + 40]


def _behind(heading: etree._Element) -> Iterator[str]:
    """Texts behind a heading in the order of the page, up to the next heading; a machine's date in place of a text."""
    current: etree._Element | None = heading
    budget = _MAX_WALK
    while current is not None and current.tag not in ("body", "html"):
        yield from filter(None, (current.tail or "",))
        for sibling in current.itersiblings():
            for piece in _pieces(sibling):
                budget -= 1
                if piece is None or budget < 0:
                    return
                yield piece
        current = current.getparent()


def _pieces(element: etree._Element) -> Iterator[str | None]:
    """Texts of an element and behind it; ``None`` is the end."""
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, one in walk:
        if event == "end":
            yield one.tail or ""
            continue
        if one.tag in _HEADINGS:
            yield None
            return
        is_hidden = one.tag in _SKIPPED or ASIDES.search(f"{one.get('class') or ''} {one.get('id') or ''}")
        if is_hidden:
            walk.skip_subtree()
        else:
            yield one.text or ""


def _before(heading: etree._Element) -> Iterator[str]:
    """Texts before a heading in the same box or the one around it, the nearest first."""
    current = heading
    for _ in range(2):
        for sibling in islice(current.itersiblings(preceding=True), 6):
            if sibling.tag in _HEADINGS or sibling.tag in _SKIPPED:
                return
            yield " ".join(islice((piece for piece in _pieces(sibling) if piece), 20))
        parent = current.getparent()
        if parent is None or parent.tag in ("body", "html", "main"):
            return
        yield parent.text or ""
        current = parent
