"""How sites of many makers say what their posts are; no page, however built, costs too much or gives two answers."""

import contextlib
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import Post, PostList, Precision
from crawler.pages.base import Capture, PageProblem
from crawler.pages.web.html import WebArticle
from crawler.reading.language import detect_language
from crawler.reading.nuxt import NotReadError, nuxt2_state, nuxt3_objects
from tests.growth import MOST_GROWTH, growth

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
URL = "https://acme.example/blog/kettle-notes"
AT = datetime(2026, 11, 1, 10, 30, tzinfo=UTC)
STATED = "2026-11-01T10:30:00Z"
ARTICLE = {"@type": "BlogPosting", "headline": "Kettle notes", "datePublished": STATED, "url": URL}
OG = '<meta property="og:type" content="article"><meta property="og:title" content="Kettle notes">'


def read(head: str = "", body: str = "", url: str = URL) -> PostList:
    html = f"<!doctype html><html lang=en><head>{head}</head><body>{body}</body></html>"
    return WebArticle(HttpResponse(url, html.encode(), status=200), Capture(fetched_at=NOW)).read()


def only(found: PostList) -> Post:
    assert len(found.posts) == 1
    return found.posts[0]


def counts(post: Post) -> dict[str, int]:
    names = ("like_count", "comment_count", "share_count", "view_count")
    return {name: value for name in names if post.metrics and (value := getattr(post.metrics, name)) is not None}


def ld(node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


STATE = {"post": {"title": "Kettle notes", "slug": "kettle-notes", "commentCount": 7, "publishedAt": STATED},
         "teasers": [{"title": "Other", "slug": "other", "commentCount": 99}]}  # fmt: skip


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (f'<script id="__NEXT_DATA__" type="application/json">{json.dumps({"props": STATE})}</script>', 7),
        (f"<script>window.__NUXT__={json.dumps(STATE)};</script>", 7),
        (
            '<script>window.__NUXT__=(function(a,b,c){c.title="Kettle notes";return {data:[{post:c,slug:a},'
            '{title:"Kettle notes",slug:"kettle-notes",commentCount:b,publishedAt:new Date(1793529000000),ok:!0,n:void 0}]}}'  # noqa: E501 - markup
            '("x\\u002Fy",7,{}));</script>',
            7,
        ),
        (
            '<script id="__NUXT_DATA__" type="application/json">[["Reactive",1],{"post":2},'
            '{"title":3,"slug":4,"commentCount":5,"publishedAt":6},"Kettle notes","kettle-notes",7,["Date","2026-11-01T10:30:00Z"]]'  # noqa: E501 - markup
            "</script>",
            7,
        ),
        (
            '<script>self.__next_f.push([1,"a:[\\"$\\",\\"p\\",null,{\\"title\\":\\"Kettle notes\\",\\"slug\\":"])</script>'  # noqa: E501 - markup
            '<script>self.__next_f.push([1,"\\"kettle-notes\\",\\"commentCount\\":7}]\\n"])</script>',
            7,
        ),
        (
            "<script>window._preloads        = JSON.parse("
            + json.dumps(json.dumps({"post": {"title": "Kettle notes", "slug": "kettle-notes", "comment_count": 7}}))
            + ")</script>",
            7,
        ),
        (
            '<script>window.__APOLLO_STATE__ = {"Post:1": {"title": "Other", "postResponses": {"count": 3}}, "Post:2": '
            '{"title": "Kettle notes", "clapCount": 40, "voterCount": 9, "postResponses": {"count": 7}}}</script>',
            7,
        ),
        ('<script>window.__NUXT__=(function(a){return {title:fetch("x"),commentCount:a}}(7));</script>', None),
    ],
)
def test_a_state_is_read_without_running_it_and_bound_to_this_post(state: str, expected: int | None) -> None:
    post = only(read(OG + f'<meta property="article:published_time" content="{STATED}">', state))
    assert counts(post).get("comment_count") == expected
    assert (post.sources or {}).get("comment_count") == ("embedded" if expected else None)
    if "clapCount" in state:
        assert counts(post)["like_count"] == 40


