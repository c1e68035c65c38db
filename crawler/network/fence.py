"""Which requests may leave: schemes, hosts and addresses, whatever asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from attrs import field, frozen

from crawler.failures import Refused, private_address
from crawler.items import Outcome, Reason
from crawler.network.addresses import is_public, literal
from crawler.network.host_keys import DEFAULT_PORTS, address_of, host_key, host_name
from crawler.reading.urls import same_site


def _own_hosts(entries: Iterable[str]) -> frozenset[tuple[str, int]]:
    pairs: set[tuple[str, int]] = set()
    for entry in entries:
        parts = urlsplit(f"//{entry.strip()}")
        pairs.update((host_name(parts), port) for port in ([parts.port] if parts.port else DEFAULT_PORTS.values()))
    return frozenset(pairs)


@frozen
class Fence:
    """Where a crawl may go. ``own_hosts`` (``name:port``, exactly) may be loopback or private; nothing else may."""

    own_hosts: frozenset[tuple[str, int]] = field(converter=_own_hosts)

    def is_own(self, url: str) -> bool:
        return address_of(url) in self.own_hosts

    def check(self, url: str) -> None:
        """Raise :class:`~crawler.failures.Refused` unless ``url`` may be asked as far as its spelling shows.

        A name may still resolve to a private address: the connection itself is checked by the download handler.
        """
        parts = urlsplit(url)
        if parts.scheme not in DEFAULT_PORTS:
            raise Refused(
                Outcome.ERROR, Reason.FORBIDDEN_SCHEME, "Only http and https addresses are asked.", parts.scheme
            )
        try:
            name, port = address_of(url)
        except ValueError:
            raise Refused(Outcome.ERROR, Reason.DNS_ERROR, "An address without a proper host name.", "") from None
        if parts.username is not None or parts.password is not None:
            raise Refused(
                Outcome.ERROR, Reason.NOT_SUPPORTED, "Addresses with a user name or password are not asked.", name
            )
        spelled = literal(name)
        if spelled is not None and not is_public(spelled) and (name, port) not in self.own_hosts:
            raise private_address(str(spelled), host_key(url))

    def check_redirect(self, origin: str, target: str) -> None:
        """Raise :class:`~crawler.failures.Refused` unless ``origin`` may send us on to ``target``.

        Another host is fine within the same registrable site, and when it is the user's own.
        """
        self.check(target)
        if not (same_site(origin, target) or self.is_own(target)):
            raise Refused(
                Outcome.ERROR,
                Reason.OFF_HOST,
                f"{host_key(origin)} sends us on to {host_key(target)}, another site; if the account moved, change its"
                " link (rivalscope rename).",
                host_key(target),
            )
