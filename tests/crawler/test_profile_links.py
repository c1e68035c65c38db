"""Whose profiles a page links to: in header, footer, sameAs and rel=me; no share button, no single post."""

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from crawler.reading.profile_links import HOWS, profile_links
from crawler.reading.share_links import share_network, share_networks
from crawler.reading.wrapped_links import unwrapped

BASE = "https://acme.example/blog/a"


def found(body: str, head: str = "") -> list[tuple[str, str]]:
    return profile_links(html.document_fromstring(f"<html><head>{head}</head><body>{body}</body></html>"), BASE)


def ld(node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def test_each_place_has_its_name_and_the_surest_wins() -> None:
    links = found(
        '<header><a href="https://www.instagram.com/acme/">i</a></header>'
        '<article><a href="https://www.instagram.com/somebody/">s</a></article>'
        '<footer><a href="https://x.com/acme">x</a><a href="https://www.facebook.com/AcmeWorks">f</a>'
        '<a rel="me" href="https://social.example/@acme">m</a></footer>',
        ld(
            {
                "@type": "Organization",
                "sameAs": ["https://www.facebook.com/acmeworks", "https://www.wikidata.org/wiki/Q1"],
            }
        ),
    )
    assert links == [
        ("https://www.facebook.com/acmeworks", "sameAs"),
        ("https://social.example/@acme", "rel_me"),
        ("https://www.instagram.com/acme/", "header"),
        ("https://x.com/acme", "footer"),
        ("https://www.instagram.com/somebody/", "body"),
    ]


def test_an_author_s_sameas_is_not_the_company_s_but_a_publisher_s_is() -> None:
    node = {
        "@type": "Article",
        "author": {"@type": "Person", "sameAs": "https://x.com/writer"},
        "publisher": {"@type": "Person", "sameAs": "https://x.com/publisher"},
    }
    assert found("", ld(node)) == [("https://x.com/publisher", "sameAs")]


@pytest.mark.parametrize(
    "href",
    [
        "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Facme.example",
        "https://www.facebook.com/sharer.php?u=x",
        "https://www.facebook.com/dialog/share?app_id=1&href=x",
        "https://twitter.com/share?text=Acme&url=x",
        "https://twitter.com/intent/tweet?text=x",
        "https://x.com/intent/post?text=x",
        "https://twitter.com/home?status=x",
        "http://www.linkedin.com/shareArticle?mini=true&url=x",
        "https://www.linkedin.com/sharing/share-offsite/?url=x",
        "https://www.linkedin.com/cws/share?url=x",
        "https://pinterest.com/pin/create/button/?url=x",
        "https://www.pinterest.de/pin/create/link/?url=x",
        "https://www.reddit.com/submit?url=x",
        "https://t.me/share/url?url=x",
        "https://www.tumblr.com/share/link?url=x",
        "https://www.tumblr.com/widgets/share/tool?canonicalUrl=x",
        "https://bsky.app/intent/compose?text=x",
        "https://www.threads.net/intent/post?text=x",
        "https://vk.com/share.php?url=x",
        "https://wa.me/?text=x",
        "https://api.whatsapp.com/send?text=x",
        "https://news.ycombinator.com/submitlink?u=x",
        "https://mastodon.example/share?text=x",
        "https://www.xing.com/spi/shares/new?url=x",
        "whatsapp://send?text=x",
        "http://twitter.com/share",
        "https://www.facebook.com/sharer/sharer.php?s=100&p[url]=x",
        "https://mastodon.example/authorize_interaction?uri=x",
        "https://share.joinmastodon.org/#text=x",
        "https://service.weibo.com/share/share.php?url=x",
        "https://b.hatena.ne.jp/entry/s/acme.example/a",
        "sms:?&body=x",
        "mailto:?subject=a&body=x",
    ],
)
def test_a_share_button_is_no_profile(href: str) -> None:
    assert share_network(href) is not None
    assert found(f'<footer><a href="{href}">share</a></footer>') == []


@pytest.mark.parametrize(
    "href",
    [
        "https://twitter.com/acme/status/1234567890",
        "https://www.instagram.com/p/Cabc123/",
        "https://www.youtube.com/watch?v=abcdefghijk",
        "https://youtu.be/abcdefghijk",
        "https://bsky.app/profile/acme.example/post/3kabc",
        "https://www.tiktok.com/@acme/video/7123456789012345678",
        "https://www.facebook.com/acme/posts/1234567890",
        "https://mastodon.social/@acme/110446183735368325",
        "https://www.linkedin.com/login",
        "https://www.facebook.com/",
        "https://vimeo.com/123456",
        "https://www.youtube.com/premium",
        "https://acme.example/@team",
        "mailto:press@acme.example",
        "/about",
        "https://shop.acme.example/",
        "https://partner.example/",
    ],
)
def test_no_profile_of_a_network(href: str) -> None:
    assert found(f'<footer><a href="{href}">x</a></footer>') == []


@pytest.mark.parametrize(
    "href",
    [
        "https://www.linkedin.com/company/acme-works/",
        "https://www.youtube.com/@acme",
        "https://www.youtube.com/channel/UC8b2G9TdZcqO9hMOzhEFSeg",
        "https://www.tiktok.com/@acme",
        "https://www.threads.net/@acme",
        "https://bsky.app/profile/acme.example",
        "https://de.pinterest.com/acme/",
        "https://t.me/acmeworks",
        "https://vimeo.com/acme",
        "https://github.com/acme",
        "https://www.twitch.tv/acmeworks",
        "https://www.xing.com/pages/acme",
        "https://vk.com/acme",
        "https://open.spotify.com/show/4rOoJ6Egrf8K2IrywzwOMk",
        "https://www.whatsapp.com/channel/0029Va4K0PZ5a245NkngBA2M",
    ],
)
def test_profiles_of_many_networks(href: str) -> None:
    assert [url for url, how in found(f'<div class="site-footer"><a href="{href}">x</a></div>') if how == "footer"] == [
        href
    ]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.instagram.com%2Facme%2F&h=x", "https://www.instagram.com/acme/"),
        ("https://www.youtube.com/redirect?q=https%3A%2F%2Fx.com%2Facme", "https://x.com/acme"),
        ("https://vk.com/away.php?to=https://t.me/acmeworks", "https://t.me/acmeworks"),
        ("/out?url=https%3A%2F%2Fwww.tiktok.com%2F%40acme", "https://www.tiktok.com/@acme"),
        ("https://acme.example/redirect/?to=https://www.pinterest.de/acme/", "https://www.pinterest.de/acme/"),
        ("https://href.li/?https://www.threads.net/@acme", "https://www.threads.net/@acme"),
        ("/web/20260101000000/https://www.facebook.com/acmeworks", "https://www.facebook.com/acmeworks"),
        ("https://web.archive.org/web/20260101000000if_/https:/bsky.app/profile/a.example", "https://bsky.app/profile/a.example"),
        ("//m.facebook.com/acmeworks", "https://m.facebook.com/acmeworks"),
        ("www.instagram.com/acme", "https://www.instagram.com/acme"),
        ("https://de-de.facebook.com/acmeworks/", "https://de-de.facebook.com/acmeworks/"),
        ("https://business.facebook.com/acmeworks/", "https://business.facebook.com/acmeworks/"),
        ("https://www.facebook.com/profile.php?id=100064&ref=x", "https://www.facebook.com/profile.php?id=100064&ref=x"),
        ("https://www.facebook.com/pg/acmeworks/", "https://www.facebook.com/pg/acmeworks/"),
        ("https://www.facebook.com/pages/Acme/1234567890", "https://www.facebook.com/pages/Acme/1234567890"),
        ("https://uk.linkedin.com/company/acme-works", "https://uk.linkedin.com/company/acme-works"),
        ("https://www.linkedin.com/company-beta/4242/", "https://www.linkedin.com/company-beta/4242/"),
        ("https://www.youtube.com/c/Acme/videos", "https://www.youtube.com/c/Acme/videos"),
        ("https://www.youtube.com/user/acme", "https://www.youtube.com/user/acme"),
        ("https://x.com/intent/follow?screen_name=acme", "https://x.com/intent/follow?screen_name=acme"),
        ("https://www.pinterest.co.uk/acme/", "https://www.pinterest.co.uk/acme/"),
        ("https://www.pinterest.com.au/acme/", "https://www.pinterest.com.au/acme/"),
        ("https://social.acme-friends.example/@acme", "https://social.acme-friends.example/@acme"),
        ("http://twitter.com/#!/acme", "http://twitter.com/acme"),
        (
            "http://www.youtube.com/subscription_center?add_user=acme",
            "http://www.youtube.com/subscription_center?add_user=acme",
        ),
        ("https://social.acme.example/@team", "https://social.acme.example/@team"),
        ("https://discord.com/invite/acme", "https://discord.com/invite/acme"),
        ("https://linktr.ee/acme", "https://linktr.ee/acme"),
    ],
)  # fmt: skip
def test_a_profile_in_many_spellings(href: str, url: str) -> None:
    assert [link for link, _ in found(f'<footer><a href="{href}"><svg></svg></a></footer>')] == [url]