def test_counts_that_are_called_by_a_bare_word_are_read_where_they_are_bare_numbers() -> None:
    said = {"title": "Kettle notes", "slug": "kettle-notes", "publishedAt": STATED, "reactionCount": 31}
    more = {"responseCount": 4, "views": 908, "likes": [{"id": 1}], "shares": True}
    state = json.dumps({"props": {"post": said | more}})
    post = only(read(OG, f'<script id="__NEXT_DATA__" type="application/json">{state}</script>'))
    assert counts(post) == {"like_count": 31, "comment_count": 4, "view_count": 908}


def test_every_value_keeps_its_source() -> None:
    post = only(
        read(
            ld({"@type": "Article", "datePublished": "2026-11-01", "commentCount": 3})
            + OG
            + '<meta name="author" content="Ann Beck"><meta property="article:tag" content="tea">',
            f'<article data-comments="5" data-views="1200"><h1>Kettle notes</h1><time datetime="{STATED}">1 Nov</time>'
            "<p>A kettle boils, and whoever waits for it reads. </p></article>",
        )
    )
    assert post.published_at == AT
    assert counts(post) == {"comment_count": 3, "view_count": 1200}
    assert post.sources is not None
    assert {**post.sources, "text": "main-text"} == {
        "title": "meta", "text": "main-text", "author": "meta", "published_at": "page", "language": "page",
        "hashtags": "meta", "comment_count": "json-ld", "view_count": "page",
    }  # fmt: skip


GHOST = (
    ld({"@type": "Article", "headline": "Kettle notes", "datePublished": "2026-11-01T10:30:00.000Z",
        "author": {"@type": "Person", "name": "Ann Beck"}, "keywords": "tea"})
    + OG + '<meta property="article:tag" content="tea">'
)  # fmt: skip
SQUARESPACE = (
    '<article class="h-entry entry" itemscope itemtype="http://schema.org/BlogPosting"><h1 class="entry-title p-name"'
    f' itemprop="headline">Kettle notes</h1><meta itemprop="datePublished" content="{STATED}"><time class="dt-published"'  # noqa: E501 - markup
    ' datetime="2026-11-01">1 Nov</time><span class="p-author" itemprop="author">Ann Beck</span>'
    '<a rel="tag" class="p-category" href="/t">tea</a><div class="e-content">Steam.</div></article>'
)
DRUPAL = (
    '<article typeof="schema:Article" about="/blog/kettle-notes"><h1><span property="schema:name">Kettle notes</span></h1>'  # noqa: E501 - markup
    f'<span property="schema:dateCreated" content="{STATED}"></span><span rel="schema:author"><span typeof="schema:Person"'  # noqa: E501 - markup
    ' property="schema:name">Ann Beck</span></span><a rel="tag" href="/t">tea</a><div property="schema:text">Steam.</div>'  # noqa: E501 - markup
    '</article><article typeof="schema:Article" about="/blog/other"><span property="schema:name">Other</span></article>'
)
JOOMLA = (
    '<div itemscope itemtype="https://schema.org/Article"><h2 itemprop="headline">Kettle notes</h2><dd itemprop="author"'  # noqa: E501 - markup
    f' itemscope itemtype="https://schema.org/Person"><span itemprop="name">Ann Beck</span></dd><time datetime="{STATED}"'  # noqa: E501 - markup
    ' itemprop="datePublished">x</time><ul><li><a rel="tag" href="/t">tea</a></li></ul></div>'
)
DOCUSAURUS = (
    '<article itemprop="blogPost" itemscope itemtype="https://schema.org/BlogPosting"><header><h1 itemprop="headline">'
    f'Kettle notes</h1><time datetime="{STATED}" itemprop="datePublished">x</time><span itemprop="author" itemscope'
    ' itemtype="https://schema.org/Person"><span itemprop="name">Ann Beck</span></span></header>'
    '<a rel="tag" href="/blog/tags/tea">tea</a></article>'
)
HUGO = OG + f'<meta itemprop="name" content="Kettle notes"><meta itemprop="datePublished" content="{STATED}">'
STATIC = (
    f'<article><header><h1>Kettle notes</h1><time datetime="{STATED}">1 Nov</time> <a rel="author" href="/ann">Ann Beck</a>'  # noqa: E501 - markup
    '</header><p>Steam.</p><a rel="tag" href="/t">#tea</a></article>'
)
HATOM = (
    '<div class="post hentry"><h1 class="entry-title">Kettle notes</h1><abbr class="published" '
    f'title="{STATED}">x</abbr><span class="author vcard"><a class="fn" href="/a">Ann Beck</a></span>'
    '<div class="entry-content">Steam.</div><a rel="tag" href="/t">tea</a></div>'
)
JSONLD_ONLY = ld({**ARTICLE, "author": [{"@type": "Person", "name": "Ann Beck"}]})


