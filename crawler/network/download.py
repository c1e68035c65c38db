"""The only way out: one HTTP request, its host's turn taken, its connection fenced, its answer bounded.

A download handler is the lowest place in Scrapy that every request of every kind passes. This one is written against
the documented handler interface and Twisted's public ``Agent`` rather than as a subclass of Scrapy's own, whose parts
are private, which offers proxies, and which holds a body compressed before it looks at what it unfolds to. Connections
are checked in ``connectTCP``, on the very address that is connected to, so no spelling of an address and no second
answer of a name server gets past.
"""

from __future__ import annotations

import platform
from collections import deque
from functools import cache
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NoReturn, Self, cast
from weakref import finalize

import certifi
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import (
    IProtocol,
    IReactorPluggableNameResolver,
    IStreamClientEndpoint,
)
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.ssl import Certificate, optionsForClientTLS, platformTrust, trustRootFromCertificates
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.python.failure import Failure
from twisted.web.client import URI, Agent, FileBodyProducer, HTTPConnectionPool, ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers as WireHeaders
from twisted.web.iweb import UNKNOWN_LENGTH, IAgentEndpointFactory
from zope.interface import implementer

from crawler.failures import (
    NETWORK_PROBLEMS,
    AddressRefusedError,
    AnswerTooLargeError,
    DownloadError,
    download_failure,
    timed_out,
)
from crawler.network.addresses import is_public
from crawler.network.fence import Fence
from crawler.network.hosts import Host, host_changed, registry_of
from crawler.network.room import Room, room_of
from crawler.reading.decoding import ACCEPT_ENCODING, BodyDecoder, BrokenCodingError, OversizeError

IS_ROBOTS = "is_robots_txt"
"""Request meta: this asks for robots.txt, so it needs no permission and spends no page budget."""
BY_CREDENTIAL = "by_credential"
"""Request meta: the user's tokens, when it is asked with one of them, under the interface's own terms."""
ASKS_AS_APP = "asks_as_app"
"""Request meta: the platform whose token it asks for, with the id and secret of the user's own app."""
READ_AT_MOST = "read_at_most"
"""Request meta: bytes after which reading stops; what came until then is the body, flagged ``cut``."""
HEAD_LIMIT = 256 * 1024
"""Bytes of status line and header fields."""
_GOODBYE_SECONDS = 5.0
_PUSHED_BACK = {429, 503}


@implementer(IReactorPluggableNameResolver)
class PublicOnlyReactor:
    """A reactor that connects to public addresses only; everything else it leaves to the real one."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)

    def connectTCP(self, host: str, port: int, *args: Any, **kwargs: Any) -> Any:  # noqa: N802 - Twisted's name
        try:
            is_allowed = is_public(ip_address(host))
        except ValueError:
            is_allowed = False  # a name here would be resolved again, past us
        if not is_allowed:
            raise AddressRefusedError(host)
        return self._reactor.connectTCP(host, port, *args, **kwargs)


@cache
def _trust_root() -> Any:
    # The OpenSSL that the cryptography wheels bring finds the system's certificates on Linux only.
    if platform.system() == "Linux":
        return platformTrust()
    pem = Path(certifi.where()).read_bytes()
    end = b"-----END CERTIFICATE-----"
    return trustRootFromCertificates([Certificate.loadPEM(part + end) for part in pem.split(end)[:-1]])


class _BoundedConnection(ProtocolWrapper):
    """Ends a connection whose answer's head passes :data:`HEAD_LIMIT`; waits for no peer that does not say goodbye."""

    def __init__(self, factory: Any, wrapped: Any) -> None:
        super().__init__(factory, wrapped)
        self._head = bytearray()
        self._is_in_head = True
        self._is_over = False
        self._goodbye: Any = None

    def loseConnection(self) -> None:  # noqa: N802 - Twisted's name
        super().loseConnection()  # type: ignore[no-untyped-call]
        if self._goodbye is None:
            self._goodbye = self.factory.reactor.callLater(_GOODBYE_SECONDS, self.abortConnection)

    def stopProducing(self) -> None:  # noqa: N802 - Twisted's name
        """Hang up at once: the only word for it that Twisted passes on from the reader of a body."""
        self.abortConnection()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self._is_over:
            return
        if self._is_in_head:
            self._watch(data)
            if len(self._head) > HEAD_LIMIT:
                self._is_over = True
                cast("Any", self.wrappedProtocol).connectionLost(
                    Failure(AnswerTooLargeError("its header fields never end"))
                )
                self.abortConnection()
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        if self._goodbye is not None and self._goodbye.active():
            self._goodbye.cancel()
        if not self._is_over:
            super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _watch(self, data: bytes) -> None:
        searched = max(len(self._head) - 3, 0)
        self._head += data
        ends = [end for mark in (b"\r\n\r\n", b"\n\n") if (end := self._head.find(mark, searched)) >= 0]
        # An interim answer (1xx) is followed by another head.
        if ends and self._head[8:10] != b" 1":
            self._is_in_head = False
            self._head = bytearray()


