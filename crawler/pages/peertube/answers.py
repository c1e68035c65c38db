"""What PeerTube's answers share: what an error looks like, whose name is written how, where a video is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.items import NextRequest, Platform, RequestKind
from crawler.pages.open_page import WordedPage
from crawler.reading.jsonvalue import mapping, string

NAME = r"[^/?#]{1,300}"
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
KINDS = {"video-channels": "c", "accounts": "a"}


class PeerTubePage(WordedPage):
    platform = Platform.PEERTUBE
    network = "PeerTube"

    def error_in(self, said: Any) -> str | None:
        """RFC 7807, which older servers write as ``{"error": …}``."""
        about = mapping(said)
        is_error = ("status" in about and "title" in about) or ("error" in about and "uuid" not in about)
        if not is_error:
            return None
        return string(about.get("detail")) or string(about.get("error")) or string(about.get("title")) or ""


def video_request(base: str, native_id: str, **more: Any) -> NextRequest:
    """One video by itself, on the server at ``base``."""
    url = f"{base}/api/v1/videos/{native_id}"
    return NextRequest(url=url, kind=RequestKind.POST, native_id=native_id, **more)


def handle_of(said: Mapping[str, Any]) -> str | None:
    """``name@host`` of a channel or an account."""
    name, host = string(said.get("name")), string(said.get("host"))
    return f"{name.strip()}@{host.strip().lower()}" if name and host else None


def server_in(url: str) -> str:
    """Scheme and host of the server that answered."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
