"""Who comments on a brand's posts is nobody's business: no name, text, id or picture of them is landed or loaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.load import load_landing
from crawler.batches import LinesBatch, PageBatch
from crawler.items import Platform
from tests.crawler.engine.test_spiders import Ways, account, walk

CANARIES = ("quillbertha", "Bertha Quillfeather", "Sourdough forever", "88770011", "bertha.jpg", "bertha@mail.example")


def stranger() -> dict[str, Any]:
    return {
        "id": "88770011", "username": "quillbertha", "acct": "quillbertha@far.example", "note": "bertha@mail.example",
        "display_name": "Bertha Quillfeather", "url": "https://far.example/@quillbertha",
        "avatar": "https://far.example/bertha.jpg", "followers_count": 3,
    }  # fmt: skip


def thread(piece: Any, village: Any) -> list[dict[str, Any]]:
    """A stranger's comment, and the account's answer that names her."""
    said = {"created_at": f"{piece.at:%Y-%m-%dT%H:%M:%S}.000Z", "visibility": "public", "mentions": []}
    own = {"id": "77", "username": "mill", "acct": "mill", "url": f"{village.base}/@mill"}
    return [
        {**said, "id": "88770011500", "in_reply_to_id": piece.name, "in_reply_to_account_id": "77",
         "content": "<p>Sourdough forever, @mill! bertha@mail.example</p>", "account": stranger()},
        {**said, "id": "501", "in_reply_to_id": "88770011500", "in_reply_to_account_id": "88770011",
         "content": "<p>Thank you, @quillbertha</p>", "account": own,
         "mentions": [{"id": "88770011", "username": "quillbertha", "acct": "quillbertha@far.example",
                       "url": "https://far.example/@quillbertha"}]},
    ]  # fmt: skip


def commented_page(piece: Any) -> bytes:
    """A blog post with a comment in its data and in its markup."""
    comment = {
        "@type": "Comment", "text": "Sourdough forever", "author": {"@type": "Person", "name": "Bertha Quillfeather",
        "url": "https://far.example/quillbertha", "image": "https://far.example/bertha.jpg"},
    }  # fmt: skip
    data = {
        "@context": "https://schema.org", "@type": "BlogPosting", "headline": f"Loaf {piece.name}", "commentCount": 1,
        "datePublished": f"{piece.at:%Y-%m-%dT%H:%M:%S}Z", "articleBody": "Bread. " * 40, "comment": [comment],
    }  # fmt: skip
    shown = (
        '<ol class="comments"><li class="h-entry p-comment"><a class="p-author h-card" href="https://far.example/quillbertha">'
        'Bertha Quillfeather</a> <time datetime="2026-11-21">yesterday</time><p class="e-content">Sourdough forever</p>'
        "bertha@mail.example</li></ol>"
    )
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    head = f"<head><title>Loaf</title>{script}</head>"
    return f"<html>{head}<body><article><p>Bread.</p></article>{shown}</body></html>".encode()


@pytest.mark.parametrize("platform", [Platform.MASTODON, Platform.WEB])
def test_nothing_of_commenters_is_landed_or_loaded(
    village: Any, answer: Any, tmp_path: Path, platform: Platform
) -> None:
    pieces = village.add(3)
    for piece in pieces:
        village.answered[piece.name] = thread(piece, village)
        page = commented_page(piece)
        village.overrides[f"/posts/{piece.name}"] = lambda page=page: answer(200, {"Content-Type": "text/html"}, page)
    ways = Ways(village)
    walk(ways, account(platform))
    lines = b"".join(each.lines for each in ways.batches if isinstance(each, PageBatch | LinesBatch))
    assert [canary for canary in CANARIES if canary.encode() in lines] == []
    if platform == Platform.MASTODON:
        counted = [(one["comment_count"], one["answered_count"]) for one in ways.records("replies")]
        assert counted == [(1, 1)] * 3, "they were read, and counted"
    else:
        assert {one["comment_count"] for one in ways.records("metrics")} == {1}
    landed = tmp_path / "landing" / ways.crawl_id / "crawl-0001.jsonl"
    landed.parent.mkdir(parents=True)
    landed.write_bytes(lines)
    report = load_landing(tmp_path / "warehouse.duckdb", tmp_path / "landing")
    assert (report.failures, report.rejected_count) == ([], 0)
    kept = (tmp_path / "warehouse.duckdb").read_bytes()
    assert b"Loaf" in kept or b"mill" in kept
    assert [canary for canary in CANARIES if canary.encode() in kept] == []
