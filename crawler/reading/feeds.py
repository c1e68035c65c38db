"""Feeds of every kind as one shape: RSS 0.9x and 2.0, RSS 1.0 (RDF), Atom, JSON Feed 1 and 1.1.

The kind is decided by what the document is, never by its name or content type. XML is read by feedparser from bytes (it
is never given an address or a file name), without its HTML sanitiser, which costs most of its time and which plain text
does not need. Dates, counts and HTML stay as written; whoever reads a feed decides what they mean.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import feedparser
from attrs import frozen

from crawler.reading.feed_bounds import MAX_ENTRIES, bounded

FeedKind = Literal["rss", "rdf", "atom", "json"]

_ROOT = re.compile(r"<(?:[\w.-]+:)?(rss|rdf|feed)(?=[\s>/])([^>]*)>", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_RDF_FEED = re.compile(r"purl\.org/(?:rss|net/rss)|my\.netscape\.com/rdf|channel\.netscape\.com/rdf", re.IGNORECASE)
_JSON_FEED = re.compile(r'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/')
_JSON_FEED_KEY = re.compile(r'"(?:home_page_url|feed_url)"\s*:')
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BESIDES = re.compile(r"<(/?)(media:description|itunes:summary|dc:description)\b[^<>]{0,500}?(/?)>")
_WORDS = ("itunes_words", "media_words", "dc_words")
_OF_ANY_ENTRY = ("itunes_explicit", "itunes_author", "itunes_words")
_MARKUP = re.compile(r"</?[A-Za-z]")
_MAX_NAME = 1_000
_MAIL = re.compile(r"[^\s()<>@]{1,300}@[^\s()<>@]{1,300}")


@frozen(kw_only=True)
class FeedMedia:
    """A picture, video or sound that an entry declares (enclosure, media:content, attachment)."""

    url: str | None
    kind: str
    """``image``, ``video``, ``audio`` or ``unknown``."""
    width: str | None = None
    height: str | None = None
    duration: str | None = None
    """Seconds, or ``H:MM:SS`` as iTunes writes it."""
    alt_text: str | None = None


@frozen(kw_only=True)
class FeedEntry:
    """One entry, as written."""

    guid: str | None = None
    link: str | None = None
    """Address of the page (perhaps relative); the real one where a feed service put its own before it."""
    title: str = ""
    is_html_title: bool = False
    content: str = ""
    """HTML or text: the full content, else the summary."""
    is_plain_content: bool = False
    has_full_content: bool = False
    """The feed carries more than a summary (``content:encoded``, Atom ``content``, ``content_html``)."""
    authors: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    """Last change; only where the format means that by it."""
    language: str | None = None
    tags: tuple[str, ...] = ()
    media: tuple[FeedMedia, ...] = ()
    thumbnail: FeedMedia | None = None
    comment_count: str | None = None
    like_count: str | None = None
    view_count: str | None = None
    is_episode: bool = False
    """Carries a podcast's own elements."""
    external_url: str | None = None
    """What a link post points at."""


@frozen(kw_only=True)
class Feed:
    """A feed, as written."""

    kind: FeedKind
    title: str = ""
    description: str = ""
    link: str | None = None
    image_url: str | None = None
    generator: str | None = None
    language: str | None = None
    next_url: str | None = None
    entries: tuple[FeedEntry, ...] = ()
    is_headlines: bool = False
    """RSS 0.9x or 1.0: a format for headlines that link to articles."""
    is_malformed: bool = False
    is_cut: bool = False
    """More than ``MAX_ENTRIES`` entries; the rest was not read."""


def feed_kind(start: str) -> FeedKind | None:
    """Which kind of feed a document is that begins with ``start`` (a few thousand characters), ``None`` if none."""
    start = start.lstrip("\ufeff \t\r\n\x00")
    if start.startswith("{"):
        return "json" if _JSON_FEED.search(start) or _JSON_FEED_KEY.search(start) else None
    found = _ROOT.search(start)
    if found is None or _HTML.search(start, 0, found.start()):
        return None
    name, attributes = found.group(1).lower(), found.group(2)
    if name == "rdf":
        return "rdf" if _RDF_FEED.search(attributes) else None
    return "atom" if name == "feed" else "rss"


