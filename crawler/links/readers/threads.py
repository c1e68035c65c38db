"""Links of Threads."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account, plain_name
from crawler.reading.snowflakes import instagram_id


def read(address: Address) -> Found:
    match address.segments:
        case [user, *rest] if user.startswith("@") and (name := plain_name(user)):
            found = Account(name, f"https://www.threads.com/@{name}")
            return Single(instagram_id(rest[1]), found) if rest[:1] == ["post"] and len(rest) > 1 else found
        case ["t", code, *_]:
            return Single(instagram_id(code))
        case _:
            raise not_an_account(address, Platform.THREADS)
