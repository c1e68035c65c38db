"""Links of Instagram."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import LOGIN, SHARE, Account, Found, Single, not_an_account, plain_name
from crawler.reading.snowflakes import instagram_id


def read(address: Address) -> Found:
    def account(user: str) -> Account | None:
        name = plain_name(user)
        return Account(name, f"https://www.instagram.com/{name}/") if name else None

    match address.segments:
        case ["p" | "reel" | "reels" | "tv", code, *_] if code != "audio":
            return Single(instagram_id(code))
        case [user, "p" | "reel" | "tv", code, *_]:
            return Single(instagram_id(code), account(user))
        case ["stories", user, *_] if user != "highlights" and (found := account(user)):
            return found
        case ["_u", user, *_] if found := account(user):
            return found
        case [
            "explore" | "accounts" | "direct" | "about" | "legal" | "reels" | "stories" | "p" | "reel" | "web" | "s",
            *_,
        ]:
            raise not_an_account(address, Platform.INSTAGRAM)
        case [user, *_] if user.lower() not in (*LOGIN, *SHARE) and (found := account(user)):
            return found
        case _:
            raise not_an_account(address, Platform.INSTAGRAM)
