"""What the JSON interfaces of self-hosted networks have in common: whose server answered, and what an error means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.items import Outcome, Reason
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.reading.dates import Moment
from crawler.reading.jsonvalue import NotJsonError, parse
from crawler.reading.text import clean
from crawler.reading.urls import site_host

_SIGN_IN = re.compile(r"not[ _]logged[ _]in|log ?in\b|sign ?in\b|credential|authenti|access token|is[ _]private|denied")
_NOT_FOUND = re.compile(r"not[ _-]?found|could(?:n'?t|nt| not)[ _]find|no such|no_such|does not exist")
_TOO_MANY = re.compile(r"rate[ _]?limit|too many")


class HostedPage(PlatformPage):
    """A JSON answer of some server; sentences begin with :attr:`asked_for`."""

    @property
    def host(self) -> str:
        """The server that was asked."""
        ref = self.capture.account
        if ref is not None and ref.platform == self.platform:
            return ref.host
        return host_in(str(self.response.url)) or ""

    @property
    def asked_for(self) -> str:
        ref = self.capture.account
        name = ref.handle.partition("@")[0] if ref is not None else ""
        return f"The account {name}@{self.host}" if ref is not None else f"The page on {self.host}"

    def error_in(self, said: Any) -> str | None:
        """The words of an error answer, ``None`` when ``said`` is none."""
        raise NotImplementedError

    def payload(self) -> Any:
        """The JSON answer. Raises :class:`PageProblem` for errors and for anything that is no JSON."""
        status, body = self.response.status or 200, bytes(self.response.body)
        try:
            said = parse(body)
        except NotJsonError:
            raise problem_of(status, body, self.asked_for) from None
        words = self.error_in(said)
        if status >= 400 or words is not None:
            raise self._problem(status, " ".join(clean(words or "")[:200].split()))
        return said

    def moved(self, what: str) -> PageProblem:
        """The answer is understood no more."""
        return PageProblem(
            Outcome.LAYOUT_CHANGED, f"{self.asked_for}: {what}; the server answers in a way we do not know."
        )

    def _problem(self, status: int, words: str) -> PageProblem:
        detail, said = f" (“{words}”)" if words else "", words.lower()
        if status == 429 or _TOO_MANY.search(said):
            sentence = f"{self.asked_for}: too many requests{detail}; tried again later."
            return PageProblem(Outcome.ERROR, sentence, Reason.RATE_LIMITED)
        if status == 404 or (status < 500 and _NOT_FOUND.search(said)):
            sentence = f"{self.asked_for} does not exist{detail}; check the link in the list."
            return PageProblem(Outcome.NOT_FOUND, sentence)
        if status in (401, 403) or (status < 500 and _SIGN_IN.search(said)):
            reason = Reason.PERMISSION_MISSING if status == 403 else Reason.TOKEN_MISSING
            return PageProblem(
                Outcome.LOGIN_WALL, f"{self.asked_for} is shown to signed-in people only{detail}.", reason
            )
        if status >= 400 and not words:
            return problem_of(status, b"", self.asked_for)
        if status == 410:
            return PageProblem(Outcome.GONE, f"{self.asked_for} was removed{detail}.")
        return PageProblem(Outcome.ERROR, f"{self.asked_for} answered with an error{detail}.", Reason.HTTP_ERROR)


def base_of(ref: AccountRef, base_urls: Mapping[str, str]) -> str:
    """Scheme and server to ask, without a trailing slash: the configured one, else the account's own."""
    configured = base_urls.get(ref.platform)
    if configured:
        return configured.rstrip("/")
    parts = urlsplit(ref.url)
    # the host names the server without www., which it may need to answer
    netloc = parts.netloc if parts.netloc.lower().removeprefix("www.") == ref.host else ref.host
    return f"{parts.scheme or 'https'}://{netloc}"


def name_of(ref: AccountRef) -> str:
    """The handle without the home server."""
    return ref.handle.removesuffix(f"@{ref.host}")


def host_in(address: str | None) -> str | None:
    """``name[:port]`` of an address, ``None`` where it is none."""
    try:
        return site_host(address or "")
    except ValueError:
        return None


def query_of(url: str) -> dict[str, str]:
    """Parameters of an address, the last of each name."""
    try:
        return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    except ValueError:
        return {}


def with_query(url: str, **changes: str | None) -> str:
    """``url`` with parameters set, or taken away by ``None``; without its fragment."""
    parts = urlsplit(url)
    kept = {name: value for name, value in (query_of(url) | changes).items() if value is not None}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), ""))


def published(moment: Moment | None, said: object) -> dict[str, Any]:
    """The fields of a post that say when it was published; ``said`` is what the answer says."""
    is_exact = moment is not None and moment.precision == "second"
    return {
        "published_at": moment.at if moment else None,
        "published_precision": moment.precision if moment else None,
        "published_text": None if is_exact or said is None else clean(str(said))[:100],
    }
