"""Which hosts are the user's own: by the configuration, or plainly on this machine or a private network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

from crawler.network.addresses import is_public, literal


class Addresses(Protocol):
    """The part of a configuration that recognising links needs."""

    @property
    def base_urls(self) -> Mapping[str, str]:
        """Platform → configured API address."""

    def is_own_host(self, host: str) -> bool:
        """Whether the user named ``host`` (``name[:port]``) as their own."""


def is_private_host(host: str) -> bool:
    """Whether ``host`` (``name[:port]``) is plainly on this machine or a private network; asks no name server."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".lan")):
        return True
    address = literal(name)
    return address is not None and not is_public(address)
