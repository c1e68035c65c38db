"""Real profiles, as networks showed them, are audited rule by rule; what is right was read off them by a person."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Cli

FILES = {
    "walled/x/profile2026_nasa.html": "https://x.com/NASA",
    "walled/instagram/web_profile_info2026.json": "https://www.instagram.com/api/v1/users/web_profile_info/"
    "?username=instagram",
    "walled/instagram/og2025_profile.html": "https://www.instagram.com/pluto__travel/",
    "walled/tiktok/rehydration2025_profile.html": "https://www.tiktok.com/@illojuan",
    "open/bluesky/getProfile_dril.json": "https://public.api.bsky.app/xrpc/app.bsky.actor.getProfile"
    "?actor=dril.bsky.social",
}
ACCOUNTS = (
    "https://x.com/NASA",
    "https://www.instagram.com/instagram/",
    "https://www.instagram.com/pluto__travel/",
    "https://www.tiktok.com/@illojuan",
    "https://bsky.app/profile/dril.bsky.social",
)
RULES = ("bio_filled", "bio_length", "bio_link", "bio_call_to_action", "pinned_post")
STATES = {
    # one line of the page: 43 letters and an emoji that X counts twice; the page does not say what is pinned
    "x/Nasa": ("ok", "below", "ok", "missing", "not_visible"),
    "instagram/Instagram": ("ok", "below", "ok", "missing", None),
    # the head of the page holds the bio, and no link of anybody
    "instagram/Pluto travel": ("ok", "ok", "not_visible", "missing", None),
    "tiktok/Illojuan": ("ok", "below", "ok", "missing", None),
    "bluesky/Dril": ("ok", "ok", "ok", "missing", "ok"),
}
LENGTHS = {
    "x/Nasa": 45,
    "instagram/Instagram": 35,
    "instagram/Pluto travel": 97,
    "tiktok/Illojuan": 29,
}


def test_captured_profiles_are_audited_rule_by_rule(cli: Cli, project: Path, captures: Path) -> None:
    assert cli("add", *ACCOUNTS).exit_code == 0
    for file, url in FILES.items():
        ran = cli("import", str(captures / "real" / file), "--url", url, "--no-load")
        assert ran.exit_code == 0, ran.err
    assert cli("load").exit_code == 0
    assert cli("analyze").exit_code == 0
    rows = json.loads(cli("audit", "--format", "json").out)
    found = {(f"{row['platform']}/{row['company']}", row["rule"]): row for row in rows}
    states = {who: tuple(found.get((who, rule), {}).get("state") for rule in RULES) for who in STATES}
    assert states == STATES
    assert {who: found[who, "bio_length"]["value"] for who in LENGTHS} == LENGTHS
    [tags] = [row for row in rows if row["rule"] == "hashtags_cap"]
    assert (tags["company"], tags["state"], tags["value"], tags["seen_count"]) == ("Instagram", "ok", 0.5, 2)
    assert all(row["evidence"] for row in rows if row["finding_count"])
