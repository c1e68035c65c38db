"""Every recorded page gives what its ``output.json`` or ``exception.json`` says, and together they cover the fields."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from crawler import pages

# No public page of these sources states it, or its value is always the default.
NOT_STATED = {
    "bluesky": {
        "posts.stated_post_type",
        "posts.is_promoted_label",
        "posts.title",
        "posts.edited_at",
        "posts.is_edited",
    },
    "mastodon": {"posts.stated_post_type", "posts.is_promoted_label", "posts.title"},
    "instagram": {"posts.stated_post_type", "posts.language", "posts.edited_at", "posts.original_native_id"},
    "facebook": {"posts.stated_post_type", "posts.language", "posts.edited_at", "posts.is_edited"},
    "threads": {"posts.stated_post_type", "posts.language", "posts.edited_at", "posts.title"},
    "x": {
        "posts.stated_post_type",
        "posts.is_promoted_label",
        "posts.title",
        "posts.edited_at",
        "posts.published_text",
    },
    "linkedin": {
        "posts.stated_post_type",
        "posts.is_pinned",
        "posts.is_promoted_label",
        "posts.mentions",
        "posts.published_text",
        "posts.metrics.quote_count",
        "profile.native_account_id",
        "profile.post_count",
    },
    "tiktok": {
        "posts.stated_post_type",
        "posts.title",
        "posts.edited_at",
        "posts.links",
        "posts.original_native_id",
        "posts.metrics.quote_count",
    },
    "pinterest": {
        "posts.stated_post_type",
        "posts.mentions",
        "posts.edited_at",
        "posts.original_native_id",
        "posts.metrics.share_count",
        "posts.metrics.quote_count",
    },
    "youtube": {"posts.stated_post_type", "posts.edited_at"},
    "telegram": {"posts.stated_post_type", "posts.is_promoted_label", "posts.title", "posts.edited_at"},
    "reddit": {"posts.stated_post_type", "posts.is_promoted_label", "posts.hashtags", "posts.language"},
    "tumblr": {"posts.stated_post_type", "posts.is_promoted_label", "posts.edited_at", "posts.is_edited"},
    "discourse": {"posts.stated_post_type", "posts.is_promoted_label", "posts.published_text"},
    "forem": {"posts.stated_post_type", "posts.is_promoted_label", "posts.is_pinned", "posts.mentions"},
    "peertube": {"posts.stated_post_type", "posts.edited_at", "posts.is_pinned", "posts.mentions"},
    "lemmy": {"posts.stated_post_type", "posts.is_promoted_label", "posts.hashtags", "posts.original_published_at"},
    "misskey": {"posts.stated_post_type", "posts.is_promoted_label", "posts.title", "posts.is_pinned"},
    "medium": {"posts.stated_post_type", "posts.is_promoted_label", "posts.is_pinned", "posts.mentions"},
}
FLOOR = {
    "mastodon": {
        "posts": "native_id account author url role format text language published_at published_precision"
        " published_text edited_at is_edited original_native_id original_url original_published_at media hashtags"
        " mentions links metrics",
        "posts.metrics": "like_count comment_count share_count quote_count reactions missing",
        "posts.media": "kind url width height duration_seconds alt_text",
        "profile": "native_account_id handle url name bio links avatar_url is_verified category software created_at"
        " follower_count following_count post_count missing",
        "absences": "native_id kind status host",
    },
    "bluesky": {
        "posts": "native_id account author url role format text language published_at published_precision"
        " published_text is_pinned original_native_id original_url original_published_at media hashtags"
        " mentions links metrics",
        "posts.metrics": "like_count comment_count share_count quote_count save_count missing",
        "posts.media": "kind url width height alt_text",
        "profile": "native_account_id handle url name bio links avatar_url banner_url pinned_native_id is_verified"
        " created_at follower_count following_count post_count missing",
        "absences": "native_id kind status",
    },
    "instagram": {
        "posts": "native_id account author url role format title text published_at published_precision is_edited"
        " is_pinned is_promoted_label media hashtags mentions links metrics",
        "posts.metrics": "like_count comment_count share_count view_count missing rounded",
        "posts.media": "kind url width height duration_seconds alt_text",
        "profile": "native_account_id handle url name bio links avatar_url is_verified category follower_count"
        " following_count post_count missing rounded",
        "absences": "native_id kind status",
    },
    "facebook": {
        "posts": "native_id account author url role format title text published_at published_precision"
        " is_promoted_label original_native_id original_url original_published_at media hashtags mentions links"
        " metrics",
        "posts.metrics": "like_count comment_count share_count view_count reactions missing rounded",
        "posts.media": "kind url width height duration_seconds alt_text",
        "profile": "native_account_id handle url name bio links avatar_url banner_url is_verified category"
        " follower_count following_count rounded",
        "absences": "native_id kind status",
    },
    "threads": {
        "posts": "native_id account author url role format text published_at published_precision is_edited is_pinned"
        " is_promoted_label original_native_id original_url original_published_at media hashtags mentions links"
        " metrics",
        "posts.metrics": "like_count comment_count share_count view_count quote_count missing rounded",
        "posts.media": "kind url width height alt_text",
        "profile": "native_account_id handle url name bio links avatar_url is_verified follower_count rounded",
        "absences": "native_id kind status",
    },
    "x": {
        "posts": "native_id account author url role format text language published_at published_precision is_edited"
        " is_pinned original_native_id original_url original_published_at media hashtags mentions links metrics",
        "posts.metrics": "like_count comment_count share_count view_count save_count quote_count missing rounded",
        "posts.media": "kind url width height duration_seconds alt_text",
        "profile": "native_account_id handle url name bio links avatar_url banner_url pinned_native_id is_verified"
        " created_at follower_count following_count post_count",
        "absences": "native_id kind status",
    },
    "linkedin": {
        "posts": "native_id account author url role format title text language published_at published_precision"
        " edited_at is_edited original_native_id original_url original_published_at media hashtags links metrics",
        "posts.metrics": "like_count comment_count missing",
        "posts.media": "kind url width height alt_text",
        "profile": "handle url name bio links avatar_url follower_count rounded",
        "absences": "native_id kind status",
    },
    "tiktok": {
        "posts": "native_id account author url role format text language published_at published_precision"
        " is_promoted_label media hashtags mentions metrics",
        "posts.metrics": "like_count comment_count share_count view_count save_count missing rounded",
        "posts.media": "kind url width height duration_seconds",
        "profile": "native_account_id handle url name bio links avatar_url is_verified created_at follower_count"
        " following_count post_count missing rounded",
        "absences": "native_id kind status",
    },
    "pinterest": {
        "posts": "native_id account author url role format title text published_at published_precision published_text"
        " media hashtags links metrics",
        "posts.metrics": "like_count comment_count view_count save_count reactions missing",
        "posts.media": "kind url width height duration_seconds alt_text",
        "profile": "native_account_id handle url name bio links avatar_url is_verified follower_count following_count"
        " post_count",
        "absences": "native_id kind status",
    },
    "youtube": {
        "posts": "native_id account author url role format title text language published_at published_precision"
        " published_text is_edited is_promoted_label original_native_id original_url media hashtags mentions links"
        " metrics",
        "posts.metrics": "like_count comment_count view_count missing rounded",
        "posts.media": "kind url width height duration_seconds",
        "profile": "native_account_id handle url name bio links avatar_url is_verified created_at follower_count"
        " post_count missing rounded",
        "absences": "native_id kind",
    },
    "telegram": {
        "posts": "native_id account author url role format text published_at published_precision published_text"
        " is_edited original_native_id original_url media hashtags mentions links metrics",
        "posts.metrics": "like_count view_count reactions missing rounded",
        "posts.media": "kind url width height duration_seconds",
        "profile": "handle url name bio links avatar_url is_verified follower_count missing rounded",
        "absences": "native_id kind",
    },
    "reddit": {
        "posts": "native_id account author url role format title text published_at published_precision edited_at"
        " is_edited is_pinned original_native_id original_url original_published_at media links metrics",
        "posts.metrics": "like_count comment_count quote_count missing",
        "posts.media": "kind url width height duration_seconds",
        "profile": "native_account_id handle url name bio avatar_url banner_url is_verified created_at follower_count"
        " missing",
        "absences": "native_id kind",
    },
    "forem": {
        "posts": "native_id account author url role format title text language published_at published_precision"
        " edited_at is_edited original_url original_published_at media hashtags links metrics",
        "posts.metrics": "like_count comment_count missing",
        "posts.media": "kind url width height alt_text",
        "profile": "native_account_id handle url name bio links avatar_url software created_at missing",
        "absences": "native_id kind status host",
    },
    "discourse": {
        "posts": "native_id account author url role format title text language published_at published_precision"
        " edited_at is_edited is_pinned original_native_id media hashtags mentions links metrics",
        "posts.metrics": "like_count comment_count view_count missing",
        "posts.media": "kind url width height alt_text",
        "profile": "native_account_id handle url name bio links avatar_url software created_at missing",
        "absences": "native_id kind status host",
    },
    "tumblr": {
        "posts": "native_id account author url role format title text published_at published_precision published_text"
        " is_pinned original_native_id original_url media hashtags mentions links metrics",
        "posts.metrics": "like_count view_count reactions missing",
        "posts.media": "kind url width height duration_seconds alt_text",
        "profile": "native_account_id handle url name bio links avatar_url follower_count post_count missing",
        "absences": "native_id kind status",
    },
    "peertube": {
        "posts": "native_id host account author url role format title text language published_at published_precision"
        " published_text original_published_at media hashtags links metrics",
        "posts.metrics": "like_count comment_count view_count reactions missing",
        "posts.media": "kind url width height duration_seconds",
        "profile": "native_account_id handle url name bio links avatar_url banner_url software created_at"
        " follower_count following_count post_count missing",
    },
    "lemmy": {
        "posts": "native_id host account author url role format title text language published_at published_precision"
        " edited_at is_edited is_pinned original_native_id original_url media mentions links metrics",
        "posts.metrics": "like_count comment_count missing",
        "posts.media": "kind url width height alt_text",
        "profile": "native_account_id handle url name bio links avatar_url banner_url category software created_at"
        " follower_count post_count missing",
        "absences": "native_id kind host",
    },
    "misskey": {
        "posts": "native_id host account author url role format text language published_at published_precision"
        " published_text edited_at is_edited original_native_id original_url original_published_at media hashtags"
        " mentions links metrics",
        "posts.metrics": "like_count comment_count share_count reactions missing",
        "posts.media": "kind url width height alt_text",
        "profile": "native_account_id handle url name bio links avatar_url banner_url pinned_native_id is_verified"
        " category created_at follower_count following_count post_count missing",
    },
    "medium": {
        "posts": "native_id account author url role format title text language published_at published_precision"
        " edited_at original_native_id media hashtags links metrics",
        "posts.metrics": "like_count comment_count missing",
        "posts.media": "kind url width alt_text",
        "profile": "handle url name bio avatar_url missing",
    },
}
FORMATS = {
    "mastodon": {"text", "image", "carousel", "video", "audio", "link", "poll"},
    "bluesky": {"text", "image", "carousel", "video", "link", "other"},
    "instagram": {"image", "carousel", "video", "short_video"},
    "facebook": {"text", "image", "carousel", "video", "short_video", "link", "poll"},
    "threads": {"text", "image", "carousel", "video", "link", "poll"},
    "x": {"text", "image", "carousel", "video", "link", "poll"},
    "linkedin": {"text", "carousel", "video", "link", "poll", "article"},
    "tiktok": {"short_video", "carousel"},
    "pinterest": {"image", "carousel", "video"},
    "youtube": {"video", "short_video", "live", "text", "image", "carousel", "poll", "link"},
    "telegram": {"text", "image", "carousel", "video", "audio", "link", "poll", "other"},
    "reddit": {"text", "image", "carousel", "video", "link", "poll"},
    "forem": {"article"},
    "discourse": {"text", "image", "link", "poll"},
    "medium": {"article"},
    "tumblr": {"text", "image", "carousel", "video", "audio", "link", "poll"},
    "peertube": {"video", "live"},
    "lemmy": {"text", "image", "video", "audio", "link"},
    "misskey": {"text", "image", "carousel", "video", "audio", "poll", "other"},
}


def test_a_recorded_page_gives_what_was_written_down(page_fixture: Any) -> None:
    assert page_fixture.outcome() == page_fixture.expected()


def test_the_router_brings_a_recorded_page_to_its_class(page_fixture: Any) -> None:
    response = page_fixture.response
    chosen = pages.page_for(
        str(response.url), response.status, response.headers.get("Content-Type", ""), bytes(response.body)[:4096]
    )
    assert chosen is page_fixture.page_class


def test_every_page_class_is_recorded_full_and_in_trouble(page_fixtures: list[Any]) -> None:
    kinds: defaultdict[type, set[str]] = defaultdict(set)
    for one in page_fixtures:
        kinds[one.page_class].add(one.expected()[0])
    for page in pages.page_classes():
        if page.platform.value in FLOOR:
            assert kinds[page] == {"output", "exception"}, (
                f"fixtures/{page.__module__}.{page.__name__} needs both kinds"
            )


def test_the_recorded_pages_cover_every_field_that_a_platform_states(page_fixtures: list[Any]) -> None:
    seen: defaultdict[str, set[str]] = defaultdict(set)
    formats: defaultdict[str, set[str]] = defaultdict(set)
    for one in page_fixtures:
        kind, said = one.expected()
        platform = one.page_class.platform.value
        if kind == "output":
            for path in _paths(said):
                seen[platform].add(path)
            formats[platform] |= {post["format"] for post in said.get("posts", ()) if "format" in post}
    for platform, parts in FLOOR.items():
        wanted = {f"{part}.{name}" for part, names in parts.items() for name in names.split()}
        assert wanted <= seen[platform], f"{platform}: nothing recorded has {sorted(wanted - seen[platform])}"
        assert not NOT_STATED[platform] & wanted
        assert FORMATS[platform] <= formats[platform]


def test_recorded_pages_are_small_and_spell_out_only_what_is_known(page_fixtures: list[Any]) -> None:
    for one in page_fixtures:
        assert len(bytes(one.response.body)) <= 200_000, one.name
        assert ": null" not in json.dumps(one.expected()[1]), one.name


def _paths(said: object, prefix: str = "") -> set[str]:
    if isinstance(said, dict):
        below = [_paths(value, f"{prefix}.{name}" if prefix else name) for name, value in said.items()]
        return {prefix} | set().union(*below)
    if isinstance(said, list):
        return set().union({prefix}, *(_paths(one, prefix) for one in said))
    return {prefix}
