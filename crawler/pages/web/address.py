"""What the shape of an address tells before anything is fetched."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_FEED_PATH = re.compile(
    r"(?:^|/)(?:feed|feeds|rss|atom|rdf|rss2)/?$|\.(?:rss|rss2|atom|rdf)$|/feeds/posts/[^/]+$|/feeds?/[\w.-]+\.(?:xml|json)$"
    r"|/(?:[\w-]*(?:feed|rss|atom)[\w-]*|index)\.(?:xml|json)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed=(?:rss2?|atom|rdf)|format=(?:rss|atom)|alt=(?:rss|atom))(?:&|$)", re.IGNORECASE
)
_SITEMAP_PATH = re.compile(
    r"(?:^|/)[^/]*site-?maps?[^/]*\.(?:xml(?:\.gz)?|txt)$|(?:^|/)site_?maps?/[^/]+\.xml(?:\.gz)?$", re.IGNORECASE
)
_SITEMAP_QUERY = re.compile(r"(?:^|&)sitemap(?:-\w+)?=", re.IGNORECASE)
_SECTION = re.compile(r"[a-z]{2}(?:-[a-z]{2})?|[a-z]{3,14}", re.IGNORECASE)
_PAGE_KEY = "paged"


def is_feed_address(url: str) -> bool:
    """Whether an address looks like that of a feed."""
    parts = urlsplit(url)
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def is_sitemap_address(url: str) -> bool:
    """Whether an address looks like that of a sitemap."""
    parts = urlsplit(url)
    return bool(_SITEMAP_PATH.search(parts.path) or _SITEMAP_QUERY.search(parts.query))


def is_site_address(url: str) -> bool:
    """Whether an address looks like a home page or section: no path, or one or two plain words (``/en/news``)."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if re.search(r"(?:^|&)(?:p|page_id|post|id|article|story)=", parts.query):
        return False
    if segments and re.fullmatch(r"index\.\w{3,5}|default\.\w{3,5}", segments[-1], re.IGNORECASE):
        segments = segments[:-1]
    return len(segments) <= 2 and all(_SECTION.fullmatch(segment) for segment in segments)


def page_number(url: str) -> int:
    """Which page of a feed an address asks for, as WordPress counts them (``paged``); 1 where it does not say."""
    said = dict(parse_qsl(urlsplit(url).query)).get(_PAGE_KEY, "")
    return int(said) if re.fullmatch(r"[1-9][0-9]{0,5}", said) else 1


def next_page_address(url: str) -> str:
    """The next page of a WordPress feed, which holds ten entries a page unless its owner chose another number.

    Source: developer.wordpress.org, query variable ``paged``; it works on feeds as on lists, and ends with a 404.
    """
    parts = urlsplit(url)
    others = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != _PAGE_KEY]
    query = urlencode([*others, (_PAGE_KEY, str(page_number(url) + 1))])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
