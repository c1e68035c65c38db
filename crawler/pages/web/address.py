"""What the shape of an address tells before anything is fetched, and where feeds usually are."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.reading.urls import canonical

_FEED_PATH = re.compile(
    r"(?:^|/)(?:feed|feeds|rss|atom|rdf|rss2)/?$|\.(?:rss|rss2|atom|rdf)$|/feeds/posts/[^/]+$|/feeds?/[\w.-]+\.(?:xml|json)$"
    r"|/(?:[\w-]*(?:feed|rss|atom)[\w-]*|index)\.(?:xml|json)$",
    re.IGNORECASE,
)
_FEED_QUERY = re.compile(
    r"(?:^|&)(?:feed=(?:rss2?|atom|rdf)|format=(?:rss|atom)|alt=(?:rss|atom))(?:&|$)", re.IGNORECASE
)
_SECTION = re.compile(r"[a-z]{2}(?:-[a-z]{2})?|[a-z]{3,14}", re.IGNORECASE)
_PAGE_KEY = "paged"
_USUAL_NAMES = ("feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss", "feed.json")


def is_feed_address(url: str) -> bool:
    """Whether an address looks like that of a feed."""
    parts = urlsplit(url)
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def is_site_address(url: str) -> bool:
    """Whether an address looks like a home page or section: no path, or one or two plain words (``/en/news``)."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    if re.search(r"(?:^|&)(?:p|page_id|post|id|article|story)=", parts.query):
        return False
    if segments and re.fullmatch(r"index\.\w{3,5}|default\.\w{3,5}", segments[-1], re.IGNORECASE):
        segments = segments[:-1]
    return len(segments) <= 2 and all(_SECTION.fullmatch(segment) for segment in segments)


def usual_feed_addresses(url: str) -> tuple[str, ...]:
    """Where a site's feed usually is, likeliest first: below the address itself, then at the site's root."""
    parts = urlsplit(canonical(url))
    segments = [segment for segment in parts.path.split("/") if segment]
    if segments and "." in segments[-1]:
        segments = segments[:-1]
    below = "/" + "".join(f"{segment}/" for segment in segments)
    places = [below + name for name in _USUAL_NAMES]
    if segments:
        places += ["/" + name for name in _USUAL_NAMES]
    else:
        places += ["/blog/feed", "/blog/rss.xml", "/blog/feed.xml"]
    return tuple(urlunsplit((parts.scheme, parts.netloc, place, "", "")) for place in dict.fromkeys(places))


def next_usual_feed_address(tried: str, account_url: str) -> str | None:
    """The usual place to try after ``tried`` for an account, ``None`` when it was the last, or is no usual place."""
    places = usual_feed_addresses(account_url)
    for number, place in enumerate(places[:-1]):
        if place.rstrip("/") == canonical(tried).rstrip("/"):
            return places[number + 1]
    return None


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
