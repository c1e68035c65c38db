"""Links of Reddit."""

from __future__ import annotations

import re

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account
from crawler.links.link import LinkError


def read(address: Address) -> Found:
    def account(kind: str, name: str) -> Account:
        short = "r" if kind == "r" else "u"
        path = f"r/{name.lower()}" if short == "r" else f"user/{name.lower()}"
        return Account(f"{short}/{name.lower()}", f"https://www.reddit.com/{path}/")

    match address.segments:
        case [post] if address.host == "redd.it":
            return Single(f"t3_{post}")
        case ["r" | "u" | "user" as kind, name, "comments", post, *_]:
            return Single(f"t3_{post}", account(kind, name))
        case ["comments", post, *_] | ["gallery", post]:
            return Single(f"t3_{post}")
        case ["r", _, "s", _]:
            raise LinkError(f"{address.url} is a share link; open it and paste the address you end up at.")
        case ["r" | "u" | "user" as kind, name, *_] if re.fullmatch(r"[\w-]{2,}", name):
            return account(kind, name)
        case _:
            raise not_an_account(address, Platform.REDDIT)
