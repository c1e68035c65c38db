"""Whose profiles a page links to: in header, footer, sameAs and rel=me; no share button, no single post."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from crawler.reading.profile_links import HOWS, profile_links
from crawler.reading.share_links import share_network, share_networks

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
    assert share_network("mailto:press@acme.example?subject=Hello") is None


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
