"""The market's blogs: home page, feed (RSS 2.0, Atom or JSON Feed) and post pages with structured data."""

from __future__ import annotations

import json
from email.utils import format_datetime
from html import escape
from xml.sax.saxutils import escape as xml_escape

from crawler.market.cast import Player
from crawler.market.generator import Market, MarketPost

FEED_LENGTH = 40

#: server name → path and media type of its feed
FEEDS = {
    "blog-larkspur": ("/feed/", "application/rss+xml"),
    "blog-quillmoor": ("/atom.xml", "application/atom+xml"),
    "blog-hollowfen": ("/feed.json", "application/feed+json"),
}


def home(market: Market, player: Player, base: str) -> str:
    path, media_type = FEEDS[player.server]
    rows = "".join(
        f'<li><a href="/blog/{post.slug}">{escape(post.title)}</a></li>' for post in market.posts(player)[:10]
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(player.bio)}</title>'
        f'<meta name="description" content="{escape(player.bio)} of {escape(player.company)}">'
        f'<link rel="alternate" type="{media_type}" href="{path}" title="{escape(player.bio)}">'
        f'<link rel="canonical" href="{base}/"></head><body><header><h1>{escape(player.bio)}</h1></header>'
        f"<main><ul>{rows}</ul></main></body></html>"
    )


def article(market: Market, post: MarketPost, base: str) -> str:
    url = f"{base}/blog/{post.slug}"
    comments = post.counts(market.now)[1]
    structured = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "datePublished": post.published_at.isoformat(timespec="seconds"),
        "author": {"@type": "Organization", "name": post.player.company},
        "mainEntityOfPage": url,
        "inLanguage": "en",
        "articleBody": post.text,
        "commentCount": comments,
        "keywords": list(post.hashtags),
    }
    block = json.dumps(structured).replace("<", "\\u003c")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(post.title)}</title>'
        f'<link rel="canonical" href="{url}"><meta property="og:type" content="article">'
        f'<meta property="og:title" content="{escape(post.title)}"><meta property="og:url" content="{url}">'
        f'<script type="application/ld+json">{block}</script></head>'
        f"<body><article><h1>{escape(post.title)}</h1><p>{escape(post.text)}</p></article></body></html>"
    )


def feed(market: Market, player: Player, base: str) -> str:
    posts = market.posts(player)[:FEED_LENGTH]
    writers = {"blog-larkspur": _rss, "blog-quillmoor": _atom, "blog-hollowfen": _json_feed}
    return writers[player.server](market, player, posts, base)


def _rss(market: Market, player: Player, posts: list[MarketPost], base: str) -> str:
    items = "".join(
        f"<item><title>{xml_escape(post.title)}</title><link>{base}/blog/{post.slug}</link>"
        f"<pubDate>{format_datetime(post.published_at)}</pubDate><dc:creator>{xml_escape(player.company)}</dc:creator>"
        f'<guid isPermaLink="false">{base}/?p={post.number}</guid>'
        + "".join(f"<category>{tag}</category>" for tag in post.hashtags)
        + f"<description><![CDATA[<p>{escape(post.text)}</p>]]></description>"
        f"<slash:comments>{post.counts(market.now)[1]}</slash:comments></item>"
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"><channel>'
        f"<title>{xml_escape(player.bio)}</title><link>{base}/</link><description>{xml_escape(player.company)}"
        f"</description><language>en</language>{items}</channel></rss>"
    )


def _atom(market: Market, player: Player, posts: list[MarketPost], base: str) -> str:
    entries = "".join(
        f"<entry><title>{xml_escape(post.title)}</title><id>tag:{player.server},{post.number}</id>"
        f'<link rel="replies" href="{base}/blog/{post.slug}#comments"/>'
        f'<link rel="alternate" href="{base}/blog/{post.slug}"/>'
        f"<published>{post.published_at.isoformat()}</published><updated>{post.published_at.isoformat()}</updated>"
        f"<author><name>{xml_escape(player.company)}</name></author>"
        + "".join(f'<category term="{tag}"/>' for tag in post.hashtags)
        + f'<content type="html">{xml_escape(f"<p>{escape(post.text)}</p>")}</content>'
        f"<thr:total>{post.counts(market.now)[1]}</thr:total></entry>"
        for post in posts
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
        'xmlns:thr="http://purl.org/syndication/thread/1.0">'
        f'<title>{xml_escape(player.bio)}</title><id>tag:{player.server}</id><link href="{base}/"/>{entries}</feed>'
    )


def _json_feed(market: Market, player: Player, posts: list[MarketPost], base: str) -> str:  # noqa: ARG001  # same shape as its siblings; JSON Feed has no comment count
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": player.bio,
            "home_page_url": f"{base}/",
            "language": "en",
            "items": [
                {
                    "id": str(post.number),
                    "url": f"{base}/blog/{post.slug}",
                    "title": post.title,
                    "content_html": f"<p>{escape(post.text)}</p>",
                    "date_published": post.published_at.isoformat(),
                    "authors": [{"name": player.company}],
                    "tags": list(post.hashtags),
                }
                for post in posts
            ],
        }
    )