@pytest.mark.parametrize(
    ("head", "body", "has_author", "has_tag"),
    [
        pytest.param(GHOST, "", True, True, id="ghost"),
        pytest.param("", SQUARESPACE, True, True, id="squarespace"),
        pytest.param("", DRUPAL, True, True, id="drupal"),
        pytest.param("", JOOMLA, True, True, id="joomla"),
        pytest.param("", DOCUSAURUS, True, True, id="docusaurus"),
        pytest.param(HUGO, "", False, False, id="hugo"),
        pytest.param("<title>Kettle notes | Acme</title>", STATIC, True, True, id="static"),
        pytest.param("", HATOM, True, True, id="hatom"),
        pytest.param(JSONLD_ONLY, "", True, False, id="wix-shopify-hubspot"),
    ],
)
def test_the_shapes_of_many_makers(head: str, body: str, has_author: bool, has_tag: bool) -> None:
    post = only(read(head, body))
    assert (post.title, post.published_at) == ("Kettle notes", AT)
    assert post.author == ("Ann Beck" if has_author else None)
    assert post.hashtags == (("tea",) if has_tag else ())


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"<article><h2>Post {n}</h2><time datetime={STATED}>x</time></article>" for n in range(4)),
        "<article><h1>Our prices</h1><p>No date here.</p></article>",
    ],
)
def test_a_list_and_an_undated_page_are_no_posts(body: str) -> None:
    assert read('<link rel="canonical" href="/blog/kettle-notes">', body).posts == ()


def test_midnight_is_how_software_writes_a_day() -> None:
    midnight = ld({**ARTICLE, "datePublished": "2026-11-01T00:00:00+00:00"})
    assert only(read(midnight, STATIC)).published_at == AT
    assert only(read(ld({**ARTICLE, "datePublished": "2026-11-01T10:30:00"}))).published_precision == Precision.LOCAL


@pytest.mark.parametrize(
    "block",
    [
        json.dumps(ARTICLE).replace('"', "&quot;"),
        json.dumps(ARTICLE).replace("Kettle notes", "Kettle\\' notes").replace("\\\\'", "\\'"),
        "/* written by a plugin */" + json.dumps(ARTICLE),
        json.dumps({"@type": "WebSite", "name": "Acme"}) + json.dumps(ARTICLE),
        json.dumps(ARTICLE)[:-1] + ",,}",
    ],
)
def test_damaged_blocks_that_are_mended(block: str) -> None:
    found = read(f'<script type="application/ld+json">{block}</script>')
    assert (only(found).title or "").replace("'", "") == "Kettle notes"


