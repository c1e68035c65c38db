"""What is particular to Discourse: one test a rule of its fact sheet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Platform, Post, PostList, RequestKind, Role
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.pages.discourse.answers import PostsPage, TopicPage, TopicsPage
from crawler.pages.discourse.pages import FeedPage, HtmlPage

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOST, SITE = "forum.acme.example", "https://forum.acme.example"
ENTRY: dict[str, Any] = {
    "id": 7, "title": "A kettle", "slug": "a-kettle", "posts_count": 4, "reply_count": 9, "views": 34, "like_count": 12,
    "created_at": "2026-11-20T08:00:00.000Z", "archetype": "regular", "posters": [{"user_id": 3}],
}  # fmt: skip
FIRST: dict[str, Any] = {
    "id": 83, "post_number": 1, "topic_id": 7, "username": "acme", "cooked": "<p>Copper.</p>", "reads": 5,
    "created_at": "2026-11-20T08:00:01.000Z", "actions_summary": [{"id": 2, "count": 8}], "reply_count": 1,
}  # fmt: skip


def ref(handle: str) -> AccountRef:
    return AccountRef(platform=Platform.DISCOURSE, host=HOST, handle=handle, url=f"{SITE}/{handle}")


CATEGORY, USER, FORUM = ref("c/support/5"), ref("u/acme"), ref(HOST)


def read(
    page: type[PlatformPage], path: str, said: Any, status: int = 200, account: AccountRef | None = None
) -> PostList:
    body = said if isinstance(said, str) else json.dumps(said)
    response = HttpResponse(f"{SITE}{path}", body.encode(), status=status)
    return page(response, Capture(fetched_at=NOW, account=account)).read()


def listing(*topics: dict[str, Any], more: str | None = None) -> dict[str, Any]:
    users = [{"id": 3, "username": "acme"}, {"id": 4, "username": "jo"}]
    return {"users": users, "topic_list": {"topics": topics, "more_topics_url": more}}


def topic(account: AccountRef | None = None, **changes: Any) -> Post:
    said = {**ENTRY, "post_stream": {"posts": [FIRST]}, **changes}
    (post,) = read(
        TopicPage, "/t/7.json", {key: value for key, value in said.items() if value != ...}, 200, account
    ).posts
    return post


def counts(post: Post) -> tuple[int | None, int | None, int | None]:
    assert post.metrics is not None
    return post.metrics.like_count, post.metrics.comment_count, post.metrics.view_count


def test_a_topic_has_the_topics_counts_wherever_they_are_read() -> None:
    (listed,) = read(TopicsPage, "/latest.json", listing(ENTRY)).posts
    assert counts(topic()) == counts(listed) == (12, 3, 34), "replies are posts but the first, not reply_count"


def test_where_the_topics_likes_are_not_stated_those_of_the_first_post_are_taken_and_it_is_said() -> None:
    said = {**ENTRY, "post_stream": {"posts": [FIRST]}}
    del said["like_count"]
    found = read(TopicPage, "/t/7.json", said)
    assert counts(found.posts[0])[0] == 8
    assert found.flags == ("likes_of_first_post",)
    unknown = topic(like_count=..., post_stream={"posts": [{**FIRST, "actions_summary": None}]})
    assert unknown.metrics is not None
    assert unknown.metrics.missing["like_count"] == MissingReason.NOT_OBSERVED


def test_a_summary_without_likes_says_that_there_are_none() -> None:
    assert counts(topic(like_count=..., post_stream={"posts": [{**FIRST, "actions_summary": []}]}))[0] == 0


@pytest.mark.parametrize(
    ("cooked", "form"),
    [
        ("<p>Words <img src='/a.jpg'></p>", Format.TEXT),
        ("<p><img src='/a.jpg'></p>", Format.IMAGE),
        ("<p><img src='/a.jpg'><img src='/b.jpg'></p>", Format.CAROUSEL),
        ('<div class="poll" data-poll-name="poll"><ul><li>Yes</li></ul></div>', Format.POLL),
        ("<p>Tea <img class='emoji' src='/tea.png'></p>", Format.TEXT),
    ],
)
def test_the_medium_is_what_the_first_post_holds(cooked: str, form: Format) -> None:
    assert topic(post_stream={"posts": [{**FIRST, "cooked": cooked}]}).format is form


def test_others_replies_are_left_where_they_are() -> None:
    posts = [FIRST, {**FIRST, "id": 84, "post_number": 2, "username": "jo", "cooked": "<p>Nice.</p>"}]
    found = read(TopicPage, "/t/7.json", {**ENTRY, "post_stream": {"posts": posts}})
    assert [each.native_id for each in found.posts] == ["7"]
    assert found.skipped == {"other_author": 1}
    newest = read(PostsPage, "/posts.json", {"latest_posts": posts[1:]}, account=USER)
    assert (newest.posts, newest.skipped) == ((), {"other_author": 1})


def test_a_reply_is_named_apart_from_topics() -> None:
    entry = {**FIRST, "id": 7, "post_number": 3, "topic_slug": "a-kettle", "topic_id": 5}
    (post,) = read(PostsPage, "/posts/7.json", entry, account=USER).posts
    assert (post.native_id, post.role, post.original_native_id) == ("p/7", Role.REPLY, "5")
    assert post.url == f"{SITE}/t/a-kettle/5/3"
    assert counts(post) == (8, 1, 5)


@pytest.mark.parametrize(
    ("posters", "author"),
    [
        ([{"user_id": 4, "description": "Frequent Poster"}, {"user_id": 3, "description": "Original Poster"}], "acme"),
        ([{"user_id": 4, "description": "Autor original"}, {"user_id": 3, "description": "Habitual"}], "jo"),
        ([{"user": {"username": "sam"}}], "sam"),
        ([], None),
    ],
)
def test_the_author_of_a_listed_topic_is_who_opened_it(posters: list[Any], author: str | None) -> None:
    (post,) = read(TopicsPage, "/latest.json", listing({**ENTRY, "posters": posters})).posts
    assert post.author == author


def test_a_listing_is_known_though_its_users_fill_the_head() -> None:
    users = [{"id": number, "username": f"user{number}", "avatar_template": "/a/{size}.png"} for number in range(90)]
    body = json.dumps({"users": users, "topic_list": {"topics": [ENTRY]}}).encode()
    assert b"topic_list" not in body[:4096]
    for address in (f"{SITE}/latest.json", f"{SITE}/saved"):
        assert pages.page_for(address, 200, "application/json", body[:4096]) is TopicsPage


def test_further_posts_of_a_topic_are_not_the_topic() -> None:
    found = read(TopicPage, "/t/7/posts.json", {"post_stream": {"posts": [{**FIRST, "post_number": 21}]}, "id": 7})
    assert (found.posts, found.skipped) == ((), {"other_author": 1})


def test_links_within_the_text_lead_nowhere_else() -> None:
    cooked = '<h2><a name="a" href="#a">A</a></h2><p><a href="https://acme.example/">us</a></p>'
    assert topic(post_stream={"posts": [{**FIRST, "cooked": cooked}]}).links == ("https://acme.example/",)


def test_private_messages_and_deleted_topics_are_no_posts() -> None:
    found = read(
        TopicsPage,
        "/latest.json",
        listing(
            ENTRY, {**ENTRY, "id": 8, "archetype": "private_message"}, {**ENTRY, "id": 9, "deleted_at": "2026-11-20"}
        ),
    )
    assert [each.native_id for each in found.posts] == ["7"]
    assert found.skipped == {"private_message": 1, "deleted_stub": 1}


@pytest.mark.parametrize("field", ["pinned", "pinned_globally"])
def test_a_pinned_topic_says_nothing_about_its_place(field: str) -> None:
    (post,) = read(TopicsPage, "/latest.json", listing({**ENTRY, field: True})).posts
    assert post.is_pinned


def test_paging_keeps_the_order_that_was_asked_for() -> None:
    more = "/c/support/5/l/latest?page=1"
    found = read(TopicsPage, "/c/support/5.json?order=created", listing(ENTRY, more=more), account=CATEGORY)
    following = [each.url for each in found.next_requests if each.kind is RequestKind.LISTING]
    assert following == [f"{SITE}/c/support/5.json?order=created&page=1"]
    same = read(TopicsPage, "/latest.json?page=1", listing(ENTRY, more="/latest?page=1")).next_requests
    assert [each.url for each in same] == [f"{SITE}/latest.json?page=2"], "never the same page again"
    assert not read(TopicsPage, "/latest.json?page=1", listing(more="/latest?page=2")).next_requests


def test_topics_of_a_category_are_opened_and_those_of_a_whole_forum_are_not() -> None:
    opened = read(TopicsPage, "/c/support/5.json", listing(ENTRY), account=CATEGORY).next_requests
    assert [(each.url, each.native_id) for each in opened] == [(f"{SITE}/t/7.json", "7")]
    assert opened[0].published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    (listed,) = read(TopicsPage, "/latest.json", listing(ENTRY), account=FORUM).posts
    asked = topic(FORUM)
    assert (listed.text, asked.text) == (None, None), "a topic of a whole forum says no more when it is asked for"
    assert topic(CATEGORY).text == "Copper."


@pytest.mark.parametrize(
    ("kind", "status", "outcome"),
    [
        ("not_logged_in", 403, Outcome.LOGIN_WALL),
        ("invalid_access", 200, Outcome.LOGIN_WALL),
        ("not_found", 200, Outcome.NOT_FOUND),
        ("rate_limit", 429, Outcome.ERROR),
    ],
)
def test_errors_are_named_by_their_kind(kind: str, status: int, outcome: Outcome) -> None:
    with pytest.raises(PageProblem) as caught:
        read(TopicsPage, "/latest.json", {"errors": ["No."], "error_type": kind}, status, FORUM)
    assert caught.value.outcome == outcome


def test_the_hearts_of_a_page_are_the_topics_and_a_broken_preload_is_no_obstacle() -> None:
    html = (
        '<html><head><meta property="og:title" content="A kettle"><meta name="twitter:data1" value="1 mins 🕑">'
        f'<meta name="twitter:data2" value="9 ❤"><link rel="canonical" href="{SITE}/t/a-kettle/7"></head>'
        '<body><div data-preloaded="{&quot;topic_7&quot;: &quot;{\\x&quot;}"></div></body></html>'
    )
    (post,) = read(HtmlPage, "/t/a-kettle/7?u=jo", html).posts
    assert counts(post) == (9, None, None)
    assert post.url == f"{SITE}/t/a-kettle/7"


def test_a_feed_states_how_many_posts_there_are() -> None:
    def feed(tail: str) -> str:
        text = escape(f"<p>Copper.</p>{tail}")
        item = f"<title>A kettle</title><link>{SITE}/t/a-kettle/7</link><description>{text}</description>"
        space = 'xmlns:discourse="http://www.discourse.org/"'
        return f'<rss version="2.0" {space}><channel><item>{item}</item></channel></rss>'

    said = "<p><small>4 posts - 2 participants</small></p><p><a href='#'>Read full topic</a></p>"
    (post,) = read(FeedPage, "/latest.rss", feed(said)).posts
    assert (post.text, counts(post)) == ("Copper.", (None, 3, None))
    (other,) = read(FeedPage, "/latest.rss", feed("<p>4 Beiträge</p>")).posts
    assert counts(other) == (None, None, None)


@pytest.mark.parametrize(
    ("account", "url"),
    [
        (CATEGORY, f"{SITE}/c/support/5.json?order=created"),
        (USER, f"{SITE}/topics/created-by/acme.json?order=created"),
        (FORUM, f"{SITE}/latest.json?order=created"),
    ],
)
def test_a_crawl_begins_at_the_newest_topics(account: AccountRef, url: str) -> None:
    assert [each.url for each in pages.first_requests(account, {})] == [url]
    known = pages.post_requests(account, [("7", None), ("p/9", None)], {"discourse": "http://127.0.0.1:8001"})
    assert [each.url for each in known] == ["http://127.0.0.1:8001/t/7.json"]


def test_a_forum_that_is_listed_as_a_site_is_read_as_one() -> None:
    head = b'<!doctype html><html><head><meta name="generator" content="Discourse 3.4">'
    address = f"{SITE}/t/a-kettle/7"
    assert pages.page_for(address, 200, "text/html", head) is HtmlPage
    of_site = pages.page_for(address, 200, "text/html", head, Platform.WEB)
    assert of_site is not None
    assert of_site.platform is Platform.WEB


def test_users_of_another_interface_are_no_listing_of_topics() -> None:
    users = [{"id": -1, "username": "system", "name": "system"}]
    for said, is_ours in (([users[0] | {"avatar_template": "/a/{size}/1.png"}], True), (users, False)):
        head = json.dumps({"users": said}).encode()
        assert TopicsPage.accepts("https://shop.example/api/users", 200, "application/json", head) is is_ours
