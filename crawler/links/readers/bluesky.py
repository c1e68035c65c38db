"""Links of Bluesky."""

from __future__ import annotations

import re

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account


def read(address: Address) -> Found:
    def account(actor: str) -> Account | None:
        name = actor.removeprefix("@").lower()
        if re.fullmatch(r"did:(?:plc|web):[\w.:%-]+", name):
            return Account(name, f"https://bsky.app/profile/{name}", name)
        if "." not in name and re.fullmatch(r"[a-z0-9-]+", name):
            name += ".bsky.social"
        is_domain = re.fullmatch(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*", name)
        return Account(name, f"https://bsky.app/profile/{name}") if is_domain else None

    if address.host.endswith(".bsky.social") and (found := account(address.host)):
        return found
    match address.segments:
        case ["profile", actor, "post", key, *_] if found := account(actor):
            did = found.native_account_id
            return Single(f"at://{did}/app.bsky.feed.post/{key}" if did else None, found)
        case ["profile", actor, "app.bsky.feed.post", key] if found := account(actor):
            did = found.native_account_id
            return Single(f"at://{did}/app.bsky.feed.post/{key}" if did else None, found)
        case ["profile", actor, *rest] if found := account(actor):
            note = "a feed or list was pasted; the account is followed" if rest[:1] in (["feed"], ["lists"]) else ""
            return Account(found.handle, found.url, found.native_account_id, note)
        case ["xrpc", _] if found := account(address.query.get("actor", "-")):
            return found
        case _:
            raise not_an_account(address, Platform.BLUESKY)
