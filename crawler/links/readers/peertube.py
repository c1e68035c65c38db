"""Links of PeerTube."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account
from crawler.reading.short_uuids import uuid_of


def read(address: Address) -> Found:
    def account(kind: str, said: str) -> Account:
        name, _, server = said.partition("@")
        # a server shows channels of others too, with what itself saw of their counts: the home server is asked
        host = server.lower() or address.host
        return Account(
            f"{kind}/{name}", f"{address.scheme if not server else 'https'}://{host}/{kind}/{name}", host=host
        )

    match address.segments:
        case ["w", video, *_] | ["videos", "watch" | "embed", video, *_] if video != "p":
            return Single(uuid_of(video) or video)
        case ["c" | "video-channels", name, *_]:
            return account("c", name)
        case ["a" | "accounts", name, *_]:
            return account("a", name)
        case _:
            raise not_an_account(address, Platform.PEERTUBE)
