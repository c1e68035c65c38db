"""Pages in HTML: what is the post among all that a page shows, what completes a feed's entry, and what is a wall."""

import json
from datetime import UTC, datetime

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from web_poet import HttpResponse

from crawler.items import (
    Format,
    Media,
    Metrics,
    MissingReason,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    RequestKind,
)
from crawler.pages.base import AccountRef, Capture, PageProblem
from crawler.pages.web.html import WebArticle, WebSite

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
URL = "https://acme.example/makes/anvil-1"
LISTED = Post(
    platform=Platform.WEB,
    host="acme.example",
    native_id="https://acme.example/makes/anvil-1?ref=feed",
    account="acme.example",
    url="https://acme.example/makes/anvil-1?ref=feed",
    title="An anvil",
    text="From the feed.",
    format=Format.ARTICLE,
    published_at=datetime(2026, 11, 1, tzinfo=UTC),
    published_precision=Precision.DAY,
    published_text="2026-11-01",
)
ARTICLE = {"@type": "Article", "headline": "An anvil", "datePublished": "2026-11-01T12:00:00Z", "url": URL}


def page(head: str = "", body: str = "", *, url: str = URL, listed: Post | None = None, status: int = 200) -> PostList:
    html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    reader = WebSite if url.count("/") == 3 else WebArticle
    return reader(HttpResponse(url, html.encode(), status=status), Capture(fetched_at=NOW, listed=listed)).read()


def ld(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


def only(found: PostList) -> Post:
    assert len(found.posts) == 1
    return found.posts[0]


def test_a_page_completes_what_its_feed_said_and_keeps_its_identity() -> None:
    stated = {
        **ARTICLE,
        "articleBody": "From the page.",
        "author": {"name": "Wil E."},
        "commentCount": 3,
        "image": "/a.jpg",
    }
    post = only(page(ld(stated), listed=LISTED))
    assert (post.native_id, post.url) == (LISTED.native_id, LISTED.url)
    assert (post.title, post.text, post.author) == ("An anvil", "From the feed.", "Wil E.")
    assert (post.published_at, post.published_precision) == (datetime(2026, 11, 1, 12, tzinfo=UTC), Precision.SECOND)
    assert post.published_text is None
    assert post.media == (Media(kind="image", url="https://acme.example/a.jpg"),)
    assert post.metrics is not None
    assert (post.metrics.comment_count, post.metrics.like_count) == (3, None)


def test_counts_of_the_feed_stay_where_the_page_has_none() -> None:
    counts = Metrics(comment_count=5, missing={"like_count": MissingReason.NOT_OBSERVED})
    listed = evolve(LISTED, metrics=counts)
    assert only(page(ld(ARTICLE), listed=listed)).metrics == counts
    liked = {**ARTICLE, "interactionStatistic": {"interactionType": "LikeAction", "userInteractionCount": 9}}
    merged = only(page(ld(liked), listed=listed)).metrics
    assert merged is not None
    assert (merged.like_count, merged.comment_count) == (9, 5)
    assert "comment_count" not in merged.missing
    assert merged.missing["view_count"] == MissingReason.NOT_PUBLIC


def test_a_page_without_any_data_leaves_the_entry_as_it_is() -> None:
    assert only(page("<title>An anvil</title>", "<h1>An anvil</h1>", listed=LISTED)) == LISTED


@pytest.mark.parametrize(
    "body",
    [
        "<h1><a href='/'>An\n <em>Anvil</em></a></h1>",  # as themes write a heading
        "<p>Iron, \u201chammer\u201d and fire: a smith needs no more than that.</p>",  # no heading at all
    ],
)
def test_a_bare_page_that_shows_the_listed_post_is_its_page(body: str) -> None:
    listed = evolve(LISTED, title="An anvil", text='Iron, "hammer" and fire: a smith needs no more than that. More.')
    assert only(page("", body, listed=listed)) == listed
    with pytest.raises(PageProblem):
        page("<title>Our shop</title>", "<h1>Nothing found</h1>", listed=listed)


def test_something_else_in_the_place_of_a_listed_post_is_a_problem() -> None:
    with pytest.raises(PageProblem) as problem:
        page("<title>Just a moment...</title>", '<div id="cf-chl-widget"></div>', listed=LISTED)
    assert problem.value.outcome == Outcome.BLOCKED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(403, Outcome.BLOCKED), (404, Outcome.NOT_FOUND), (410, Outcome.GONE), (500, Outcome.ERROR), (429, Outcome.ERROR)],
)
def test_error_answers(status: int, outcome: Outcome) -> None:
    with pytest.raises(PageProblem) as problem:
        page(status=status)
    assert problem.value.outcome == outcome


