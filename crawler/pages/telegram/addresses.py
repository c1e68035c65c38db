"""Addresses of channels and posts, and which pages are Telegram's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from crawler.items import Platform
from crawler.reading.own_address import names_itself
from crawler.reading.urls import host_of, path_of

SITE = "https://t.me"
HOST = re.compile(r"(?:www\.)?(?:t\.me|telegram\.(?:me|dog))")
_OWN_WORDS = re.compile(rb"tgme_|//telegram\.org/(?:css|img|js)/|site_name[\"'] content=[\"']Telegram[\"']")
NAME = r"[A-Za-z][A-Za-z0-9_]{3,31}"
PREVIEW_PATH = re.compile(rf"/s/({NAME})/?")
POST_PATH = re.compile(rf"/(?:s/)?({NAME})/([0-9]{{1,10}})/?")
LANDING_PATH = re.compile(rf"/({NAME})/?")
POST_ID = re.compile(rf"({NAME})/([0-9]{{1,10}})")


def site_in(base_urls: Mapping[str, str]) -> str:
    """Where the pages are asked for, without a trailing slash."""
    return base_urls.get(f"{Platform.TELEGRAM}.site", SITE).rstrip("/")


def plain_path(url: str) -> str:
    """The path of an address, without escapes."""
    return unquote(path_of(url))


def is_ours(url: str, head: bytes) -> bool:
    """The network's own host, or its own words on a page from elsewhere (a copy, a test)."""
    if HOST.fullmatch(host_of(url)) is not None:
        return True
    return _OWN_WORDS.search(head) is not None and not names_itself(url, head)
