"""How real sites write what they state: each case is a trap that a page or feed once set, in invented words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from web_poet import HttpResponse

from crawler.items import Format, Post, Precision
from crawler.pages.base import Capture
from crawler.pages.web.feed import WebFeed
from crawler.pages.web.html import WebArticle

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
URL = "https://acme.example/blog/kettle-notes"
AT = datetime(2026, 11, 1, 10, 30, tzinfo=UTC)
STATED = "2026-11-01T10:30:00Z"
ARTICLE = {"@type": "NewsArticle", "headline": "Kettle notes", "datePublished": STATED, "url": URL}


def post_of(head: str = "", body: str = "", url: str = URL) -> Post:
    html = f"<!doctype html><html lang=en><head><title>Kettle notes</title>{head}</head><body>{body}</body></html>"
    (post,) = WebArticle(HttpResponse(url, html.encode(), status=200), Capture(fetched_at=NOW)).read().posts
    return post


def ld(node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def counts(post: Post) -> dict[str, int]:
    names = ("like_count", "comment_count", "share_count", "view_count", "save_count")
    return {name: value for name in names if post.metrics and (value := getattr(post.metrics, name)) is not None}


def entry_of(xml: str) -> Post:
    response = HttpResponse("https://acme.example/feed", xml.encode("latin-1"), status=200)
    (post,) = WebFeed(response, Capture(fetched_at=NOW)).read().posts
    return post


COMMENTS_0 = {"@type": "InteractionCounter", "interactionType": "http://schema.org/CommentAction"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param({"interactionStatistic": COMMENTS_0 | {"userInteractionCount": "0"}}, {"comment_count": 0}),
        pytest.param({"commentCount": 80}, {"comment_count": 80}, id="comment-count"),
        pytest.param(
            {"interactionStatistic": [{"interactiontype": "WatchAction", "InteractionCount": "52"}]},
            {"view_count": 52},
            id="other-spelling-of-keys",
        ),
        pytest.param(
            {"comment": [{"@type": "Comment", "upvoteCount": 64_522}], "author": {"@type": "Person", "name": "Ann",
             "interactionStatistic": {"interactionType": "FollowAction", "userInteractionCount": 12_613}}},
            {},
            id="counters-of-a-comment-and-of-the-author",
        ),
        pytest.param(
            {"interactionStatistic": [{"interactionType": {"@id": "https://schema.org/SubscribeAction"},
             "userInteractionCount": 10_000}, {"interactionType": "WriteAction", "userInteractionCount": 7}]},
            {},
            id="subscribers-and-writings",
        ),
        pytest.param({"interactionCount": "UserComments: 3"}, {"comment_count": 3}, id="legacy"),
    ],
)  # fmt: skip
def test_counters_of_json_ld(said: dict[str, object], expected: dict[str, int]) -> None:
    assert counts(post_of(ld({**ARTICLE, **said}))) == expected


@pytest.mark.parametrize(
    "document",
    [
        [ARTICLE],
        {"@graph": [{"@type": "WebSite", "name": "Acme"}, ARTICLE, {"@id": "#ann", "@type": "Person", "name": "Ann"}]},
        {**ARTICLE, "@type": ["BlogPosting", "Thing"]},
        {"@type": "WebPage", "url": URL, "mainEntity": ARTICLE},
        {**ARTICLE, "mainEntityOfPage": True},
    ],
)
def test_shapes_of_json_ld(document: object) -> None:
    post = post_of(ld(document))
    assert (post.title, post.published_at, post.format) == ("Kettle notes", AT, Format.ARTICLE)


def test_authors_by_reference_as_text_and_in_a_list() -> None:
    ann = {"@id": "https://acme.example/#ann", "@type": "Person", "name": "Ann Beck"}
    for author in ("Ann Beck", ["Ann Beck"], {"@id": ann["@id"]}, [ann]):
        assert post_of(ld({"@graph": [{**ARTICLE, "author": author}, ann]})).author == "Ann Beck"


def test_text_escaped_twice_is_unescaped_once_behind_the_json() -> None:
    node = {
        "@type": "DiscussionForumPosting",
        "url": URL,
        "text": "Ann&#39;s kettle &amp; mine",
        "datePublished": STATED,
    }
    assert post_of(ld(node)).text == "Ann's kettle & mine"


def test_of_two_blocks_about_one_page_the_more_exact_date_counts() -> None:
    day = {"@type": "NewsArticle", "headline": "Kettle notes", "datePublished": "2026-11-01"}
    assert (
        post_of(ld(day) + ld({"@graph": [{"@type": "Article", "@id": URL, "datePublished": STATED}]})).published_at
        == AT
    )


MICRODATA = '<div itemscope itemtype="http://schema.org/{}">{}</div>'
DATED = f'<meta itemprop=datePublished content="{STATED}">'


@pytest.mark.parametrize(
    ("kind", "inner", "expected"),
    [
        ("Article", '<meta itemprop=interactionCount content="UserComments: 0">', {"comment_count": 0}),
        ("BlogPosting", "<b ItemProp=commentCount>224</b>", {"comment_count": 224}),
        (
            "Question",
            "<b itemprop=upvoteCount>22</b><b itemprop=commentCount>2</b><b itemprop=answerCount>6</b>"
            "<div itemprop=suggestedAnswer itemscope itemtype=http://schema.org/Answer><b itemprop=upvoteCount>99</b>"
            "<b itemprop=commentCount>8</b></div>",
            {"like_count": 22, "comment_count": 2},
        ),
        (
            "VideoObject",
            "<div itemprop=interactionStatistic itemscope itemtype=https://schema.org/InteractionCounter>"
            "<meta itemprop=interactionType content=https://schema.org/LikeAction>"
            "<meta itemprop=userInteractionCount content=31009></div>"
            "<div itemprop=interactionStatistic itemscope itemtype=https://schema.org/InteractionCounter>"
            "<meta itemprop=interactionType content=https://schema.org/WatchAction>"
            "<meta itemprop=userInteractionCount content=1077715></div>",
            {"like_count": 31_009, "view_count": 1_077_715},
        ),
        ("VideoObject", "<meta itemprop=interactionCount content=8064>", {"view_count": 8_064}),
    ],
)
def test_counters_of_microdata(kind: str, inner: str, expected: dict[str, int]) -> None:
    name = "<h1 itemprop=name>Kettle notes</h1>"
    assert counts(post_of("", MICRODATA.format(kind, name + DATED + inner))) == expected


def test_a_date_without_zone_is_a_wall_clock_and_relative_addresses_are_resolved() -> None:
    head = '<link rel=canonical href="/blog/kettle-notes"><meta property="og:url" content="/blog/kettle-notes">'
    post = post_of(head, MICRODATA.format("Article", '<time itemprop=datePublished datetime="2026-11-01T10:30:00">'))
    assert (post.url, post.published_at, post.published_precision) == (URL, AT, Precision.LOCAL)


@pytest.mark.parametrize(
    ("body", "comments", "precision"),
    [
        (
            '<div typeof="sioc:Item foaf:Document" about="/blog/kettle-notes">'
            '<i property="dc:title" content="Kettle notes"></i>'
            f'<span property="dc:date dc:created" content="{STATED}"></span>'
            '<span property="sioc:num_replies" content="10"></span></div>'
            '<div typeof="sioc:Item" about="/other"><span property="sioc:num_replies" content="3"></span></div>',
            10,
            Precision.SECOND,
        ),
        (
            '<article typeof="schema:Article" about="/blog/kettle-notes"><h1 property="schema:name">Kettle notes</h1>'
            f'<span property="schema:dateCreated" content="{STATED}"></span>'
            '<span property="schema:interactionCount" content="UserComments:0"></span></article>',
            0,
            Precision.SECOND,
        ),
        (
            '<div typeof="rNews:Article" about="/blog/kettle-notes"><h1 property="rNews:headline">Kettle notes</h1>'
            '<span property="rNews:datePublished" content="2026-11-01T00:00:00+01:00"></span></div>',
            None,
            Precision.DAY,
        ),
    ],
)
def test_rdfa_of_drupal(body: str, comments: int | None, precision: Precision) -> None:
    post = post_of("", body)
    assert counts(post).get("comment_count") == comments
    assert post.published_precision is precision


def test_an_h_entry_with_comments_is_one_post_and_its_time_may_stand_in_a_meta() -> None:
    comment = (
        '<div class="p-comment h-cite h-entry"><time class=dt-published datetime=2026-11-09T08:00:00Z></time></div>'
    )
    post = post_of(
        f"<meta itemprop=datePublished content={STATED}>",
        "<article class=h-entry><h1 class=p-name>Kettle notes</h1><time class=dt-published datetime=2026-11-01></time>"
        f"<div class=e-content>Steam.</div>{comment * 3}</article>",
    )
    assert (post.published_at, post.published_precision, post.text) == (AT, Precision.SECOND, "Steam.")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            '<script>window._preloads        = JSON.parse("'
            + json.dumps({"post": {"id": 9, "slug": "kettle-notes", "title": "Kettle notes", "post_date": STATED,
                                   "reaction_count": 326, "comment_count": 36, "restacks": 19}}).replace('"', '\\"')
            + '")</script>',
            {"like_count": 326, "comment_count": 36, "share_count": 19},
            id="preloads",
        ),
        pytest.param(
            '<script id=__NEXT_DATA__ type="application/json">'
            + json.dumps({"props": {"pageProps": {"teasers": [{"id": 7_654_321, "title": "Other", "commentCount": 0}],
                          "article": {"id": 123_456_789, "title": "Kettle notes", "commentCount": 44}}}})
            + "</script>",
            {"comment_count": 44},
            id="by-the-id-in-the-address",
        ),
        pytest.param("<article data-rating=14081 data-comments=1008></article>",
                     {"like_count": 14_081, "comment_count": 1_008}, id="data-attributes"),
    ],
)  # fmt: skip
def test_counters_of_a_state_and_of_the_article_element(body: str, expected: dict[str, int]) -> None:
    og = '<meta property="og:type" content="article"><meta property="og:title" content="Kettle notes">'
    post = post_of(f'{og}<meta property="article:published_time" content="{STATED}">', body, f"{URL}-123456789")
    assert counts(post) == expected


def test_open_graph_stands_under_name_or_property_and_repeats() -> None:
    head = (
        f'<meta name="og:type" content="article"><meta name="article:published_time" content="{STATED}">'
        '<meta property="twitter:title" content="Kettle notes"><meta property="article:tag" content="tea">'
        '<meta property="article:tag" content="steam"><meta property="og:image" content="/1.jpg">'
        '<meta property="og:image" content="/2.jpg"><meta name="twitter:label1" content="Likes">'
        '<meta name="twitter:data1" content="9 ❤"><meta property="og:description" content="12 comments">'
    )
    post = post_of(head)
    assert (post.title, post.hashtags, len(post.media), post.metrics) == ("Kettle notes", ("tea", "steam"), 2, None)


def test_a_node_s_name_is_the_title_where_the_page_is_called_so_and_not_as_its_headline() -> None:
    node = {**ARTICLE, "name": "Kettle notes", "headline": "vessel for the boiling of water"}
    assert post_of(ld(node)).title == "Kettle notes"


@pytest.mark.parametrize(
    ("name", "content"),
    [("pub_date", "20261101"), ("article_date_original", "Sunday, November 1, 2026"), ("publishdate", "2026-11-01")],
)
def test_dates_of_publishers_own_metas(name: str, content: str) -> None:
    post = post_of(f'<meta name="{name}" content="{content}">')
    assert (post.published_at, post.published_precision) == (datetime(2026, 11, 1, tzinfo=UTC), Precision.DAY)


RSS = '<rss version="2.0" {}><channel><item><title>Kettle notes</title>{}</item></channel></rss>'
LINK = f"<link>{URL}?utm_source=feed</link><guid isPermaLink='false'>4711</guid>"


def test_feeds_in_latin_1_with_portuguese_dates() -> None:
    post = entry_of(
        RSS.format("", f"{LINK}<description>Simulação</description><pubDate>Dom, 01 Nov 2026 07:30:00 -0300</pubDate>")
    )
    assert (post.text, post.published_at, post.native_id) == ("Simulação", AT, URL)


def test_feeds_with_a_date_that_is_none() -> None:
    post = entry_of(RSS.format("", f"{LINK}<pubDate>Invalid Date</pubDate>"))
    assert (post.published_at, post.published_text) == (None, "Invalid Date")


def test_the_real_address_behind_a_feed_service_and_comments_by_slash() -> None:
    names = (
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
        ' xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
    )
    real = f"<feedburner:origLink>{URL}</feedburner:origLink>"
    item = f"<link>https://feeds.example/~r/x</link>{real}<slash:comments>0</slash:comments>"
    post = entry_of(RSS.format(names, item))
    assert (post.url, counts(post)) == (URL, {"comment_count": 0})
    assert entry_of(RSS.format(names, LINK)).metrics is None


def test_atom_whose_first_links_are_replies_and_itself() -> None:
    links = "".join(
        f'<link rel="{rel}" href="{href}"/>'
        for rel, href in (("replies", f"{URL}/comments"), ("self", "https://acme.example/feeds/1"), ("alternate", URL))
    )
    post = entry_of(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><entry><id>tag:1</id>'
        f"<title>Kettle notes</title><published>{STATED}</published>{links}<thr:total>12</thr:total></entry></feed>"
    )
    assert (post.url, post.published_at, counts(post)) == (URL, AT, {"comment_count": 12})


def test_rss_1_items_stand_outside_of_the_channel() -> None:
    post = entry_of(
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://acme.example/"><title>Acme</title></channel>'
        f'<item rdf:about="{URL}"><title>\n <![CDATA[Kettle notes]]> </title><link>{URL}</link>'
        f"<dc:date>{STATED}</dc:date></item></rdf:RDF>"
    )
    assert (post.title, post.published_at) == ("Kettle notes", AT)
