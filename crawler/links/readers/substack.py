"""Links of Substack."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    def publication(name: str) -> Account:
        return Account(name.lower(), f"https://{name.lower()}.substack.com/", host=f"{name.lower()}.substack.com")

    sub = address.host.removesuffix(".substack.com")
    if sub not in ("substack.com", "open"):
        is_post = address.segment(0) == "p" and len(address.segments) > 1
        return Single(None, publication(sub)) if is_post else publication(sub)
    match address.segments:
        case ["pub", name, "p", _, *_]:
            return Single(None, publication(name))
        case ["pub", name, *_]:
            return publication(name)
        case [user, "p" | "note", *_] if user.startswith("@"):
            return Single(None, publication(user[1:]))
        case [user, *_] if user.startswith("@"):
            name = user[1:].lower()
            return Account(f"@{name}", f"https://substack.com/@{name}", host="substack.com")
        case ["home", "post", *_] | ["p" | "note" | "chat", *_]:
            return Single()
        case _:
            raise not_an_account(address, Platform.SUBSTACK)