class _BoundedFactory(WrappingFactory):
    protocol = _BoundedConnection
    noisy = False

    def __init__(self, reactor: Any, wrapped: Any) -> None:
        super().__init__(wrapped)  # type: ignore[no-untyped-call]
        self.reactor = reactor


@implementer(IStreamClientEndpoint)
class _BoundedEndpoint:
    """An endpoint whose connections bound the head of what comes back."""

    def __init__(self, reactor: Any, endpoint: Any) -> None:
        self._reactor = reactor
        self._endpoint = endpoint

    def connect(self, factory: Any) -> Deferred[IProtocol]:
        connected = self._endpoint.connect(_BoundedFactory(self._reactor, factory))
        return cast("Deferred[IProtocol]", connected.addCallback(lambda wrapper: wrapper.wrappedProtocol))


def fenced_endpoint(reactor: Any, fence: Fence, name: str, port: int, timeout: float) -> HostnameEndpoint:
    """Where connections to ``name`` are made: to public addresses only, unless it is an own host."""
    is_own = (name.rstrip(".").lower(), port) in fence.own_hosts
    return HostnameEndpoint(reactor if is_own else PublicOnlyReactor(reactor), name, port, timeout=timeout)


@implementer(IAgentEndpointFactory)
class _FencedEndpoints:
    def __init__(self, reactor: Any, fence: Fence, timeout: float) -> None:
        self._reactor = reactor
        self._fence = fence
        self._timeout = timeout

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:  # noqa: N802 - Twisted's name
        name = uri.host.decode("ascii")
        endpoint: Any = fenced_endpoint(self._reactor, self._fence, name, uri.port, self._timeout)
        if uri.scheme == b"https":
            endpoint = wrapClientTLS(optionsForClientTLS(name, trustRoot=_trust_root()), endpoint)
        return cast("IStreamClientEndpoint", _BoundedEndpoint(self._reactor, endpoint))


class _Body(Protocol):
    """Collects a decoded body; ``finished`` fires with the bytes and whether reading stopped early.

    What it has ``taken`` of ``room`` is given back when reading fails; else by whoever gets the bytes.
    """

    def __init__(self, decoder: BodyDecoder, read_at_most: int | None, room: Room) -> None:
        self._decoder = decoder
        self._read_at_most = read_at_most
        self._room = room
        self._pieces = bytearray()
        self.taken = 0
        self._undecoded: deque[bytes] = deque()
        self._end: Failure | None = None
        self.finished: Deferred[tuple[bytes, bool]] = Deferred(lambda _: self._hang_up())
        self.finished.addBoth(self._leave)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        if self.finished.called:
            return
        self._undecoded.append(data)
        if len(self._undecoded) == 1 and not self._decode():
            transport: Any = self.transport
            transport.pauseProducing()
            self._room.wait(self, self._go_on)

    def refuse(self, problem: Exception) -> None:
        """Stop reading because of ``problem``."""
        if not self.finished.called:
            self.finished.errback(Failure(problem))
            self._hang_up()

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 - Twisted's name
        if self._undecoded:
            self._end = reason
        else:
            self._finish(reason)

    def _decode(self) -> bool:
        """Decode what came, as far as there is room; whether all of it could be."""
        try:
            while self._undecoded and not self.finished.called:
                if not self._room.is_open_to(self):
                    return False
                for piece in self._decoder.feed(self._undecoded.popleft()):
                    self._pieces += piece
                    self._room.take(len(piece))
                    self.taken += len(piece)
                    if self._read_at_most is not None and len(self._pieces) >= self._read_at_most:
                        self.finished.callback((bytes(self._pieces[: self._read_at_most]), True))
                        self._hang_up()
                        return True
        except OversizeError as problem:
            self.refuse(AnswerTooLargeError(str(problem)))
        except BrokenCodingError as problem:
            self.refuse(problem)
        return True

    def _go_on(self) -> None:
        if self.finished.called:
            return
        if not self._decode():
            self._room.wait(self, self._go_on)
        elif self._end is not None:
            self._finish(self._end)
        elif not self.finished.called:
            transport: Any = self.transport
            transport.resumeProducing()

    def _finish(self, reason: Failure) -> None:
        if self.finished.called:
            return
        # Without a length the end of the connection is the end of the body, as in HTTP/1.0.
        if not reason.check(ResponseDone, PotentialDataLoss):
            self.finished.errback(reason)
            return
        try:
            self._decoder.finish()
        except BrokenCodingError:
            self.finished.errback(Failure())
            return
        self.finished.callback((bytes(self._pieces), False))

    def _leave(self, result: Any) -> Any:
        self._pieces.clear()
        self._undecoded.clear()
        self._room.leave(self, self.taken, is_whole=not isinstance(result, Failure))
        return result

    def _hang_up(self) -> None:
        transport: Any = self.transport
        transport.stopProducing()