@pytest.mark.parametrize(
    "markup",
    [
        '<footer><button data-href="https://x.com/acme">follow</button></footer>',
        '<footer><div data-link="https://x.com/acme"></div></footer>',
        """<footer><span onclick="window.open('https://x.com/acme')"></span></footer>""",
        '<footer><iframe src="https://platform.twitter.com/widgets/follow_button.html?screen_name=acme"></iframe></footer>',
        '<footer><map><area href="https://x.com/acme"></map></footer>',
        '<div class="hdr-wrap"><a href="https://x.com/acme"></a></div>',
        '<div id="SITE_FOOTER"><a href="https://x.com/acme"></a></div>',
        '<p>Find us <a href="https://x.com/acme">there</a></p>',
        '<div property="schema:sameAs"></div><a property="schema:sameAs" href="https://x.com/acme"></a>',
    ],
)
def test_a_profile_in_many_places(markup: str) -> None:
    assert [link for link, how in found(markup) if how != "body"] == ["https://x.com/acme"]


def test_a_bare_icon_outside_the_content_is_the_site_s_unless_many_or_surer_ones_are_there() -> None:
    icon = '<div class="css-1x"><a href="https://{}"><svg></svg><span>{}</span></a></div>'
    own = icon.format("www.instagram.com/brewers", "") + icon.format("x.com/brewers", "Follow us on X")
    assert [how for _, how in found(own)] == ["icon", "icon"]
    assert [how for _, how in found(f"<article>{own}</article>")] == ["body", "body"]
    assert found(icon.format("x.com/brewers", "our brewer, who won")) == [("https://x.com/brewers", "body")]
    assert found(icon.format("www.linkedin.com/in/a-person", "")) == [("https://www.linkedin.com/in/a-person", "body")]
    team = "".join(icon.format(f"x.com/person{n}", "") for n in range(3))
    assert {how for _, how in found(team)} == {"body"}
    surer = f'{icon.format("x.com/person", "")}<footer><a href="https://x.com/brewers">x</a></footer>'
    assert found(surer) == [("https://x.com/brewers", "footer"), ("https://x.com/person", "body")]


