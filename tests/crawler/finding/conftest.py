"""Invented sites in the shapes of real software, for tests that count requests: WordPress, Ghost, static generators.

What was asked of a site stands in ``asked``; a :class:`Crawl` visits it with the crawl's own parts, without a network.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from attrs import define, evolve, field, frozen
from scrapy import Request
from scrapy.http import Response

from crawler.asking import Batch
from crawler.batches import LinesBatch, PageBatch, VisitBatch
from crawler.extraction import PageReading, PageTask, read_page
from crawler.items import Platform, Visit
from crawler.plan import KnownPost, ListedAccount, PlannedAccount, Validator, make_plan
from crawler.robots import Robots
from crawler.survey import Survey
from crawler.visit import AccountVisit

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
BASE = "http://village.example"
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_XML = {"Content-Type": "application/xml; charset=utf-8"}


@frozen
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@frozen
class Article:
    """One post of a site."""

    number: int
    at: datetime
    comments: int
    tags: tuple[str, ...]

    @property
    def slug(self) -> str:
        return f"the-loaf-of-day-{self.number}"

    @property
    def title(self) -> str:
        return f"The loaf of day {self.number}"


@define
class Site:
    """Answers as one piece of software does; ``pages`` maps a path (with query) to what makes its answer."""

    robots: str = ""
    pages: dict[str, Callable[[], Answer]] = field(factory=dict)
    asked: list[str] = field(factory=list)
    has_validators: bool = True
    by_query: Callable[[str], Answer | None] = lambda _: None
    """Asked first: what answers by more than the path."""

    def answer(self, target: str, headers: Mapping[str, str]) -> Answer:
        self.asked.append(target)
        if (made := self.by_query(target)) is not None:
            return made
        make = self.pages.get(target) or self.pages.get(urlsplit(target).path.rstrip("/") + "/")
        if make is None:
            return Answer(404, _HTML, b"<!doctype html><title>Not found</title>")
        found = make()
        if found.status != 200 or not self.has_validators:
            return found
        etag = f'"{sha256(found.body).hexdigest()[:16]}"'
        if headers.get("If-None-Match") == etag:
            return Answer(304, {"ETag": etag}, b"")
        return Answer(200, {**found.headers, "ETag": etag}, found.body)

    def page(self, path: str, text: str, headers: Mapping[str, str] = _HTML, status: int = 200) -> None:
        self.pages[path] = lambda: Answer(status, headers, text.encode())


def articles(count: int, now: datetime, days: float = 1.5) -> list[Article]:
    """``count`` posts, newest first."""
    return [
        Article(
            number=count - place,
            at=(now - timedelta(hours=3) - timedelta(days=days * place)).replace(microsecond=0),
            comments=(place * 3) % 5,
            tags=("bread", "rye") if place % 2 else ("bread",),
        )
        for place in range(count)
    ]


# --- WordPress ---


def wordpress(posts: list[Article], *, has_interface: bool = True, is_plain: bool = False) -> Site:
    """REST API, paged feed with ``slash:comments``, its own sitemap; no validators but on the feed."""
    site = Site(robots="" if is_plain else f"User-agent: *\nSitemap: {BASE}/wp-sitemap.xml\n", has_validators=False)
    root = f"{BASE}/index.php?rest_route=/" if is_plain else f"{BASE}/wp-json/"
    links = "".join(f'<h2><a href="{_wp_link(post, is_plain)}">{post.title}</a></h2>' for post in posts[:10])
    named = f'<link rel="https://api.w.org/" href="{root}">'
    feed = "/?feed=rss2" if is_plain else "/feed/"
    home = (
        f'<!doctype html><html lang="en"><head><title>Mill</title>{named}'
        '<meta name="generator" content="WordPress 6.9">'
        f'<link rel="alternate" type="application/rss+xml" href="{BASE}{feed}">'
        f'<link rel="alternate" type="application/rss+xml" title="Comments" href="{BASE}/comments/feed/">'
        f'</head><body class="home blog">{links}<a href="/page/2/">Older</a></body></html>'
    )
    site.page("/", home, {**_HTML, "Link": f'<{root}>; rel="https://api.w.org/"'})
    for post in posts:
        site.page(urlsplit(_wp_link(post, is_plain))._replace(scheme="", netloc="").geturl(), _wp_page(post))
    _wordpress_feed(site, posts, feed, is_plain=is_plain)

    def interface(target: str) -> Answer | None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        route = query.get("rest_route") or urlsplit(target).path.removeprefix("/wp-json")
        if not route.startswith("/wp/v2/"):
            return None
        if not has_interface:
            return _json({"code": "rest_disabled", "data": {"status": 401}}, status=401)
        return _wordpress_interface(posts, route, query, is_plain=is_plain)

    site.by_query = interface
    return site


def _wp_link(post: Article, is_plain: bool) -> str:
    return f"{BASE}/?p={post.number}" if is_plain else f"{BASE}/{post.at:%Y/%m}/{post.slug}/"


def _wp_page(post: Article) -> str:
    return (
        f'<!doctype html><html lang="en"><head><title>{post.title}</title></head><body class="single-post">'
        f'<article class="post type-post hentry"><h1 class="entry-title">{post.title}</h1>'
        f'<time class="entry-date published" datetime="{post.at.isoformat()}">x</time><p>{_text(post)}</p></article>'
        "</body></html>"
    )


def _wordpress_feed(site: Site, posts: list[Article], feed: str, *, is_plain: bool) -> None:
    separator = "&" if "?" in feed else "?"
    for page in range((len(posts) + 9) // 10 + 1):
        chosen = posts[page * 10 : page * 10 + 10]
        items = "".join(
            f"<item><title>{post.title}</title><link>{_wp_link(post, is_plain)}</link>"
            f"<pubDate>{format_datetime(post.at)}</pubDate><dc:creator>Odo</dc:creator>"
            + "".join(f"<category>{tag}</category>" for tag in post.tags)
            + f'<guid isPermaLink="false">{BASE}/?p={post.number}</guid><description>Short</description>'
            f"<content:encoded><![CDATA[<p>{_text(post)}</p>]]></content:encoded>"
            f"<slash:comments>{post.comments}</slash:comments></item>"
            for post in chosen
        )
        spaces = (
            'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
        )
        text = (
            f'<?xml version="1.0"?><rss version="2.0" {spaces}><channel><title>Mill</title><link>{BASE}</link>'
            f"<generator>https://wordpress.org/?v=6.9</generator>{items}</channel></rss>"
        )
        target = feed if page == 0 else f"{feed}{separator}paged={page + 1}"
        kind = {"Content-Type": "application/rss+xml; charset=UTF-8", "ETag": f'"feed-{page}-{len(posts)}"'}
        site.page(target, text, kind, 200 if chosen else 404)


def _wordpress_interface(posts: list[Article], route: str, query: Mapping[str, str], *, is_plain: bool) -> Answer:
    if route == "/wp/v2/comments":
        asked = [int(number) for number in query["post"].split(",")]
        rows: list[object] = [
            {"post": post.number} for post in posts if post.number in asked for _ in range(post.comments)
        ]
    else:
        rows = [_wp_row(post, is_plain) for post in posts]
    size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
    total = (len(rows) + size - 1) // size
    if page > max(total, 1):
        return _json({"code": "rest_post_invalid_page_number", "data": {"status": 400}}, status=400)
    headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(total)}
    return _json(rows[(page - 1) * size : page * size], headers)


def _wp_row(post: Article, is_plain: bool) -> dict[str, object]:
    terms = [[{"name": "News", "taxonomy": "category"}], [{"name": tag, "taxonomy": "post_tag"} for tag in post.tags]]
    return {
        "id": post.number, "date": f"{post.at:%Y-%m-%dT%H:%M:%S}", "date_gmt": f"{post.at:%Y-%m-%dT%H:%M:%S}",
        "modified_gmt": f"{post.at:%Y-%m-%dT%H:%M:%S}", "link": _wp_link(post, is_plain), "status": "publish",
        "type": "post", "title": {"rendered": post.title}, "content": {"rendered": f"<p>{_text(post)}</p>"},
        "format": "standard", "sticky": False, "comment_status": "open",
        "_embedded": {"author": [{"name": "Odo"}], "wp:term": terms},
    }  # fmt: skip


# --- Ghost ---


def ghost(posts: list[Article]) -> Site:
    """A feed of 15, a sitemap of its own for posts; the interface is closed by robots.txt."""
    site = Site(robots=f"User-agent: *\nSitemap: {BASE}/sitemap.xml\nDisallow: /ghost/\n")
    site.page("/", _home("Ghost 5.130", "/rss/", posts, "/{slug}/"))
    site.page("/rss/", _rss(posts[:15], "/{slug}/", is_full=True), _XML)
    kinds = ("pages", "posts", "authors", "tags")
    site.page("/sitemap.xml", _index([f"{BASE}/sitemap-{kind}.xml" for kind in kinds]), _XML)
    site.page("/sitemap-posts.xml", _urlset([(f"{BASE}/{post.slug}/", post.at) for post in posts]), _XML)
    others = [f"{BASE}/{name}/" for name in ("about", "contact")]
    site.page("/sitemap-pages.xml", _urlset([(url, posts[0].at) for url in others]), _XML)
    for post in posts:
        site.page(f"/{post.slug}/", article_page(post, f"{BASE}/{post.slug}/"))
    return site


# --- static generators ---


def hugo(posts: list[Article]) -> Site:
    """A feed of ten, one sitemap of everything with ``lastmod``: sections, tags and pages too."""
    site = Site()
    site.page("/", _home("Hugo 0.140", "/index.xml", posts, "/posts/{slug}/"))
    site.page("/index.xml", _rss(posts[:10], "/posts/{slug}/"), _XML)
    entries = [(f"{BASE}/{name}/", posts[0].at) for name in ("", "posts", "tags", "tags/bread", "tags/rye", "about")]
    entries += [(f"{BASE}/posts/{post.slug}/", post.at) for post in posts]
    site.page("/sitemap.xml", _urlset(entries), _XML)
    for post in posts:
        site.page(f"/posts/{post.slug}/", article_page(post, f"{BASE}/posts/{post.slug}/"))
    for name in ("posts", "tags", "tags/bread", "about"):
        site.page(f"/{name}/", "<!doctype html><title>x</title><h1>A list</h1>")
    return site


def jekyll(posts: list[Article]) -> Site:
    """An Atom feed of ten, dated addresses, a sitemap in which pages have no ``lastmod``, named in robots.txt."""
    site = Site(robots=f"Sitemap: {BASE}/sitemap.xml\n")
    path = "/{year}/{month}/{day}/{slug}.html"
    site.page("/", _home("Jekyll v4.3.4", "/feed.xml", posts, path))
    site.page("/feed.xml", _atom(posts[:10], path), {"Content-Type": "application/atom+xml; charset=utf-8"})
    entries: list[tuple[str, datetime | None]] = [(BASE + _path(path, post), post.at) for post in reversed(posts)]
    entries += [(f"{BASE}/{name}", None) for name in ("", "about.html", "categories/", "imprint.html")]
    site.page("/sitemap.xml", _urlset(entries), _XML)
    for post in posts:
        site.page(_path(path, post), article_page(post, BASE + _path(path, post)))
    return site


def hexo(posts: list[Article]) -> Site:
    """A feed of twenty and no sitemap: older posts stand on the archive's pages."""
    site = Site()
    path = "/{year}/{month}/{day}/{slug}/"
    site.page("/", _home("Hexo 7.3.0", "/atom.xml", posts, path, more='<a href="/archives/">Archives</a>'))
    site.page("/atom.xml", _atom(posts[:20], path), {"Content-Type": "application/atom+xml"})
    for page in range(0, len(posts), 10):
        number = page // 10 + 1
        links = "".join(f'<a href="{_path(path, post)}">{post.title}</a>' for post in posts[page : page + 10])
        older = f'<a class="next" href="/archives/page/{number + 1}/">Older</a>' if page + 10 < len(posts) else ""
        here = "/archives/" if number == 1 else f"/archives/page/{number}/"
        site.page(here, f"<!doctype html><title>Archives</title><h1>Archives</h1>{links}{older}")
    for post in posts:
        site.page(_path(path, post), article_page(post, BASE + _path(path, post)))
    return site


