"""Which requests may leave: schemes, hosts and addresses, whatever asks for them."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from attrs import field, frozen

from crawler.failures import Refused, private_address
from crawler.items import Outcome, Reason
from crawler.network.addresses import is_loopback, is_public, literal
from crawler.reading.urls import same_site

_DEFAULT_PORT = {"http": 80, "https": 443}


def host_key(url: str) -> str:
    """``name[:port]`` of an http(s) address: what delays, budgets and errors are counted for.

    Lower case, no trailing dot, default port dropped, so that http and https of one name share one turn. Raises
    :class:`ValueError` when there is no host or the port is no number.
    """
    parts = urlsplit(url)
    name, port = _name(parts), parts.port
    shown = f"[{name}]" if ":" in name else name
    return shown if port is None or port in _DEFAULT_PORT.values() else f"{shown}:{port}"


def address_of(url: str) -> tuple[str, int]:
    """Name and port that a request to ``url`` connects to."""
    parts = urlsplit(url)
    return _name(parts), parts.port or _DEFAULT_PORT[parts.scheme]


def _name(parts: SplitResult) -> str:
    name = (parts.hostname or "").rstrip(".")
    if not name:
        raise ValueError("an address without a host")
    return name


def _own_hosts(entries: Iterable[str]) -> frozenset[tuple[str, int]]:
    pairs: set[tuple[str, int]] = set()
    for entry in entries:
        parts = urlsplit(f"//{entry.strip()}")
        pairs.update((_name(parts), port) for port in ([parts.port] if parts.port else _DEFAULT_PORT.values()))
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
        if parts.scheme not in _DEFAULT_PORT:
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
                " link.",
                host_key(target),
            )


def contact_problem(contact: str, urls: Iterable[str] = ()) -> str | None:
    """One sentence when ``contact`` does not do for asking ``urls``, else ``None``.

    Without a contact only this machine may be asked. A contact is a mail address or an http(s) link.
    """
    if not contact:
        beyond = next((url for url in urls if not is_loopback(_name(urlsplit(url)))), None)
        if beyond is None:
            return None
        return (
            f"No contact is configured, so {host_key(beyond)} is not asked: set contact in rivalscope.toml to a mail"
            " address or page where the sites we visit can reach you."
        )
    is_mail = "@" in contact and "/" not in contact
    if not contact.isascii() or not contact.isprintable() or any(char in contact for char in ' ()<>"'):
        return f"The contact {contact!r} must be plain ASCII without spaces, brackets and quotes."
    if not is_mail and not contact.startswith(("http://", "https://")):
        return f"The contact {contact!r} is neither a mail address nor a link that starts with https://."
    return None