def test_share_readiness_is_what_the_page_states() -> None:
    (site,) = read(
        OG
        + '<title>Kettle notes | Acme</title><meta name="description" content="On kettles.">'
        + '<meta property="og:image" content="/k.jpg"><meta property="og:image:width" content="1200">'
        + '<meta property="og:image:height" content="630"><meta name="twitter:card" content="summary_large_image">'
        + '<link rel="canonical" href="/blog/kettle-notes"><link rel="alternate" type="application/rss+xml" href="/feed">'  # noqa: E501 - markup
        + ld(ARTICLE),
        '<a href="https://www.facebook.com/sharer.php?u=x">f</a><footer><a href="https://x.com/acme">x</a></footer>',
    ).site_pages
    assert (site.kind, site.title, site.description) == ("post", "Kettle notes | Acme", "On kettles.")
    assert (site.image_url, site.image_width, site.image_height) == ("https://acme.example/k.jpg", 1200, 630)
    assert (site.canonical_url, site.feed_urls) == (URL, ("https://acme.example/feed",))
    assert (site.share_networks, site.profile_links) == (("facebook",), ("https://x.com/acme",))
    assert site.card == {"card": "summary_large_image"}
    assert site.og["title"] == "Kettle notes"


def test_a_picture_s_size_is_its_own() -> None:
    second = (
        '<meta property="og:image" content="/a.jpg"><meta property="og:image" content="/b.jpg">'
        '<meta property="og:image:width" content="1200"><meta property="og:image:height" content="630">'
    )
    (site,) = read(second, url="https://acme.example/").site_pages
    assert (site.image_url, site.image_width, site.image_height) == ("https://acme.example/a.jpg", None, None)
    node = {"@type": "ImageObject", "@id": "#i", "url": "/a.jpg", "width": 1200, "height": "675px"}
    page = {"@type": "WebPage", "primaryImageOfPage": {"@id": "#i"}}
    (site,) = read(second + ld({"@graph": [page, node]}), url="https://acme.example/").site_pages
    assert (site.image_width, site.image_height) == (1200, 675)
    other = {"@type": "ImageObject", "url": "/logo.png", "width": 60, "height": 60}
    (site,) = read(second + ld(other), url="https://acme.example/").site_pages
    assert site.image_width is None


def test_what_a_page_states_about_itself_is_bounded() -> None:
    names = "".join(f'<meta property="og:x{n}" content="{"y" * 3_000}">' for n in range(300))
    (site,) = read(f"<title>{'t' * 5_000}</title>{names}", url="https://acme.example/").site_pages
    assert len(site.og) == 50
    assert {len(said) for said in site.og.values()} == {1_000}
    assert len(site.title or "") == 1_000


def test_the_main_text_leaves_navigation_and_comments_out() -> None:
    paragraph = "The kettle on the stove was older than the house, and it whistled before the water was hot. "
    body = (
        "<nav><ul><li><a href=/>Home page</a><li><a href=/s>Shop window</a></ul></nav><article><h1>Kettle notes</h1>"
        + "".join(f"<p>{paragraph * 3}{n}</p>" for n in range(6))
        + "</article><section id=comments class=comments><p>First! says a stranger.</p></section>"
    )
    post = only(read(OG + f'<meta property="article:published_time" content="{STATED}">', body))
    assert post.text is not None
    assert post.text.count("older than the house") == 18
    assert "Shop window" not in post.text
    assert "stranger" not in post.text
    assert post.sources is not None
    assert post.sources["text"] == "main-text"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Kessel auf dem Herd war älter als das Haus, und er pfiff, bevor das Wasser heiß war, jeden Tag.", "de"),
        ("La bouilloire était plus vieille que la maison, et elle sifflait avant que l'eau ne soit chaude.", "fr"),
        ("Too short.", None),
        ("12 34 56 " * 40, None),
    ],
)
def test_a_language_is_detected_only_where_it_is_sure(text: str, language: str | None) -> None:
    assert detect_language(text) == language