def test_a_page_s_box_shows_whose_page_it_is() -> None:
    source = (
        "https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Fwww.facebook.com%2Facmeworks&amp;tabs=timeline"
    )
    assert found(f'<aside><iframe src="{source}"></iframe></aside>') == [
        ("https://www.facebook.com/acmeworks", "header")
    ]


@pytest.mark.parametrize(
    "node",
    [
        {"@type": "Bakery", "sameAs": "https://x.com/acme"},
        {"@type": "schema:Organization", "sameAs": "https://www.wikidata.org/wiki/Q1, https://x.com/acme"},
        {"@graph": [{"@type": ["Organization", "Place"], "@id": "#o", "sameAs": ["https://x.com/acme"]}]},
        {"@graph": [{"@type": "WebSite", "publisher": {"@id": "#p"}}, {"@type": "Person", "@id": "#p", "sameAs": "https://x.com/acme"}]},
        {"@type": "WebPage", "mainEntity": {"@type": "Restaurant", "sameAs": ["https://x.com/acme"]}},
        {"@type": "Person", "name": "A. Cme", "sameAs": ["https://x.com/acme"]},
    ],
)  # fmt: skip
def test_whoever_runs_the_site_says_who_he_is(node: object) -> None:
    assert found("", ld(node)) == [("https://x.com/acme", "sameAs")]


