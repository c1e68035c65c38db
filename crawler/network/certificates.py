"""Until when the certificate of a host holds, asked after one could not be verified.

The connection is made only to read the certificate, and closed: nothing is sent over it and nothing believed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from OpenSSL import SSL
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import wrapClientTLS
from twisted.internet.interfaces import IHandshakeListener, IOpenSSLClientConnectionCreator
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.internet.ssl import CertificateOptions
from twisted.python.failure import Failure
from zope.interface import implementer

from crawler.failures import NETWORK_PROBLEMS
from crawler.network.addresses import literal
from crawler.network.download import fenced_endpoint
from crawler.network.fence import Fence
from crawler.network.host_keys import address_of


@implementer(IOpenSSLClientConnectionCreator)
class _Unverified:
    def __init__(self, name: str) -> None:
        self._name = name

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:  # noqa: ARG002, N802, N803 - Twisted's names
        connection = SSL.Connection(CertificateOptions(verify=False).getContext(), None)
        if literal(self._name) is None:
            connection.set_tlsext_host_name(self._name.encode("idna"))
        return connection


@implementer(IHandshakeListener)
class _Reader(Protocol):
    def __init__(self) -> None:
        self.end: Deferred[datetime | None] = Deferred()

    def handshakeCompleted(self) -> None:  # noqa: N802 - Twisted's name
        transport: Any = self.transport
        certificate = transport.getPeerCertificate()
        self._say(None if certificate is None else certificate.to_cryptography().not_valid_after_utc)
        transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: ARG002, N802 - Twisted's name
        self._say(None)

    def _say(self, end: datetime | None) -> None:
        if not self.end.called:
            self.end.callback(end)


async def certificate_end(url: str, fence: Fence, *, timeout_seconds: float) -> datetime | None:
    """The last moment at which the certificate shown for ``url`` holds, UTC; ``None`` when none could be had."""
    from twisted.internet import reactor

    name, port = address_of(url)
    endpoint: Any = fenced_endpoint(reactor, fence, name, port, timeout_seconds)
    creator: Any = _Unverified(name)
    secured: Any = wrapClientTLS(creator, endpoint)
    reader = _Reader()
    try:
        connected = secured.connect(Factory.forProtocol(lambda: reader))
        await maybe_deferred_to_future(connected.addTimeout(timeout_seconds, reactor))
        return await maybe_deferred_to_future(reader.end.addTimeout(timeout_seconds, reactor))
    except (*NETWORK_PROBLEMS, TimeoutError):
        return None
