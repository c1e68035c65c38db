"""Links of Mastodon and of every server that speaks like it."""

from __future__ import annotations

import re

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Account, Found, Single, not_an_account
from crawler.links.link import LinkError


def read(address: Address) -> Found:
    def account(user: str) -> Account | None:
        name, _, server = user.removeprefix("@").partition("@")
        if not re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?", name):
            return None
        # The copy that another server shows has only the counts which that server saw: the home server is asked.
        host = server.lower().removeprefix("www.") or address.host
        note = f"followed on its home server {host}" if server and host != address.host else ""
        scheme = address.scheme if host == address.host else "https"
        return Account(name.lower(), f"{scheme}://{host}/@{name.lower()}", None, note, host)

    segments = address.segments[1:] if address.segment(0) in ("web", "deck") else address.segments
    match segments:
        case [user, post, *_] if user.startswith("@") and post.isdecimal() and (found := account(user)):
            return Single(post if not found.note else None, found)
        case [user, "statuses", post, *_] if user.startswith("@") and (found := account(user)):
            return Single(post if not found.note else None, found)
        case ["users", user, "statuses", post, *_] if found := account(user):
            return Single(post, found)
        case ["p", user, post] if found := account(user):
            return Single(post, found)
        case ["notice" | "notes", post] | ["i", "web", "post", post]:
            return Single(post)
        case ["objects" | "display", _]:
            return Single()
        case ["users" | "u", user, *_] if found := account(user):
            return found
        case ["profile" | "author" | "actor", user, *_] | ["api", "collections", user] if found := account(user):
            # software that has only ActivityPub: the link is the account's object, or leads to it
            return Account(found.handle, address.url, address.url)
        case ["accounts", *_]:
            raise LinkError(f"{address.url} is a page inside the web client; open the profile and paste its address.")
        case [user, *_] if (user.startswith("@") or len(segments) == 1) and (found := account(user)):
            return found
        case _:
            raise not_an_account(address, Platform.MASTODON)
