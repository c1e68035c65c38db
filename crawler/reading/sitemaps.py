"""Sitemaps: which pages a site names, in XML, as a plain list of addresses, compressed or not.

Sources: sitemaps.org/protocol.html; Google's extensions for news, images, videos and ``xhtml:link`` alternates
(developers.google.com/search/docs/crawling-indexing/sitemaps). ``lastmod`` is when a page changed, never when it was
published; ``news:publication_date`` and ``video:publication_date`` are publishing dates.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator

from attrs import frozen
from lxml import etree

MAX_LOCS = 50_000
"""Addresses read of one file: the protocol's own limit."""
MAX_BYTES = 20 * 1024 * 1024
"""Bytes read of one file once decompressed."""
_MAX_ALTERNATES = 100
_MAX_TEXT = 10_000
_MAX_ELEMENTS = 20_000
"""Elements of one entry; 1,000 pictures with five elements each are allowed."""
_GZIP = b"\x1f\x8b"
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?(urlset|sitemapindex)[\s>/]", re.IGNORECASE)
_PREAMBLE = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_PLAIN_LINE = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)


@frozen(kw_only=True)
class SitemapEntry:
    """One page, or in an index one sitemap. All as written, stripped."""

    loc: str
    changed: str | None = None
    """``lastmod``."""
    published: str | None = None
    """Of the news or video extension."""
    title: str | None = None
    """Of the news or video extension."""
    keywords: str | None = None
    """Of the news extension, separated by commas."""
    language: str | None = None
    """Of the news extension."""
    is_video: bool = False
    duration: str | None = None
    """Seconds, of the video extension."""
    thumbnail: str | None = None
    images: tuple[str, ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()
    """``(hreflang, href)`` of the same page in other languages, itself among them as a rule."""


@frozen(kw_only=True)
class Sitemap:
    """What one file names."""

    is_index: bool
    """The entries are sitemaps, not pages."""
    entries: tuple[SitemapEntry, ...] = ()
    is_cut: bool = False
    """Longer than is read."""
    is_malformed: bool = False


def unpacked(body: bytes, at_most: int = MAX_BYTES) -> tuple[bytes, bool]:
    """``body``, decompressed where it is gzip, at most so many bytes, and whether that was not all. Never raises."""
    if not body.startswith(_GZIP):
        return body[:at_most], len(body) > at_most
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unzip.decompress(body, at_most)
    except zlib.error:
        return b"", False
    return found, bool(unzip.unconsumed_tail)


def sitemap_kind(start: bytes) -> str | None:
    """``urlset`` or ``sitemapindex`` where a document begins as one, ``None`` else; ``start`` may be compressed."""
    start = unpacked(start, 4_096)[0].lstrip(b"\xef\xbb\xbf \t\r\n")
    opening = _PREAMBLE.match(start)
    root = _ROOT.match(start, opening.end() if opening is not None else 0)
    return root.group(1).decode().lower() if root is not None else None


def read_sitemap(body: bytes) -> Sitemap | None:
    """The sitemap in ``body``; ``None`` when it is none. Broken XML gives what can be had of it. Never raises."""
    text, is_cut = unpacked(body)
    kind = sitemap_kind(text[:4_096])
    if kind is None:
        lines = _plain(text)
        entries = tuple(SitemapEntry(loc=line) for line in lines[:MAX_LOCS])
        return Sitemap(is_index=False, entries=entries, is_cut=is_cut or len(lines) > MAX_LOCS) if entries else None
    found: list[SitemapEntry] = []
    is_malformed = False
    try:
        for entry in _entries(text):
            if len(found) == MAX_LOCS:
                is_cut = True
                break
            found.append(entry)
    except etree.XMLSyntaxError:
        is_malformed = True
    return Sitemap(
        is_index=kind == "sitemapindex", entries=tuple(found), is_cut=is_cut, is_malformed=is_malformed and not is_cut
    )


def _plain(text: bytes) -> list[str]:
    """A text file with one address a line; anything else in it makes it something else."""
    lines = [line.strip() for line in text.decode("utf-8", "replace").lstrip("\ufeff").splitlines() if line.strip()]
    return lines if lines and all(_PLAIN_LINE.fullmatch(line) for line in lines) else []


def _entries(text: bytes) -> Iterator[SitemapEntry]:
    walk = etree.iterparse(
        io.BytesIO(text),
        events=("end",),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    between = 0
    for _, element in walk:
        if _name(element) not in ("url", "sitemap"):
            between += 1
            if between > _MAX_ELEMENTS:
                return
            continue
        between = 0
        entry = _entry(element)
        if entry is not None:
            yield entry
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _entry(element: etree._Element) -> SitemapEntry | None:
    said: dict[str, str] = {}
    images: dict[str, None] = {}
    alternates: dict[str, str] = {}
    is_video = False
    for number, child in enumerate(element.iterdescendants()):
        if number > _MAX_ELEMENTS:
            break
        space, name = _space(child), _name(child)
        text = (child.text or "").strip()[:_MAX_TEXT]
        if name == "link" and child.get("href") and "alternate" in (child.get("rel") or "").lower().split():
            if len(alternates) < _MAX_ALTERNATES:
                alternates.setdefault(child.get("href", "").strip(), (child.get("hreflang") or "").strip())
        elif space == "video":
            is_video = True
            if text:
                said.setdefault(f"video:{name}", text)
        elif space == "image":
            if name == "loc" and text:
                images.setdefault(text)
        elif space == "news" and text:
            said.setdefault(f"news:{name}", text)
        elif space == "" and text:
            said.setdefault(name, text)
    if "loc" not in said:
        return None
    return SitemapEntry(
        loc=said["loc"],
        changed=said.get("lastmod"),
        published=said.get("news:publication_date") or said.get("video:publication_date"),
        title=said.get("news:title") or said.get("video:title"),
        keywords=said.get("news:keywords"),
        language=said.get("news:language"),
        is_video=is_video,
        duration=said.get("video:duration"),
        thumbnail=said.get("video:thumbnail_loc"),
        images=tuple(images),
        alternates=tuple((language, href) for href, language in alternates.items()),
    )


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2].lower()


def _space(element: etree._Element) -> str:
    """``news``, ``video`` or ``image`` for the extensions, ``""`` for the protocol itself or what claims no other."""
    namespace = str(element.tag).rpartition("}")[0].lower()
    return next(
        (name for name in ("sitemap-news", "sitemap-video", "sitemap-image") if name in namespace), ""
    ).rpartition("-")[2]
