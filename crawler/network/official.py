"""One request to an official interface, outside of a crawl: to test, to look into or to renew a credential."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from typing import Any, NoReturn

import certifi
from attrs import frozen

from crawler.failures import Refused
from crawler.network.contact import contact_problem
from crawler.network.fence import Fence
from crawler.network.host_keys import host_key

_SECONDS = 20.0
_MOST_BYTES = 2 * 1024 * 1024


class OfficialError(Exception):
    """The interface could not be asked; one sentence."""


@frozen(kw_only=True)
class OfficialAnswer:
    """What came back; it may repeat the token."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def header(self, wanted: str) -> str:
        return next((value for name, value in self.headers.items() if name.lower() == wanted), "")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token is sent to the address that was configured, and nowhere else."""

    def redirect_request(self, *_: Any) -> None:
        return None


def ask(
    url: str,
    token: str,
    headers: Mapping[str, str] | None = None,
    form: bytes | None = None,
    *,
    contact: str,
    own_hosts: Sequence[str],
    user_agent: str,
) -> OfficialAnswer:
    """GET ``url`` with the token in its header (``form``: POST it); no proxy, no redirect, at most 2 MiB and 20
    seconds a read. An empty token sends no header of its own: ``headers`` hold what opens the door.

    Raises :class:`OfficialError`.
    """
    if problem := contact_problem(contact, [url]):
        raise OfficialError(problem)
    try:
        Fence(own_hosts).check(url)
    except Refused as refusal:
        raise OfficialError(refusal.message) from None
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), _NoRedirects(), urllib.request.HTTPSHandler(context=context)
    )
    sent = {
        **(headers or {}),
        **({"Authorization": f"Bearer {token}"} if token else {}),
        "User-Agent": user_agent,
        "Accept": "application/json",
    }
    request = urllib.request.Request(url, form, sent)  # noqa: S310 - the fence lets http and https through only
    try:
        with _opened(opener, request) as answer:
            body, status, received = answer.read(_MOST_BYTES), answer.status, dict(answer.headers.items())
    except (OSError, HTTPException, ValueError) as error:
        _fail(url, error)
    return OfficialAnswer(status=status, headers=received, body=body)


def _opened(opener: urllib.request.OpenerDirector, request: urllib.request.Request) -> Any:
    try:
        return opener.open(request, timeout=_SECONDS)
    except urllib.error.HTTPError as answer:  # an answer like any other
        return answer


def _fail(url: str, error: Exception) -> NoReturn:
    reason = getattr(error, "reason", error)
    why = getattr(reason, "strerror", None) or type(reason).__name__
    raise OfficialError(f"{host_key(url)} could not be asked: {why}.") from None