def test_of_whom_a_post_tells_is_not_who_runs_the_site() -> None:
    post = {
        "@type": "NewsArticle",
        "author": {"@id": "#a"},
        "about": {"@type": "Organization", "sameAs": "https://x.com/b"},
    }
    person = {"@type": "Person", "@id": "#a", "sameAs": "https://x.com/writer"}
    assert found("", ld({"@graph": [post, person, {"@type": "Product", "sameAs": "https://x.com/product"}]})) == []


def test_the_head_states_publisher_and_account() -> None:
    head = (
        '<meta property="article:publisher" content="https://www.facebook.com/acmeworks">'
        '<meta property="article:author" content="https://www.facebook.com/writer">'
        '<meta name="twitter:site" content="@acme"><meta name="twitter:creator" content="@writer">'
    )
    assert found("", head) == [("https://www.facebook.com/acmeworks", "meta"), ("https://x.com/acme", "meta")]
    assert found("", '<meta name="twitter:site" content="Acme, the shop">') == []


@pytest.mark.parametrize(
    "markup",
    [
        '<footer>Powered by <a href="https://wordpress.org">WordPress</a></footer>',
        '<footer><a href="https://www.facebook.com/wix">f</a><a href="https://www.instagram.com/squarespace/">i</a></footer>',
        '<footer><a href="https://x.com/wordpressdotcom">x</a></footer>',
        '<footer>Theme: Kettle by <a href="https://x.com/designer">A Designer</a></footer>',
        '<footer><p>Website made with care by <a href="https://www.instagram.com/studio.n/">Studio N</a></p></footer>',
        '<footer><p class="powered-by"><a href="https://github.com/maker/theme">theme</a> '
        '<a href="https://github.com/maker">maker</a></p></footer>',
        '<footer><a href="https://www.instagram.com/yourusername">i</a></footer>',
        '<a class="twitter-timeline" data-widget-id="1" href="https://twitter.com/444525073815175169">t</a>',
        '<footer><a href="https://github.com/features">f</a><a href="https://x.com/followers">x</a></footer>',
        '<p class="border-bottom-dotted"><a href="https://x.com/writer">w</a></p>',
        '<div class="footnotes"><a href="https://x.com/source">s</a></div>',
        '<aside class="sidebar"><div class="latest-tweets"><a href="https://x.com/fan">f</a></div></aside>',
        '<article><header><p class="byline"><a href="https://x.com/writer">w</a></p></header></article>',
        '<footer><a href="https://unsplash.com/@photographer">photo</a></footer>',
        '<footer><a href="/go/?to=https://partner.example/">p</a></footer>',
        '<footer><a href="https://pinterest.com/pin/create/link/?url=https%3A%2F%2Fx.com%2Fsomebody">p</a></footer>',
        '<footer><div class="fb-share-button" data-href="https://acme.example/a"></div></footer>',
        '<footer><a href="https://wa.me/4912345">call</a><a href="https://t.me/+abcdef">join</a></footer>',
    ],
)
def test_makers_examples_and_buttons_are_nobody_s_profile(markup: str) -> None:
    assert [link for link, how in found(markup) if how != "body"] == []


def test_a_maker_s_own_site_has_profiles_too() -> None:
    page = html.document_fromstring('<footer><a href="https://x.com/squarespace">x</a></footer>')
    assert profile_links(page, "https://www.squarespace.com/") == [("https://x.com/squarespace", "footer")]


