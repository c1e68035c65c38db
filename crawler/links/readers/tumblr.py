"""Links of Tumblr."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import LOGIN, SEARCH, SHARE, Account, Found, Single, not_an_account, plain_name


def read(address: Address) -> Found:
    def account(blog: str) -> Account | None:
        name = plain_name(blog, r"[A-Za-z0-9-]+")
        return Account(name, f"https://{name}.tumblr.com/") if name else None

    sub = address.host.removesuffix(".tumblr.com")
    own = account(sub) if sub not in ("tumblr.com", "m", "blog", "assets") else None
    if not address.host.endswith("tumblr.com"):
        # a blog with a domain of its own: only whoever lists it can know
        own = Account(address.host, f"{address.scheme}://{urlsplit(address.url).netloc}/")
    match address.segments:
        case ["post" | "image", post, *_] if own and post.isdecimal():
            return Single(post, own)
        case _ if own:
            return own
        case ["blog", "view", blog, *rest] | ["blog", blog, *rest] if found := account(blog):
            return Single(rest[0], found) if rest and rest[0].isdecimal() else found
        case [blog, post, *_] if post.isdecimal():
            return Single(post, account(blog))
        case [blog, *_] if blog.lower() not in (*LOGIN, *SEARCH, *SHARE, "dashboard") and (found := account(blog)):
            return found
        case _:
            raise not_an_account(address, Platform.TUMBLR)
