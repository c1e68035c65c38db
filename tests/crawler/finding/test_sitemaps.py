"""Sitemaps in every dress: what they name, what they never say, and what hostile ones cost."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import Outcome, PostList, RequestKind
from crawler.pages import page_for
from crawler.pages.base import Capture, PageProblem
from crawler.pages.web.sitemap import WebSitemap
from crawler.reading.sitemaps import MAX_LOCS, read_sitemap, sitemap_kind

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
SINCE = datetime(2026, 8, 30, tzinfo=UTC)
URL = "https://acme.example/sitemap.xml"


def read(text: str | bytes, url: str = URL) -> PostList:
    body = text if isinstance(text, bytes) else text.encode()
    return WebSitemap(HttpResponse(url, body, status=200), Capture(fetched_at=NOW, since=SINCE)).read()


def addresses(found: PostList) -> list[str]:
    return [each.url.removeprefix("https://acme.example") for each in found.next_requests]


def test_a_change_date_never_becomes_a_publishing_date() -> None:
    found = read(f"<urlset><url><loc>{URL[:20]}/a</loc><lastmod>2026-11-01</lastmod></url></urlset>")
    (request,) = found.next_requests
    assert (request.kind, request.published_at) == (RequestKind.CANDIDATE, None)
    assert request.changed_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert found.posts == ()


@pytest.mark.parametrize(
    ("said", "is_kept"),
    [
        ("<lastmod>2026-08-01</lastmod>", False),
        ("<lastmod>2026-09-01</lastmod>", True),
        ("<lastmod>yesterday</lastmod>", True),
        ("", True),
    ],
)
def test_what_has_not_changed_since_the_horizon_is_left_out(said: str, is_kept: bool) -> None:
    assert bool(read(f"<urlset><url><loc>/blog/a</loc>{said}</url></urlset>").next_requests) == is_kept


@pytest.mark.parametrize(
    "path", ["/2025/11/old/", "/blog/2026-01-09-old", "/2026/02/03/old.html", "/2026/11/", "/a.pdf"]
)
def test_addresses_that_are_old_or_no_pages_are_left_out(path: str) -> None:
    assert addresses(read(f"<urlset><url><loc>{path}</loc></url><url><loc>/2026/11/new/</loc></url></urlset>")) == [
        "/2026/11/new/"
    ]


def test_a_plain_list_of_addresses_is_a_sitemap_and_a_text_is_not() -> None:
    assert addresses(read("https://acme.example/blog/a\nhttps://acme.example/blog/b\n", f"{URL[:-3]}txt")) == [
        "/blog/a",
        "/blog/b",
    ]
    with pytest.raises(PageProblem) as problem:
        read("https://acme.example/blog/a\nand so on", f"{URL[:-3]}txt")
    assert problem.value.outcome == Outcome.LAYOUT_CHANGED


def test_sitemaps_of_posts_come_first_and_those_of_products_not_at_all() -> None:
    names = ["products.xml", "sitemap-posts.xml", "news-sitemap.xml", "post-sitemap.xml", "wp-sitemap-posts-page-1.xml"]
    rows = "".join(f"<sitemap><loc>/{name}</loc></sitemap>" for name in names)
    assert addresses(read(f"<sitemapindex>{rows}</sitemapindex>")) == [
        "/sitemap-posts.xml",
        "/news-sitemap.xml",
        "/post-sitemap.xml",
    ]
    numbered = "".join(f"<sitemap><loc>/sitemap-{number}.xml</loc></sitemap>" for number in (1, 2))
    assert addresses(read(f"<sitemapindex>{numbered}</sitemapindex>")) == ["/sitemap-1.xml", "/sitemap-2.xml"]


def test_compressed_and_plain_are_recognised_by_their_first_bytes() -> None:
    for body in (b"<urlset></urlset>", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- x --><sm:urlset xmlns:sm='x'>"):
        for sent in (body, gzip.compress(body)):
            assert sitemap_kind(sent) == "urlset"
            assert page_for("https://acme.example/made?by=hand", 200, "", sent) is WebSitemap
    assert sitemap_kind(b"<html><urlset>") is None
    assert sitemap_kind(gzip.compress(b"<rss>")) is None


def test_entities_are_not_resolved_and_files_not_read() -> None:
    bomb = "".join(f'<!ENTITY {name} "{"&" + before + ";"}">'.replace('""', '"') for before, name in ("ab", "bc", "cd"))
    text = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">{bomb}]><urlset><url><loc>/p/&d;</loc></url></urlset>'
    assert addresses(read(text)) in ([], ["/p/"])


def test_very_many_addresses_and_a_bomb_are_cut() -> None:
    many = "<urlset>" + "<url><loc>https://acme.example/blog/post-of-the-day</loc></url>" * 150_000 + "</urlset>"
    bomb = gzip.compress(b"<urlset><url><loc>https://acme.example/a</loc></url>" + b" " * 200_000_000, 9)
    endless = "<urlset><url>" + "<a/>" * 1_500_000 + "</url></urlset>"
    for body in (many.encode(), bomb, endless.encode()):
        sitemap = read_sitemap(body)
        assert sitemap is not None
        assert len(sitemap.entries) <= MAX_LOCS
    found = read(many)
    assert found.problem_outcome == Outcome.PARTIAL
    assert "sitemap_cut" in found.flags


@given(st.binary(max_size=400))
def test_any_bytes_give_a_list_or_a_problem(body: bytes) -> None:
    for sent in (body, b"<urlset>" + body, b"<sitemapindex><sitemap><loc>" + body, b"\x1f\x8b" + body):
        try:
            found = read(sent)
        except PageProblem:
            continue
        assert all(each.url.startswith(("http://", "https://")) for each in found.next_requests)
