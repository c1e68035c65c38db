"""Links of Facebook."""

from __future__ import annotations

import re

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import LOGIN, SEARCH, SHARE, Account, Found, Single, not_an_account, plain_name
from crawler.links.link import LinkError


def read(address: Address) -> Found:
    def by_id(number: str) -> Account:
        return Account(number, f"https://www.facebook.com/profile.php?id={number}", number)

    def account(user: str) -> Account | None:
        if trailing := re.fullmatch(r".+-(\d{6,})", user):
            return by_id(trailing.group(1))
        name = plain_name(user, r"[A-Za-z0-9.-]{2,}")
        return (
            (by_id(name) if name.isdecimal() else Account(name, f"https://www.facebook.com/{name}")) if name else None
        )

    query = address.query
    match address.segments:
        case ["profile.php"] if query.get("id", "").isdecimal():
            return by_id(query["id"])
        case ["pages" | "people", *rest] if rest and rest[-1].isdecimal():
            return by_id(rest[-1])
        case ["pages", "category", _, user, *_] | ["p" | "pg", user, *_] if found := account(user):
            return found
        case ["story.php" | "permalink.php"] if query.get("id", "").isdecimal():
            return Single(query.get("story_fbid") or query.get("fbid"), by_id(query["id"]))
        case ["photo" | "photo.php" | "watch"] if post := query.get("fbid") or query.get("v"):
            return Single(post)
        case ["reel" | "videos", post, *_]:
            return Single(post)
        case [user, "posts" | "videos" | "photos" | "reel", *_, last] if wanted := re.search(r"^\d+$|pfbid\w+", last):
            return Single(wanted.group(), account(user))
        case ["groups", *_]:
            raise LinkError(f"{address.url} is a Facebook group, not a page; paste the link of the company's own page.")
        case [
            "events"
            | "watch"
            | "marketplace"
            | "gaming"
            | "hashtag"
            | "help"
            | "business"
            | "reel"
            | "stories"
            | "photo",
            *_,
        ]:
            raise not_an_account(address, Platform.FACEBOOK)
        case [] if address.host == "fb.watch":
            raise not_an_account(address, Platform.FACEBOOK)
        case [_, *_] if address.host == "fb.watch":
            return Single()
        case [user, *_] if (
            user.lower().removesuffix(".php") not in (*LOGIN, *SEARCH, *SHARE, "home", "plugins")
            and not user.endswith(".php")
            and (found := account(user))
        ):
            return found
        case _:
            raise not_an_account(address, Platform.FACEBOOK)
