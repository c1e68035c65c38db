"""What stands in a piece of HTML besides its text: pictures, links, and how much is said outside of links."""

from __future__ import annotations

import re
from collections.abc import Iterable

from attrs import frozen
from lxml import etree

from crawler.items import Media
from crawler.reading.text import clean, html_to_text
from crawler.reading.urls import absolute, canonical

MAX_LINKS = 5_000
"""Links read from one page."""
MAX_MEDIA = 50
"""Pictures kept of one post."""

_PIXEL = re.compile(r"(?:^|[/._-])(?:pixel|tracking|tracker|beacon|spacer|blank|avatar)s?(?:[/._-]|$)", re.IGNORECASE)
_EMOJI = re.compile(r"\b(?:emoji|wp-smiley|emoticon)\b", re.IGNORECASE)
_SPACES = re.compile(r"[ \t]{2,}|\t")
_HIDDEN = frozenset({"script", "style", "template", "noscript"})


@frozen(kw_only=True)
class Content:
    """The make-up of a fragment."""

    media: tuple[Media, ...] = ()
    """Pictures, sounds and videos in order, each once; no tracking pixels, avatars and emoji."""
    links: tuple[str, ...] = ()
    """Absolute http(s) targets in order, each once."""
    word_count: int = 0
    """Words outside of links; a hashtag that is a link counts as a word."""
    link_word_count: int = 0
    """Words of links, hashtags not counted."""


def read_content(html: str, base: str | None) -> Content:
    """The make-up of an HTML fragment whose relative addresses start at ``base``. Never raises."""
    if "<" not in html:
        return Content(word_count=len(html.split()))
    try:
        root = etree.fromstring(b"<div>" + clean(html).encode() + b"</div>", _parser())
    except etree.ParserError:
        root = None
    if root is None:
        return Content()
    media: list[Media] = []
    hrefs: dict[str, None] = {}
    words = link_words = in_link = 0
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        name = element.tag
        if event == "start" and (name in _HIDDEN):
            walk.skip_subtree()
            continue
        if name == "a":
            in_link += 1 if event == "start" else -1
        said = (element.text if event == "start" else element.tail) or ""
        for word in said.split():
            if in_link and not word.startswith("#"):
                link_words += 1
            else:
                words += 1
        if event == "end":
            continue
        if name == "a" and len(hrefs) < MAX_LINKS:
            hrefs.setdefault(element.get("href") or "")
        elif name in ("img", "video", "audio") and len(media) < MAX_MEDIA and (medium := _medium(element, base)):
            media.append(medium)
    return Content(
        media=distinct_media(media),
        links=tuple(dict.fromkeys(link for href in hrefs if (link := absolute(href, base)))),
        word_count=words,
        link_word_count=link_words,
    )


def said_text(said: str) -> str:
    """Plain text of what may be HTML or text, line breaks kept where nothing else marks paragraphs."""
    if "<" in said:
        return html_to_text(said)
    lines = clean(said).strip().split("\n")
    if len(lines) > 1 and all(line.startswith((" ", "\t")) for line in lines[1:] if line.strip()):
        return html_to_text(said)  # wrapped and indented by whoever wrote the markup
    if "&" not in said:
        return "\n".join(_SPACES.sub(" ", line).strip() for line in lines).strip()
    return "\n".join(html_to_text(line) for line in lines).strip()


def distinct_media(media: Iterable[Media]) -> tuple[Media, ...]:
    """Each medium once, the largest of several sizes; sizes differ in the query or in a ``-300x200`` of the name."""
    kept: dict[str, Media] = {}
    for medium in media:
        key = f"{medium.kind} {_picture_name(medium.url)}" if medium.url else f"{medium.kind} {len(kept)}"
        known = kept.get(key)
        if known is None or (medium.width or 0) > (known.width or 0):
            kept[key] = medium
    return tuple(kept.values())[:MAX_MEDIA]


def is_decoration(url: str) -> bool:
    """Whether a picture's address is that of a tracking pixel, a spacer or a portrait of the author."""
    return bool(_PIXEL.search(url.partition("?")[0]))


def pixels(stated: str | None) -> int | None:
    """A length in pixels as HTML states it (``640``, ``640px``), ``None`` for anything else."""
    found = re.fullmatch(r"\s*([0-9]{1,5})(?:\.0+)?\s*(?:px)?\s*", stated or "")
    return int(found.group(1)) or None if found else None


def _parser() -> etree.HTMLParser:
    return etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)


def _picture_name(url: str) -> str:
    try:
        path = canonical(url).partition("?")[0]
    except ValueError:
        path = url
    return re.sub(r"-\d{2,4}x\d{2,4}(?=\.\w+$)", "", path)


def _medium(element: etree._Element, base: str | None) -> Media | None:
    kind = "image" if element.tag == "img" else element.tag
    source = element.get("src") or element.get("data-src") or element.get("data-lazy-src") or ""
    if not source or source.startswith("data:"):
        inner = element.find("source")
        source = (element.get("data-src") or "") if inner is None else (inner.get("src") or "")
    url = absolute(source, base)
    width, height = pixels(element.get("width")), pixels(element.get("height"))
    if url is None or (width is not None and width <= 3) or (height is not None and height <= 3):
        return None
    if kind == "image" and (is_decoration(url) or _EMOJI.search(element.get("class") or "")):
        return None
    alt = element.get("alt")
    return Media(kind=kind, url=url, width=width, height=height, alt_text=None if alt is None else clean(alt).strip())