# --- shapes that several share ---


def article_page(post: Article, url: str) -> str:
    """A post's page with structured data, as themes write it."""
    data = {
        "@context": "https://schema.org", "@type": "BlogPosting", "headline": post.title, "mainEntityOfPage": url,
        "datePublished": post.at.isoformat(), "author": {"@type": "Person", "name": "Odo"},
        "commentCount": post.comments,
    }  # fmt: skip
    tags = "".join(f'<meta property="article:tag" content="{tag}">' for tag in post.tags)
    return (
        f'<!doctype html><html lang="en"><head><title>{post.title}</title><link rel="canonical" href="{url}">'
        f'<meta property="og:type" content="article">{tags}<script type="application/ld+json">{json.dumps(data)}'
        f"</script></head><body><article><h1>{post.title}</h1><p>{_text(post)}</p></article></body></html>"
    )


def _text(post: Article) -> str:
    return f"On day {post.number} the oven was warm and the rye was good. " * 6


def _path(pattern: str, post: Article) -> str:
    return pattern.format(slug=post.slug, year=f"{post.at:%Y}", month=f"{post.at:%m}", day=f"{post.at:%d}")


def _home(software: str, feed: str, posts: list[Article], path: str, more: str = "") -> str:
    links = "".join(f'<a href="{_path(path, post)}">{post.title}</a>' for post in posts[:5])
    return (
        f'<!doctype html><html lang="en"><head><title>Mill</title><meta name="generator" content="{software}">'
        f'<link rel="alternate" type="application/atom+xml" href="{feed}"></head>'
        f"<body><h1>Mill</h1>{links}{more}</body></html>"
    )