def test_arguments_of_a_nuxt_state_are_put_in_their_places() -> None:
    script = (
        '(function(a,b,c,d){c[0]=a;d.name="N\\u002FN";d["x"]=.5;return {data:[a,-b,c,d,"it\\\'s",void 0,!1,new Date("t"),'  # noqa: E501 - markup
        '{12:null,e:Array(2)}]}}("A\\x41",7,Array(1),{}))'
    )
    assert nuxt2_state(script.replace("-b", "b")) == {
        "data": ["AA", 7, ["AA"], {"name": "N/N", "x": 0.5}, "it's", None, False, "t", {"12": None, "e": []}]
    }
    payload: list[Any] = [{"post": 1}, {"title": 2, "n": 3, "self": 1}, "T", 4]
    assert next(nuxt3_objects(payload, frozenset({"title"})))["n"] == 4


@given(st.text(alphabet="(){}[]functioreturn a,b.=:;\"\\x0!voidnewDate'", max_size=120))
def test_any_script_is_a_state_or_not_read(script: str) -> None:
    with contextlib.suppress(NotReadError):
        nuxt2_state("(function(a){return {" + script)


# --- no page takes long, and the same page gives the same ---

#: so many times as long; at 64 pages of one to five million bytes, or as long as something is mended that is broken
LONG: dict[str, Callable[[int], str]] = {
    "nested elements": lambda times: "<body>" + "<div>" * 1_600 * times + "x",
    "unclosed elements": lambda times: "<body>" + "<b><i>text" * 4_700 * times,
    "metas": lambda times: "".join(f'<meta property="og:image" content="/{n}.jpg">' for n in range(625 * times)),
    "an endless attribute": lambda times: f'<meta property="og:title" content="{"x" * 75_000 * times}">',
    "attributes": lambda times: "<div " + " ".join(f"a{n}=1" for n in range(1_600 * times)) + ">",
    "deep JSON-LD": lambda times: '<script type="application/ld+json">' + '{"a":' * 5_500 * times,
    "wrapped JSON-LD": lambda times: '<script type="application/ld+json">' + "<!--" * 1_400 * times,
    "strings in JSON-LD that nobody closes": lambda times: (
        '<script type="application/ld+json">{"a":' + '\\"' * 3_000 * times + "</script>"
    ),
    "commas in JSON-LD": lambda times: (
        '<script type="application/ld+json">{"a":1' + ", " * 3_000 * times + "x</script>"
    ),
    "spaces behind a wrapper": lambda times: (
        '<script type="application/ld+json">{"a":1} -->' + " " * 6_000 * times + "x</script>"
    ),
    "posts in JSON-LD": lambda times: ld([{**ARTICLE, "@id": f"{n}"} for n in range(188 * times)]),
    "a huge script": lambda times: "<script>" + "var a = window.__x; " * 3_700 * times + "</script>",
    "pushes": lambda times: "<script>" + "self.__next_f.push([" * 3_700 * times + "</script>",
    "spaces behind a push": lambda times: (
        '<script>self.__next_f.push([1,"x"])' + " " * 62_000 * times + "x commentCount</script>"
    ),
    "a name of a state": lambda times: "<script>window.__" + "State" * 14_000 * times + "</script>",
    "a state that grows": lambda times: growing_state(times),
    "items": lambda times: (
        "<div itemscope itemtype=http://schema.org/Article><i itemprop=headline>x</i></div>" * 250 * times
    ),
    "properties in properties": lambda times: (
        "<div itemscope itemtype=http://schema.org/Article>" + "<div itemprop=name>" * 3 * times
        + "x " * 15_000 * times
    ),
    "RDFa in RDFa": lambda times: (
        '<div typeof="sioc:Item">' + '<div property="dc:title content:encoded">' * 3 * times + "x " * 15_000 * times
    ),
    "entries": lambda times: "<article class=hentry><h2 class=entry-title>x</h2></article>" * 500 * times,
    "classes": lambda times: ("<span class='" + "post-entry-" * 15 + "'>3 May 2026</span>") * 250 * times,
    "dates": lambda times: "<h1>Kettle notes</h1>" + "<p>posted 3 May 2026</p>" * 1_600 * times,
    "texts behind a heading": lambda times: (
        "<div>" * 3 * times + "<h1>Kettle notes</h1>" + "<i>x</i>" * 1_600 * times
    ),
    "links": lambda times: "<footer>" + "".join(f'<a href="https://x.com/a{n}">y</a>' for n in range(625 * times)),
}  # fmt: skip


