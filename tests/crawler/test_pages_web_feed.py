"""Feeds: what decides their kind, identities that collide, where to look next, and nothing that makes them raise."""

import contextlib
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import Platform, PostList, Reason, RequestKind
from crawler.pages import first_requests, page_for, post_requests
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.pages.web.feed import MAX_BYTES, WebFeed
from crawler.pages.web.html import WebArticle, WebSite
from crawler.reading.feed_bounds import MAX_ENTRIES
from crawler.reading.feeds import feed_kind, read_feed
from crawler.reading.urls import canonical
from tests.growth import MOST_GROWTH, growth

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOME = AccountRef(platform=Platform.WEB, host="acme.example", handle="acme.example", url="https://acme.example/")


def feed(body: str | bytes, url: str = "https://acme.example/feed", account: AccountRef | None = None) -> PostList:
    raw = body.encode() if isinstance(body, str) else body
    return WebFeed(HttpResponse(url, raw, status=200), Capture(fetched_at=NOW, account=account)).read()


def rss(items: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title><link>https://acme.example/</link>{items}</channel></rss>"


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        ('\ufeff<?xml version="1.0"?>\n<!-- x --><rss version="0.91">', "rss"),
        ("junk that a browser added\n<rss version='2.0'>", "rss"),
        ('<feed xmlns="http://www.w3.org/2005/Atom">', "atom"),
        ('<a:feed xmlns:a="http://www.w3.org/2005/Atom">', "atom"),
        ('<rdf:RDF xmlns:rdf="r" xmlns="http://purl.org/rss/1.0/">', "rdf"),
        ('<rdf:RDF xmlns:rdf="r" xmlns:foaf="http://xmlns.com/foaf/0.1/">', None),
        ('{"version": "https:\\/\\/jsonfeed.org\\/version\\/1", "items": []}', "json"),
        ('{"items": []}', None),
        ("<!doctype html><html><p>&lt;rss&gt; <rss></html>", None),
        ('<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">', None),
        ("", None),
    ],
)
def test_the_root_decides_what_a_document_is(start: str, kind: str | None) -> None:
    assert feed_kind(start) == kind


