"""Addresses of the AppView and of the web app, and what names a post."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from crawler.items import Platform

DEFAULT_BASE_URL = "https://public.api.bsky.app"
SITE = "https://bsky.app"

POST_URI = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~:-]{1,512})")
WEB_POST = re.compile(r"/profile/([^/]+)/post/([A-Za-z0-9._~:-]{1,512})/?")


def api_base(base_urls: Mapping[str, str]) -> str:
    """The AppView's address, as configured, without trailing slash."""
    return base_urls.get(Platform.BLUESKY, DEFAULT_BASE_URL).rstrip("/")


def path_of(url: str) -> str:
    """The path of ``url``; ``""`` when it is no address at all."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def post_url(uri: str | None, handle: str | None) -> str | None:
    """The web app's page of the post named ``uri``; ``None`` when that names no post."""
    found = POST_URI.fullmatch(uri or "")
    return f"{SITE}/profile/{quote(handle or found.group(1), safe=':')}/post/{found.group(2)}" if found else None
