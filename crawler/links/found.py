"""What a platform's reader finds in an address: an account, a single post, or why it is neither."""

from __future__ import annotations

import re

from attrs import frozen

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.link import LinkError
from crawler.platforms import FACTS


@frozen
class Account:
    """An account, as :class:`crawler.links.link.Link` will state it."""

    handle: str
    url: str
    native_account_id: str | None = None
    note: str = ""
    host: str | None = None
    """Where it is on another server than the address."""


@frozen
class Single:
    """A single post; ``None`` for an id that the address does not hold, and for an account that it does not name."""

    native_id: str | None = None
    account: Account | None = None


Found = Account | Single

# first parts of paths that name no account, on most networks
LOGIN = ("login", "signin", "sign-in", "signup", "sign_up", "register", "oauth", "authwall", "checkpoint", "uas")
SEARCH = (
    *("search", "results", "explore", "hashtag", "hashtags", "tag", "tags", "tagged"),
    *("discover", "topics", "trending"),
)
SHARE = ("share", "sharer", "sharer.php", "intent", "shareArticle", "sharing", "send", "submit", "dialog", "compose")


def not_an_account(address: Address, platform: Platform) -> LinkError:
    """What to raise for an address on ``platform`` that is neither; says what it is instead, where that is known."""
    label = FACTS[platform].label
    first = address.segment(0)
    if not first:
        return LinkError(
            f"{address.url} is the front page of {label} and names no account; paste the link of one profile."
        )
    for words, what in ((LOGIN, "a login page"), (SEARCH, "a search page"), (SHARE, "a share link")):
        if first.lower() in words or first in words:
            return LinkError(
                f"{address.url} is {what} of {label}, not an account; open the profile and paste its address."
            )
    return LinkError(f"{address.url} is no account on {label}; open the profile and paste its address.")


def plain_name(segment: str, pattern: str = r"[A-Za-z0-9_.]+") -> str | None:
    """An account's name without ``@`` and in small letters; ``None`` when ``segment`` is none by ``pattern``."""
    plain = segment.removeprefix("@")
    return plain.lower() if re.fullmatch(pattern, plain) else None