@pytest.mark.parametrize(
    ("url", "content_type", "head", "page"),
    [
        ("https://x.example/anything", "text/html", b"<rss version='2.0'>", WebFeed),
        ("https://x.example/blog.atom", "application/rss+xml", b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", WebFeed),
        ("https://x.example/feed/", "text/html", b"<!doctype html><title>x</title>", WebFeed),
        ("https://x.example/", "text/html", b"<!doctype html><title>x</title>", WebSite),
        ("https://x.example/how-we-work", "text/html", b"<!doctype html><title>x</title>", WebArticle),
        ("https://x.example/?p=3", "text/html; charset=utf-8", b"<html>", WebArticle),
        ("https://x.example/picture", "image/png", b"\x89PNG", None),
        ("https://x.example/data", "application/json", b'{"a": 1}', None),
    ],
)
def test_each_answer_has_one_reader(url: str, content_type: str, head: bytes, page: type | None) -> None:
    assert page_for(url, 200, content_type, head) is page


def test_a_comment_count_that_is_absent_is_unknown_and_zero_is_zero() -> None:
    page = feed(
        "<rss version='2.0' xmlns:slash='http://purl.org/rss/1.0/modules/slash/'><channel>"
        "<item><link>https://acme.example/a</link><slash:comments>0</slash:comments></item>"
        "<item><link>https://acme.example/b</link></item>"
        "<item><link>https://acme.example/c</link><slash:comments>many</slash:comments></item></channel></rss>"
    )
    counts = [post.metrics.comment_count if post.metrics else None for post in page.posts]
    assert counts == [0, None, None]
    assert page.posts[0].metrics is not None
    assert "comment_count" not in page.posts[0].metrics.missing
    assert page.posts[1].metrics is None


@pytest.mark.parametrize(("count", "likes"), [("7", 7), ("0", None)])
def test_of_a_youtube_feed_no_likes_may_be_hidden_likes(count: str, likes: int | None) -> None:
    namespaces = 'xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"'
    page = feed(
        f"""<feed xmlns="http://www.w3.org/2005/Atom" {namespaces}><entry>
        <id>yt:video:KettleVid01</id><yt:videoId>KettleVid01</yt:videoId><title>How we brew Assam</title>
        <link rel="alternate" href="https://www.youtube.com/watch?v=KettleVid01"/>
        <media:group><media:community><media:starRating count="{count}" average="5.00" min="1" max="5"/>
        <media:statistics views="8064"/></media:community></media:group></entry></feed>"""
    )
    [metrics] = [post.metrics for post in page.posts]
    assert metrics is not None
    assert (metrics.like_count, metrics.view_count) == (likes, 8064)


def test_a_guid_is_an_address_only_where_it_says_so() -> None:
    page = feed(
        rss(
            "<item><title>a</title><guid>https://acme.example/a</guid></item>"
            "<item><title>b</title><guid isPermaLink='false'>https://acme.example/?p=2</guid></item>"
            "<item><title>c</title><guid>1234</guid></item>"
            "<item><title>d</title></item>"
        )
    )
    assert [post.url for post in page.posts] == ["https://acme.example/a", None, None]
    assert [post.native_id for post in page.posts] == [
        "https://acme.example/a",
        "https://acme.example/#https://acme.example/?p=2",
        "https://acme.example/#1234",
    ]
    assert page.skipped == {"without_address": 1}
    assert [request.url for request in page.next_requests] == ["https://acme.example/a"]


def test_the_same_post_by_two_spellings_is_one() -> None:
    page = feed(
        rss(
            "<item><link>https://acme.example/a?utm_source=x</link><guid>https://acme.example/a</guid></item>"
            "<item><link>HTTPS://ACME.example:443/a#c</link><guid>https://acme.example/a#c</guid></item>"
        )
    )
    assert len({canonical(post.native_id) for post in page.posts}) == 1


def test_a_link_post_keeps_its_own_page_and_says_where_it_points() -> None:
    page = feed(
        rss("<item><title>x</title><link>https://far.example/y</link><guid>https://acme.example/l/1</guid></item>")
    )
    (post,) = page.posts
    assert (post.url, post.links, post.format) == ("https://acme.example/l/1", ("https://far.example/y",), "link")


def test_a_date_from_the_future_is_none() -> None:
    page = feed(rss("<item><link>https://acme.example/a</link><pubDate>Fri, 01 Jan 2027 00:00:00 GMT</pubDate></item>"))
    assert page.posts[0].published_at is None
    assert page.posts[0].published_text == "Fri, 01 Jan 2027 00:00:00 GMT"


def test_the_account_s_home_page_says_who_it_is_and_the_feed_does_not_again() -> None:
    assert feed(rss(""), account=HOME).profile is None
    own = AccountRef(
        platform=Platform.WEB, host="acme.example", handle="acme.example/feed", url="https://acme.example/feed"
    )
    profile = feed(rss(""), account=own).profile
    assert profile is not None
    assert (profile.handle, profile.name) == ("acme.example/feed", "T")


def test_a_plain_title_that_was_escaped_for_html_is_unescaped_once() -> None:
    items = [
        {"id": "https://acme.example/a", "url": "https://acme.example/a", "title": "Salt &amp; stone &copy R&D; 1 < 2"}
    ]
    (post,) = feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items})).posts
    assert post.title == "Salt & stone &copy R&D; 1 < 2"


WORDPRESS = rss(
    "<generator>https://wordpress.org/?v=6.9</generator><item><title>a</title><link>https://acme.example/a</link></item>"
)


