"""Seconds and megabytes of the worst pages we can think of, each read whole in a process of its own.

python bench/worst.py [--only WORD]

Every page has 5 MB, or 100,000 elements inside one another. The time is processor time of the one reading, in a process
that has read nothing before, so what is loaded at a first unusual word counts; the imports do not, a worker does them
before its first page. Memory is the most that the process ever held, interpreter and imports included. A page over
2 seconds or 500 MB ends with exit code 1.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from web_poet import HttpResponse

from crawler.pages.base import Capture, PageProblem
from crawler.pages.web.feed import WebFeed
from crawler.pages.web.html import WebArticle
from crawler.pages.web.sitemap import WebSitemap
from crawler.reading.main_text import prepare

MOST_SECONDS = 2.0
MOST_MEGABYTES = 500
SIZE = 5_000_000
DEPTH = 100_000
FETCHED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
HEAD = '<meta property="og:type" content="article"><meta property="og:title" content="A new roast">'
STATED = '{"@context":"https://schema.org","@type":"BlogPosting","headline":"A new roast"'


def flooded(unit: str, before: str = "", behind: str = "") -> str:
    """``unit`` (``#`` stands for a number of its own) until the page is full."""
    pieces: list[str] = []
    size = 0
    while size < SIZE:
        pieces.append(unit.replace("#", str(len(pieces))))
        size += len(pieces[-1].encode())
    return f"<html><head>{HEAD}{before}</head><body><h1>A new roast</h1>{''.join(pieces)}{behind}"


def in_script(content: str, kind: str = "application/ld+json") -> str:
    return f'<html><head>{HEAD}<script type="{kind}">{content}</script></head><body><h1>A new roast</h1>'


def nested(opening: str) -> str:
    return f"<html><head>{HEAD}</head><body><article><h1>A new roast</h1>" + opening * DEPTH + "by Ann, 3 May 2024"


def full(unit: str) -> str:
    return unit * (SIZE // len(unit.encode()))


PAGES: dict[str, Callable[[], str | bytes]] = {
    "nested div": lambda: nested("<div>"),
    "nested div with class": lambda: nested("<div class=entry-content>"),
    "nested a": lambda: nested("<a href=/x>"),
    "nested b": lambda: nested("<b>"),
    "nested article": lambda: nested("<article>"),
    "nested ul li": lambda: nested("<ul><li>"),
    "nested table": lambda: nested("<table><tr><td>"),
    "nested itemscope": lambda: nested("<div itemscope itemprop=author itemtype=http://schema.org/Article>"),
    "nested typeof": lambda: nested("<div typeof=sioc:Item property=dc:title>"),
    "nested hentry": lambda: nested("<div class=hentry>"),
    "nested h1": lambda: nested("<h1>"),
    "links": lambda: flooded('<a href="/blog/post-#">post</a> '),
    "links to networks": lambda: flooded('<a href="https://www.instagram.com/acme#">i</a> '),
    "links to networks in the footer": lambda: flooded('<a href="https://x.com/acme#"><i></i></a> ', "", "<footer>"),
    "links to share": lambda: flooded('<a href="https://www.facebook.com/sharer.php?u=#">i</a> '),
    "links to feeds": lambda: flooded('<a href="/feed/#/rss">feed</a> '),
    "links with spaces": lambda: flooded('<a href=" /ü ber/# x/../ ">x</a> '),
    "links of a script": lambda: flooded("<b onclick=\"go('https://x.com/acme#')\">x</b>"),
    "head links": lambda: flooded('<link rel=alternate type=application/rss+xml href="/feed/#" hreflang=de>'),
    "metas": lambda: flooded('<meta property="article:tag" content="tag #">'),
    "properties of one item": lambda: flooded(
        "<i itemprop=author>Ann #</i>", "", "<div itemscope itemtype=https://schema.org/BlogPosting>"
    ),
    "items": lambda: flooded(
        '<div itemscope itemtype=https://schema.org/BlogPosting><p itemprop=articleBody>Text & more #</p></div>'
    ),
    "long items inside one another": lambda: flooded(
        "<p>Some text of ours, with words and <b>more</b> of it.</p>",
        "</head><body>" + "<div itemscope itemtype=https://schema.org/BlogPosting itemprop=articleBody>" * 100,
    ),
    "rdfa": lambda: flooded('<div typeof="sioc:Item"><span property="dc:title">Title #</span></div>'),
    "rdfa outside": lambda: flooded('<span property="dc:title">Title #</span>', "", "<div typeof=sioc:Item></div>"),
    "hentries": lambda: flooded('<div class="hentry"><span class="entry-title">#</span></div>'),
    "one hentry": lambda: flooded('<i class="p-category">tag #</i>', "</head><body><div class=h-entry>"),
    "headings": lambda: flooded("<h1>A new roast #</h1>"),
    "articles": lambda: flooded("<article><h2>A new roast #</h2><time datetime=2024-05-03>3 May</time></article>"),
    "times": lambda: flooded("<time datetime=2024-05-#>May #</time>", "</head><body><article>"),
    "dates in words": lambda: flooded("<p class=post-date>Опубликовано 3 снежня 2024</p>"),
    "dates of no language": lambda: flooded('<meta name=date content="3 blurbuary 2024"><p>Posted 3 blurb 2024</p>'),
    "counts in words": lambda: in_script(
        STATED + ',"interactionStatistic":['
        + ",".join([
            '{"@type":"InteractionCounter","interactionType":"LikeAction","userInteractionCount":"1,2 tys."}'
        ] * 40_000) + "]}"
    ),
    "text": lambda: flooded("Some words of a long text and then more. "),
    "text in paragraphs": lambda: flooded("<p>Some words of a long text, and then more of them # times.</p>\n"),
    "spaces": lambda: flooded(" \n\t ", "<title>A new", " roast"),
    "line breaks": lambda: flooded("<br> "),
    "entities": lambda: flooded("&amp;&eacute;&#128512; "),
    "letters of four bytes": lambda: flooded("\U0001f600 words "),
    "open angle brackets": lambda: flooded("< "),
    "comments": lambda: flooded("<!-- x -->"),
    "an open comment": lambda: flooded("<!-- x "),
    "attributes": lambda: flooded(" a#=1", "<div ", ">"),
    "inputs": lambda: flooded("<input name=x ", "", ">"),
    "scripts": lambda: flooded("<script>window.x#=1</script>"),
    "blocks of data": lambda: flooded(f'<script type="application/ld+json">{STATED},"@id":"#"}}</script>'),
    "one block of data": lambda: in_script("[" + ",".join([STATED + "}"] * 60_000) + "]"),
    "nested data": lambda: in_script('{"a":' * 1_000_000),
    "nested lists": lambda: in_script(full("[")),
    "data with stray commas": lambda: in_script("[" + full(STATED + ",}, ")[:390_000] + "]"),
    "data with one quote": lambda: in_script('{"a": "' + full("x\\")[:390_000]),
    "data of many values": lambda: in_script('{"@type":"BlogPosting","keywords":[' + "1," * 900_000 + "1]}"),
    "a long body in data": lambda: in_script(
        STATED + ',"articleBody":' + json.dumps("Words & more.\n" * 130_000) + "}"
    ),
    "a long body of markup in data": lambda: in_script(
        STATED + ',"articleBody":' + json.dumps("<p>Words <b>and</b> more.</p>\n" * 60_000) + "}"
    ),
    "a long title": lambda: f"<html><head><title>{full('A new roast ')}</title>{HEAD}</head><body><h1>A new roast</h1>",
    "a long heading": lambda: f"<html><head>{HEAD}</head><body><h1>{full('A new roast ')}</h1>",
    "state of many values": lambda: in_script(
        '{"props":[' + ",".join(['{"title":"A new roast #","commentCount":3}'] * 110_000) + "]}", "application/json"
    ),
    "state of a script": lambda: in_script(
        "window.__INITIAL_STATE__={\"published\":[" + ",".join(['{"title":"A new roast"}'] * 200_000) + "]}", ""
    ),
    "states that do not parse": lambda: in_script(full('window.a=JSON.parse("{"published A new roast some-post-1'), ""),
    "names of states": lambda: in_script("published A new roast " + full("window.__AAAA_STATE_DATA_PROPS"), ""),
    "state of nuxt 2": lambda: in_script(
        "window.__NUXT__=(function(a,b){return {published:['A new roast',"
        + ",".join(["{title:a,commentCount:b}"] * 55_000)
        + ']}}("A new roast",3))',
        "",
    ),
    "state of nuxt 3": lambda: '<html><head><script type="application/json" id="__NUXT_DATA__">['
    + '"A new roast",7,' + ",".join(['{"title":0,"commentCount":1,"published":2}'] * 100_000) + "]</script>",
    "pushed rows": lambda: "<html><head><title>A new roast</title>"
    + r'<script>self.__next_f.push([1,"1:{\"title\":\"A new roast\",\"commentCount\":3}\n"])</script>' * 45_000,
    "windows-1252": lambda: flooded("<p>Grüße für alle, die gern Kaffee trinken.</p>").encode("cp1252", "replace"),
    "utf-16": lambda: flooded("<p>Words</p>")[: SIZE // 2].encode("utf-16"),
    "no markup": lambda: full("word "),
    "zeros": lambda: b"\0" * SIZE,
    "feed of entries": lambda: '<rss version="2.0"><channel><title>Acme</title>'
    + full("<item><title>A new roast</title><link>https://acme.example/a</link></item>"),
    "feed of one entry": lambda: '<rss version="2.0"><channel><title>Acme</title><item><title>A new roast</title>'
    + "<link>https://acme.example/a</link><description>" + full("&lt;p&gt;Words.&lt;/p&gt; ") + "</description>",
    "sitemap": lambda: '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    + full("<url><loc>https://acme.example/blog/a</loc><lastmod>2024-05-03</lastmod></url>"),
}  # fmt: skip


def read_alone(name: str) -> None:
    """Reads one page, and prints seconds and megabytes."""
    logging.disable(logging.CRITICAL)
    made = PAGES[name]()
    body = made if isinstance(made, bytes) else made.encode()
    kind = "text/html" if not name.startswith(("feed", "sitemap")) else "application/xml"
    url = "https://acme.example/blog/some-post-1"
    page_class = WebFeed if name.startswith("feed") else WebSitemap if name == "sitemap" else WebArticle
    prepare()
    start = time.process_time()
    with contextlib.suppress(PageProblem):
        page_class(
            HttpResponse(url, body, status=200, headers={"Content-Type": kind}), Capture(fetched_at=FETCHED_AT)
        ).read()
    seconds = time.process_time() - start
    print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024]))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="only pages with this word in their name")
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone is not None:
        read_alone(options.alone)
        return 0
    is_over = False
    for name in PAGES:
        if options.only not in name:
            continue
        told = subprocess.run(
            [sys.executable, __file__, "--alone", name], capture_output=True, text=True, timeout=120, check=False
        )
        if told.returncode != 0:
            print(f"{name:34} failed: {told.stderr.strip()[-300:]}")
            is_over = True
            continue
        seconds, megabytes = json.loads(told.stdout)
        is_bad = seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES
        is_over = is_over or is_bad
        print(f"{name:34}{seconds:>8.2f} s{megabytes:>8.0f} MB{'  over' if is_bad else ''}", flush=True)
    return 1 if is_over else 0


if __name__ == "__main__":
    sys.exit(main())
