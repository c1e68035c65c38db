"""Links of Forem sites, dev.to among them."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import LOGIN, SEARCH, Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    base = f"{address.scheme}://{address.host}"
    match address.segments:
        case ["feed", user] | [user] if user.lower() not in (
            *LOGIN,
            *SEARCH,
            "t",
            "about",
            "top",
            "latest",
            "new",
            "api",
        ):
            return Account(user.lower(), f"{base}/{user.lower()}")
        case [user, slug] if user not in ("t", "search", "settings", "api", "feed") and slug:
            return Single(None, Account(user.lower(), f"{base}/{user.lower()}"))
        case _:
            raise not_an_account(address, Platform.FOREM)