@pytest.mark.parametrize(
    ("url", "following"),
    [
        ("https://acme.example/feed/", "https://acme.example/feed/?paged=2"),
        ("https://acme.example/?feed=rss2&paged=9", "https://acme.example/?feed=rss2&paged=10"),
    ],
)
def test_a_wordpress_feed_goes_on_although_it_does_not_say_so(url: str, following: str) -> None:
    listings = [one.url for one in feed(WORDPRESS, url).next_requests if one.kind == RequestKind.LISTING]
    assert listings == [following]
    other = WORDPRESS.replace("wordpress.org", "another-engine.example")
    assert not [one for one in feed(other, url).next_requests if one.kind == RequestKind.LISTING]


@pytest.mark.parametrize(
    ("url", "following"),
    [
        (
            "https://tea.blogspot.example/feeds/posts/default?alt=rss",
            ["https://tea.blogspot.example/feeds/posts/default?start-index=26&max-results=25"],
        ),
        ("https://burner.example/tea", []),
    ],
)
def test_a_blogger_feed_goes_on_at_the_blog_although_it_names_bloggers_own_address(
    url: str, following: list[str]
) -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="alternate" href="https://tea.blogspot.example/"/>'
        '<link rel="next" href="http://www.blogger.com/feeds/7/posts/default?start-index=26&amp;max-results=25"/>'
        "<entry><id>tag:blogger.com,1999:blog-7.post-2</id><title>Boil</title></entry></feed>"
    )
    assert [one.url for one in feed(body, url).next_requests if one.kind is RequestKind.LISTING] == following


@pytest.mark.parametrize(
    ("last", "is_left_out"),
    [
        ('<p>The post <a href="{url}">Tea</a> appeared first on <a href="{home}">Acme</a>.</p>', True),
        ('<p>Der Beitrag <a rel="me" href="{url}">Tea</a> erschien zuerst auf <a href="{home}/">Acme</a>.</p>\n', True),
        (
            '<hr><p><a href="{url}">Tea</a> was originally published in <a href="{home}">Acme</a> on Medium, where'
            " people are continuing the conversation by highlighting and responding to this story.</p>",
            True,
        ),
        ('<p>More of <a href="https://acme.example/cups">cups</a> at <a href="{home}">Acme</a>.</p>', False),
        ('<p>See <a href="{url}">Tea</a>.</p>', False),
        ('<p>{words}<a href="{url}">Tea</a> <a href="{home}">Acme</a></p>', False),
    ],
)
def test_the_line_that_wordpress_adds_for_whoever_copies_a_post_is_none_of_its_words(
    last: str, is_left_out: bool
) -> None:
    url = "https://acme.example/2026/tea/"
    written = last.format(url=url, home="https://acme.example", words="a long sentence of its own that says more " * 3)
    said = f"<![CDATA[<p>Leaves.</p>{written}]]>"
    (post,) = feed(rss(f"<item><title>Tea</title><link>{url}</link><description>{said}</description></item>")).posts
    assert (post.text == "Leaves.") is is_left_out
    assert (post.links == ()) is (is_left_out or "home" not in last)


SPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("<description>Tea</description>{}<media:description type='plain'>A cup</media:description>", "Tea"),
        ("<media:description>A cup</media:description><description>&lt;p&gt;Tea&lt;/p&gt;</description>{}", "Tea"),
        (
            "<description>&lt;b&gt;Tea&lt;/b&gt;</description><itunes:summary>&lt;p&gt;T&lt;/p&gt;</itunes:summary>{}",
            "Tea",
        ),
        ("<description>Tea</description><dc:description>In short</dc:description>{}", "Tea"),
        ("<description>Tea</description><media:description/>{}", "Tea"),
        (
            "<media:description>A cup</media:description><content:encoded>&lt;p&gt;Tea&lt;/p&gt;</content:encoded>{}",
            "Tea",
        ),
        ("{}<media:description type='html'>&lt;p&gt;A cup&lt;/p&gt;</media:description>", "A cup"),
        ("{}<itunes:summary>One\nTwo</itunes:summary>", "One\nTwo"),
    ],
)
def test_what_is_said_of_a_picture_or_an_episode_is_the_text_only_where_there_is_no_other(said: str, text: str) -> None:
    title = "<title>T</title><link>https://acme.example/t</link>"
    body = rss(f"<item>{said.format(title)}</item>").replace("<rss ", f"<rss {SPACES} ")
    result = feed(body)
    assert [post.text for post in result.posts] == [text]
    assert "malformed_feed" not in result.flags


