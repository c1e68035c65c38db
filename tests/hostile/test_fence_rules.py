"""The fence by itself: what may be asked as far as an address shows, and which addresses a connection may have."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from zope.interface import implementer

from crawler.failures import AddressRefusedError, Refused
from crawler.items import Reason
from crawler.network.contact import contact_problem
from crawler.network.download import PublicOnlyReactor
from crawler.network.fence import Fence
from crawler.network.host_keys import host_key

FENCE = Fence(["127.0.0.1:8001", "intranet.example"])


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/a",
        "http://shop.example:8080/a",
        "http://127.0.0.1:8001/a",
        "http://intranet.example/",
        "https://intranet.example/",
        "https://[2606:4700::1111]/",
    ],
)
def test_these_may_be_asked(url: str) -> None:
    FENCE.check(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", Reason.FORBIDDEN_SCHEME),
        ("ftp://shop.example/", Reason.FORBIDDEN_SCHEME),
        ("s3://bucket/key", Reason.FORBIDDEN_SCHEME),
        ("data:text/html,hello", Reason.FORBIDDEN_SCHEME),
        ("javascript:alert(1)", Reason.FORBIDDEN_SCHEME),
        ("http://127.0.0.1/", Reason.PRIVATE_ADDRESS),
        ("http://127.0.0.1:8002/", Reason.PRIVATE_ADDRESS),
        ("http://[::1]:8001/", Reason.PRIVATE_ADDRESS),
        ("http://[::ffff:127.0.0.1]:8001/", Reason.PRIVATE_ADDRESS),
        ("http://[64:ff9b::7f00:1]/", Reason.PRIVATE_ADDRESS),
        ("http://2130706433/", Reason.PRIVATE_ADDRESS),
        ("http://0177.0.0.1/", Reason.PRIVATE_ADDRESS),
        ("http://0x7f000001/", Reason.PRIVATE_ADDRESS),
        ("http://0/", Reason.PRIVATE_ADDRESS),
        ("http://127.1:8001/", Reason.PRIVATE_ADDRESS),
        ("http://169.254.169.254/latest/meta-data/", Reason.PRIVATE_ADDRESS),
        ("http://10.1.2.3/", Reason.PRIVATE_ADDRESS),
        ("http://224.0.0.1/", Reason.PRIVATE_ADDRESS),
        ("https://user:word@shop.example/", Reason.NOT_SUPPORTED),
        ("http://shop.example:notaport/", Reason.DNS_ERROR),
        ("http://:80/", Reason.DNS_ERROR),
        ("http://./", Reason.DNS_ERROR),
    ],
)
def test_these_may_not(url: str, reason: Reason) -> None:
    with pytest.raises(Refused) as refused:
        FENCE.check(url)
    assert refused.value.reason is reason
    assert refused.value.message


@pytest.mark.parametrize(
    ("origin", "target", "is_allowed"),
    [
        ("https://shop.example/a", "https://shop.example/b", True),
        ("http://shop.example/a", "https://www.shop.example/a", True),
        ("https://www.acme-coffee.com/a", "https://blog.acme-coffee.com/a", True),
        ("https://one.github.io/", "https://two.github.io/", False),
        ("https://shop.co.uk/", "https://other.co.uk/", False),
        ("https://shop.example/a", "https://elsewhere.example/a", False),
        ("https://shop.example/a", "http://127.0.0.1:8001/a", True),
        ("https://shop.example/a", "http://127.0.0.1:8002/a", False),
        ("https://shop.example/a", "file:///etc/passwd", False),
        ("http://127.0.0.1:8001/a", "https://shop.example/", False),
    ],
)
def test_redirects_stay_within_a_site_or_lead_to_an_own_host(origin: str, target: str, is_allowed: bool) -> None:
    if is_allowed:
        FENCE.check_redirect(origin, target)
    else:
        with pytest.raises(Refused):
            FENCE.check_redirect(origin, target)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://Shop.Example/a", "shop.example"),
        ("http://shop.example:80/a", "shop.example"),
        ("https://shop.example.:443/", "shop.example"),
        ("http://shop.example:8080/", "shop.example:8080"),
        ("http://[::1]:8080/", "[::1]:8080"),
    ],
)
def test_a_host_has_one_key(url: str, key: str) -> None:
    assert host_key(url) == key


@pytest.mark.parametrize(
    ("contact", "urls", "is_fine"),
    [
        ("", ["http://127.0.0.1:8001/", "http://localhost/", "http://[::1]/"], True),
        ("", ["https://shop.example/"], False),
        ("", ["http://10.0.0.1/"], False),
        ("research@acme.example", ["https://shop.example/"], True),
        ("https://acme.example/research", ["https://shop.example/"], True),
        ("acme", [], False),
        ("a@b.example\r\nX-Other: 1", [], False),
        ("https://acme.example/(research)", [], False),
        ("käse@acme.example", [], False),
    ],
)
def test_contact(contact: str, urls: list[str], is_fine: bool) -> None:
    problem = contact_problem(contact, urls)
    assert (problem is None) is is_fine
    assert problem is None or problem.endswith(".")


@implementer(IHostnameResolver)
class Answers:
    """A name server that gives prepared addresses, others at each question."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, portNumber: int = 0, **_: object) -> Any:  # noqa: N802, N803
        receiver.resolutionBegan(self)
        for address in self.answers.pop(0):
            kind = IPv6Address if ":" in address else IPv4Address
            receiver.addressResolved(kind("TCP", address, portNumber))
        receiver.resolutionComplete()
        return receiver

    def cancel(self) -> None:
        """Never under way."""


def connect(resolver: Answers) -> tuple[list[str], list[Failure]]:
    """Addresses that a connection to a name really goes to, and how it failed."""
    reactor: Any = MemoryReactorClock()
    reactor.nameResolver = resolver
    failures: list[Failure] = []
    endpoint: Any = HostnameEndpoint(PublicOnlyReactor(reactor), "rebound.example", 80)
    endpoint.connect(Factory()).addErrback(failures.append)
    for _ in range(5):
        reactor.advance(1)
    return [client[0] for client in reactor.tcpClients], failures


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fe80::1", "64:ff9b::7f00:1"])
def test_a_name_that_leads_to_a_private_address_is_not_connected_to(address: str) -> None:
    connected, failures = connect(Answers([address]))
    assert connected == []
    assert failures[0].check(AddressRefusedError)


def test_of_a_name_with_several_addresses_only_public_ones_are_connected_to() -> None:
    connected, _ = connect(Answers(["127.0.0.1", "1.1.1.1", "::1"]))
    assert connected == ["1.1.1.1"]


def test_a_name_that_changes_its_address_is_checked_each_time() -> None:
    resolver = Answers(["1.1.1.1"], ["127.0.0.1"])
    assert connect(resolver)[0] == ["1.1.1.1"]
    connected, failures = connect(resolver)
    assert connected == []
    assert failures[0].check(AddressRefusedError)


def test_a_name_is_never_resolved_behind_the_fence() -> None:
    with pytest.raises(AddressRefusedError):
        PublicOnlyReactor(MemoryReactorClock()).connectTCP("localhost", 80, Factory())
