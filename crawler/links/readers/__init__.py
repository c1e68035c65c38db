"""One module a platform: whose account, or which post, the path of an address of that platform names.

A module states ``read(address)``, which answers with an :class:`Account` or a :class:`Single` post, or raises
:class:`LinkError` with one sentence. It is found by being in this package and carrying the name of a platform, and
loaded when the first link of that platform is read: a list knows few of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from crawler.items import Platform
from crawler.links.address import Address
from crawler.links.found import Found


@cache
def reader_of(platform: Platform) -> Callable[[Address], Found]:
    """What reads addresses of ``platform``."""
    read: Callable[[Address], Found] = import_module(f"{__name__}.{platform.value}").read
    return read
