"""What names a post, a video or an account on Facebook: numbers in addresses and behind base 64, names in addresses."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import frozen

from crawler.reading.jsonvalue import identifier, link

SITE = "https://www.facebook.com"
_FEEDBACK = re.compile(r"feedback:(\d{5,25})")
_STORY = re.compile(r"S:_I(\d{3,25}):(?:(VK|\d+):)?(\d{5,25})(?::\d+)?")
_NUMBER_IN_PATH = re.compile(r"/(?:(?:reel|videos)/(?:[^/]+/)?|(?:posts|photos|permalink)/(?:[^/]+/)*)(\d{5,25})/?$")
_VIDEO_IN_PATH = re.compile(r"/(?:reel|videos)/(?:[^/]+/)*(\d{5,25})/?$")
_NO_NAMES = frozenset(("people", "pages", "reel", "watch", "photo", "groups", "story.php", "permalink.php"))


@frozen
class StoryId:
    """What a story's base-64 id names: ``S:_I<account>:VK:<video>`` or ``S:_I<account>:<post>:<post>``."""

    account: str
    number: str
    is_video: bool


def story_id(encoded: object) -> StoryId | None:
    """The id of a story, in base 64 or already out of it."""
    found = _STORY.fullmatch(_decoded(encoded))
    return StoryId(found.group(1), found.group(3), found.group(2) == "VK") if found else None


def feedback_number(encoded: object) -> str | None:
    """The post whose feedback a base-64 id names; ``None`` for a comment's, whose number has two parts."""
    found = _FEEDBACK.fullmatch(_decoded(encoded))
    return found.group(1) if found else None


def post_number(url: str) -> str | None:
    """The number of a post or video in its address; ``None`` for addresses that carry none (``pfbid…``)."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    for name in ("story_fbid", "v", "fbid", "multi_permalinks"):
        said = query.get(name, "")
        if said.isascii() and said.isdigit():
            return said
    found = _NUMBER_IN_PATH.search(parts.path)
    return found.group(1) if found else None


def video_number(url: str) -> str | None:
    """The number of a video or reel in its own address."""
    found = _VIDEO_IN_PATH.search(urlsplit(url).path)
    return found.group(1) if found else None


def handle_of(actor: Mapping[str, Any]) -> str | None:
    """The name in an actor's address, else its number. What names a reader for one sight only (``pfbid…``) is none."""
    for name in ("url", "profile_url"):
        if url := link(actor.get(name)):
            parts = urlsplit(url)
            first = parts.path.strip("/").split("/")[0]
            if first == "profile.php":
                return parse_qs(parts.query).get("id", [""])[0] or None
            if first and first not in _NO_NAMES:
                return first
    number = identifier(actor.get("id"))
    return None if number is None or number.startswith("pfbid") else number


def _decoded(encoded: object) -> str:
    if not isinstance(encoded, str) or not 8 <= len(encoded) <= 200:
        return ""
    if encoded.startswith(("S:_I", "feedback:")):
        return encoded
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True).decode("ascii", "replace")
    except (binascii.Error, ValueError):
        return ""