def test_counters_of_others_are_not_the_post_s() -> None:
    follow = {"interactionType": "https://schema.org/FollowAction", "userInteractionCount": 12613}
    liked = {"interactionType": "https://schema.org/LikeAction", "userInteractionCount": 64522}
    post = only(
        page(
            ld(
                {
                    **ARTICLE,
                    "author": {"@type": "Person", "name": "W", "interactionStatistic": follow},
                    "publisher": {"@type": "Organization", "interactionStatistic": [follow, liked]},
                    "comment": [{"@type": "Comment", "upvoteCount": 64522, "interactionStatistic": liked}],
                    "interactionStatistic": follow,
                },
                {"@type": "Organization", "interactionStatistic": liked},
                {"@type": "NewsArticle", "url": "https://acme.example/other", "commentCount": 44},
            )
        )
    )
    assert post.metrics is None


@pytest.mark.parametrize(
    "spelled",
    [
        {"interactionType": "LikeAction", "userInteractionCount": 7},
        {"interactionType": "http://schema.org/LikeAction", "userInteractionCount": "7"},
        {"interactionType": {"@type": "LikeAction"}, "userInteractionCount": 7},
        {"interactionType": ["https://schema.org/LikeAction"], "userInteractionCount": 7},
        {"interactiontype": "schema:LikeAction", "UserInteractionCount": 7.0},
        {"interactionType": {"@id": "https://schema.org/LikeAction/"}, "userInteractionCount": " 7 "},
    ],
)
def test_an_interaction_type_has_many_spellings(spelled: dict[str, object]) -> None:
    metrics = only(page(ld({**ARTICLE, "interactionStatistic": spelled}))).metrics
    assert metrics is not None
    assert metrics.like_count == 7


def test_zero_comments_is_what_the_page_says() -> None:
    metrics = only(page(ld({**ARTICLE, "commentCount": 0}))).metrics
    assert metrics is not None
    assert metrics.comment_count == 0


@pytest.mark.parametrize(
    "block",
    [
        '{"@type": "Article", "headline": "Two\nlines", "datePublished": "2026-11-01T12:00:00Z",}',
        '<!-- {"@type": "Article", "headline": "Two lines", "datePublished": "2026-11-01T12:00:00Z"} -->',
        '//<![CDATA[\n{"@type": "Article", "headline": "Two lines", "datePublished": "2026-11-01T12:00:00Z"}\n//]]>',
        '{"@type": "Article", "headline": "Two lines", "datePublished": "2026-11-01T12:00:00Z"};',
        '[[{"@type": ["Thing", "http://schema.org/Article"], "schema:headline": "Two lines",'
        ' "http://schema.org/datePublished": {"@value": "2026-11-01T12:00:00Z"}}]]',
    ],
)
def test_damaged_json_ld_is_mended_where_that_is_certain(block: str) -> None:
    found = page(f'<script type="application/ld+json">{block}</script><script type="application/ld+json">{{</script>')
    assert only(found).title == "Two lines"
    assert only(found).published_precision == Precision.SECOND
    assert found.flags == ("broken_jsonld",)


