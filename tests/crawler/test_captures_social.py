"""The real captures of Mastodon and Bluesky: every field of every expected row, and sense in all other files."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, MissingReason, Outcome, Post, PostList, Role
from crawler.pages.base import Capture

FETCHED_AT = datetime(2026, 11, 22, tzinfo=UTC)
XRPC = "https://public.api.bsky.app/xrpc/app.bsky"
# Where each file came from (real/open/MANIFEST.tsv says so, but for single posts, which stand for getPosts' entries).
ADDRESSES = {
    "mastodon/account_23972.json": "https://mastodon.social/api/v1/accounts/23972",
    "mastodon/account_statuses_schochastics_p1.json": "https://fosstodon.org/api/v1/accounts/109302436954721982/statuses"
    "?limit=20&exclude_reblogs=FALSE",
    "mastodon/account_statuses_schochastics_p2.json": "https://fosstodon.org/api/v1/accounts/109302436954721982/statuses"
    "?limit=20&exclude_reblogs=FALSE&max_id=113191408914362368",
    "mastodon/ap_note_1.json": "https://mastodon.madrid/users/felix/statuses/107224289116410645",
    "mastodon/ap_person.json": "https://masto.qa.urbanwildlife.biz/users/mastodon",
    "mastodon/context_110446983926957470.json": "https://mastodon.social/api/v1/statuses/110446983926957470/context",
    "mastodon/instance_v2.json": "https://mastodon.social/api/v2/instance/",
    "bluesky/getAuthorFeed_dart.json": f"{XRPC}.feed.getAuthorFeed?actor=shinyakato.dev&limit=25",
    "bluesky/getProfile_dril.json": f"{XRPC}.actor.getProfile?actor=dril.bsky.social",
    "bluesky/getPostThread_simple.json": f"{XRPC}.feed.getPostThread"
    "?uri=at%3A%2F%2Fdid%3Aplc%3Aoy2ebrbjfsmr3oacqe5mbuw5%2Fapp.bsky.feed.post%2F3memlv65ejk2y",
    "bluesky/html_post.html": "https://bsky.app/profile/stephenking.bsky.social/post/3mddvy5bv6k27",
    "bluesky/html_profile.html": "https://bsky.app/profile/stephenking.bsky.social",
}
# media_kind "quote" is our role quote without a medium of its own.
FORMATS = {"quote": Format.TEXT, None: None} | {kind.value: kind for kind in Format}


def _address(file: str) -> str:
    if found := re.fullmatch(r"mastodon/status_(\d+)\w*\.json", file):
        return f"https://mastodon.social/api/v1/statuses/{found.group(1)}"
    return ADDRESSES.get(file, f"{XRPC}.feed.getPosts")


def _read(captures: Path, file: str) -> PostList | None:
    body = (captures / "real/open" / file).read_bytes()
    content_type = "text/html; charset=utf-8" if file.endswith(".html") else "application/json; charset=utf-8"
    page = pages.page_for(_address(file), 200, content_type, body[:4096])
    if page is None:
        return None
    response = HttpResponse(url=_address(file), body=body, status=200, headers={"Content-Type": content_type})
    return page(response, Capture(fetched_at=FETCHED_AT)).read()


@pytest.fixture(scope="module")
def rows(captures: Path) -> list[dict[str, Any]]:
    lines = (captures / "real/open/EXPECTED.jsonl").read_text().splitlines()
    return [row for line in lines if (row := json.loads(line))["platform"] in ("mastodon", "bluesky")]


def test_every_expected_row_comes_out_field_by_field(captures: Path, rows: list[dict[str, Any]]) -> None:
    lists = {file: _read(captures, file) for file in {row["file"] for row in rows}}
    assert len(rows) >= 20
    for row in rows:
        said = lists[row["file"]]
        assert said is not None, row["file"]
        _check(row, said)


def _check(row: dict[str, Any], said: PostList) -> None:
    extra = row.get("extra", {})
    wanted = row["external_id"]
    # Reposts are keyed by who reposted; a web page states only the last part of an id, ActivityPub the address of it.
    found = [
        post
        for post in said.posts
        if (post.original_native_id == wanted if extra.get("is_repost") else post.native_id == wanted)
        or (row["file"].endswith(".html") and post.native_id.endswith(f"/{wanted}"))
        or (extra.get("format") == "activitypub" and wanted.endswith(f"/{post.native_id}"))
    ]
    assert len(found) == 1, wanted
    post = found[0]
    assert post.metrics is not None
    original = extra.get("is_repost", False)
    published_at = post.original_published_at if original else post.published_at
    got = {
        "platform": post.platform.value,
        "post_url": post.url,
        "author_handle": _handle(post, row["author_handle"]),
        "published_at": published_at,
        "text_prefix": re.sub(r"\s+", " ", post.text or "").strip()[:60],
        "media_kind": post.format,
        "likes": post.metrics.like_count,
        "comments": post.metrics.comment_count,
        "shares": post.metrics.share_count,
        "views": post.metrics.view_count,
        "hashtags": list(post.hashtags),
    }
    expected = {name: row[name] for name in got} | {
        "published_at": datetime.fromisoformat(row["published_at"]),
        "media_kind": FORMATS[row["media_kind"]],
    }
    assert got == expected
    assert post.metrics.missing["view_count"] is MissingReason.NOT_PUBLIC
    for count in ("like_count", "comment_count", "share_count"):
        assert (getattr(post.metrics, count) is None) == (count in post.metrics.missing)
    _check_extra(extra, post, said)


def _handle(post: Post, expected: str) -> str | None:
    """Rows name local accounts of the asked server without it; ours always carry the server."""
    local = f"{expected}@{post.host}"
    return expected if post.author == local and post.host else post.author


def _check_extra(extra: dict[str, Any], post: Post, said: PostList) -> None:
    assert post.metrics is not None
    known = {"edited_at", "quotes_count", "quoteCount", "poll_votes", "format", "is_reply", "in_reply_to", "is_quote"}
    known |= {"is_repost", "reposted_by", "repost_at", "source", "shares_note"}
    assert set(extra) <= known, "a new kind of expectation"
    if "edited_at" in extra:
        assert (post.edited_at, post.is_edited) == (datetime.fromisoformat(extra["edited_at"]), True)
    quotes = extra.get("quotes_count", extra.get("quoteCount"))
    if quotes is not None:
        assert post.metrics.quote_count == quotes
    if "poll_votes" in extra:
        assert post.format is Format.POLL
    if extra.get("is_reply"):
        assert (post.role, post.original_native_id) == (Role.REPLY, extra["in_reply_to"])
    if extra.get("is_quote"):
        assert post.role is Role.QUOTE
    if extra.get("is_repost"):
        assert (post.role, post.account) == (Role.REPOST, extra["reposted_by"])
        assert post.published_at == datetime.fromisoformat(extra["repost_at"])
    if "shares_note" in extra:
        assert "shares_include_quotes" in said.flags


def test_all_other_captures_make_sense(captures: Path, rows: list[dict[str, Any]]) -> None:
    root = captures / "real/open"
    files = {str(path.relative_to(root)) for name in ("mastodon", "bluesky") for path in (root / name).iterdir()}
    for file in sorted(files - {row["file"] for row in rows}):
        said = _read(captures, file)
        if "context_" in file or "instance_" in file:
            # other people's answers are counted only, and a server's settings name its software: no posts of an account
            assert said is None or not (said.posts or said.profile), file
            continue
        assert said is not None, file
        assert said.problem_outcome in (None, Outcome.PARTIAL)
        assert said.posts or said.profile
        for post in said.posts:
            assert post.url
            assert post.published_at
            assert post.format
            assert post.text is not None
        if said.profile and "ap_person" not in file:
            counts = (said.profile.follower_count, said.profile.following_count, said.profile.post_count)
            assert all(isinstance(count, int) for count in counts), file


def test_two_pages_of_a_timeline_join_without_gap_or_double(captures: Path) -> None:
    first, second = (_read(captures, f"mastodon/account_statuses_schochastics_p{number}.json") for number in (1, 2))
    assert first is not None
    assert second is not None
    assert first.next_requests[0].url == ADDRESSES["mastodon/account_statuses_schochastics_p2.json"]
    assert not {post.native_id for post in first.posts} & {post.native_id for post in second.posts}
    assert [len(first.posts), len(second.posts)] == [20, 20]
    roles = [post.role for post in (*first.posts, *second.posts)]
    assert roles.count(Role.ORIGINAL) > 10
    assert roles.count(Role.REPLY) > 10


def test_a_remote_account_is_flagged_as_a_copy(captures: Path) -> None:
    said = _read(captures, "mastodon/account_23972.json")
    assert said is not None
    assert said.profile is not None
    assert (said.profile.handle, said.flags) == ("halcy@icosahedron.website", ("remote_copy",))
