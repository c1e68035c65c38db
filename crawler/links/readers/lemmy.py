"""Links of Lemmy."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    match address.segments:
        case ["post", post, *_]:
            return Single(post)
        case ["c" | "u" as kind, name, *_]:
            plain, _, server = name.partition("@")
            host = server.lower() or address.host
            scheme = "https" if server else address.scheme
            return Account(f"{kind}/{plain.lower()}", f"{scheme}://{host}/{kind}/{plain.lower()}", host=host)
        case _:
            raise not_an_account(address, Platform.LEMMY)
