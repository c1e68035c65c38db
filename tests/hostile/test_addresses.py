"""Which addresses are public, however they are spelled."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.network.addresses import is_loopback, is_public, literal


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:a00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_addresses_that_no_public_host_has(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "64:ff9b::8.8.8.8", "2002:808:808::1"],
)
def test_addresses_of_public_hosts(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    ("spelled", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0x7F.0.0.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("2852039166", "169.254.169.254"),
        ("::1", "::1"),
        ("::ffff:127.0.0.1", "::ffff:127.0.0.1"),
        ("0:0:0:0:0:0:0:1", "::1"),
    ],
)
def test_old_spellings_are_addresses(spelled: str, address: str) -> None:
    assert literal(spelled) == ip_address(address)


@pytest.mark.parametrize(
    "name", ["localhost", "example.org", "127.0.0.1.example.org", "1.2.3.4.5", "beef", "", "\ud800"]
)
def test_names_are_no_addresses(name: str) -> None:
    assert literal(name) is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.3.2.1", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.1", False),
        ("a.example", False),
    ],
)
def test_loopback_by_spelling(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_does_not_become_public_inside_ipv6(number: int) -> None:
    inner = IPv4Address(number)
    assert not is_public(IPv6Address(f"::ffff:{inner}"))
    assert is_public(IPv6Address(f"64:ff9b::{inner}")) == is_public(inner)
    assert is_public(IPv6Address((0x2002 << 112) | (number << 80))) == is_public(inner)


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_none(text: str) -> None:
    assert literal(text) is None or isinstance(literal(text), (IPv4Address, IPv6Address))
