"""Links of Discourse forums."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    base = f"{address.scheme}://{address.host}"
    match address.segments:
        case ["t", *rest] if numbers := [part for part in rest if part.isdecimal()]:
            return Single(numbers[0], Account(address.host, f"{base}/latest"))
        case ["c", *rest] if rest:
            path = "/".join(part for part in rest if part not in ("l", "latest", "top", "none"))
            return Account(f"c/{path}", f"{base}/c/{path}")
        case ["u", name, *_]:
            return Account(f"u/{name.lower()}", f"{base}/u/{name.lower()}")
        case [] | ["latest" | "top" | "categories", *_]:
            return Account(address.host, f"{base}/latest")
        case _:
            raise not_an_account(address, Platform.DISCOURSE)
