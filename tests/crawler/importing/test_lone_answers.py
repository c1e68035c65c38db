"""One page, answer or feed in a file of its own: known by its content, or by the address that the user names."""

from __future__ import annotations

import json

from crawler.importing.summary import summary_lines

from .conftest import Inbox

MEDIA = {
    "items": [
        {
            "id": "3700000000000000000_7", "pk": "3700000000000000000", "code": "DNY", "media_type": 1,
            "taken_at": 1_764_000_000, "like_count": 12, "comment_count": 0,
            "caption": {"text": "Tea is ready #tea"}, "user": {"username": "acme", "pk": "7"},
        }
    ],
    "num_results": 1, "status": "ok",
}  # fmt: skip
STATUS = {
    "id": "110", "created_at": "2026-11-20T08:15:30.000Z", "content": "<p>Tea</p>", "visibility": "public",
    "url": "https://social.example/@leaf/110", "uri": "https://social.example/users/leaf/statuses/110",
    "replies_count": 1, "reblogs_count": 0, "favourites_count": 4, "in_reply_to_id": None, "reblog": None,
    "account": {"id": "1", "username": "leaf", "acct": "leaf", "url": "https://social.example/@leaf"},
    "media_attachments": [], "mentions": [], "tags": [], "emojis": [],
}  # fmt: skip
FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Tea</title><link>https://www.pinterest.com/kettle/tea</link>
<atom:link href="https://www.pinterest.com/kettle/tea.rss" rel="self"></atom:link>
<item><title>Green tea</title><link>https://www.pinterest.com/pin/694000000000000001/</link>
<pubDate>Fri, 20 Nov 2026 08:15:30 GMT</pubDate><guid>https://www.pinterest.com/pin/694000000000000001/</guid></item>
</channel></rss>"""


def test_an_answer_that_only_one_network_gives_is_known_by_its_content(inbox: Inbox) -> None:
    path = inbox.file("answer.json", json.dumps(MEDIA))
    report = inbox.bring(path)
    (post,) = inbox.posts()
    assert (post["account_key"], post["metrics"]["like_count"]) == ("https://www.instagram.com/acme/", 12)
    assert (report.files[0].label, report.problems) == ("saved answer", ())
    assert any("the time of their file" in line for line in summary_lines(report))
    assert inbox.bring(path).files[0].is_repeated


def test_json_that_a_script_is_given_is_an_answer_too(inbox: Inbox) -> None:
    said = {
        "tumblelog": {"name": "kettle"},
        "posts": [{"id": "7", "type": "quote", "quote-text": "Tea.", "note-count": 3}],
    }
    report = inbox.bring(inbox.file("read.js", f"var tumblr_api_read = {json.dumps(said)};\n"))
    assert not report.problems
    (post,) = inbox.posts()
    assert (post["account_key"], post["metrics"]["like_count"]) == ("https://kettle.tumblr.com/", 3)
    (problem,) = inbox.bring(inbox.file("other.js", 'show({"a": 1});')).problems
    assert "is a script" in problem.message


def test_an_answer_of_a_server_of_its_own_wants_its_address(inbox: Inbox) -> None:
    path = inbox.file("status.json", json.dumps(STATUS))
    (problem,) = inbox.bring(path).problems
    assert "--url https://" in problem.message
    report = inbox.bring(path, url="https://social.example/api/v1/statuses/110")
    assert not report.problems
    (post,) = inbox.posts()
    assert post["account_key"] == "https://social.example/@leaf"
    assert post["metrics"]["like_count"] == 4


def test_a_saved_feed_says_its_own_address(inbox: Inbox) -> None:
    assert not inbox.bring(inbox.file("tea.rss", FEED)).problems
    (post,) = inbox.posts()
    assert (post["account_key"], post["native_id"]) == ("https://www.pinterest.com/kettle/", "694000000000000001")


def test_a_page_without_an_address_is_read_by_the_one_that_is_named(inbox: Inbox) -> None:
    tags = {
        "og:title": 'Acme on Instagram: "Tea is ready"',
        "og:description": '1,234 likes, 5 comments - acme on November 20, 2026: "Tea is ready". ',
        "og:type": "article",
    }
    head = "".join(f"<meta property=\"{name}\" content='{said}'/>" for name, said in tags.items())
    path = inbox.file("page.html", f"<!doctype html><html><head>{head}</head></html>")
    assert "--url" in inbox.bring(path).problems[0].message
    assert not inbox.bring(path, url="https://www.instagram.com/p/DRSZqUKjdWe/").problems
    assert inbox.posts()[0]["metrics"]["like_count"] == 1234