def test_no_page_behind_the_last_one_is_the_end_of_a_feed_and_a_busy_server_is_not() -> None:
    here = Capture(fetched_at=NOW, account=HOME)
    url = "https://acme.example/feed/?paged=4"
    assert page_for(url, 404, "application/rss+xml", b"<?xml version='1.0'?><rss version='2.0'>") is WebFeed
    assert WebFeed(HttpResponse(url, b"", status=404), here).read() == PostList(is_whole=True)
    with pytest.raises(PageProblem):
        WebFeed(HttpResponse(url, b"", status=503), Capture(fetched_at=NOW)).read()


def test_requests_of_an_account_and_of_known_posts() -> None:
    own = AccountRef(platform=Platform.WEB, host="a.example", handle="a.example", url="https://a.example/rss.xml")
    assert [(one.url, one.kind) for one in first_requests(own, {})] == [
        ("https://a.example/rss.xml", RequestKind.LISTING)
    ]
    assert first_requests(HOME, {})[0].kind == RequestKind.PROFILE
    known = [
        ("https://a.example/1", "https://a.example/1"),
        ("https://a.example/#guid-7", None),
        ("https://a.example/2", None),
    ]
    assert [(one.url, one.native_id) for one in post_requests(HOME, known, {})] == [
        ("https://a.example/1", "https://a.example/1"),
        ("https://a.example/2", "https://a.example/2"),
    ]


def test_a_feed_that_is_too_large_is_refused_and_a_long_one_is_cut() -> None:
    with pytest.raises(PageProblem) as problem:
        feed(b"<rss version='2.0'>" + b" " * MAX_BYTES)
    assert problem.value.reason == Reason.TOO_LARGE
    many = "".join(f"<item><link>https://acme.example/{number}</link></item>" for number in range(MAX_ENTRIES + 1))
    page = feed(rss(many))
    assert (len(page.posts), page.flags) == (MAX_ENTRIES, ("too_many_entries",))


def test_entities_are_not_expanded_and_nothing_is_fetched() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" if n else "x" * 10}">' * 1 for n in range(12))
    page = feed(
        f'<!DOCTYPE rss [{bomb}<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        + rss("<item><title>&a11;&file;</title><link>https://acme.example/a</link></item>")
    )
    assert len(page.posts) == 1
    assert len(page.posts[0].title or "") < 100


texts = st.text(max_size=30)
values = st.one_of(
    texts, st.integers(), st.none(), st.lists(texts, max_size=2), st.dictionaries(texts, texts, max_size=1)
)
NAMES = "id url title content_html content_text date_published tags authors attachments image external_url language"
entries = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES.split(), values)), max_size=4)


@given(entries)
@settings(deadline=None)
def test_any_json_feed_is_read(items: list[dict[str, object]]) -> None:
    page = feed(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}))
    for post in page.posts:
        assert post.native_id.startswith("https://")
        assert post.url is None or post.url.startswith(("http://", "https://"))
    assert len({post.native_id for post in page.posts}) == len(page.posts)


FRAGMENTS = [
    "<rss>",
    "<feed>",
    "<item>",
    "</item>",
    "<entry>",
    "<link>",
    "<link href='",
    "'/>",
    "&amp;",
    "&nope;",
    "<![CDATA[",
    "]]>",
    "<!--",
    "<title>",
    "<guid>1</guid>",
    "<pubDate>",
    "media:content",
    "xmlns:x='y'",
    "\x00",
    "\ud7ff",
    "é",
    "<content:encoded>",
    "<p><img src=x>",
    "http://[",
    "<!DOCTYPE x [<!ENTITY y 'z'>]>",
    "{",
    "<category term=''/>",
]


