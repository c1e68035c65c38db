"""Links of Misskey and its kin."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    match address.segments:
        case ["notes", note]:
            return Single(note)
        case [user, *_] if user.startswith("@"):
            name, _, server = user[1:].partition("@")
            host = server.lower() or address.host
            return Account(name, f"{address.scheme if not server else 'https'}://{host}/@{name}", host=host)
        case _:
            raise not_an_account(address, Platform.MISSKEY)
