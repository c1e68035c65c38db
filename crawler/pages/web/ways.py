"""Which ways lead from a page of a site to its posts, the cheapest complete one first.

1. **API**: WordPress' interface, where the page names it and the account is the whole site, or one of its terms.
2. **Feed**: the one that the page names nearest to the account's address; then what the site's software has as a habit.
   Where nothing is named: the front page, if this is a post; the pages that the site calls its blog or newsroom, then a
   few usual places.
3. **Sitemap**: those of robots.txt, else the usual place. It names all pages, so it is walked only when interface and
   feed did not reach back to the horizon.
4. **Links**: what the page itself links to, and its further pages, where there is nothing else.

Nothing here asks anything: requests are proposed, and the visit walks the ways in this order until one was complete.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from crawler.items import NextRequest, RequestKind, Way
from crawler.pages.web.address import is_feed_address, is_site_address
from crawler.pages.web.candidates import LISTS, dated, may_be_post
from crawler.pages.web.share_ready import FEED_TYPES
from crawler.pages.web.wordpress import posts_address
from crawler.reading.content import MAX_LINKS
from crawler.reading.meta import HeadLink, Page
from crawler.reading.urls import absolute, canonical, page_key, permalink, same_site

MAX_GUESSES = 4
"""Places tried where nothing is named."""
MAX_SECTIONS = 2
MAX_FURTHER = 5
"""Further pages of its list that a page leads to; each leads on from there."""
MAX_LINKED = 300
"""Links of one page that may be posts."""

_XML_TYPES = ("text/xml", "application/xml")
_API = "https://api.w.org/"
_API_HEADER = re.compile(r"<([^<>\s]{1,2000})>\s*;\s*rel=[\"']?https://api\.w\.org/")
_TERM = re.compile(r"/wp/v2/(categories|tags|users)/([0-9]{1,12})$")
_SINGLE = re.compile(r"/wp/v2/(?:posts|pages)/[0-9]{1,12}$")
_TERM_FILTERS = {"categories": "categories", "tags": "tags", "users": "author"}
_FEED_WORD = re.compile(r"feed|rss|atom|rdf|index\.(?:xml|json)", re.IGNORECASE)
"""A part of every address that looks like a feed's."""
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|/replies", re.IGNORECASE)
_SECTION_NAMES = (
    "blog", "news", "newsroom", "press", "articles", "stories", "journal", "magazine", "insights", "posts", "updates",
    "aktuelles", "presse", "artikel", "magazin", "neuigkeiten", "actualites", "noticias", "notizie", "nyheter",
    "changelog", "media", "archive", "archives",
)  # fmt: skip
_NEXT_PAGE = re.compile(r"/(?:page|seite)[/-]?\d{1,4}/?$|/index\d{1,4}\.html$|/page\d{1,4}/?$", re.IGNORECASE)
_HABITS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # software as the page names it → where its feed is unless the owner moved it
    ("wordpress", ("feed/", "?feed=rss2")),
    ("ghost", ("rss/",)),
    ("hugo", ("index.xml",)),
    ("jekyll", ("feed.xml",)),
    ("hexo", ("atom.xml", "rss2.xml")),
    ("pelican", ("feeds/all.atom.xml", "feeds/all.rss.xml")),
    ("nikola", ("rss.xml",)),
    ("eleventy", ("feed/feed.xml", "feed.xml")),
    ("docusaurus", ("blog/rss.xml", "blog/atom.xml")),
    ("astro", ("rss.xml",)),
    ("blogger", ("feeds/posts/default?max-results=100",)),
    ("squarespace", ("?format=rss", "blog?format=rss")),
    ("wix", ("blog-feed.xml",)),
    ("shopify", ("blogs/news.atom",)),
    ("hubspot", ("blog/rss.xml",)),
    ("drupal", ("rss.xml", "blog/feed")),
    ("joomla", ("?format=feed&type=rss",)),
    ("webflow", ("blog/rss.xml",)),
    ("substack", ("feed",)),
    ("medium", ("feed",)),
)
_MARKS: tuple[tuple[str, bytes], ...] = (
    # software that does not name itself, by what its pages cannot do without
    ("shopify", b"cdn.shopify.com"),
    ("squarespace", b"static1.squarespace.com"),
    ("wix", b"static.parastorage.com"),
    ("webflow", b"data-wf-site"),
    ("hubspot", b"hs-scripts.com"),
    ("substack", b"substackcdn.com"),
    ("wordpress", b"/wp-content/"),
)
_USUAL = ("feed", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss")


def software_of(page: Page) -> str | None:
    """What made the page: as its generator says, else by a mark that only that software leaves."""
    stated = " ".join(page.metas.get("generator", [])).lower()
    named = next((name for name, _ in _HABITS if name in stated), None)
    if named is not None:
        return named
    markup = page.markup.lower()
    return next((name for name, mark in _MARKS if mark in markup), None)


def ways_of_page(
    page: Page,
    url: str,
    account_url: str,
    *,
    is_section: bool = False,
    link_header: str = "",
    sitemaps: Sequence[str] = (),
    since: datetime | None = None,
) -> tuple[NextRequest, ...]:
    """Every way that leads on from the page answered at ``url``, which is the account itself or a section of it.

    ``is_section``: another page led here, and has said already where else to look. ``link_header``: all ``Link``
    headers of the answer. ``sitemaps``: what robots.txt names. ``since``: nothing older is wanted.
    """
    feeds = feeds_of(page, url)
    software = software_of(page)
    requests = [*_interface(page, url, account_url, link_header)]
    if feeds:
        requests.append(NextRequest(url=feeds[0], kind=RequestKind.LISTING, way=Way.FEED))
    elif not is_section:
        requests += _unnamed_feeds(page, url, software)
    if not is_section:
        requests += sitemap_ways(url, sitemaps, is_wordpress=software == "wordpress")
    requests += links_of(page, url, since)
    first: dict[str, NextRequest] = {}
    for request in requests:
        first.setdefault(request.url, request)
    return tuple(first.values())


def feeds_of(page: Page, url: str) -> list[str]:
    """Feeds that a page names, in its head or by a link to something called a feed; none of comments. Of several the
    one that stands nearest to the page's own address comes first."""
    found: dict[str, tuple[int, int]] = {}
    path = urlsplit(url).path.rstrip("/")
    named = ((link.href, link.title) for link in page.links if "alternate" in link.rel and _is_feed_link(link))
    may_be_any = _FEED_WORD.search(page.base) is not None
    linked = (
        (address, "")
        for target in dict.fromkeys(_anchors(page))
        if (may_be_any or _FEED_WORD.search(target))
        and (address := absolute(target, page.base))
        and is_feed_address(address)
    )
    for number, (href, title) in enumerate((*named, *linked)):
        if _COMMENTS.search(href) or _COMMENTS.search(title):
            continue
        address = permalink(href)
        if address is None or canonical(address) == canonical(url) or not same_site(address, url):
            continue
        is_near = bool(path) and urlsplit(address).path.startswith(path)
        found.setdefault(_whole(address), (0 if is_near else 1, number))
    return sorted(found, key=lambda address: found[address])


def sitemap_ways(url: str, sitemaps: Sequence[str], *, is_wordpress: bool = False) -> Iterator[NextRequest]:
    """The sitemaps that robots.txt of the site names, else the usual place."""
    named = [address for each in sitemaps if (address := absolute(each, url)) is not None and same_site(address, url)]
    for address in named[:10]:
        yield NextRequest(url=address, kind=RequestKind.LISTING, way=Way.SITEMAP)
    if not named:
        parts = urlsplit(url)
        place = "/wp-sitemap.xml" if is_wordpress else "/sitemap.xml"
        usual = urlunsplit((parts.scheme, parts.netloc, place, "", ""))
        yield NextRequest(url=usual, kind=RequestKind.LISTING, way=Way.SITEMAP, is_guess=True)


def links_of(page: Page, url: str, since: datetime | None = None) -> list[NextRequest]:
    """Pages that this one links to and that may be posts, and its own further pages, else the site's archive. A list
    whose addresses are all dated before ``since`` goes no further."""
    posts: dict[str, NextRequest] = {}
    further: dict[str, NextRequest] = {}
    own = page_key(url)
    next_link = page.linked("next")
    targets = [*([next_link] if next_link else []), *_anchors(page)]
    for target in targets:
        address = permalink(target, page.base)
        if address is None or not same_site(address, url) or page_key(address) == own:
            continue
        if address == next_link or _is_page_of_same(address, url):
            further.setdefault(address, NextRequest(url=address, kind=RequestKind.LISTING, way=Way.LINKS))
        elif may_be_post(address) and len(posts) < MAX_LINKED:
            posts.setdefault(address, NextRequest(url=address, kind=RequestKind.CANDIDATE, way=Way.LINKS))
    archives = [
        NextRequest(url=each.url, kind=RequestKind.LISTING, way=Way.LINKS)
        for each in islice(_sections(page, url), MAX_SECTIONS)
    ]
    for each in archives:
        posts.pop(each.url, None)
    dates = [dated(address) for address in posts]
    if since is not None and dates and all(date is not None and date < since for date in dates):
        return []
    return [*(list(further.values())[:MAX_FURTHER] or archives), *posts.values()]


def _interface(page: Page, url: str, account_url: str, link_header: str) -> Iterator[NextRequest]:
    """WordPress' interface, where it gives what the account's link means: all posts, or those of one term."""
    stated = _API_HEADER.search(link_header)
    root = absolute(stated.group(1), url) if stated is not None else page.linked(_API)
    if root is None or not same_site(root, url):
        return
    only: dict[str, str] = {}
    is_single = False
    for link in page.links:
        said = dict(parse_qsl(urlsplit(link.href).query)).get("rest_route") or urlsplit(link.href).path
        if "alternate" not in link.rel or link.mime != "application/json":
            continue
        if term := _TERM.search(said.rstrip("/")):
            only = {_TERM_FILTERS[term.group(1)]: term.group(2)}
        is_single = is_single or bool(_SINGLE.search(said.rstrip("/")))
    if not only and not (is_single or _is_front(url, root) or _is_front(account_url, root) or _shows_all_posts(page)):
        return
    yield NextRequest(url=posts_address(root, **only), kind=RequestKind.LISTING, way=Way.API)


def _front_page(url: str) -> Iterator[NextRequest]:
    """The front page, for a post that names no way at all; not where a host has room for many sites."""
    parts = urlsplit(url)
    if not is_site_address(url) and not re.match(r"/[~@]", parts.path):
        front = urlunsplit((parts.scheme, parts.netloc, "/", "", ""))
        yield NextRequest(url=front, kind=RequestKind.LISTING, way=Way.FEED, is_guess=True)


def _is_front(url: str, root: str) -> bool:
    """Whether ``url`` is the front page of the site whose interface is at ``root``."""
    home = re.sub(r"(?:/index\.php)?(?:/wp-json)?/?$", "", urlsplit(root).path)
    return urlsplit(url).path.rstrip("/") == home.rstrip("/")


def _shows_all_posts(page: Page) -> bool:
    """WordPress marks the page of all posts; an archive of one kind of content is none."""
    body = next(page.root.iter("body"), None)
    return body is not None and "blog" in (body.get("class") or "").lower().split()


def _unnamed_feeds(page: Page, url: str, software: str | None) -> Iterator[NextRequest]:
    """Places to look for a feed that nothing names: the front page, sections of news, habits of the software, usual
    ones."""
    habits = next((places for name, places in _HABITS if name == software), ())
    front = [] if habits else list(_front_page(url))
    yield from front
    yield from islice(_sections(page, url), MAX_SECTIONS)
    for place in islice(dict.fromkeys((*habits, *_USUAL)), MAX_GUESSES - len(front)):
        parts = urlsplit(url)
        folder = f"{parts.path.rstrip('/')}/" if is_site_address(url) and place not in habits else "/"
        address = absolute(f"{parts.scheme}://{parts.netloc}{folder}{place}")
        if address is not None:
            yield NextRequest(url=address, kind=RequestKind.LISTING, way=Way.FEED, is_guess=True)


def _sections(page: Page, url: str) -> Iterator[NextRequest]:
    """Pages of the site that are called blog, news and the like, one or two steps below its root."""
    found: dict[str, int] = {}
    for target in _anchors(page):
        address = permalink(target, page.base)
        if address is None or not same_site(address, url) or urlsplit(address).query:
            continue
        if page_key(address) == page_key(url):
            continue
        segments = [segment.lower() for segment in urlsplit(address).path.split("/") if segment]
        if len(segments) > 2 or not LISTS.isdisjoint(segments[:-1]):
            continue
        if segments and segments[-1].removesuffix(".html") in _SECTION_NAMES:
            found.setdefault(address, _SECTION_NAMES.index(segments[-1].removesuffix(".html")))
    for address in sorted(found, key=lambda each: found[each]):
        yield NextRequest(url=address, kind=RequestKind.LISTING, way=Way.FEED, is_guess=True)


def _is_feed_link(link: HeadLink) -> bool:
    mime = link.mime
    if mime in _XML_TYPES:
        return is_feed_address(link.href)
    if mime != "application/json":
        return mime in FEED_TYPES
    return "wp-json" not in link.href and "rest_route" not in link.href


def _whole(feed: str) -> str:
    """Blogger's feed holds 25 posts unless more are asked for."""
    parts = urlsplit(feed)
    if not parts.path.rstrip("/").endswith("/feeds/posts/default") or "max-results" in parts.query:
        return feed
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "max-results=100", ""))


def _anchors(page: Page) -> Iterator[str]:
    hrefs = (element.get("href") for element in islice(page.root.iter("a"), MAX_LINKS))
    return (href for href in hrefs if href and not href.startswith(("#", "javascript:", "mailto:", "tel:")))


def _is_page_of_same(address: str, url: str) -> bool:
    """Whether ``address`` is page so-and-so of the list that ``url`` is a page of, too."""
    path = urlsplit(address).path
    first = _NEXT_PAGE.sub("", path)
    return first != path and first.rstrip("/") == _NEXT_PAGE.sub("", urlsplit(url).path).rstrip("/")
