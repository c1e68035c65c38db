"""Real feeds and pages give the values that a person read off them."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler.items import Post, PostList, Precision
from crawler.pages.base import Capture
from crawler.pages.web.feed import WebFeed
from crawler.pages.web.html import WebArticle
from crawler.reading.charset import decode
from crawler.reading.feeds import read_feed

FETCHED_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
COUNTS = {"likes": "like_count", "comments": "comment_count", "shares": "share_count", "views": "view_count"}


def expected(folder: Path, suffixes: tuple[str, ...], platform: str | None = None) -> Iterator[dict[str, Any]]:
    for line in (folder / "EXPECTED.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["file"].endswith(suffixes) and platform in (None, row["platform"]):
            yield row


def feed_at(path: Path) -> PostList:
    response = HttpResponse("https://fetched.example/feed", body=path.read_bytes(), status=200)
    assert WebFeed.accepts(str(response.url), 200, "", path.read_bytes()[:4096])
    return WebFeed(response, Capture(fetched_at=FETCHED_AT)).read()


def page_at(path: Path, url: str) -> PostList:
    body = path.read_bytes()
    response = HttpResponse(url, body=body, status=200, headers={"Content-Type": "text/html"})
    assert WebArticle.accepts(url, 200, "text/html", body[:4096])
    return WebArticle(response, Capture(fetched_at=FETCHED_AT)).read()


def post_of(row: dict[str, Any], posts: tuple[Post, ...]) -> Post:
    """By address; where the row has none, by the first words."""
    wanted = row["post_url"].partition("?utm_")[0] if row["post_url"] else None
    prefix = row["text_prefix"] or ""
    found = [post for post in posts if post.url == wanted or (wanted is None and (post.title or "").startswith(prefix))]
    assert len(found) == 1, (row["post_url"], len(found))
    return found[0]


def differences(row: dict[str, Any], post: Post) -> Iterator[tuple[str, object, object]]:
    """What the post says otherwise than the row: every field of the row that a page states."""
    for name, column in COUNTS.items():
        stated = getattr(post.metrics, column) if post.metrics else None
        if stated != row[name]:
            yield name, row[name], stated
        if post.metrics and stated is None and column not in post.metrics.missing:
            yield f"reason for {name}", "a reason", None
    if row["published_at"] is None:
        if post.published_at is not None:
            yield "published_at", None, post.published_at
    else:
        moment = datetime.fromisoformat(row["published_at"])
        has_zone = moment.tzinfo is not None
        is_day = row.get("date_precision") == "day"
        if is_day:
            moment = moment.replace(tzinfo=UTC)
        if post.published_at != (moment if has_zone else moment.replace(tzinfo=UTC)):
            yield "published_at", row["published_at"], post.published_at
        is_utc = has_zone or "= UTC" in row.get("note", "")
        precision = Precision.DAY if is_day else Precision.SECOND if is_utc else Precision.LOCAL
        if post.published_precision != precision:
            yield "precision", precision, post.published_precision
    kind = post.format.value if post.format else None
    if kind != row["media_kind"]:
        yield "media_kind", row["media_kind"], kind
    prefix = row["text_prefix"]
    if prefix and not any(
        " ".join((said or "").split()).startswith(" ".join(prefix.split())) for said in (post.title, post.text)
    ):
        yield "text_prefix", prefix, (post.title, (post.text or "")[:60])
    if row["hashtags"] is not None and list(post.hashtags) != row["hashtags"]:
        yield "hashtags", row["hashtags"], post.hashtags


def test_every_feed_row_comes_out(captures: Path) -> None:
    folder = captures / "real" / "web"
    wrong: list[tuple[object, ...]] = []
    for row in expected(folder, (".xml", ".json"), "feeds"):
        path = folder / row["file"]
        post = post_of(row, feed_at(path).posts)
        if row["likes"] == 0 and str(row.get("note")).startswith("starRating count 0"):
            row = {**row, "likes": None}  # the note says it: switched off, or none
        wrong += [(row["file"], row["external_id"], *found) for found in differences(row, post)]
        if post.author != row["author_handle"]:
            wrong.append((row["file"], row["external_id"], "author", row["author_handle"], post.author))
        # the site's own id is in the entry's guid, or in its address
        feed = read_feed(decode(path.read_bytes()).text)
        assert feed is not None
        entry = next(
            entry for entry in feed.entries if entry.title and entry.title.strip()[:20] == (post.title or "")[:20]
        )
        if row["external_id"] and row["external_id"] not in f"{entry.guid} {post.native_id}":
            wrong.append((row["file"], "external_id", row["external_id"], entry.guid))
    assert wrong == []


@pytest.mark.parametrize("folder", ["open", "walled"])
def test_feeds_of_hosted_platforms_come_out(captures: Path, folder: str) -> None:
    """Ghost, Substack, WordPress, YouTube, Reddit and Pinterest feeds; their handles are in no feed."""
    root = captures / "real" / folder
    wrong: list[tuple[object, ...]] = []
    seen = 0
    for row in expected(root, (".xml", ".rss")):
        post = post_of(row, feed_at(root / row["file"]).posts)
        name = row.get("extra", {}).get("author_name")
        seen += 1
        wrong += [
            (row["file"], row["external_id"], *found)
            for found in differences(row, post)
            if not (row["platform"] == "reddit" and found[0] == "hashtags")  # a subreddit is a category to a feed
        ]
        if name and post.author != name:
            wrong.append((row["file"], "author", name, post.author))
    assert wrong == []
    assert seen > 3


def test_every_page_row_comes_out(captures: Path) -> None:
    """Structured data of every syntax; where the author is null nobody looked, and two are handles."""
    folder = captures / "real" / "web"
    wrong: list[tuple[object, ...]] = []
    seen = 0
    for row in expected(folder, (".html",)):
        url = row["post_url"] or f"https://site.example/{row['external_id'] or 'a'}/some-post-1"
        page = page_at(folder / row["file"], url)
        assert len(page.posts) == 1, row["file"]
        (post,) = page.posts
        seen += 1
        if row["file"] == "opengraph/og_medium.html":
            # the row is about Open Graph; the state of the same page counts claps and responses
            row = {**row, "likes": 4034, "comments": 51}
        wrong += [(row["file"], *found) for found in differences(row, post)]
        if row["post_url"] and post.url != row["post_url"]:
            wrong.append((row["file"], "post_url", row["post_url"], post.url))
        handle = row["author_handle"]
        if (
            handle
            and post.author != handle
            and not row["file"].endswith(("og_medium.html", "forumposting_bluesky.html"))
        ):
            wrong.append((row["file"], "author", handle, post.author))
        dislikes = dict(post.metrics.reactions).get("dislike") if post.metrics else None
        if dislikes != row.get("dislikes"):
            wrong.append((row["file"], "dislikes", row.get("dislikes"), dislikes))
    assert wrong == []
    assert seen > 15


def test_a_portal_s_front_page_is_no_post(captures: Path) -> None:
    page = page_at(captures / "real/web/opengraph/og_yandex_ru.html", "https://portal.example/some-page-1")
    assert page.posts == ()
    assert page.profile is not None


def test_every_captured_entry_is_a_post(captures: Path) -> None:
    """Entries a row does not name are read too: none is lost, every one has an address."""
    counted = {path.name: len(feed_at(path).posts) for path in (captures / "real/web/feeds").iterdir()}
    assert counted == {
        "atom_feedburner.xml": 25,
        "atom_youtube_channel.xml": 15,
        "jsonfeed_npr.json": 25,
        "rdf_craigslist.xml": 25,
        "rss_cloudflare.xml": 1,
        "rss_guardian.xml": 55,
        "rss_reddit2016_named_atom.xml": 24,
        "rss_slashcomments_wirecutter.xml": 1,
        "rss_vimeo_media.xml": 1,
    }
