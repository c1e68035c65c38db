"""Links of Telegram."""

from __future__ import annotations

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account, plain_name
from crawler.links.link import LinkError


def read(address: Address) -> Found:
    def account(channel: str) -> Account | None:
        name = plain_name(channel, r"[A-Za-z][A-Za-z0-9_]{3,}")
        return Account(name, f"https://t.me/{name}") if name else None

    if address.host.endswith(".t.me") and (found := account(address.host.removesuffix(".t.me"))):
        return found
    segments = address.segments
    if address.host == "web.telegram.org":
        segments = (address.fragment.lstrip("@/").partition("?")[0],)
    match segments:
        case ["joinchat", *_]:
            raise LinkError(f"{address.url} is an invitation to a private group; only public channels can be followed.")
        case [invite, *_] if invite.startswith("+"):
            raise LinkError(f"{address.url} is an invitation to a private group; only public channels can be followed.")
        case ["c", *_] | ["addstickers" | "proxy" | "socks" | "iv" | "addlist" | "boost" | "setlanguage" | "share", *_]:
            raise not_an_account(address, Platform.TELEGRAM)
        case ["s", channel, *rest] | [channel, *rest] if found := account(channel):
            return Single(f"{channel}/{rest[0]}", found) if rest and rest[0].isdecimal() else found
        case _:
            raise not_an_account(address, Platform.TELEGRAM)