def read_feed(text: str) -> Feed | None:
    """The feed in ``text``; ``None`` when it is none or cannot be read at all. Malformed XML gives what can be had."""
    kind = feed_kind(text[:65_536])
    if kind == "json":
        return _json_feed(text)
    return None if kind is None else _xml_feed(text, kind)


# --- XML ------------------------------------------------------------------------------------------


def _xml_feed(text: str, kind: FeedKind) -> Feed | None:
    text = _NOT_XML.sub("", text).lstrip("\ufeff \t\r\n")
    root = _ROOT.search(text)
    if root is None:
        return None
    declaration = text.find("<?xml", 0, root.start())
    text = text[declaration if declaration >= 0 else root.start() :]
    fit = bounded(text, kind)
    if fit is None:
        return None
    try:
        parsed = feedparser.parse(
            io.BytesIO(_told_apart(fit.text).encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception:  # its salvaging parser fails on hostile input in a dozen ways
        return None
    channel = dict(parsed.feed)  # plain: its own dict answers some keys with others, and warns
    image = _mapping(channel.get("image"))
    return Feed(
        kind=kind,
        title=_string(channel.get("title")),
        description=_string(channel.get("subtitle")),
        link=_alternate(channel) or (_string(channel.get("link")) if kind != "atom" else "") or None,
        image_url=_string(image.get("href") or image.get("url"))
        or _string(channel.get("logo"))
        or _string(channel.get("icon"))
        or None,
        generator=_generator(channel),
        language=_string(channel.get("language")) or _detail_language(channel, "title") or None,
        next_url=next(
            (link["href"] for link in _links(channel) if link.get("rel") == "next" and link.get("href")), None
        ),
        entries=tuple(_xml_entry(dict(entry), channel, kind) for entry in parsed.entries[:MAX_ENTRIES]),
        is_headlines=kind == "rdf" or str(parsed.version).startswith("rss09"),
        is_malformed=bool(parsed.bozo) or fit.is_malformed,
        is_cut=fit.is_cut,
    )


def _told_apart(text: str) -> str:
    """What is said of a picture or an episode gets another name: feedparser takes a second description for the text."""
    return _BESIDES.sub(lambda found: f"<{found[1]}{found[2].partition(':')[0]}:words{found[3]}>", text)


def _xml_entry(entry: Mapping[str, Any], channel: Mapping[str, Any], kind: FeedKind) -> FeedEntry:
    contents = [part for part in entry.get("content") or [] if _string(part.get("value")).strip()]
    content = max(contents, key=_content_rank, default=None)
    chosen = _string(content["value"]) if content else _string(entry.get("summary"))
    detail = _mapping(content or entry.get("summary_detail"))
    besides = next((said for key in _WORDS if (said := _string(entry.get(key)))), "")
    is_plain = detail.get("type") == "text/plain"
    if not chosen.strip() and besides:
        chosen, is_plain = besides, _MARKUP.search(besides) is None
    published = _string(entry.get("published"))
    updated = _string(entry.get("updated"))
    is_video_site = bool(entry.get("yt_videoid"))
    media = _xml_media(entry, is_video_site=is_video_site)
    return FeedEntry(
        guid=_string(entry.get("id")) or None,
        link=_entry_link(entry, kind),
        title=_string(entry.get("title")).strip(),
        is_html_title=_mapping(entry.get("title_detail")).get("type") != "text/plain",
        content=chosen,
        is_plain_content=is_plain,
        has_full_content=content is not None,
        authors=_authors(entry) or (_authors(channel) if kind == "atom" else ()),
        published=published or updated or _string(entry.get("created")) or None,
        # in RSS it is dc:date, which does not say of what
        updated=updated if kind == "atom" and published else None,
        language=_string(entry.get("language")) or _string(detail.get("language")) or None,
        tags=_distinct(_string(tag.get("term")) for tag in entry.get("tags") or []),
        media=media,
        thumbnail=_thumbnail(entry),
        comment_count=_stated(entry.get("slash_comments")) or _stated(entry.get("thr_total")) or _replies(entry),
        like_count=_star_ratings(entry) if is_video_site else None,
        view_count=_stated(_mapping(entry.get("media_statistics")).get("views")),
        is_episode=any(key.startswith("itunes_") and key not in _OF_ANY_ENTRY for key in entry),
        external_url=next((link["href"] for link in _links(entry) if link.get("rel") == "related"), None),
    )


def _star_ratings(entry: Mapping[str, Any]) -> str | None:
    """``media:starRating`` is the number of ratings; on YouTube that is the number of likes.

    Of a channel that hides its likes it is 0, too (0 of 166,972 views), so that 0 says nothing.
    """
    count = _stated(_mapping(entry.get("media_starrating")).get("count"))
    return None if count == "0" else count


def _content_rank(part: Mapping[str, Any]) -> tuple[bool, int]:
    return "html" in _string(part.get("type")), len(_string(part.get("value")))


def _entry_link(entry: Mapping[str, Any], kind: FeedKind) -> str | None:
    if original := _string(entry.get("feedburner_origlink")).strip():
        return original
    if link := _alternate(entry):
        return link
    if kind == "atom":
        return None
    # RSS without link: a guid is the permalink unless it says otherwise; feedparser has settled that
    link = _string(entry.get("link")).strip()
    return link if link.startswith(("http://", "https://", "/")) else None


def _alternate(part: Mapping[str, Any]) -> str | None:
    alternates = [link for link in _links(part) if link.get("rel", "alternate") == "alternate" and link.get("href")]
    pages = [link for link in alternates if link.get("type", "text/html") in ("text/html", "application/xhtml+xml")]
    chosen = pages or alternates
    return _string(chosen[0]["href"]).strip() or None if chosen else None


def _links(part: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    links = part.get("links")
    return [link for link in links if isinstance(link, Mapping)] if isinstance(links, list) else []


def _replies(entry: Mapping[str, Any]) -> str | None:
    """RFC 4685: ``thr:count`` on the link to the replies."""
    for link in _links(entry):
        if link.get("rel") == "replies" and (stated := _stated(link.get("thr:count") or link.get("count"))):
            return stated
    return None


def _authors(part: Mapping[str, Any]) -> tuple[str, ...]:
    """Names, never mail addresses: feedparser's own split of ``mail (Name)`` fails on long top-level domains."""
    names = [_string(_mapping(author).get("name")) for author in part.get("authors") or []]
    if "@" in (whole := _string(part.get("author"))):
        names = [whole]
    return _distinct(_MAIL.sub(" ", name[:_MAX_NAME]).strip(" ()<>\t\r\n") for name in names)


def _generator(channel: Mapping[str, Any]) -> str | None:
    detail = _mapping(channel.get("generator_detail"))
    stated = _string(channel.get("generator")) or _string(detail.get("name")) or _string(detail.get("href"))
    return stated.strip() or None


def _detail_language(part: Mapping[str, Any], key: str) -> str:
    return _string(_mapping(part.get(f"{key}_detail")).get("language"))


def _xml_media(entry: Mapping[str, Any], *, is_video_site: bool) -> tuple[FeedMedia, ...]:
    found: list[FeedMedia] = []
    for part in entry.get("media_content") or []:
        kind = "video" if is_video_site else _media_kind(part.get("medium"), part.get("type"), part.get("url"))
        found.append(
            FeedMedia(
                # YouTube's content is a player for Flash, which is no video file
                url=None if is_video_site else _stated(part.get("url")),
                kind="image" if kind == "unknown" and part.get("width") else kind,
                width=_stated(part.get("width")),
                height=_stated(part.get("height")),
                duration=_stated(part.get("duration")),
            )
        )
    if not found and (is_video_site or entry.get("media_player")):
        found.append(FeedMedia(url=None, kind="video"))
    duration = _stated(entry.get("itunes_duration"))
    for link in _links(entry):
        if link.get("rel") == "enclosure" and link.get("href"):
            kind = _media_kind(None, link.get("type"), link["href"])
            found.append(
                FeedMedia(url=link["href"], kind=kind, duration=duration if kind in ("audio", "video") else None)
            )
    rdf = _mapping(entry.get("enc_enclosure"))
    if resource := rdf.get("resource") or rdf.get("rdf:resource"):
        found.append(FeedMedia(url=resource, kind=_media_kind(None, rdf.get("type"), resource)))
    return tuple(found)


def _thumbnail(entry: Mapping[str, Any]) -> FeedMedia | None:
    for part in entry.get("media_thumbnail") or []:
        if url := _stated(part.get("url")):
            return FeedMedia(
                url=url, kind="image", width=_stated(part.get("width")), height=_stated(part.get("height"))
            )
    image = _string(_mapping(entry.get("image")).get("href"))
    return FeedMedia(url=image, kind="image") if image else None


_BY_ENDING = {
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "avif", "svg"), "image"),
    **dict.fromkeys(("mp4", "m4v", "webm", "mov", "avi", "ogv"), "video"),
    **dict.fromkeys(("mp3", "m4a", "ogg", "oga", "opus", "wav", "flac", "aac"), "audio"),
}


def _media_kind(medium: object, mime: object, url: object) -> str:
    for stated in (_string(medium).lower(), _string(mime).lower().partition("/")[0]):
        if stated in ("image", "video", "audio"):
            return stated
    path = re.split(r"[?#]", _string(url), maxsplit=1)[0]
    return _BY_ENDING.get(path.rpartition(".")[2].lower(), "unknown")


# --- JSON Feed ------------------------------------------------------------------------------------


def _json_feed(text: str) -> Feed | None:
    try:
        document = json.loads(text.lstrip("\ufeff \t\r\n"), strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not isinstance(document.get("items", []), list):
        return None
    if "items" not in document and "version" not in document:
        return None
    items = [item for item in document.get("items", []) if isinstance(item, dict)]
    return Feed(
        kind="json",
        title=_string(document.get("title")),
        description=_string(document.get("description")),
        link=_stated(document.get("home_page_url")),
        image_url=_stated(document.get("icon")) or _stated(document.get("favicon")),
        language=_stated(document.get("language")),
        next_url=_stated(document.get("next_url")),
        entries=tuple(_json_entry(item, document) for item in items[:MAX_ENTRIES]),
        is_cut=len(items) > MAX_ENTRIES,
    )


def _json_entry(item: Mapping[str, Any], document: Mapping[str, Any]) -> FeedEntry:
    html, text = _string(item.get("content_html")), _string(item.get("content_text"))
    identity = item.get("id")
    picture = _stated(item.get("image")) or _stated(item.get("banner_image"))
    tags = item.get("tags")
    return FeedEntry(
        guid=str(identity) if isinstance(identity, str | int) and not isinstance(identity, bool) else None,
        link=_stated(item.get("url")),
        title=_string(item.get("title")).strip(),
        content=html or text or _string(item.get("summary")),
        is_plain_content=not html,
        has_full_content=bool(html or text),
        authors=_json_authors(item) or _json_authors(document),
        published=_stated(item.get("date_published")) or _stated(item.get("date_modified")),
        updated=_stated(item.get("date_modified")) if item.get("date_published") else None,
        language=_stated(item.get("language")),
        tags=_distinct(_string(tag) for tag in tags) if isinstance(tags, list) else (),
        media=_json_media(item.get("attachments")),
        thumbnail=FeedMedia(url=picture, kind="image") if picture else None,
        external_url=_stated(item.get("external_url")),
    )


def _json_media(attachments: object) -> tuple[FeedMedia, ...]:
    found: dict[tuple[str, str], FeedMedia] = {}
    for attachment in attachments if isinstance(attachments, list) else []:
        if isinstance(attachment, dict):
            url = _stated(attachment.get("url"))
            kind = _media_kind(None, attachment.get("mime_type"), url)
            # the same title means the same thing in another file format (JSON Feed 1.1, attachments)
            name = _string(attachment.get("title")) or url or ""
            duration = _stated(attachment.get("duration_in_seconds"))
            found.setdefault((kind, name), FeedMedia(url=url, kind=kind, duration=duration))
    return tuple(found.values())


def _json_authors(part: Mapping[str, Any]) -> tuple[str, ...]:
    authors = part.get("authors")
    stated = [*(authors if isinstance(authors, list) else []), part.get("author")]
    names = (_string(author.get("name") if isinstance(author, dict) else author) for author in stated)
    return _distinct(_MAIL.sub(" ", name[:_MAX_NAME]).strip(" ()<>") for name in names)


# --- both -----------------------------------------------------------------------------------------


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _stated(value: object) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return _string(value).strip() or None


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for value in values:
        if value.strip():
            kept.setdefault(value.strip().casefold(), value.strip())
    return tuple(kept.values())
