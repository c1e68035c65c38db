"""Links of X."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import LOGIN, SEARCH, SHARE, Account, Found, Single, not_an_account, plain_name


def read(address: Address) -> Found:
    def account(user: str) -> Account | None:
        name = plain_name(user, r"[A-Za-z0-9_]{1,20}")
        return Account(name, f"https://x.com/{name}") if name else None

    segments = address.segments
    if not segments and address.fragment.startswith("!/"):
        segments = tuple(part for part in address.fragment[2:].split("/") if part)
    match segments:
        case ["i", "status" | "web", *rest] if rest and rest[-1].isdecimal():
            return Single(rest[-1])
        case [user, "status" | "statuses", post, *_] if post.isdecimal():
            return Single(post, account(user))
        case ["intent", "user" | "follow"] if found := account(address.query.get("screen_name", "")):
            return found
        case [
            "i" | "home" | "messages" | "notifications" | "settings" | "jobs" | "tos" | "privacy" | "explore",
            *_,
        ] | ["followers" | "following" | "download" | "who_to_follow"]:
            raise not_an_account(address, Platform.X)
        case [user, *_] if user.lower() not in (*LOGIN, *SEARCH, *SHARE) and (found := account(user)):
            return found
        case _:
            raise not_an_account(address, Platform.X)
