"""What a pasted link is: which platform, whose account, or which post of whose account.

Everything is decided by the address alone; nothing is asked of any server. The way of a link: cleaned
(:mod:`.address`), told by its host (:mod:`.hosts`), read by its platform's reader (:mod:`.readers`).
"""

from __future__ import annotations

from crawler.links.link import Link, LinkError, PostLink
from crawler.links.own_hosts import Addresses, is_private_host
from crawler.links.profiles import account_link
from crawler.links.recognising import recognise, recognise_post

__all__ = [
    "Addresses",
    "Link",
    "LinkError",
    "PostLink",
    "account_link",
    "is_private_host",
    "recognise",
    "recognise_post",
]
