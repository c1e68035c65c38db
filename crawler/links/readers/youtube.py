"""Links of YouTube."""

from __future__ import annotations

import re

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import LOGIN, SEARCH, SHARE, Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    base = "https://www.youtube.com"
    is_short_host = address.host == "youtu.be"
    match address.segments:
        case ["watch"] if video := address.query.get("v"):
            return Single(video)
        case [video] if is_short_host:
            return Single(video)
        case ["shorts" | "live" | "embed" | "v", video, *_]:
            return Single(video)
        case ["channel", channel, *_] if re.fullmatch(r"UC[\w-]{22}", channel):
            return Account(channel, f"{base}/channel/{channel}", channel)
        case [handle, *_] if handle.startswith("@") and len(handle) > 1:
            name = handle[1:].lower()
            return Account(name, f"{base}/@{name}")
        case ["subscription_center"] if name := address.query.get("add_user", "").lower():
            return Account(f"user/{name}", f"{base}/user/{name}")
        case ["c" | "user" as kind, name, *_]:
            return Account(f"{kind}/{name.lower()}", f"{base}/{kind}/{name.lower()}")
        case ["playlist" | "watch" | "subscription_center" | "gaming" | "premium" | "redirect"] | [
            "feed" | "channel",
            *_,
        ]:
            raise not_an_account(address, Platform.YOUTUBE)
        case [name] if name.lower() not in (*LOGIN, *SEARCH, *SHARE, "about", "t", "shorts", "live", "embed"):
            return Account(f"c/{name.lower()}", f"{base}/c/{name.lower()}")
        case _:
            raise not_an_account(address, Platform.YOUTUBE)