def test_a_date_with_time_and_zone_wins_and_json_ld_comes_first() -> None:
    head = '<meta property="og:type" content="article"><meta property="article:published_time" content="{}">'
    dated = {**ARTICLE, "datePublished": "2026-11-01T10:00:00Z"}
    day = {**ARTICLE, "datePublished": "2026-11-01"}
    clock = {**ARTICLE, "datePublished": "2026-11-01T10:00:00"}
    other = head.format("2026-11-03T16:00:00Z")
    assert only(page(ld(dated) + other)).published_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert only(page(ld(day) + other)).published_at == datetime(2026, 11, 3, 16, tzinfo=UTC)
    assert only(page(ld(clock) + head.format("2026-11-03"))).published_precision == Precision.LOCAL
    assert only(page(ld(day))).published_precision == Precision.DAY


@pytest.mark.parametrize(
    ("title", "remark"),
    [
        ("Acme (@acme@tools.example)", "with https://tools.example/@acme in the list"),
        ("Talk to @acme@social.example", None),
        ("Acme, anvils since 1924", None),
    ],
)
def test_a_page_of_the_fediverse_taken_for_a_site_says_how_more_is_seen(title: str, remark: str | None) -> None:
    url = "https://tools.example/acme"
    account = AccountRef(platform=Platform.WEB, host="tools.example", handle="tools.example/acme", url=url)
    html = f'<html><head><meta property="og:title" content="{title}"><link rel="alternate" type="application/rss+xml"'
    response = HttpResponse(url, f'{html} href="/acme.rss"></head><body>Acme</body></html>'.encode(), status=200)
    found = WebSite(response, Capture(fetched_at=NOW, account=account, asked_as=RequestKind.PROFILE)).read()
    assert found.next_requests
    assert found.remark is None if remark is None else remark in (found.remark or "")


def test_a_section_home_or_product_page_is_no_post() -> None:
    teasers = [
        {"@type": "BlogPosting", "headline": f"Post {n}", "url": f"https://acme.example/makes/{n}"} for n in range(3)
    ]
    assert page(ld(*teasers)).posts == ()
    assert page(ld({"@type": "ItemList", "itemListElement": teasers})).posts == ()
    assert page(ld({"@type": "Product", "name": "Anvil", "review": {"@type": "Review", "author": "x"}})).posts == ()
    assert page(ld({**ARTICLE, "url": "https://acme.example/"}), url="https://acme.example/").posts == ()
    listing = "".join(
        f'<div itemscope itemtype="http://schema.org/Article"><a itemprop=url href=/{n}>x</a></div>' for n in "ab"
    )
    assert page('<link rel=canonical href="/makes/">', listing).posts == ()


def test_only_the_question_is_the_post() -> None:
    answer = (
        "<div itemprop=suggestedAnswer itemscope itemtype=http://schema.org/Answer><i itemprop=upvoteCount>31</i></div>"
    )
    found = page(
        '<link rel=canonical href="/makes/anvil-1">',
        "<div itemscope itemtype=http://schema.org/QAPage><div itemprop=mainEntity itemscope itemtype=http://schema.org/Question>"
        "<h1 itemprop=name>Why anvils?</h1><i itemprop=upvoteCount>22</i><i itemprop=answerCount>6</i>"
        f"<time itemprop=dateCreated datetime=2026-11-01T10:00:00>x</time>{answer * 6}</div></div>",
    )
    post = only(found)
    assert post.metrics is not None
    assert (post.metrics.like_count, post.metrics.comment_count) == (22, 6)
    assert (post.format, post.published_precision) == (Format.TEXT, Precision.LOCAL)


def test_a_canonical_link_to_another_site_does_not_take_the_post_away() -> None:
    foreign = '<link rel="canonical" href="https://syndicate.example/copy">'
    assert only(page(foreign + ld({**ARTICLE, "url": None}))).url == URL
    assert only(page('<link rel="canonical" href="/makes/anvil-1?utm_source=x#top">' + ld(ARTICLE))).url == URL
    assert only(page('<link rel="canonical" href="https://acme.example/">' + ld(ARTICLE))).url == URL


def test_addresses_are_absolute_http_whatever_the_page_writes() -> None:
    post = only(
        page(
            '<base href="https://cdn.acme.example/x/"><meta property="og:image" content="javascript:alert(1)">'
            + ld({**ARTICLE, "image": ["data:image/png;base64,xx", "../a.jpg", "ftp://x/y.jpg"]})
        )
    )
    assert [medium.url for medium in post.media] == ["https://cdn.acme.example/a.jpg"]


