"""The real captures of the open networks: every field of every expected row, and sense in the rest."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Post, PostList, Precision, Reason, Role
from crawler.pages.base import Capture, PageProblem

FETCHED_AT = datetime(2026, 11, 22, tzinfo=UTC)
PLATFORMS = ("youtube", "telegram", "reddit", "devto", "tumblr", "discourse", "peertube", "lemmy", "misskey")
NAMES = {"devto": "forem"}
"""Folder → platform, where they are called differently."""
# what real/open/MANIFEST.tsv says of each
ADDRESSES = {
    "discourse/api_topic.json": "https://try.discourse.example/t/this-site-is-a-sandbox-it-is-reset-every-day/57.json",
    "discourse/html_topic_onebox.html": (
        "https://meta.discourse.org/t/congratulations-most-stars-in-2013-github-octoverse/12483"
    ),
    "tumblr/html_post_readability.html": "http://mcupdate.tumblr.com/post/96439224994/minecraft-18-the-bountiful-update",
    "devto/api_listresponse_2019.json": "https://dev.to/api/articles?username=victoravelar",
    "peertube/channel_videos_lqdn_p1.json": "https://framatube.org/api/v1/video-channels/lqdn_channel@video.lqdn.fr"
    "/videos?start=0&count=12",
    "peertube/comment_threads_deleted.json": "https://framatube.org/api/v1/videos/217eefeb-883d-45be-b7fc-a788ad8507d3"
    "/comment-threads?start=0&count=12",
    "peertube/video_framatube_9c9de5e8.json": "https://framatube.org/api/v1/videos/9c9de5e8-0a1e-484a-b099-e80766180a6d",
    "lemmy/api_v3_post_list_lemmy_world_2026.json": "https://lemmy.world/api/v3/post/list",
    "lemmy/ap_page.json": "https://enterprise.lemmy.ml/post/55143",
    "misskey/notes_misskey_io_2023.json": "https://misskey.io/api/users/notes",
    "youtube/channel_home_ONE_Media.html": "https://www.youtube.com/channel/UCzcRQ3vRNr6fJ1A9rqFn7QA",
    "youtube/channel_shorts_tab_browse.json": "https://www.youtube.com/youtubei/v1/browse?prettyPrint=false",
    "youtube/channel_videos_tab_browse.json": "https://www.youtube.com/youtubei/v1/browse?prettyPrint=false",
    "youtube/feed_videos_404.html": "https://www.youtube.com/feeds/videos.xml?channel_id=UCTGjY2I-ZUGnwVoWAGRd7XQ",
    "youtube/feed_videos_kurzgesagt.xml": "https://www.youtube.com/feeds/videos.xml?user=Kurzgesagt",
    "youtube/watch_hwMkbaS_M_c_starwars.html": "https://www.youtube.com/watch?v=hwMkbaS_M_c",
    "youtube/watch_next_3sbYbckT1VY.json": "https://www.youtube.com/youtubei/v1/next?prettyPrint=false",
    "youtube/watch_player_microformat_3sbYbckT1VY.json": "https://www.youtube.com/youtubei/v1/player",
    "youtube/watch_player_private_8VajtrESJzA.json": "https://youtubei.googleapis.com/youtubei/v1/reel/reel_item_watch",
    "telegram/channel_landing_DiaboxApp.html": "https://t.me/DiaboxApp",
    "telegram/s_durov_excerpt_2026.html": "https://t.me/s/durov",
    "telegram/s_prstnk_eprst_2026.html": "https://t.me/s/prstnk_eprst?before=3",
    "reddit/comments_gallery_1khu9tf.json": "https://oauth.reddit.com/comments/1khu9tf/?limit=2048&raw_json=1",
    "reddit/listing_r_popular_hot_2026.json": "https://oauth.reddit.com/r/popular/hot?limit=100&raw_json=1",
    "reddit/old_reddit_network_policy_block.html": "https://old.reddit.com/r/acme",
    "reddit/old_reddit_over18_interstitial.html": "https://old.reddit.com/r/acme",
    "reddit/rss_r_gravelcycling_top_2026.xml": "https://www.reddit.com/r/gravelcycling/top.rss?t=year",
    "reddit/www_reddit_verification_shell.html": "https://www.reddit.com/r/acme",
}
STATUSES = {"youtube/feed_videos_404.html": 404, "reddit/old_reddit_network_policy_block.html": 403}
TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xml": "text/xml; charset=utf-8",
}
WALLS = {
    "youtube/feed_videos_404.html": (Outcome.NOT_FOUND, None),
    "youtube/watch_player_private_8VajtrESJzA.json": (Outcome.GONE, Reason.PERMISSION_MISSING),
    "reddit/old_reddit_network_policy_block.html": (Outcome.BLOCKED, None),
    "reddit/old_reddit_over18_interstitial.html": (Outcome.LOGIN_WALL, Reason.PERMISSION_MISSING),
    "reddit/www_reddit_verification_shell.html": (Outcome.BLOCKED, None),
}
FORMATS = {"video": {Format.VIDEO, Format.SHORT_VIDEO}} | {kind.value: {kind} for kind in Format if kind != "video"}
COUNTS = {"likes": "like_count", "comments": "comment_count", "shares": "share_count", "views": "view_count"}


def _read(captures: Path, file: str, *, url: str | None = None) -> PostList:
    body = (captures / "real/open" / file).read_bytes()
    address, status, kind = (
        url if url is not None else ADDRESSES[file],
        STATUSES.get(file, 200),
        file.rpartition(".")[2],
    )
    page = pages.page_for(address, status, TYPES[kind], body[:4096])
    assert page is not None, file
    folder = file.partition("/")[0]
    assert page.platform.value == NAMES.get(folder, folder), f"{file} goes to {page}"
    response = HttpResponse(url=address, body=body, status=status, headers={"Content-Type": TYPES[kind]})
    return page(response, Capture(fetched_at=FETCHED_AT)).read()


@pytest.fixture(scope="module")
def rows(captures: Path) -> list[dict[str, Any]]:
    lines = (captures / "real/open/EXPECTED.jsonl").read_text().splitlines()
    return [row for line in lines if (row := json.loads(line))["platform"] in PLATFORMS and row["file"] not in WALLS]


@pytest.fixture(scope="module")
def files(captures: Path, rows: list[dict[str, Any]]) -> dict[str, PostList]:
    return {file: _read(captures, file) for file in {row["file"] for row in rows}}


def test_every_expected_row_comes_out(rows: list[dict[str, Any]], files: dict[str, PostList]) -> None:
    wrong = []
    assert len(rows) >= 40
    for row in rows:
        extra, found = row.get("extra", {}), files[row["file"]]
        if extra.get("item") == "post":
            continue  # the posts below a topic have a test of their own
        named = {post.original_native_id if extra.get("is_repost") else post.native_id: post for post in found.posts}
        post = named.get(row["external_id"])
        if extra.get("service_message"):
            # what the service says is no post of the channel
            assert post is None
            assert found.skipped["service_message"] == 1
            continue
        if post is None:
            wrong.append(f"{row['file']} {row['external_id']}: not there")
            continue
        wrong += [f"{row['file']} {row['external_id']}: {one}" for one in _wrong(post, row)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_posts_of_a_topic_come_out_when_they_are_brought_by_themselves(
    captures: Path, rows: list[dict[str, Any]], files: dict[str, PostList]
) -> None:
    below = [row for row in rows if row.get("extra", {}).get("item") == "post"]
    assert len(below) == 3
    wrong = []
    for row in below:
        stream = json.loads((captures / "real/open" / row["file"]).read_bytes())["post_stream"]["posts"]
        said = next(each for each in stream if str(each["id"]) == row["external_id"])
        address = f"https://try.discourse.example/posts/{said['id']}.json"
        body = json.dumps(said).encode()
        page = pages.page_for(address, 200, TYPES["json"], body[:4096])
        assert page is not None
        response = HttpResponse(url=address, body=body, status=200, headers={"Content-Type": TYPES["json"]})
        (post,) = page(response, Capture(fetched_at=FETCHED_AT)).read().posts
        if said["post_number"] == 1:
            # it is the topic, whose counts are not those of its first post
            (topic,) = files[row["file"]].posts
            assert (post.native_id, post.text, post.author) == (topic.native_id, topic.text, topic.author)
            assert post.metrics is not None
            assert post.metrics.like_count == row["likes"]
            continue
        wrong += [f"{row['external_id']}: {one}" for one in _wrong(post, row | {"external_id": f"p/{said['id']}"})]
    assert not wrong, "\n" + "\n".join(wrong)


def _wrong(post: Post, row: dict[str, Any]) -> list[str]:
    extra, metrics, wrong = row.get("extra", {}), post.metrics, []
    assert metrics is not None
    expected = {name: row[name] for name in COUNTS}
    if extra.get("hide_score"):
        expected["likes"] = None  # the number in the place of a hidden score is not the score
    if "reactions_sum_rounded" in extra:
        expected["likes"] = extra["reactions_sum_rounded"]
    for name, column in COUNTS.items():
        value = getattr(metrics, column)
        if value != expected[name]:
            wrong.append(f"{name}: {value}, not {expected[name]}")
        if (value is None) != (column in metrics.missing):
            wrong.append(f"{name}: {value}, and the reason is {metrics.missing.get(column)}")
    if extra.get("hide_score"):
        assert metrics.missing["like_count"] is MissingReason.HIDDEN
    if extra.get("item") and row["post_url"] is None:
        row = row | {"post_url": post.url}  # the file does not tell its forum
    said = {"url": post.url, "native_id": post.original_native_id if extra.get("is_repost") else post.native_id}
    for field, value in (("url", row["post_url"]), ("native_id", row["external_id"])):
        if said[field] != value:
            wrong.append(f"{field}: {said[field]}, not {value}")
    handle = (row["author_handle"] or "").removeprefix("@")
    # rows name an account of the asked server without it
    if handle and handle not in (post.author, post.account, (post.author or "").removesuffix(f"@{post.host}")):
        wrong.append(f"author: {post.author}, not {handle}")
    plain = [" ".join((text or "").split())[:60] for text in (post.text, post.title)]
    if row["text_prefix"].strip() not in [text.strip() for text in plain]:
        wrong.append(f"text: {plain}, not {row['text_prefix']!r}")
    if row["media_kind"] is None:
        if post.format is not None:
            wrong.append(f"format: {post.format}, where none is stated")
    elif post.format not in FORMATS[row["media_kind"]]:
        wrong.append(f"format: {post.format}, not {row['media_kind']}")
    if row["hashtags"] is not None and list(post.hashtags) != row["hashtags"]:
        wrong.append(f"hashtags: {post.hashtags}, not {row['hashtags']}")
    return wrong + _wrong_date(post, row) + _wrong_extra(post, extra)


def _wrong_date(post: Post, row: dict[str, Any]) -> list[str]:
    extra = row.get("extra", {})
    if row["published_at"] is not None:
        published_at = post.original_published_at if extra.get("is_repost") else post.published_at
        is_right = published_at == datetime.fromisoformat(row["published_at"])
        return (
            [] if is_right and post.published_precision == Precision.SECOND else [f"published_at: {post.published_at}"]
        )
    if extra.get("date_is_relative"):
        days = int(extra["date_text"].split()[0])
        is_right = post.published_at == FETCHED_AT - timedelta(days=days)
        return [] if is_right and post.published_precision == Precision.RELATIVE else [f"date: {post.published_at}"]
    if "date_text" in extra:
        is_right = post.published_text == extra["date_text"] and post.published_precision == Precision.DAY
        return [] if is_right else [f"date: {post.published_text}"]
    return [] if post.published_at is None else [f"published_at: {post.published_at}, where none is stated"]


def _wrong_extra(post: Post, extra: dict[str, Any]) -> list[str]:
    metrics, wrong = post.metrics, []
    assert metrics is not None
    if extra.get("views_rounded") and metrics.rounded.get("view_count") != 3:
        wrong.append(f"rounded: {metrics.rounded}")
    if str(extra.get("views_text")).endswith("M") and "view_count" not in metrics.rounded:
        wrong.append("views are rounded, and nothing says so")
    if "reactions" in extra and len(metrics.reactions) != len(extra["reactions"]):
        wrong.append(f"reactions: {metrics.reactions}")
    if "is_short" in extra and (post.format is Format.SHORT_VIDEO) != extra["is_short"]:
        wrong.append(f"format: {post.format}")
    if "num_crossposts" in extra and metrics.quote_count != extra["num_crossposts"]:
        wrong.append(f"crossposts: {metrics.quote_count}")
    if "dislikes" in extra and metrics.reactions["dislike"] != extra["dislikes"]:
        wrong.append(f"dislikes: {metrics.reactions}")
    if "duration" in extra and post.media[0].duration_seconds != extra["duration"]:
        wrong.append(f"duration: {post.media}")
    if "community" in extra and post.account != f"c/{extra['community']}@{post.host}":
        wrong.append(f"account: {post.account}")
    if extra.get("is_repost"):
        wrapper = (post.role, post.native_id, post.account, post.published_at)
        reposted_at = datetime.fromisoformat(extra["repost_at"])
        if wrapper != (Role.REPOST, extra["repost_wrapper_id"], f"{extra['reposted_by']}@{post.host}", reposted_at):
            wrong.append(f"repost: {wrapper}")
    if "subreddit" in extra and post.account != f"r/{extra['subreddit']}":
        wrong.append(f"account: {post.account}")
    return wrong


@pytest.mark.parametrize("file", WALLS)
def test_every_wall_is_named(captures: Path, file: str) -> None:
    with pytest.raises(PageProblem) as caught:
        _read(captures, file)
    assert (caught.value.outcome, caught.value.reason) == WALLS[file]
    assert str(caught.value).endswith(".")


def test_no_number_is_made_up_in_any_post(files: dict[str, PostList]) -> None:
    for file, said in files.items():
        for post in said.posts:
            assert post.metrics is not None, file
            for column in COUNTS.values():
                assert (getattr(post.metrics, column) is None) == (column in post.metrics.missing), (
                    file,
                    post.native_id,
                )


def test_lists_come_out_whole(files: dict[str, PostList]) -> None:
    counts = {file: len(said.posts) for file, said in files.items()}
    assert counts["reddit/listing_r_popular_hot_2026.json"] == 100
    assert counts["reddit/rss_r_gravelcycling_top_2026.xml"] == 25
    assert counts["peertube/channel_videos_lqdn_p1.json"] == 12
    assert counts["misskey/notes_misskey_io_2023.json"] == 6
    assert counts["youtube/channel_videos_tab_browse.json"] == 30
    assert counts["youtube/channel_shorts_tab_browse.json"] == 48
    assert counts["youtube/feed_videos_kurzgesagt.xml"] == 15


def test_profiles_say_how_many_follow(captures: Path, files: dict[str, PostList]) -> None:
    found = {
        "durov": files["telegram/s_durov_excerpt_2026.html"],
        "creativecommons": files["youtube/channel_videos_tab_browse.json"],
        "OneMedia.": _read(captures, "youtube/channel_home_ONE_Media.html"),
        "DiaboxApp": _read(captures, "telegram/channel_landing_DiaboxApp.html"),
    }
    followers = {name: said.profile.follower_count for name, said in found.items() if said.profile is not None}
    assert followers == {"durov": 10_500_000, "creativecommons": 8_840, "OneMedia.": 4_690_000, "DiaboxApp": 5_012}
    rounded = {name: said.profile.rounded.get("follower_count") for name, said in found.items() if said.profile}
    assert rounded == {"durov": 3, "creativecommons": 3, "OneMedia.": 3, "DiaboxApp": None}
    assert [request.url for request in found["DiaboxApp"].next_requests] == ["https://t.me/s/DiaboxApp"]


def test_the_home_page_keeps_to_its_own_channel(captures: Path) -> None:
    said = _read(captures, "youtube/channel_home_ONE_Media.html")
    assert {post.account for post in said.posts} == {"OneMedia."}
    assert said.skipped["other_author"] > 0
    assert all(post.published_precision == Precision.RELATIVE for post in said.posts)


SELF_EXPLAINING = (
    "devto/api_listresponse_2019.json",
    "peertube/channel_videos_lqdn_p1.json",
    "peertube/video_framatube_9c9de5e8.json",
    "lemmy/api_v3_post_list_lemmy_world_2026.json",
    "lemmy/ap_page.json",
    "misskey/notes_misskey_io_2023.json",
    "youtube/watch_next_3sbYbckT1VY.json",
    "youtube/feed_videos_kurzgesagt.xml",
    "reddit/listing_r_popular_hot_2026.json",
    "reddit/rss_r_gravelcycling_top_2026.xml",
)


@pytest.mark.parametrize("file", SELF_EXPLAINING)
def test_a_saved_answer_is_known_without_its_address(captures: Path, file: str) -> None:
    assert _read(captures, file, url="https://saved.example/a-file").posts


def test_of_comments_that_were_deleted_nobody_is_told(captures: Path) -> None:
    video = _read(captures, "peertube/video_framatube_9c9de5e8.json").posts[0]
    asked = attrs.evolve(video, native_id="217eefeb-883d-45be-b7fc-a788ad8507d3")
    body = (captures / "real/open/peertube/comment_threads_deleted.json").read_bytes()
    response = HttpResponse(url=ADDRESSES["peertube/comment_threads_deleted.json"], body=body, status=200)
    page = pages.page_for(str(response.url), 200, TYPES["json"], body[:4096])
    assert page is not None
    (post,) = page(response, Capture(fetched_at=FETCHED_AT, listing=(asked,))).read().posts
    assert post.metrics is not None
    assert post.metrics.comment_count == 2, "of seven, five are deleted"
