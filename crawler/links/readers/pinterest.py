"""Links of Pinterest."""

from __future__ import annotations

import re

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import LOGIN, SEARCH, SHARE, Account, Found, Single, not_an_account, plain_name


def read(address: Address) -> Found:
    match address.segments:
        case ["pin", pin, *_]:
            number = re.search(r"(\d+)$", pin)
            return Single(number.group(1) if number else None)
        case ["ideas" | "today" | "business" | "settings" | "pin" | "board", *_]:
            raise not_an_account(address, Platform.PINTEREST)
        case [user, *rest] if user.lower() not in (*LOGIN, *SEARCH, *SHARE) and (name := plain_name(user)):
            is_board = (
                bool(rest) and not rest[0].startswith("_") and rest[0] not in ("pins", "boards", "created", "saved")
            )
            note = "a board was pasted; the whole account is followed" if is_board else ""
            return Account(name, f"https://www.pinterest.com/{name}/", note=note)
        case _:
            raise not_an_account(address, Platform.PINTEREST)
