"""Links of Medium."""

from __future__ import annotations

import re

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import LOGIN, SEARCH, SHARE, Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    sub = address.host.removesuffix(".medium.com")
    segments = address.segments[1:] if address.segment(0) == "feed" else address.segments
    own = Account(f"@{sub}", f"https://medium.com/@{sub}") if sub not in ("medium.com", "m") else None
    last = segments[-1] if segments else ""
    post = re.search(r"(?:^|-)([0-9a-f]{10,12})$", last)
    match segments:
        case ["p", _] if post:
            return Single(post.group(1), own)
        case [_] if own and post:
            return Single(post.group(1), own)
        case _ if own:
            return own
        case ["m" | "me" | "new-story" | "about" | "plans" | "membership" | "jobs-at-medium" | "help" | "s", *_]:
            raise not_an_account(address, Platform.MEDIUM)
        case [user, *_] if user.lower() not in (*LOGIN, *SEARCH, *SHARE):
            found = Account(user.lower(), f"https://medium.com/{user.lower()}")
            return Single(post.group(1), found) if post and len(segments) > 1 else found
        case _:
            raise not_an_account(address, Platform.MEDIUM)
