"""Which addresses are the public internet.

Sources: the IANA special-purpose registries as :mod:`ipaddress` carries them, RFC 4291 (global unicast is 2000::/3),
RFC 6052 (NAT64), RFC 3056 (6to4), and inet_aton(3) for the old spellings of IPv4.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_DOCUMENTATION = IPv6Network("3fff::/20")  # RFC 9637; ipaddress knows it from Python 3.13 on
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether a host of the public internet may have this address.

    Loopback, private, link-local (cloud metadata among them), shared, multicast, reserved and documentation ranges are
    not public, nor is an IPv6 address that only wraps such an IPv4 address. IPv4-mapped addresses never are: no name
    server gives them for a public host.
    """
    if isinstance(address, IPv4Address):
        return address.is_global and not (address.is_multicast or address.is_reserved)
    if address in _NAT64:
        return is_public(IPv4Address(address.packed[-4:]))
    if address in _SIX_TO_FOUR:
        return is_public(IPv4Address(address.packed[2:6]))
    return address in _GLOBAL_UNICAST and address.is_global and address not in _DOCUMENTATION


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """The address that ``host`` spells (``127.1``, ``0x7f000001``, ``2130706433``, ``::1``); ``None`` for a name."""
    try:
        return ip_address(host)
    except ValueError:
        pass
    try:
        # The C library reads these as addresses, whatever Python's parser says.
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError, UnicodeError):
        return None


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine by its very spelling."""
    address = literal(host)
    return host == "localhost" or (address is not None and address.is_loopback)