def growing_state(names: int) -> str:
    """Each name stands twice for the one before: written out, the last would have two to their number of parts."""
    given = ",".join(f"a{n}" for n in range(names))
    doubled = "".join(f"a{n}.x=[a{n - 1},a{n - 1}];" for n in range(1, names))
    empty = ",".join(["{}"] * names)
    return (
        f"<script>window.__NUXT__=(function({given}){{{doubled}return {{publishedAt:a{names - 1}}}}}({empty}))</script>"
    )


@pytest.mark.parametrize("name", LONG)
def test_what_a_page_costs_grows_no_faster_than_the_page(name: str) -> None:
    def page(times: int) -> bytes:
        return ("<!doctype html><title>Kettle notes</title>" + OG + LONG[name](times)).encode()

    def read_page(body: bytes) -> None:
        with contextlib.suppress(PageProblem):
            WebArticle(HttpResponse(URL, body, status=200), Capture(fetched_at=NOW)).read()

    assert growth(read_page, page) <= MOST_GROWTH


SEEDS = [GHOST, SQUARESPACE, DRUPAL, JOOMLA, DOCUSAURUS, STATIC, HATOM, JSONLD_ONLY]


@given(st.sampled_from(SEEDS), st.integers(0, 2**32), st.integers(1, 12))
@settings(deadline=None, max_examples=60)
def test_a_damaged_page_gives_plausible_values_and_the_same_twice(seed: str, number: int, damages: int) -> None:
    rng = random.Random(number)
    body = bytearray(f"<html><head>{OG}</head><body>{seed}</body></html>".encode())
    for _ in range(damages):
        at = rng.randrange(len(body))
        kind = rng.randrange(4)
        if kind == 0:
            del body[at : at + rng.randrange(1, 30)]
        elif kind == 1:
            body[at] = rng.randrange(256)
        elif kind == 2:
            body[at:at] = rng.choice([b"<", b">", b'"', b"{", b"\x00", b"</div>", b"&#39;", b"\xff", b"9" * 30])
        else:
            body[at:at] = body[at : at + 50]
    answers = []
    for _ in range(2):
        try:
            answers.append(WebArticle(HttpResponse(URL, bytes(body), status=200), Capture(fetched_at=NOW)).read())
        except PageProblem as problem:
            answers.append(PostList(flags=(str(problem),)))
    assert answers[0] == answers[1]
    for post in answers[0].posts:
        assert post.published_at is None or datetime(1990, 1, 1, tzinfo=UTC) <= post.published_at < datetime(
            2027, 1, 1, tzinfo=UTC
        )
        assert all(value >= 0 for value in counts(post).values())
        links = [post.url, post.native_id, *(medium.url for medium in post.media), *post.links]
        assert all(link is None or link.startswith(("http://", "https://")) for link in links)


def test_every_captured_page_is_read_the_same_twice(captures: Path) -> None:
    for path in sorted((captures / "real").rglob("*.html")):
        answers = []
        for _ in range(2):
            response = HttpResponse("https://site.example/a/some-post-1", path.read_bytes(), status=200)
            try:
                answers.append(WebArticle(response, Capture(fetched_at=NOW)).read_with(find_main_text=False))
            except PageProblem as problem:
                answers.append(PostList(flags=(str(problem),)))
        assert answers[0] == answers[1], path.name
