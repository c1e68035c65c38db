"""What all answers of a server share: whose it is, and what an error means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from crawler.items import Absence, NextRequest, Outcome, Platform, PostList, Reason
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.mastodon.addresses import actor_request, on_same_server
from crawler.pages.open_page import server_of
from crawler.pages.walls import problem_of
from crawler.reading.jsonvalue import NotJsonError, mapping, parse
from crawler.reading.text import clean
from crawler.reading.urls import site_host

_CLOSED = frozenset({Outcome.LOGIN_WALL, Outcome.NOT_FOUND, Outcome.LAYOUT_CHANGED})
_SIGN_IN = re.compile(r"authenticat|log ?in\b|sign ?in\b|credential|access token|authoriz", re.IGNORECASE)
_NOT_FOUND = re.compile(r"not[ _-]?found|can't find|no such", re.IGNORECASE)


class ApiPage(PlatformPage):
    """What the pages of the client API share: whose server it is, and what an error answer means."""

    platform = Platform.MASTODON

    @property
    def host(self) -> str:
        """The server that was asked: ids and local names are its own."""
        ref = self.capture.account
        if ref is not None and ref.platform == Platform.MASTODON:
            return ref.host
        try:
            return site_host(str(self.response.url))
        except ValueError:
            return ""

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The account {ref.handle.partition('@')[0]}@{self.host}" if ref else f"The page on {self.host}"

    def payload(self) -> Any:
        """The JSON answer; raises :class:`PageProblem` for errors and for anything that is no JSON."""
        status = self.response.status or 200
        try:
            said = parse(bytes(self.response.body))
        except NotJsonError:
            raise problem_of(status, bytes(self.response.body), self.asked_for) from None
        error = mapping(said).get("error")
        if status >= 400 or isinstance(error, str | Mapping) or (error is not None and "id" not in said):
            raise self._problem(status, error)
        return said

    def _problem(self, status: int, error: object) -> PageProblem:
        words = clean(error if isinstance(error, str) else "")[:200].strip()
        detail = f" (“{words}”)" if words else ""
        if status in (401, 403) or (status < 400 and _SIGN_IN.search(words)):
            reason = Reason.PERMISSION_MISSING if status == 403 else Reason.TOKEN_MISSING
            sentence = f"{self.asked_for} is shown to signed-in people only{detail}."
            return PageProblem(Outcome.LOGIN_WALL, sentence, reason)
        if status == 404 or (status < 400 and _NOT_FOUND.search(words)):
            return PageProblem(
                Outcome.NOT_FOUND, f"{self.asked_for} does not exist{detail}; check the link in the list."
            )
        if status >= 400:
            return problem_of(status, b"", self.asked_for)
        return PageProblem(Outcome.ERROR, f"{self.asked_for} answered with an error{detail}.", Reason.HTTP_ERROR)

    def other_way(self, problem: PageProblem, *requests: NextRequest) -> PostList:
        """Where else the account may be shown when the client API is closed or lacks this; raises ``problem`` when
        there is no such way: nobody's crawl, a server that does not want to be read, one that will answer later.

        ``requests`` come in the place of the account's ActivityPub object.
        """
        ref = self.capture.account
        if ref is None or self.capture.asked_as is None or problem.outcome not in _CLOSED:
            raise problem
        return PostList(
            next_requests=requests or (actor_request(ref, server_of(ref, self.capture.base_urls)),),
            problem_outcome=problem.outcome,
            problem_reason=problem.reason,
            problem_message=problem.message,
            is_detour=True,
        )

    def on_server(self, address: str, own: str | None) -> str:
        """``address`` on the server that was asked, where it lives beside ``own`` (the address that the answer gives
        itself): a server may be asked by another name than it knows. Another server's address stays as it is."""
        try:
            is_here = own is not None and site_host(address) == site_host(own)
        except ValueError:
            return address
        parts = urlsplit(address)
        path = urlunsplit(("", "", parts.path, parts.query, ""))
        return on_same_server(str(self.response.url), path) if is_here else address

    def moved(self, what: str) -> PageProblem:
        return PageProblem(
            Outcome.LAYOUT_CHANGED, f"{self.asked_for}: {what}; the server answers in a way we do not know."
        )


def is_json(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def absence_of(host: str, native_id: str, status: int | None) -> Absence:
    return Absence(platform=Platform.MASTODON, host=host, native_id=native_id, kind="gone", status=status)


def software_of(page: PlatformPage) -> str | None:
    """What is known of the server besides what an account says: from earlier, or by the header that Mastodon sends."""
    ref = page.capture.account
    if ref is not None and ref.software is not None:
        return ref.software
    return "mastodon" if page.response.headers.get("Server", "").strip().lower() == "mastodon" else None
