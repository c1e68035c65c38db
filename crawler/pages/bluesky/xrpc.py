"""What the AppView's answers have in common: whose account was asked for, and what an error says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from crawler.items import Outcome, Platform, Reason
from crawler.pages.base import PageProblem, PlatformPage
from crawler.pages.bluesky.addresses import path_of
from crawler.pages.walls import problem_of
from crawler.reading.jsonvalue import NotJsonError, mapping, parse, string

_METHOD = re.compile(
    r"/xrpc/(app\.bsky\.(?:actor\.getProfile|feed\.(?:getAuthorFeed|getPosts|getPostThread)|unspecced\.getPostThreadV2))/?"
)
_OTHER_LISTS = "/xrpc/app.bsky.feed."
"""Methods whose answers hold posts in the same shapes: a timeline, somebody's feed, what quotes a post."""
_NOT_FOUND = re.compile(r"not ?found|(?:unable to|could not|cannot) resolve|valid did or a handle")


class XrpcPage(PlatformPage):
    """What the pages of the AppView share: whose account it is, and what an error answer means."""

    platform = Platform.BLUESKY
    method: ClassVar[tuple[str, ...]]
    first_keys: ClassVar[tuple[bytes, ...]]
    """Keys that open such an answer, for a copy of it at another address."""

    @classmethod
    def accepts(cls, url: str, status: int, content_type: str, head: bytes) -> bool:  # noqa: ARG003 — errors are ours too
        path = path_of(url)
        if found := _METHOD.fullmatch(path):
            return found.group(1) in cls.method
        is_other_method = path.startswith("/xrpc/") and not path.startswith(_OTHER_LISTS)
        if is_other_method or (b"app.bsky." not in head and b"did:plc:" not in head):
            return False
        opening = head.lstrip(b"\xef\xbb\xbf \t\r\n{")[:40]
        return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and opening.startswith(cls.first_keys)

    @property
    def query(self) -> Mapping[str, list[str]]:
        try:
            return parse_qs(urlsplit(str(self.response.url)).query)
        except ValueError:
            return {}

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        return f"The Bluesky account {ref.handle if ref else self.query.get('actor', ['of this page'])[0]}"

    def payload(self) -> Mapping[str, Any]:
        """The JSON answer; raises :class:`PageProblem` for errors and for anything that is no JSON object."""
        status = self.response.status or 200
        body = bytes(self.response.body)
        try:
            said = parse(body)
        except NotJsonError:
            raise problem_of(status, body, self.asked_for) from None
        answer = mapping(said)
        if status >= 400 or isinstance(answer.get("error"), str):
            raise self._problem(status, string(answer.get("error")) or "", string(answer.get("message")) or "")
        if not answer:
            raise self.changed("the answer is empty")
        return answer

    def _problem(self, status: int, error: str, message: str) -> PageProblem:
        """XRPC errors: a name in ``error``, a sentence in ``message``; most come with status 400."""
        words = (message or error)[:200].strip()
        detail = f" (“{words}”)" if words else ""
        said = f"{error} {message}".lower()
        if "deactivated" in said:
            return PageProblem(Outcome.GONE, f"{self.asked_for} is switched off by its owner{detail}.")
        if "takedown" in said or "taken down" in said or "suspended" in said:
            return PageProblem(Outcome.GONE, f"{self.asked_for} was taken down{detail}.")
        if "blockedactor" in said or "blockedbyactor" in said:
            sentence = f"{self.asked_for} does not show its posts to this reader{detail}."
            return PageProblem(Outcome.LOGIN_WALL, sentence, Reason.PERMISSION_MISSING)
        if status in (400, 404) and _NOT_FOUND.search(said):
            return PageProblem(
                Outcome.NOT_FOUND, f"{self.asked_for} does not exist{detail}; check the link in the list."
            )
        if status == 401 or "authmissing" in said or "authrequired" in said or "authenticationrequired" in said:
            sentence = f"{self.asked_for} is shown to signed-in people only{detail}."
            return PageProblem(Outcome.LOGIN_WALL, sentence, Reason.TOKEN_MISSING)
        if status == 501 or "notimplemented" in said or "notsupported" in said:
            sentence = f"{self.asked_for}: the server knows no such request{detail}; is its address an AppView's?"
            return PageProblem(Outcome.ERROR, sentence, Reason.NOT_SUPPORTED)
        if status >= 400 and status != 400:
            return problem_of(status, b"", self.asked_for)
        return PageProblem(Outcome.ERROR, f"{self.asked_for} answered with an error{detail}.", Reason.HTTP_ERROR)

    def changed(self, what: str) -> PageProblem:
        return PageProblem(
            Outcome.LAYOUT_CHANGED, f"{self.asked_for}: {what}; the server answers in a way we do not know."
        )


def url_names(url: str, methods: Sequence[str]) -> bool:
    """Whether an address is that of one of these methods."""
    found = _METHOD.fullmatch(path_of(url))
    return found is not None and found.group(1) in methods
