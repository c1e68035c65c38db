"""What all answers share: what an error looks like, how a user is called, where the server is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from crawler.items import Platform
from crawler.pages.open_page import WordedPage
from crawler.reading.jsonvalue import mapping, string


class MisskeyPage(WordedPage):
    platform = Platform.MISSKEY
    network = "Misskey"

    def error_in(self, said: Any) -> str | None:
        """``{"error": {"message": "No such user.", "code": "NO_SUCH_USER"}}``."""
        error = mapping(said).get("error")
        if error is None or "id" in mapping(said):
            return None
        about = mapping(error)
        return string(about.get("message")) or string(about.get("code")) or string(error) or ""


def handle_of(user: Mapping[str, Any], asked: str) -> str:
    """``name@host``: a user without host belongs to the server that was asked."""
    host = (string(user.get("host")) or "").strip().lower() or asked
    return f"{(string(user.get('username')) or '').strip()}@{host}"


def site_of(url: str) -> str | None:
    """The server's address, where it is the API that was asked, and no copy of its answer."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.path.startswith("/api/") else None