def test_several_accounts_on_one_network_are_all_found_and_spellings_of_one_are_one() -> None:
    links = found(
        '<footer><a href="https://www.facebook.com/acme.de">de</a><a href="https://www.facebook.com/acme.fr/">fr</a>'
        '<a href="http://facebook.com/Acme.DE/?ref=footer">de again</a><a href="https://twitter.com/acme">x</a>'
        '<a href="https://x.com/Acme">x again</a></footer>'
    )
    assert [link for link, _ in links] == [
        "https://www.facebook.com/acme.de",
        "https://www.facebook.com/acme.fr/",
        "https://twitter.com/acme",
    ]


def test_share_buttons_in_their_thousands_do_not_hide_the_footer() -> None:
    button = '<a href="https://www.facebook.com/sharer.php?u=https://acme.example/{}">s</a>'
    body = "".join(button.format(n) for n in range(5_000))
    assert found(body + '<footer><a href="https://x.com/acme">x</a></footer>') == [("https://x.com/acme", "footer")]


def test_commenters_and_embeds_are_left_out() -> None:
    assert (
        found(
            '<section id="comments"><a rel="nofollow" href="https://x.com/commenter">c</a></section>'
            '<blockquote class="twitter-tweet"><a href="https://x.com/quoted">q</a></blockquote>'
        )
        == []
    )


def test_a_social_block_below_the_post_belongs_to_the_footer_and_one_above_to_the_header() -> None:
    block = '<div class="social-icons"><a href="https://x.com/{}">x</a></div>'
    assert found(block.format("above") + "<h1>A</h1><article>text</article>" + block.format("below")) == [
        ("https://x.com/above", "header"),
        ("https://x.com/below", "footer"),
    ]


def test_networks_that_a_page_shares_to_are_sorted_and_named_once() -> None:
    assert share_networks(
        ["https://wa.me/?text=x", "https://x.com/share?url=a", "https://x.com/intent/tweet?url=a"]
    ) == (
        "whatsapp",
        "x",
    )
    for no_button in ("mailto:press@acme.example?subject=Hello", "sms:+491234?body=Hi", "https://x.com/home"):
        assert share_network(no_button) is None
    assert share_network("https://plus.google.com/share?url=x") != "mastodon"


@given(
    st.text(max_size=80), st.sampled_from(["/out?url={}", "https://l.facebook.com/l.php?u={}", "{}", "/web/2026/{}"])
)
def test_a_wrapped_link_is_unwrapped_or_left_alone(target: str, way: str) -> None:
    written = way.format(target)
    inner = unwrapped(written)
    assert inner == written or inner.lower().startswith("http")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["x.com", "www.facebook.com", "instagram.com", "youtube.com", "t.me", "linkedin.com", "a.example"]
            ),
            st.text("abcABC019@/._-?=&#%", max_size=30),
            st.sampled_from(["header", "footer", "nav", "article", "div"]),
        ),
        max_size=12,
    )
)
def test_whatever_is_linked_each_account_comes_once_and_again_the_same(links: list[tuple[str, str, str]]) -> None:
    body = "".join(f'<{tag}><a href="https://{host}/{escape(path)}">x</a></{tag}>' for host, path, tag in links)
    once = found(body)
    assert once == found(body)
    assert len({url for url, _ in once}) == len(once)
    assert all(share_network(url) is None and HOWS.index(how) >= HOWS.index("header") for url, how in once)
    doubled = found(body + body)
    assert {url for url, _ in doubled} == {url for url, _ in once}


@given(st.text(max_size=60), st.sampled_from(["a", "link", "footer", "article"]))
def test_any_link_is_survived(target: str, tag: str) -> None:
    page = html.document_fromstring("<html><body><footer></footer></body></html>")
    element = page.makeelement(tag)
    for name, value in (("href", "https://x.com/" + target), ("rel", "me"), ("itemprop", "sameAs")):
        try:
            element.set(name, value)
        except ValueError:  # lxml takes no control characters
            return
    page.find(".//footer").append(element)
    for url, how in profile_links(page, BASE):
        assert url.startswith(("http://", "https://"))
        assert how in HOWS