soup = st.lists(st.sampled_from(FRAGMENTS), max_size=25).map(lambda parts: "".join(parts).encode())


@given(st.one_of(st.binary(max_size=200), soup))
@example(b"<rss><item><link>http://[</link></item></rss>")
@settings(deadline=None, max_examples=80)
def test_any_bytes_give_posts_or_a_problem(body: bytes) -> None:
    for start in (b"", b"<rss version='2.0'><channel>", b"<feed xmlns='http://www.w3.org/2005/Atom'>"):
        try:
            page = feed(start + body)
        except PageProblem:
            continue
        assert isinstance(page, PostList)


@given(st.text(max_size=100))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    read_feed("<rss><channel><item>" + text)
    read_feed('{"version": "https://jsonfeed.org/version/1", ' + text)


#: so many times as long; at 64 three million bytes, and up to a million elements
HOSTILE: dict[str, Callable[[int], str]] = {
    "nested elements": lambda times: "<rss><channel><item>" + "<a>" * 16_000 * times,
    "closed nesting": lambda times: (
        "<rss><channel><item>" + "<a>" * 3_000 * times + "</a>" * 3_000 * times + "</item></channel></rss>"
    ),
    "stray ampersands": lambda times: "<rss><channel><item><title>" + "&" * 47_000 * times,
    "unknown entities": lambda times: "<rss><channel><item><title>" + "&a" * 23_000 * times,
    "stray brackets": lambda times: "<rss>" + "<" * 47_000 * times,
    "categories": lambda times: (
        "<rss><channel><item><link>https://acme.example/x</link>" + "<category>a</category>" * 2_000 * times
    ),
    "categories of the channel": lambda times: (
        "<rss><channel>" + "<category>a</category>" * 2_000 * times + "<item/></channel></rss>"
    ),
    "attributes": lambda times: "<rss><channel><item " + " ".join(f"a{n}='u'" for n in range(3_000 * times)) + "/>",
    "an author's name": lambda times: (
        "<rss><channel><item><link>https://acme.example/x</link><author>" + "a" * 47_000 * times
    ),
    "entities in entities": lambda times: (
        "<!DOCTYPE r [<!ENTITY a0 'aaaaaaaaaa'>"
        + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, times))
        + f"]><rss><channel><item><title>&a{times - 1};</title></item></channel></rss>"
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_feed_costs_grows_no_faster_than_the_feed(name: str) -> None:
    def read_page(body: str) -> None:
        with contextlib.suppress(PageProblem):
            feed(body)

    assert growth(read_page, HOSTILE[name]) <= MOST_GROWTH


def test_an_entry_that_repeats_one_element_without_end_is_left_out_and_the_others_stay() -> None:
    flood = "<item><link>https://acme.example/bad</link>" + "<category>a</category>" * 2_000 + "</item>"
    good = "".join(f"<item><link>https://acme.example/{n}</link><title>Kettle {n}</title></item>" for n in range(2))
    for items in (flood + good, good + flood):
        feed = read_feed(f"<rss version='2.0'><channel><title>Acme</title>{items}</channel></rss>")
        assert feed is not None
        assert [entry.title for entry in feed.entries] == ["Kettle 0", "Kettle 1"]
        assert feed.is_cut


def test_stray_ampersands_do_not_stop_a_feed() -> None:
    feed = read_feed(
        "<rss version='2.0'><channel><item><title>Tea & coffee</title><link>https://acme.example/?a=1&b=2</link>"
        "<description>1 < 2</description></item></channel></rss>"
    )
    assert feed is not None
    (entry,) = feed.entries
    assert (entry.title, entry.link, feed.is_malformed) == ("Tea & coffee", "https://acme.example/?a=1&b=2", True)