def test_a_home_page_leads_to_its_feed_and_to_other_networks() -> None:
    account = AccountRef(platform=Platform.WEB, host="acme.example", handle="acme.example", url="https://acme.example/")
    html = (
        '<title>Acme</title><link rel=alternate type="application/rss+xml; charset=utf-8" href=/feed.xml>'
        '<a href="https://www.youtube.com/@acme">v</a><a href="https://www.facebook.com/sharer.php?u=x">s</a>'
        '<a href="//bsky.app/profile/acme.example">b</a><a href="https://x.com/">x</a>'
    )
    found = WebSite(
        HttpResponse("https://acme.example/", html.encode(), status=200), Capture(fetched_at=NOW, account=account)
    ).read()
    assert [(one.url, one.kind) for one in found.next_requests] == [
        ("https://acme.example/feed.xml", RequestKind.LISTING),
        ("https://acme.example/sitemap.xml", RequestKind.LISTING),
    ]
    assert found.profile is not None
    assert found.profile.links == ("https://www.youtube.com/@acme", "https://bsky.app/profile/acme.example")


def test_links_are_read_up_to_a_bound() -> None:
    found = page(
        '<link rel=canonical href="https://acme.example/">', "<a href=/x>x</a>" * 5_001, url="https://acme.example/"
    )
    assert found.flags == ("too_many_links",)


def test_a_deep_page_is_flagged_and_its_head_is_read() -> None:
    post = page(ld(ARTICLE), "<div>" * 100_000)
    assert only(post).title == "An anvil"
    assert post.flags == ("too_deep",)


PIECES = [
    "<div itemscope itemtype=http://schema.org/Article>",
    "<i itemprop=headline>x",
    "</div>",
    "<article class=hentry>",
    '<script type="application/ld+json">',
    "</script>",
    '{"@type":"Article",',
    '"@graph":[',
    "]}",
    "<meta property=og:type",
    " content=article>",
    "<link rel=canonical href='http://['>",
    "<p typeof='sioc:Item' property='dc:date'>",
    "\x00",
    "é",
    '<script id="__NEXT_DATA__">{"props":{"a":[]}}',
    "<!--",
    "<base href='//'>",
    "<time datetime=",
    "<svg><a href=x>",
    "<div class='h-entry entry-content'>",
    "<html lang='\x01'>",
    '{"@id":"a","author":{"@id":"a"}}',
]

soup = st.lists(st.sampled_from(PIECES), max_size=30).map(lambda parts: "".join(parts).encode())


@given(st.one_of(st.binary(max_size=300), soup), st.booleans())
@settings(deadline=None, max_examples=80)
def test_any_bytes_give_a_page_or_a_problem(body: bytes, is_listed: bool) -> None:
    for reader, url in ((WebArticle, URL), (WebSite, "https://acme.example/")):
        capture = Capture(fetched_at=NOW, listed=LISTED if is_listed else None)
        try:
            found = reader(HttpResponse(url, body, status=200), capture).read()
        except PageProblem:
            continue
        for post in found.posts:
            assert post.native_id.startswith(("http://", "https://"))


nodes = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "@type",
                    "@id",
                    "@graph",
                    "headline",
                    "author",
                    "datePublished",
                    "image",
                    "commentCount",
                    "url",
                    "interactionStatistic",
                    "interactionType",
                    "userInteractionCount",
                    "keywords",
                    "articleBody",
                    "mainEntityOfPage",
                    "interactionCount",
                    "video",
                    "duration",
                    "name",
                    "inLanguage",
                ]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=15,
)


@given(nodes)
@settings(deadline=None)
def test_any_json_ld_is_survived(node: object) -> None:
    names = ("author", "image", "interactionStatistic", "commentCount", "datePublished", "headline", "video", "url")
    found = page(ld({"@type": "Article", "about": node}, node, {**ARTICLE, **dict.fromkeys(names, node)}))
    for post in found.posts:
        for medium in post.media:
            assert medium.url is None or medium.url.startswith(("http://", "https://"))
