"""Every way a request can end badly, as the outcome, reason and sentence of a visit."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from attrs import frozen
from OpenSSL import SSL
from scrapy.exceptions import IgnoreRequest, NotSupported
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.internet import error
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler.items import Outcome, Reason


@frozen
class Problem:
    """How a request ended badly: outcome, reason and sentence of the visit that it leads to."""

    outcome: Outcome
    reason: Reason | None
    message: str


class Refused(IgnoreRequest):
    """We did not ask, or stopped listening, because a rule of ours says so.

    Attributes: ``outcome``, ``reason`` and ``message`` as in the visit; ``host`` is the ``name[:port]`` it is about.
    """

    def __init__(self, outcome: Outcome, reason: Reason | None, message: str, host: str) -> None:
        super().__init__(message)
        self.outcome = outcome
        self.reason = reason
        self.message = message
        self.host = host


class DownloadError(Exception):
    """The host was asked and no usable answer came.

    Attributes: ``reason`` and ``message`` as in the visit; ``host`` is the ``name[:port]`` that was asked;
    ``is_whole_host``: nothing at all can be had there, whatever the page.
    """

    def __init__(self, reason: Reason, message: str, host: str, *, is_whole_host: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.host = host
        self.is_whole_host = is_whole_host


class ConnectionFailedError(DownloadError):
    """The connection could not be made or broke: worth another try in the same crawl."""


class AddressRefusedError(Exception):
    """A connection to an address that is not public was about to be made."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is not a public address")
        self.address = address


class AnswerTooLargeError(Exception):
    """Head or body of an answer is larger than allowed, as sent or once decompressed."""


NETWORK_PROBLEMS = (
    AddressRefusedError,
    AnswerTooLargeError,
    ResponseFailed,
    SSL.Error,
    VerificationError,
    OSError,
    error.ConnectError,
    error.ConnectionClosed,
    UnicodeError,
)
"""What a connection may raise; anything else is a mistake of ours and stays what it is."""


def private_address(address: str, host: str) -> Refused:
    return Refused(
        Outcome.ERROR,
        Reason.PRIVATE_ADDRESS,
        f"{host} leads to {address}, which is not on the public internet; if it is yours, name it in own_hosts.",
        host,
    )


def download_failure(problem: Exception, host: str) -> Refused | DownloadError:
    """What :mod:`twisted` raised for a request to ``host``, in our words."""
    causes = list(_causes(problem))
    for cause in causes:
        if isinstance(cause, AddressRefusedError):
            return private_address(cause.address, host)
        if isinstance(cause, AnswerTooLargeError):
            return DownloadError(Reason.TOO_LARGE, f"{host} sent more than we read: {cause}.", host)
        if isinstance(cause, (SSL.Error, VerificationError)):
            return DownloadError(
                Reason.TLS_ERROR,
                f"The certificate of {host} could not be verified; open the site in a browser to see what is wrong.",
                host,
                is_whole_host=True,
            )
    for cause in causes:
        if isinstance(cause, (error.DNSLookupError, UnicodeError)):
            return ConnectionFailedError(
                Reason.DNS_ERROR,
                f"The name {host} could not be found; check its spelling and the network.",
                host,
                is_whole_host=True,
            )
        if isinstance(cause, error.ConnectionRefusedError):
            return ConnectionFailedError(
                Reason.CONNECTION_ERROR, f"{host} refused the connection.", host, is_whole_host=True
            )
        if isinstance(cause, (error.TimeoutError, error.TCPTimedOutError)):
            return DownloadError(Reason.TIMEOUT, f"{host} did not answer in time.", host)
        if isinstance(cause, error.ConnectError):
            return ConnectionFailedError(
                Reason.CONNECTION_ERROR, f"{host} could not be reached.", host, is_whole_host=True
            )
    return ConnectionFailedError(
        Reason.CONNECTION_ERROR, f"{host} broke off its answer, or sent one that is not proper HTTP.", host
    )


def timed_out(host: str, seconds: float) -> DownloadError:
    return DownloadError(Reason.TIMEOUT, f"{host} had not finished its answer after {seconds:g} seconds.", host)


def explain_status(status: int, host: str) -> tuple[Outcome, Reason | None, str]:
    """Outcome, reason and sentence for an HTTP status that is not a success."""
    try:
        words = f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        words = str(status)
    said = f"{host} answered {words}."
    match status:
        case 404:
            return Outcome.NOT_FOUND, None, said
        case 410:
            return Outcome.GONE, None, said
        case 401 | 407:
            return Outcome.LOGIN_WALL, None, said
        case 403 | 451:
            return Outcome.BLOCKED, None, said
        case 429:
            return Outcome.ERROR, Reason.RATE_LIMITED, f"{said} It wants fewer requests; the next run tries again."
        case _:
            return Outcome.ERROR, Reason.HTTP_ERROR, said


def explain(problem: Failure | BaseException) -> tuple[Outcome, Reason | None, str]:
    """Outcome, reason and one sentence for whatever ended a request: what an errback or an ``except`` has in hand."""
    exception = problem.value if isinstance(problem, Failure) else problem
    match exception:
        case Refused():
            return exception.outcome, exception.reason, exception.message
        case DownloadError():
            return Outcome.ERROR, exception.reason, exception.message
        case HttpError():
            return explain_status(exception.response.status, exception.response.url)
        case NotSupported():
            return Outcome.ERROR, Reason.FORBIDDEN_SCHEME, "Only http and https addresses are asked."
        case _:
            return Outcome.ERROR, None, f"Something unforeseen happened ({type(exception).__name__}); please report it."


def _causes(problem: BaseException) -> Iterator[BaseException]:
    yield problem
    if isinstance(problem, ResponseFailed):
        for reason in problem.reasons:
            yield from _causes(reason.value)
