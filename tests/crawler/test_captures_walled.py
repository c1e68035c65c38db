"""The real captures of the walled networks: every stated field of every expected row, and every wall named."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from web_poet import HttpResponse

from crawler import pages
from crawler.items import Format, Outcome, Post, PostList, Role
from crawler.pages.base import Capture, PageProblem

FETCHED_AT = datetime(2026, 11, 22, tzinfo=UTC)
# a short clip is a video in the collection's words; "link" and "article" are one thing there
FORMATS = {"video": {Format.VIDEO, Format.SHORT_VIDEO}, "link": {Format.LINK, Format.ARTICLE}} | {
    kind.value: {kind} for kind in Format if kind.value not in ("video", "link")
}
COUNTS = {
    "likes": "like_count", "comments": "comment_count", "shares": "share_count", "views": "view_count",
    "saves": "save_count", "quotes": "quote_count",
}  # fmt: skip
WALLS = {
    "instagram/walled2026_login.html": Outcome.LOGIN_WALL,
    "facebook/comet2026_dir_blocked.html": Outcome.BLOCKED,
    "x/migrate_interstitial2024.html": Outcome.BLOCKED,
    "pinterest/profile2024_empty_shell.html": Outcome.LOGIN_WALL,
}


def _addresses(captures: Path) -> dict[str, str]:
    with (captures / "real/walled/MANIFEST.tsv").open() as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["local_file"]: row["url_answered"] for row in rows}


def _read(captures: Path, file: str) -> PostList:
    body = (captures / "real/walled" / file).read_bytes()
    said = _addresses(captures).get(file, "")
    found = re.match(r"https?://\S+", said)
    url = found.group().rstrip(",;").replace("<id>", "2317006284167526179").replace("<user>", "acme") if found else ""
    if file.startswith("linkedin/company"):
        url = "https://www.linkedin.com/company/audiense"
    is_page = file.endswith(".html")
    content_type = "text/html; charset=utf-8" if is_page else "application/json; charset=utf-8"
    if file.endswith(".rss"):
        content_type = "application/rss+xml; charset=utf-8"
    page = pages.page_for(url, 200, content_type, body[:4096])
    assert page is not None, f"no page class takes {file} ({url})"
    assert page.platform.value == file.split("/")[0], f"{file} goes to {page}"
    response = HttpResponse(url=url, body=body, status=200, headers={"Content-Type": content_type})
    return page(response, Capture(fetched_at=FETCHED_AT)).read()


@pytest.fixture(scope="module")
def rows(captures: Path) -> list[dict[str, Any]]:
    lines = (captures / "real/walled/EXPECTED.jsonl").read_text().splitlines()
    read = {page.platform.value for page in pages.page_classes()}
    return [row for line in lines if line.strip() and (row := json.loads(line))["platform"] in read]


@pytest.fixture(scope="module")
def files(captures: Path, rows: list[dict[str, Any]]) -> dict[str, PostList | PageProblem]:
    found: dict[str, PostList | PageProblem] = {}
    for file in dict.fromkeys(row["file"] for row in rows):
        try:
            found[file] = _read(captures, file)
        except PageProblem as problem:
            found[file] = problem
    return found


def _is_it(post: Post, row: dict[str, Any]) -> bool:
    names = {post.native_id, *re.split(r"[_/]", post.native_id)}
    wanted = row["external_id"]
    return wanted in names or wanted.split("_")[-1] in names or (post.url is not None and post.url == row["post_url"])


def _wrong(post: Post, row: dict[str, Any]) -> list[str]:
    wrong: list[str] = []
    metrics = post.metrics
    for field, column in COUNTS.items():
        if field not in row:
            continue
        value = getattr(metrics, column) if metrics else None
        if value != row[field]:
            wrong.append(f"{field}: {value}, not {row[field]}")
        if value is None and metrics and column in ("like_count", "comment_count", "share_count", "view_count"):
            assert column in metrics.missing, f"{row['file']}: no reason for a missing {column}"
        if (text := row.get(f"{field}_text")) and column not in (metrics.rounded if metrics else {}):
            wrong.append(f"{field}: {text} is rounded, and nothing says so")
    if row["published_at"] is None:
        if post.published_at is not None:
            wrong.append(f"published_at: {post.published_at}, where nothing is stated")
    elif post.published_at is None:
        wrong.append("published_at is missing")
    elif row.get("date_precision") == "day":
        if abs((post.published_at.replace(tzinfo=None) - datetime.fromisoformat(row["published_at"])).days) > 1:
            wrong.append(f"published_at: {post.published_at}, not {row['published_at']}")
    elif abs((post.published_at - datetime.fromisoformat(row["published_at"])).total_seconds()) > 1:
        wrong.append(f"published_at: {post.published_at}, not {row['published_at']}")
    if row["author_handle"] and row["author_handle"].lower() not in (post.account.lower(), (post.author or "").lower()):
        wrong.append(f"account: {post.account}/{post.author}, not {row['author_handle']}")
    if row["text_prefix"]:
        plain = " ".join(row["text_prefix"].split())[:50]
        said = [" ".join((text or "").split()) for text in (post.text, post.title)]
        if not any(text.startswith(plain) for text in said):
            wrong.append(f"text: {post.text!r:.80}, not {plain!r}")
    if row["media_kind"] and post.format not in FORMATS[row["media_kind"]]:
        wrong.append(f"format: {post.format}, not {row['media_kind']}")
    if row["hashtags"] is not None and {tag.lower() for tag in post.hashtags} != {
        tag.lower() for tag in row["hashtags"]
    }:
        wrong.append(f"hashtags: {post.hashtags}, not {row['hashtags']}")
    if row.get("is_repost") and post.role != Role.REPOST:
        wrong.append(f"role: {post.role}, not repost")
    return wrong


def test_every_expected_row_comes_out(rows: list[dict[str, Any]], files: dict[str, PostList | PageProblem]) -> None:
    wrong: list[str] = []
    for row in rows:
        if row.get("is_reply"):
            continue  # somebody else's reply: its author is no brand on any list, so nothing of it is kept
        found = files[row["file"]]
        if isinstance(found, PageProblem):
            wrong.append(f"{row['file']}: {found.outcome}: {found}")
            continue
        post = next((post for post in found.posts if _is_it(post, row)), None)
        where = f"{row['file']} {row['external_id']}"
        if post is None:
            wrong.append(f"{where}: not there, only {[post.native_id for post in found.posts]}")
        else:
            wrong += [f"{where}: {one}" for one in _wrong(post, row)]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("file", WALLS)
def test_every_wall_is_named(captures: Path, file: str) -> None:
    with pytest.raises(PageProblem) as caught:
        _read(captures, file)
    assert caught.value.outcome == WALLS[file]
    assert str(caught.value).endswith((".", "”)."))


def test_a_page_without_posts_says_so(captures: Path) -> None:
    found = _read(captures, "instagram/profile_no_data2021.html")
    assert found.profile is not None
    assert found.profile.follower_count == 46_300_000
    assert found.profile.rounded["follower_count"] == 3
    assert found.problem_outcome == Outcome.PARTIAL


def test_nobody_elses_words_are_kept(files: dict[str, PostList | PageProblem]) -> None:
    found = files["threads/public_thread2023.json"]
    assert isinstance(found, PostList)
    assert {post.account for post in found.posts} == {"mosseri"}


def test_the_grid_of_a_tiktok_profile_is_read_with_its_plays(captures: Path) -> None:
    found = _read(captures, "tiktok/rehydration2025_profile.html")
    assert len(found.posts) == 18
    assert {post.account for post in found.posts} == {"illojuan"}
    newest, oldest = found.posts[0], found.posts[-1]
    assert (newest.native_id, oldest.native_id) == ("7571863205253778710", "6781208758358985989")
    assert newest.metrics is not None
    assert (newest.metrics.view_count, newest.metrics.rounded) == (192_100, {"view_count": 4})
    assert newest.text is not None
    assert newest.text.endswith("Espero que os guste ❤️")
    assert newest.published_at is not None
    assert abs((newest.published_at - datetime(2025, 11, 12, 15, 36, 28, tzinfo=UTC)).total_seconds()) < 60
