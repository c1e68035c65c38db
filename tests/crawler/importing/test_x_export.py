"""The archive that X gives people of their own account: its posts are the user's own, nothing else is read."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from crawler.importing.summary import summary_lines
from crawler.reading import x_export
from crawler.reading.captured import Captured

from .conftest import SAVED_AT, Inbox


def tweet(number: int, **more: Any) -> dict[str, Any]:
    return {
        "tweet": {
            "id_str": str(1990000000000000000 + number), "id": str(1990000000000000000 + number),
            "full_text": "Tea is ready #tea", "created_at": "Sun Nov 16 08:00:00 +0000 2025", "favorite_count": "31",
            "retweet_count": "4", "lang": "en", "in_reply_to_status_id_str": None, "truncated": False,
            "entities": {"hashtags": [{"text": "tea"}], "user_mentions": [], "urls": []}, **more,
        }
    }  # fmt: skip


def script(name: str, items: list[Any], part: int = 0) -> str:
    return f"window.YTD.{name}.part{part} = {json.dumps(items, indent=2)}"


ARCHIVE = {
    "Your archive.html": "<html><body><script src='assets/js/main.js'></script></body></html>",
    "assets/js/main.js": "(()=>{})()",
    "data/manifest.js": 'window.__THAR_CONFIG = {"userInfo": {"userName": "kettleandco"}}',
    "data/direct-messages.js": script("direct_messages", [{"dmConversation": {"conversationId": "1-2"}}]),
    "data/follower.js": script("follower", [{"follower": {"accountId": "9"}}]),
    "data/tweets.js": script("tweets", [tweet(1), tweet(2)]),
    "data/tweets-part1.js": script("tweets", [tweet(3)], part=1),
    "data/tweets_media/1-a.jpg": "\xff\xd8\xff",
}


def test_its_posts_are_the_users_own(inbox: Inbox) -> None:
    path = inbox.file("tweets.js", script("tweets", [tweet(1)]))
    assert inbox.bring(path).problems == ()
    (post,) = inbox.posts()
    assert (post["account_key"], post["author"], post["url"]) == (
        "https://x.com/kettleandco", "kettleandco", "https://x.com/i/status/1990000000000000001",
    )  # fmt: skip
    assert (post["metrics"]["like_count"], post["metrics"]["share_count"]) == (31, 4)


def test_a_file_of_any_size_is_read_in_pieces(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x_export, "_AT_ONCE", 2)
    monkeypatch.setattr("crawler.importing.lone_answers.MAX_BODY", 100)
    path = inbox.file("tweets.js", "\ufeff" + script("tweets", [tweet(number) for number in range(5)]))
    report = inbox.bring(path)
    assert report.problems == ()
    assert (len(inbox.posts()), report.files[0].entry_count) == (5, 3)


def test_an_archive_of_nobody_on_the_list_says_once_what_to_do(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x_export, "_AT_ONCE", 1)
    path = inbox.file("tweets.js", script("tweet", [tweet(1), tweet(2)]))
    (problem,) = inbox.bring(path, config='[[accounts]]\ncompany = "A"\nurl = "https://x.com/acme"\n').problems
    assert "your own account on X, and" in problem.message
    assert "rivalscope add --own LINK" in problem.message
    assert inbox.posts() == []


def test_of_the_whole_archive_nothing_but_posts_is_opened(inbox: Inbox) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as bundle:
        for name, content in ARCHIVE.items():
            bundle.writestr(name, content)
    report = inbox.bring(inbox.file("archive.zip", data.getvalue()))
    assert report.problems == ()
    assert sorted(file.name for file in report.files) == [
        "archive.zip › data/tweets-part1.js", "archive.zip › data/tweets.js"
    ]  # fmt: skip
    assert len(inbox.posts()) == 3


def test_what_lies_beside_an_unpacked_archive_is_read(inbox: Inbox) -> None:
    for name, content in ARCHIVE.items():
        inbox.file(name, content)
    sheets = [inbox.file(name, "account,url,published_at\n") for name in ("posts.csv", "data/more.csv")]
    report = inbox.bring(inbox.folder / "inbox")
    assert {file.path.name for file in report.files} | {Path(each.where).name for each in report.problems} == {
        "tweets.js", "tweets-part1.js", *(sheet.name for sheet in sheets)
    }  # fmt: skip
    assert report.side_file_count == 6
    assert any(line.startswith("6 files that ") for line in summary_lines(report))


def test_scripts_that_are_no_archive_of_x_are_not_passed_over() -> None:
    names = [PurePosixPath(name) for name in ("data/tweets.js", "data/other.js", "x/data/manifest.js")]
    assert x_export.beside_posts(names) == set()


def test_a_torn_file_keeps_what_stands_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(x_export, "_AT_ONCE", 2)
    path = tmp_path / "tweets.js"
    whole = script("tweets", [tweet(number) for number in range(4)])
    path.write_text(whole[: whole.rindex("full_text")], encoding="utf-8")
    found = list(x_export.read_x_export(path, SAVED_AT))
    assert ["the 3 posts before were read" in str(each) for each in found] == [False, True, False]
    pieces = [each for each in found if isinstance(each, Captured)]
    assert [json.loads(each.body.partition(b"=")[2])[0]["tweet"]["id"] for each in pieces] == [
        "1990000000000000000", "1990000000000000002"
    ]  # fmt: skip
    path.write_text("window.YTD.tweets.part0 = {}", encoding="utf-8")
    assert [str(each) for each in x_export.read_x_export(path, SAVED_AT)] == ["is no list of posts"]


def test_half_an_emoji_costs_no_other_post(inbox: Inbox) -> None:
    path = inbox.file("tweets.js", script("tweets", [tweet(1, full_text="Tea \ud83d"), tweet(2)]))
    assert inbox.bring(path).problems == ()
    assert {post["text"] for post in inbox.posts()} == {"Tea ?", "Tea is ready #tea"}