def _rss(posts: list[Article], path: str, *, is_full: bool = False) -> str:
    items = "".join(
        f"<item><title>{post.title}</title><link>{BASE}{_path(path, post)}</link><guid>{BASE}{_path(path, post)}</guid>"
        f"<pubDate>{format_datetime(post.at)}</pubDate>"
        + "".join(f"<category>{tag}</category>" for tag in post.tags)
        + f"<description>{_text(post) if is_full else 'Short'}</description></item>"
        for post in posts
    )
    head = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Mill</title><link>{BASE}/</link>'
    return f"{head}{items}</channel></rss>"


def _atom(posts: list[Article], path: str) -> str:
    entries = "".join(
        f'<entry><title>{post.title}</title><id>{BASE}{_path(path, post)}</id><link href="{BASE}{_path(path, post)}"/>'
        f"<published>{post.at.isoformat()}</published><updated>{post.at.isoformat()}</updated>"
        + "".join(f'<category term="{tag}"/>' for tag in post.tags)
        + f'<content type="html">&lt;p&gt;{_text(post)}&lt;/p&gt;</content></entry>'
        for post in posts
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Mill</title><id>mill</id>{entries}</feed>'


def _urlset(entries: list[tuple[str, datetime]] | list[tuple[str, datetime | None]]) -> str:
    rows = "".join(
        f"<url><loc>{url}</loc>{f'<lastmod>{changed.isoformat()}</lastmod>' if changed else ''}</url>"
        for url, changed in entries
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {_SITEMAP}>{rows}</urlset>'


def _index(urls: list[str]) -> str:
    rows = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex {_SITEMAP}>{rows}</sitemapindex>'


def _json(value: object, headers: Mapping[str, str] | None = None, status: int = 200) -> Answer:
    kind = {"Content-Type": "application/json; charset=UTF-8"}
    return Answer(status, {**kind, **(headers or {})}, json.dumps(value).encode())


# --- a crawl of one site ---


@define
class Crawl:
    """The crawl around one visit: the site answers, pages are read in this process."""

    site: Site
    now_at: datetime = NOW
    batches: list[Batch] = field(factory=list)
    crawl_id: str = "20261122T060000Z-abcdef"
    base_urls: dict[str, str] = field(factory=dict)
    source: str = "crawl"

    def now(self) -> datetime:
        return self.now_at

    def width(self, url: str) -> int:
        return 1

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return Robots.read(self.site.robots.encode()).sitemaps

    def pause(self, url: str, until: datetime) -> None:
        """No site here asks for it."""

    async def download(self, request: Request) -> Response:
        headers = {name.decode(): values[0].decode() for name, values in request.headers.items()}
        found = self.site.answer(request.url.removeprefix(BASE) or "/", headers)
        return Response(request.url, status=found.status, headers=dict(found.headers), body=found.body, request=request)

    async def read(self, task: PageTask) -> PageReading:
        return read_page(task)

    async def emit(self, batch: Batch) -> None:
        self.batches.append(batch)

    def visit(self, planned: PlannedAccount) -> Visit:
        """Visit the account; what it asked for stands in ``site.asked``."""
        return self._run(planned, None)

    def survey(self, planned: PlannedAccount) -> Visit:
        """Only look by which ways posts can be had."""
        return self._run(planned, Survey(self.now_at, planned.horizon_at))

    def _run(self, planned: PlannedAccount, survey: Survey | None) -> Visit:
        asyncio.run(AccountVisit(planned, self, counts_stand_in_listing=False, survey=survey).run())
        (found,) = [batch.visit for batch in self.batches if isinstance(batch, VisitBatch)]
        return found

    def records(self, kind: str) -> list[dict[str, Any]]:
        lines = b"".join(each.lines for each in self.batches if isinstance(each, PageBatch | LinesBatch))
        return [record for line in lines.splitlines() if (record := json.loads(line))["record"] == kind]

    def next_plan(self, planned: PlannedAccount, now: datetime) -> PlannedAccount:
        """What the next crawl would know, from what this one landed."""
        pages = [batch for batch in self.batches if isinstance(batch, PageBatch)]
        known = {
            record["native_id"]: KnownPost(
                native_id=record["native_id"],
                url=record["url"],
                published_at=datetime.fromisoformat(record["published_at"]),
                observed_at=self.now_at,
            )
            for record in self.records("post")
        }
        return evolve(
            planned,
            horizon_at=planned.horizon_at + (now - self.now_at),
            last_complete_at=self.now_at,
            known_posts=tuple(known.values()),
            validators=tuple(Validator(url=each.url, etag=each.etag) for each in pages if each.etag),
            looked_at=tuple(each.url for each in pages if each.status == 200),
            dead_ends=tuple(each.url for each in pages if each.status in (401, 404)),
        )


def planned(path: str = "/", days: int = 84) -> PlannedAccount:
    """The account whose link is ``path`` of the site."""
    url = f"{BASE}{path}"
    listed = ListedAccount(
        account_key=url,
        platform=Platform.WEB,
        host="village.example",
        handle=f"village.example{path.rstrip('/')}",
        url=url,
        company="Mill",
    )
    return make_plan([listed], now=NOW, horizon_days=days).accounts[0]


@pytest.fixture
def shapes() -> dict[str, Callable[..., Site]]:
    """Software by name → its site, made of posts."""
    return {
        "wordpress": wordpress,
        "ghost": ghost,
        "hugo": hugo,
        "jekyll": jekyll,
        "hexo": hexo,
        "none": lambda _: Site(),
    }


@pytest.fixture
def new_crawl() -> type[Crawl]:
    return Crawl


@pytest.fixture
def account() -> Callable[..., PlannedAccount]:
    return planned


@pytest.fixture
def written() -> Callable[..., list[Article]]:
    """``written(30)``: so many posts, a day and a half apart, newest first."""
    return lambda count, days=1.5: articles(count, NOW, days)
