"""The router: each example belongs to one class, whatever else is installed, and nothing makes it raise."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import pages
from crawler.items import Platform, RequestKind
from crawler.pages.base import AccountRef, PlatformPage
from crawler.pages.bluesky.api import FeedPage, PostsPage, ProfilePage
from crawler.pages.bluesky.pages import WebPostPage
from crawler.pages.mastodon.activities import NotePage
from crawler.pages.mastodon.actors import ActorPage
from crawler.pages.mastodon.client import AccountPage
from crawler.pages.mastodon.timeline import StatusesPage, StatusPage

API, XRPC = "/api/v1/accounts", "/xrpc/app.bsky"
EXAMPLES = [(page, example) for page in pages.page_classes() for example in page.examples]
MASTODON = AccountRef(
    platform=Platform.MASTODON, host="127.0.0.1:3000", handle="acme", url="http://127.0.0.1:3000/@acme"
)
BLUESKY = AccountRef(
    platform=Platform.BLUESKY, host="", handle="acme.example", url="https://bsky.app/profile/acme.example"
)


def _acceptors(url: str, head: bytes = b"", content_type: str = "") -> list[type[PlatformPage]]:
    return [page for page in pages.page_classes() if page.accepts(url, 200, content_type, head)]


@pytest.mark.parametrize(("page", "example"), EXAMPLES, ids=[f"{page.__name__} {url}" for page, url in EXAMPLES])
def test_an_example_belongs_to_its_class_and_to_no_other(page: type[PlatformPage], example: str) -> None:
    accepting = [one for one in _acceptors(example) if one.is_last_resort <= page.is_last_resort]
    assert accepting == [page], f"{example} of {page.__module__}.{page.__name__} is accepted by {accepting}"
    assert pages.page_for(example, 200, "", b"") is page


def test_every_page_class_of_every_module_is_registered_and_has_an_example() -> None:
    registered = set(pages.page_classes())
    for info in pkgutil.walk_packages(pages.__path__, f"{pages.__name__}."):
        module = importlib.import_module(info.name)
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, PlatformPage) and not inspect.isabstract(found) and not found.__name__.startswith("_"):
                assert found in registered, f"{found.__module__}.{found.__name__} is missing in PAGES"
    for page in registered:
        assert page.examples, f"{page.__module__}.{page.__name__} has no example"
        assert page.platform.value in page.__module__


@pytest.mark.parametrize(
    ("url", "content_type", "head", "page"),
    [
        (f"http://127.0.0.1:3000{API}/lookup?acct=a", "application/json", b'{"id":"1","acct":"a"}', AccountPage),
        ("http://[::1]:3000/api/v1/accounts/1/statuses", "application/json", b"[]", StatusesPage),
        ("https://x.example/api/v1/accounts/1/statuses", "text/html", b"<!doctype html>", StatusesPage),
        ("http://localhost/api/v1/statuses/7", "application/json", b'{"error":"Record not found"}', StatusPage),
        ("https://x.example/anything", "application/activity+json",
         b'{"@context":"https://www.w3.org/ns/activitystreams","type":"Note"', NotePage),
        ("https://x.example/anything", "application/activity+json",
         b'{"@context":"https://www.w3.org/ns/activitystreams","type":"Service"', ActorPage),
        (f"http://10.0.0.7:2584{XRPC}.actor.getProfile?actor=a", "", b'{"did":"did:plc:a"', ProfilePage),
        ("http://10.0.0.7:2584/xrpc/app.bsky.feed.getAuthorFeed?actor=a", "application/json", b'{"feed":[]', FeedPage),
        ("https://files.example/copy.json", "application/json",
         b'{\n "feed": [{"post": {"uri": "at://did:plc:a/app.bsky.feed.post/3"', FeedPage),
        ("https://files.example/copy.json", "", b'{"thread":{"$type":"app.bsky.feed.defs#threadViewPost"', PostsPage),
        ("https://mirror.example/profile/a.example/post/3k", "text/html",
         b'<html><meta property="og:site_name" content="Bluesky Social">', WebPostPage),
    ],
)  # fmt: skip
def test_self_hosted_servers_and_copies_are_recognised_by_path_and_content(
    url: str, content_type: str, head: bytes, page: type[PlatformPage]
) -> None:
    assert _acceptors(url, head, content_type)[0] is page


@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("https://x.example/api/v2/search", b'{"accounts":[]'),
        ("https://x.example/users/acme", b"<!doctype html><title>acme"),
        (
            "https://x.example/followers",
            b'{"@context":"https://www.w3.org/ns/activitystreams","type":"OrderedCollection"',
        ),
        ("https://shop.example/profile/acme/post/1", b"<!doctype html><title>A shop"),
        ("https://x.example/data.json", b'{"posts":[{"title":"no at uri"}]}'),
    ],
)
def test_what_only_looks_alike_is_left_to_others(url: str, head: bytes) -> None:
    content_type = "text/html" if head.startswith(b"<") else "application/json"
    assert not [page for page in _acceptors(url, head, content_type) if page.platform != Platform.WEB]


@given(st.text(max_size=200), st.integers(0, 999), st.text(max_size=50), st.binary(max_size=300))
def test_routing_never_raises(url: str, status: int, content_type: str, head: bytes) -> None:
    pages.page_for(url, status, content_type, head)
    pages.page_for(f"https://{url}", status, content_type, head)


@pytest.mark.parametrize("network", ["YouTube", "Instagram", "TikTok", "X"])
def test_what_only_embeds_a_network_is_none_of_its_answers(network: str) -> None:
    html = '<blockquote class=\\"twitter-tweet\\">' if network == "X" else "<iframe>"
    embedded = f'{{"author_url":"https://acme.example/","provider_name":"{network}","html":"{html}"}}'.encode()
    holders = [
        (b"<!doctype html><script>window.embeds = [" + embedded + b"]</script>", "text/html"),
        (b'{"id":1,"embed":' + embedded + b"}", "application/json"),
        (b'[{"card":' + embedded + b"}]", "application/json"),
    ]
    for head, content_type in holders:
        accepting = _acceptors("https://acme.example/blog/tea", head, content_type)
        assert not [page for page in accepting if page.__name__ == "OembedPage"], head
    answer = b'{"title":"Tea [HD] \\"}{","width":200, "provider_name": "' + network.encode()
    answer += f'","author_url":"https://acme.example/","html":"{html}'.encode() + b"<p>Tea" * 2_000
    [page, *_] = _acceptors("https://files.example/saved.json", answer[:4_096], "application/json")
    assert (page.__name__, page.platform.value) == ("OembedPage", network.lower())


@pytest.mark.parametrize(
    "held",
    [
        b'{"kind": "youtube#channelListResponse", "items": []}',
        b'{"post_stream":{"posts":[]},"topic_list":{"topics":[]},"avatar_template":"/a.png"}',
        b'{"@context":["https://www.w3.org/ns/activitystreams",{"pt":"https://joinpeertube.org/ns#"}],"type":"Video"}',
        b'{"logo":"https://i.pinimg.com/originals/tea.jpg"}',
    ],
)
def test_a_page_whose_own_data_holds_something_of_a_network_is_the_sites(held: bytes) -> None:
    head = b"<!doctype html><html><head><title>Tea</title><script>window.held = " + held + b"</script></head><body>"
    found = pages.page_for("https://acme.example/blog/tea", 200, "text/html", head)
    assert found is not None
    assert found.platform == Platform.WEB


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/about/", "https://scontent.xx.fbcdn.net"),
        ("/blog", "https://pbs.twimg.com"),
        ("/blog", "https://scontent.cdninstagram.com"),
        ("/blog", "https://i.pinimg.com"),
        ("/company/team", "https://snap.licdn.com/li.lms-analytics/insight.min.js"),
        ("/blog", "https://telegram.org/js/telegram-widget.js"),
    ],
)
@pytest.mark.parametrize("host", ["acme.example", "www.acme.example", "copy.example"])
def test_a_page_that_names_itself_is_its_sites_whatever_it_shows_of_networks(path: str, shown: str, host: str) -> None:
    named = f'<link href="https://www.acme.example{path}" rel="canonical"/><link rel="preconnect" href="{shown}">'
    found = pages.page_for(f"https://{host}{path}", 200, "text/html", f"<!doctype html><head>{named}".encode())
    assert found is not None
    assert (found.platform == Platform.WEB) is (host != "copy.example")


def test_an_answer_about_another_sites_post_is_none_of_instagrams() -> None:
    for about in ("https://pixels.example/p/CAbCdEfGhIj/", "/p/CAbCdEfGhIj/"):
        url = f"https://pixels.example/api/v1/oembed?url={about}"
        assert Platform.INSTAGRAM not in {page.platform for page in _acceptors(url, b'{"provider_name":"Pixels"}')}


def test_a_crawl_starts_at_the_configured_or_default_address() -> None:
    lookup = "http://127.0.0.1:3000/api/v1/accounts/lookup?acct=acme"
    assert [one.url for one in pages.first_requests(MASTODON, {})] == ["http://127.0.0.1:3000/api/v1/instance", lookup]
    on_known_software = attrs.evolve(MASTODON, software="mastodon")
    assert [one.url for one in pages.first_requests(on_known_software, {})] == [lookup]
    by_its_actor = attrs.evolve(MASTODON, native_account_id="http://127.0.0.1:3000/users/acme")
    assert [one.url for one in pages.first_requests(by_its_actor, {})] == [lookup], "it may be open now"
    assert [one.url for one in pages.first_requests(BLUESKY, {})] == [
        "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile?actor=acme.example"
    ]
    with_www = attrs.evolve(MASTODON, host="tea.example", url="https://www.tea.example/@acme")
    assert pages.first_requests(with_www, {})[0].url.startswith("https://www.tea.example/api/")
    started = pages.first_requests(BLUESKY, {"bluesky": "http://127.0.0.1:2584/"})
    assert [(one.url, one.kind) for one in started] == [
        ("http://127.0.0.1:2584/xrpc/app.bsky.actor.getProfile?actor=acme.example", RequestKind.PROFILE)
    ]


def test_a_known_account_is_asked_for_by_what_stays_when_it_is_renamed() -> None:
    known = attrs.evolve(MASTODON, native_account_id="77")
    assert pages.first_requests(known, {})[0].url == "http://127.0.0.1:3000/api/v1/accounts/77"
    known = attrs.evolve(BLUESKY, native_account_id="did:plc:abc")
    assert pages.first_requests(known, {})[0].url.endswith("getProfile?actor=did%3Aplc%3Aabc")


def test_known_posts_are_asked_for_one_by_one_or_many_at_once() -> None:
    single = pages.post_requests(MASTODON, [("7", None), ("../8", None)], {})
    assert [(one.url, one.native_id) for one in single] == [("http://127.0.0.1:3000/api/v1/statuses/7", "7")]
    uris = [f"at://did:plc:abc/app.bsky.feed.post/3k{number}" for number in range(30)]
    repost = f"{uris[0]}#repost:acme.example"
    many = pages.post_requests(BLUESKY, [(uri, None) for uri in [*uris, repost]], {})
    assert [one.url.count("uris=") for one in many] == [25, 5]
    assert [one.native_id for one in many] == [None, None]


def test_every_platform_has_page_objects() -> None:
    assert {page.platform for page in pages.page_classes()} == set(Platform)
