"""What is particular to Tumblr: one test a rule of its fact sheet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Post, PostList, Precision, Reason, Role
from crawler.links import recognise
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.tumblr.api import ApiPage
from crawler.pages.tumblr.pages import FeedPage, PostPage
from crawler.pages.tumblr.posts import names_in
from crawler.pages.tumblr.read_api import ReadPage

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ACME = AccountRef(platform=Platform.TUMBLR, host="", handle="acme", url="https://acme.tumblr.com/")
LIST = "https://acme.tumblr.com/api/read/json?num=50&start=0"
ENTRY: dict[str, Any] = {
    "id": "7", "url": "https://acme.tumblr.com/post/7", "type": "regular", "unix-timestamp": 1795162530,
    "regular-title": "A kettle", "regular-body": "<p>Copper.</p>", "note-count": "3",
}  # fmt: skip


def read(page: type[PlatformPage], url: str, body: str, status: int = 200, ref: AccountRef | None = ACME) -> PostList:
    response = HttpResponse(url, body.encode(), status=status, headers={"Content-Type": "text/javascript"})
    return page(response, Capture(fetched_at=NOW, account=ref)).read()


def answer(
    *posts: dict[str, Any], total: object = "1", url: str = LIST, wrap: str = "var tumblr_api_read = {};"
) -> PostList:
    said = json.dumps({"tumblelog": {"name": "acme", "title": "Acme"}, "posts-total": total, "posts": posts})
    return read(ReadPage, url, wrap.replace("{}", said))


def post(**changes: Any) -> Post:
    (found,) = answer({**ENTRY, **changes}).posts
    return found


@pytest.mark.parametrize(
    "wrap", ["var tumblr_api_read = {};\n", "tumblr_api_read={};", "{}", "my.callback({});", " \n show( {} )\n"]
)
def test_every_wrapping_of_the_answer_is_taken_off(wrap: str) -> None:
    assert answer(ENTRY, wrap=wrap).posts[0].native_id == "7"


def test_notes_that_are_not_stated_are_unknown_and_zero_stays_zero() -> None:
    assert post(**{"note-count": "0"}).metrics.like_count == 0  # type: ignore[union-attr]
    old = {name: value for name, value in ENTRY.items() if name != "note-count"}
    metrics = answer(old).posts[0].metrics
    assert metrics is not None
    assert (metrics.like_count, metrics.missing["like_count"]) == (None, MissingReason.NOT_OBSERVED)
    assert metrics.missing["share_count"] == MissingReason.NOT_PUBLIC


def test_the_blogs_wall_clock_is_only_used_where_nothing_better_is_stated() -> None:
    clock = {"unix-timestamp": None, "date-gmt": None, "date": "Wed, 30 Sep 2009 21:48:13"}
    local = post(**clock)
    assert (local.published_precision, local.published_text) == (Precision.LOCAL, "Wed, 30 Sep 2009 21:48:13")
    exact = post(**{**clock, "date-gmt": "2009-10-01 01:48:13 GMT"})
    assert (exact.published_at, exact.published_precision) == (
        datetime(2009, 10, 1, 1, 48, 13, tzinfo=UTC),
        Precision.SECOND,
    )


def test_a_reblog_is_a_repost_of_the_root_by_whomever_it_came() -> None:
    source = {"reblogged-from-name": "steamfan", "reblogged-from-url": "https://steamfan.tumblr.com/post/8"}
    root = {"reblogged-root-name": "guild", "reblogged-root-url": "https://guild.tumblr.com/post/9/tea"}
    found = post(**source, **root)
    assert (found.role, found.native_id, found.account, found.author) == (Role.REPOST, "7", "acme", "guild")
    assert (found.original_native_id, found.url) == ("9", "https://guild.tumblr.com/post/9/tea")
    assert post(**source).author == "steamfan"
    assert post().role is Role.ORIGINAL


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ({"regular-title": "A", "regular-body": "<img src='https://x.example/1.jpg'>"}, Format.TEXT),
        ({"regular-title": "", "regular-body": "<img src='https://x.example/1.jpg'>"}, Format.IMAGE),
        ({"type": "photo", "photo-url-500": "https://x.example/1.jpg"}, Format.IMAGE),
        ({"type": "photo", "photos": [{"photo-url-500": f"https://x.example/{n}.jpg"} for n in "12"]}, Format.CAROUSEL),
        ({"type": "video", "video-player": False}, Format.VIDEO),
        ({"type": "audio", "audio-plays": 5}, Format.AUDIO),
        ({"type": "link", "link-url": "https://x.example/"}, Format.LINK),
        ({"type": "quote", "quote-text": "Tea."}, Format.TEXT),
    ],
)
def test_types_become_formats(said: dict[str, Any], form: Format) -> None:
    assert post(**said).format is form


def test_sizes_are_read_as_numbers_and_as_text() -> None:
    for width in (800, "800"):
        (medium,) = post(**{"type": "photo", "photo-url-500": "https://x.example/1.jpg", "width": width}).media
        assert (medium.width, medium.height) == (800, None)


def test_pages_go_on_until_the_total_is_reached() -> None:
    posts = [{**ENTRY, "id": str(number)} for number in range(1, 51)]
    (following,) = answer(*posts, total="51").next_requests
    assert following.url == "https://acme.tumblr.com/api/read/json?num=50&start=50"
    assert not answer(ENTRY, total="51", url=following.url).next_requests
    assert not answer(total="51", url=following.url).next_requests, "an empty page ends, whatever the total"
    assert answer(*posts, total=None).next_requests


def test_only_the_whole_blogs_total_is_the_number_of_its_posts() -> None:
    profile = answer(ENTRY, total="212").profile
    assert profile is not None
    assert profile.post_count == 212
    tagged = answer(ENTRY, total="3", url=f"{LIST}&tagged=tea").profile
    assert tagged is not None
    assert tagged.post_count is None


def test_a_post_that_is_asked_for_and_not_there_is_gone() -> None:
    one = "https://acme.tumblr.com/api/read/json?id=77"
    for given in (answer(url=one), read(ReadPage, one, "<html>Not found.</html>", 404)):
        assert [(each.native_id, each.kind) for each in given.absences] == [("77", "gone")]
    with pytest.raises(PageProblem) as caught:
        read(ReadPage, LIST, "<html>Not found.</html>", 404)
    assert caught.value.outcome == Outcome.NOT_FOUND


@pytest.mark.parametrize(
    ("url", "outcome", "reason"),
    [
        ("https://www.tumblr.com/login_required/acme", Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        ("https://www.tumblr.com/safe-mode?url=x", Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
        ("https://www.tumblr.com/privacy/consent?redirect=x", Outcome.BLOCKED, Reason.CONSENT_PAGE),
    ],
)
def test_what_stands_before_a_blog_is_named(url: str, outcome: Outcome, reason: Reason) -> None:
    page = pages.page_for(url, 200, "text/html", b"<!doctype html>")
    assert page is PostPage
    with pytest.raises(PageProblem) as caught:
        read(page, url, "<!doctype html><html></html>")
    assert (caught.value.outcome, caught.value.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://acme.tumblr.com/post/7/a-kettle", ("acme", "7")),
        ("https://blog.acme.example/post/7", (None, "7")),
        ("https://www.tumblr.com/acme/7/a-kettle", ("acme", "7")),
        ("https://www.tumblr.com/blog/view/acme/7", ("acme", "7")),
        ("https://acme.tumblr.com/tagged/7", ("acme", None)),
        ("https://shop.example/acme/7", (None, None)),
    ],
)
def test_an_address_names_blog_and_post(url: str, names: tuple[str | None, str | None]) -> None:
    assert names_in(url) == names


def test_the_page_of_todays_site_gives_its_own_post_only() -> None:
    entry = {
        "id": "7",
        "blogName": "acme",
        "noteCount": 5,
        "timestamp": 1795162530,
        "content": [{"type": "text", "text": "A"}],
    }
    state = json.dumps({"objects": [{**entry, "id": "8", "blogName": "other"}, entry]})
    html = f"<html><script>window['___INITIAL_STATE___'] = {state};</script></html>"
    found = read(PostPage, "https://www.tumblr.com/acme/7", html, ref=None)
    assert [(each.native_id, each.account) for each in found.posts] == [("7", "acme")]
    assert found.skipped == {"other_post": 1}
    with pytest.raises(PageProblem):
        read(PostPage, "https://www.tumblr.com/acme/9", html, ref=None)


def test_old_and_new_form_of_one_post_say_the_same() -> None:
    shared = {
        "id_string": "7", "blog_name": "acme", "post_url": "https://acme.tumblr.com/post/7", "note_count": 3,
        "timestamp": 1795162530, "tags": ["Big tea"],
    }  # fmt: skip
    old = {**shared, "type": "text", "title": "A kettle", "body": "<p>Copper.</p>"}
    new = {**shared, "type": "blocks", "content": [
        {"type": "text", "subtype": "heading1", "text": "A kettle"}, {"type": "text", "text": "Copper."}]}  # fmt: skip
    given = [
        read(ApiPage, ApiPage.examples[0], json.dumps({"meta": {"status": 200}, "response": {"posts": [each]}})).posts
        for each in (old, new)
    ]
    assert given[0] == given[1]
    assert given[0][0].hashtags == ("Big tea",)


def test_a_feed_lists_untitled_posts_under_their_type_or_first_words() -> None:
    def item(title: str) -> str:
        return (
            f"<item><title>{title}</title><description>&lt;p&gt;Steam at six in the morning.&lt;/p&gt;</description>"
            "<link>https://acme.tumblr.com/post/7</link></item>"
        )

    for title, expected in (("Photo", None), ("Steam at six...", None), ("Morning", "Morning")):
        feed = f"<rss version='2.0'><channel><generator>Tumblr (3.0; @acme)</generator>{item(title)}</channel></rss>"
        assert read(FeedPage, "https://acme.tumblr.com/rss", feed).posts[0].title == expected


def test_a_crawl_asks_the_blog_or_the_configured_address() -> None:
    assert [each.url for each in pages.first_requests(ACME, {})] == [LIST]
    own = recognise("https://blog.acme.example/post", platform=Platform.TUMBLR)
    there = AccountRef(platform=own.platform, host=own.host, handle=own.handle, url=own.url)
    assert [each.url for each in pages.first_requests(there, {})] == [
        "https://blog.acme.example/api/read/json?num=50&start=0"
    ]
    known = pages.post_requests(ACME, [("7", None), ("../7", None)], {"tumblr": "http://127.0.0.1:8001"})
    assert [each.url for each in known] == ["http://127.0.0.1:8001/api/read/json?id=7"]


@pytest.mark.parametrize(("said", "seconds"), [(12_500, 12.5), (0, None), (-1, None), (10**400, None), ("12", None)])
def test_a_blocks_length_is_in_milliseconds_or_not_known(said: object, seconds: float | None) -> None:
    block = {"type": "video", "url": "https://va.example/tea.mp4", "media": {"url": "https://va.example/tea.mp4"}}
    entry = {"id": "7", "blog_name": "acme", "post_url": "https://acme.tumblr.com/post/7", "timestamp": 1795162530,
             "content": [{**block, "duration": said}]}  # fmt: skip
    body = json.dumps({"meta": {"status": 200}, "response": {"posts": [entry]}})
    (found,) = read(ApiPage, ApiPage.examples[0], body).posts
    assert [one.duration_seconds for one in found.media] == [seconds]