class GuardedDownloadHandler:
    """Scrapy download handler for http and https.

    Settings read: DOWNLOAD_MAXSIZE (bytes of the decoded body), DOWNLOAD_TIMEOUT (seconds from looking up the name to
    the last byte), ANSWERS_HELD_BYTES (:mod:`crawler.network.room`), and those of
    :class:`~crawler.network.hosts.HostRegistry`. Raises :class:`~crawler.failures.Refused`
    and :class:`~crawler.failures.DownloadError`.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        from twisted.internet import reactor

        self._crawler = crawler
        self._reactor = reactor
        self._hosts = registry_of(crawler)
        self._room = room_of(crawler)
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._seconds = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        # A kept connection is often closed by the server just when, some seconds later, the next request is sent on it:
        # that costs a page, or a try that nobody counts.
        pool = HTTPConnectionPool(reactor, persistent=False)
        endpoints = _FencedEndpoints(reactor, self._hosts.fence, self._seconds)
        self._agent = Agent.usingEndpointFactory(reactor, endpoints, pool)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        return await maybe_deferred_to_future(Deferred.fromCoroutine(self._take_turn(request)))

    async def close(self) -> None:
        """Nothing is kept open between requests."""

    async def _take_turn(self, request: Request) -> Response:
        self._hosts.fence.check(request.url)
        host = self._hosts.host(request.url)
        is_page = not request.meta.get(IS_ROBOTS)
        async with host.turn(self._is_open, is_page=is_page):
            before = host.record()
            try:
                response = await self._bounded_fetch(request, host)
            except DownloadError as problem:
                host.went_wrong(is_whole_host=problem.is_whole_host)
                raise
            else:
                _listen(host, response, is_page=is_page)
                return response
            finally:
                if host.record() != before:
                    self._crawler.signals.send_catch_log(signal=host_changed, record=host.record())

    def _is_open(self) -> bool:
        return bool(self._crawler.engine.running)

    async def _bounded_fetch(self, request: Request, host: Host) -> Response:
        fetching = Deferred.fromCoroutine(self._fetch(request))

        def give_up(_: object, seconds: float) -> NoReturn:
            raise timed_out(host.key, seconds)

        fetching.addTimeout(self._seconds, self._reactor, onTimeoutCancel=give_up)
        try:
            return await fetching
        except (*NETWORK_PROBLEMS, BrokenCodingError) as problem:
            raise download_failure(problem, host.key) from problem

    async def _fetch(self, request: Request) -> Response:
        headers = WireHeaders(dict(request.headers))
        headers.setRawHeaders(b"Accept-Encoding", [ACCEPT_ENCODING])
        answer: Any = await self._agent.request(
            request.method.encode("ascii"),
            request.url.partition("#")[0].encode("ascii"),
            headers,
            FileBodyProducer(BytesIO(request.body)) if request.body else None,
        )
        received = Headers(dict(answer.headers.getAllRawHeaders()))
        read_at_most = request.meta.get(READ_AT_MOST)
        codings = [value.decode("latin-1") for value in received.getlist(b"Content-Encoding")]
        body = _Body(BodyDecoder(codings, self._limit), read_at_most, self._room)
        if answer.length == 0:
            content, is_cut = b"", False
        else:
            answer.deliverBody(body)
            if answer.length is not UNKNOWN_LENGTH and answer.length > self._limit and read_at_most is None:
                body.refuse(AnswerTooLargeError(f"its body has {answer.length:,} bytes"))
            content, is_cut = await body.finished
        received.pop(b"Content-Encoding", None)
        response = responsetypes.from_args(headers=received, url=request.url, body=content)(
            url=request.url,
            status=answer.code,
            headers=received,
            body=content,
            flags=["cut"] if is_cut else [],
            request=request,
            protocol=f"HTTP/{answer.version[1]}.{answer.version[2]}",
        )
        finalize(response, self._room.give_back, body.taken)
        return response


def _listen(host: Host, response: Response, *, is_page: bool) -> None:
    if response.status in _PUSHED_BACK:
        value = response.headers.get(b"Retry-After")
        host.pushed_back(value.decode("latin-1") if value else None)
    elif response.status >= 500:
        host.went_wrong(is_whole_host=True)
    else:
        host.went_well(is_page=is_page)
