"""Links of TikTok."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account, plain_name
from crawler.links.link import LinkError


def read(address: Address) -> Found:
    match address.segments:
        case [user, *rest] if user.startswith("@") and (name := plain_name(user)):
            found = Account(name, f"https://www.tiktok.com/@{name}")
            if rest[:1] in (["video"], ["photo"]) and len(rest) > 1:
                return Single(rest[1], found)
            return found
        case ["v" | "embed", *rest] if rest and rest[-1].removesuffix(".html").isdecimal():
            return Single(rest[-1].removesuffix(".html"))
        case ["t", _]:
            raise LinkError(f"{address.url} is a share link; open it and paste the address you end up at.")
        case _:
            raise not_an_account(address, Platform.TIKTOK)
