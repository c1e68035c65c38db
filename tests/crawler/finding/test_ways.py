"""By which ways a page leads to the posts of its site, and which of them is walked first."""

from __future__ import annotations

import pytest

from crawler.items import NextRequest, RequestKind, Way
from crawler.pages.web.ways import MAX_GUESSES, feeds_of, ways_of_page
from crawler.reading.meta import parse_page
from crawler.robots import MAX_SITEMAPS, Robots
from crawler.trail import MAX_DOCUMENTS, Trail

HOME = "https://acme.example/"


def ways(head: str = "", body: str = "", url: str = HOME, account: str = "", **more: object) -> list[tuple[str, str]]:
    page = parse_page(f"<html><head>{head}</head><body>{body}</body></html>", url)
    assert page is not None
    found = ways_of_page(page, url, account or url, **more)  # type: ignore[arg-type] # keywords as they are
    return [(each.way or "", each.url.removeprefix(HOME)) for each in found]


def feed(href: str, kind: str = "rss", title: str = "") -> str:
    return f'<link rel="alternate" type="application/{kind}+xml" href="{href}" title="{title}">'


def test_what_is_named_comes_before_what_is_guessed() -> None:
    found = ways(feed("/all.xml"), sitemaps=("https://acme.example/map.xml", "https://other.example/map.xml"))
    assert found == [(Way.FEED, "all.xml"), (Way.SITEMAP, "map.xml")]
    assert ways(feed("/all.xml"))[-1] == (Way.SITEMAP, "sitemap.xml")


def test_feeds_of_comments_and_other_sites_are_none_of_the_account() -> None:
    named = feed("/comments/feed/") + feed("/f.xml", title="Acme » Comments") + feed("https://far.example/feed")
    page = parse_page(f"<head>{named}{feed('/feed')}</head><body><a href='/blog/rss.xml'>RSS</a></body>", HOME)
    assert page is not None
    assert feeds_of(page, HOME) == ["https://acme.example/feed", "https://acme.example/blog/rss.xml"]


@pytest.mark.parametrize(
    ("head", "first"),
    [
        ('<meta name=generator content="Hugo 0.140">', "index.xml"),
        ('<meta name=generator content="Jekyll v4.3">', "feed.xml"),
        ('<meta name=generator content="Ghost 5.9">', "rss/"),
        ('<meta name=generator content="Hexo 7.3.0">', "atom.xml"),
        ('<meta name=generator content="Docusaurus">', "blog/rss.xml"),
        ('<meta name=generator content="Nikola (getnikola.com)">', "rss.xml"),
        ('<meta name=generator content="Joomla! - Open Source">', "?format=feed&type=rss"),
        ('<meta name=generator content="Drupal 10">', "rss.xml"),
        ('<script src="https://static.parastorage.com/x.js"></script>', "blog-feed.xml"),
        ('<script src="//cdn.shopify.com/x.js"></script>', "blogs/news.atom"),
        ('<script src="//js.hs-scripts.com/1.js"></script>', "blog/rss.xml"),
        ('<img src="https://static1.squarespace.com/x.png">', "?format=rss"),
    ],
)
def test_each_software_has_its_habit(head: str, first: str) -> None:
    found = [url for way, url in ways(head) if way == Way.FEED]
    assert found[0] == first
    assert len(found) == MAX_GUESSES


def test_a_blogger_feed_is_asked_for_a_hundred_posts() -> None:
    found = ways(feed("/feeds/posts/default", "atom"))
    assert found[0] == (Way.FEED, "feeds/posts/default?max-results=100")


def test_pages_called_news_are_looked_at_before_places_are_guessed() -> None:
    body = '<a href="/about">a</a><a href="/company/newsroom/">n</a><a href="/tags/news">t</a><a href="/blog">b</a>'
    found = [url for way, url in ways(body=body) if way == Way.FEED]
    assert found[:2] == ["blog", "company/newsroom/"]


API = '<link rel="https://api.w.org/" href="https://acme.example/wp-json/">'


@pytest.mark.parametrize(
    ("head", "url", "only"),
    [
        (API, HOME, ""),
        (API + '<link rel=alternate type="application/json" href="/wp-json/wp/v2/posts/7">', f"{HOME}a-post/", ""),
        (API + '<link rel=alternate type="application/json" href="/wp-json/wp/v2/tags/7">', f"{HOME}tag/x/", "tags=7"),
        (API + '<link rel=alternate type="application/json" href="/wp-json/wp/v2/users/3">', f"{HOME}o/", "author=3"),
    ],
)  # fmt: skip
def test_a_wordpress_interface_is_asked_for_what_the_link_means(head: str, url: str, only: str) -> None:
    way, address = ways(head, url=url)[0]
    assert way == Way.API
    assert only in address


def test_an_archive_of_one_kind_of_content_is_not_all_posts() -> None:
    found = ways(API + feed("/recipes/feed/"), url=f"{HOME}recipes/")
    assert found[0] == (Way.FEED, "recipes/feed/")


def test_the_interface_is_found_in_the_header_too() -> None:
    header = '<https://acme.example/?rest_route=/>; rel="https://api.w.org/", </x>; rel=shortlink'
    assert ways(link_header=header)[0][1].startswith("?rest_route=/wp/v2/posts&per_page=")


def test_sitemap_lines_stand_outside_of_any_group() -> None:
    text = "sitemap: https://a.example/1.xml\nUser-agent: x\nDisallow: /\nSITEMAP : https://a.example/2.xml # two\n"
    robots = Robots.read((text + "Sitemap: /relative.xml\nSitemap: https://a.example/1.xml\n").encode())
    assert robots.sitemaps == ("https://a.example/1.xml", "https://a.example/2.xml")
    many = "".join(f"Sitemap: https://a.example/{number}.xml\n" for number in range(500))
    assert len(Robots.read(many.encode()).sitemaps) == MAX_SITEMAPS


def request(path: str, way: Way | None, kind: RequestKind = RequestKind.LISTING) -> NextRequest:
    return NextRequest(url=HOME + path, kind=kind, way=way)


def test_ways_are_walked_in_order_each_to_its_end() -> None:
    trail = Trail()
    trail.add([request("map", Way.SITEMAP), request("feed", Way.FEED), request("", None), request("api", Way.API)])
    order = []
    while (each := trail.next()) is not None:
        order.append(each.url.removeprefix(HOME))
        if order[-1] == "api":
            trail.add([request("api2", Way.API)])
    assert order == ["", "api", "api2", "feed", "map"]


def test_a_complete_way_leaves_the_others_but_not_what_is_no_alternative() -> None:
    trail = Trail()
    trail.add([request("feed", Way.FEED), request("map", Way.SITEMAP), request("profile", None)])
    trail.complete()
    trail.add([request("late", Way.LINKS)])
    assert trail.next() == request("profile", None)
    assert trail.next() is None


def test_sitemaps_without_end_are_cut() -> None:
    trail = Trail()
    trail.add(request(f"{number}.xml", Way.SITEMAP) for number in range(MAX_DOCUMENTS + 20))
    assert sum(1 for _ in iter(trail.next, None)) == MAX_DOCUMENTS
    assert trail.is_cut
