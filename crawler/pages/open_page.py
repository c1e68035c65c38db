"""What the pages of networks share that answer anybody: what was asked, the answer as JSON, and whose server it was."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.items import Outcome, Reason
from crawler.pages.base import AccountRef, PageProblem, PlatformPage
from crawler.pages.walls import problem_of
from crawler.reading.charset import decode
from crawler.reading.counts import read_count
from crawler.reading.dates import Moment
from crawler.reading.feeds import Feed, feed_kind, read_feed
from crawler.reading.jsonvalue import NotJsonError, mapping, parse
from crawler.reading.text import clean
from crawler.reading.urls import path_of, site_host

_SIGN_IN = re.compile(r"not[ _]logged[ _]in|log ?in\b|sign ?in\b|credential|authenti|access token|is[ _]private|denied")
_NOT_FOUND = re.compile(
    r"not[ _-]?found|could(?:n'?t|nt| not)[ _]find|no such|no_such|does not exist|no (?:result|row) (?:was )?found"
)
_TOO_MANY = re.compile(r"rate[ _]?limit|too many")
_INSTANT = timedelta(seconds=1)


class OpenPage(PlatformPage):
    """One kind of answer of one such network. Sentences begin with :attr:`asked_for`."""

    network: ClassVar[str]
    """The network's name in sentences."""

    @property
    def url(self) -> str:
        return str(self.response.url)

    @property
    def path(self) -> str:
        return path_of(self.url)

    @property
    def query(self) -> Mapping[str, str]:
        return query_of(self.url)

    @property
    def status(self) -> int:
        return self.response.status or 200

    @property
    def body(self) -> bytes:
        return bytes(self.response.body)

    @property
    def ref(self) -> AccountRef | None:
        """The account on whose behalf the page was asked for, if it is one of this network."""
        ref = self.capture.account
        return ref if ref is not None and ref.platform == self.platform else None

    @property
    def asked_for(self) -> str:
        ref = self.ref
        return f"{ref.handle} on {self.network}" if ref else f"This answer of {self.network}"

    @cached_property
    def text(self) -> str:
        return decode(self.body, self.response.headers.get("Content-Type", "")).text

    def answer(self) -> Any:
        """The JSON answer; raises :class:`PageProblem` for an error, whichever way it is stated, and for no JSON."""
        try:
            said = parse(self.body)
        except NotJsonError:
            raise problem_of(self.status, self.body, self.asked_for) from None
        status = self.status if self.status >= 400 else self.stated_status(mapping(said))
        if status >= 400:
            raise self.refusal(status)
        return said

    def stated_status(self, said: Mapping[str, Any]) -> int:  # noqa: ARG002 — what a network's errors look like
        """The HTTP status that an answer states itself, for a saved error came with none; 200 for no error."""
        return 200

    def refusal(self, status: int) -> PageProblem:
        """What an error means that the interface states: unlike a page's, its 403 is about rights."""
        if status in (401, 403):
            sentence = f"{self.asked_for} is shown to signed-in people only ({status})."
            reason = Reason.TOKEN_MISSING if status == 401 else Reason.PERMISSION_MISSING
            return PageProblem(Outcome.LOGIN_WALL, sentence, reason)
        return problem_of(status, b"", self.asked_for)

    def feed(self) -> Feed:
        """The RSS feed; raises :class:`PageProblem` for an error status and for anything else."""
        if self.status >= 400:
            raise problem_of(self.status, self.body, self.asked_for)
        feed = read_feed(self.text) if feed_kind(self.text[:4_096]) == "rss" else None
        if feed is None:
            raise problem_of(200, self.body, self.asked_for)
        return feed

    def changed(self, what: str) -> PageProblem:
        return PageProblem(
            Outcome.LAYOUT_CHANGED, f"{self.asked_for}: {what}; it answers in a way that we do not know."
        )


class HostedPage(OpenPage):
    """An answer of a self-hosted network, whose ids mean something on one server only."""

    @property
    def host(self) -> str:
        """The account's home server, else the one that answered."""
        ref = self.ref
        return ref.host if ref is not None else host_or_none(self.url) or ""

    @property
    def asked_for(self) -> str:
        ref = self.ref
        return f"{ref.handle} on {self.host}" if ref else f"This answer of {self.network}"


class WordedPage(HostedPage):
    """An answer of an interface whose errors say in words what they mean, whatever their status."""

    def error_in(self, said: Any) -> str | None:
        """The words of an error answer; ``None`` for one that is no error."""
        raise NotImplementedError

    def answer(self) -> Any:
        try:
            said = parse(self.body)
        except NotJsonError:
            raise problem_of(self.status, self.body, self.asked_for) from None
        words = self.error_in(said)
        if self.status >= 400 or words is not None:
            raise self._problem(" ".join(clean(words or "")[:200].split()))
        return said

    def _problem(self, words: str) -> PageProblem:
        status, said = self.status, words.lower()
        detail = f" (“{words}”)" if words else ""
        if status == 429 or _TOO_MANY.search(said):
            sentence = f"{self.asked_for}: too many requests{detail}; tried again later."
            return PageProblem(Outcome.ERROR, sentence, Reason.RATE_LIMITED)
        if status == 404 or (status < 500 and _NOT_FOUND.search(said)):
            sentence = f"{self.asked_for} does not exist{detail}; check the link in the list."
            return PageProblem(Outcome.NOT_FOUND, sentence)
        if status in (401, 403) or (status < 500 and _SIGN_IN.search(said)):
            sentence = f"{self.asked_for} is shown to signed-in people only{detail}."
            reason = Reason.PERMISSION_MISSING if status == 403 else Reason.TOKEN_MISSING
            return PageProblem(Outcome.LOGIN_WALL, sentence, reason)
        if status == 410 or (status >= 400 and not words):
            return self.refusal(status)
        return PageProblem(Outcome.ERROR, f"{self.asked_for} answered with an error{detail}.", Reason.HTTP_ERROR)


def server_of(ref: AccountRef, base_urls: Mapping[str, str]) -> str:
    """Where an account's home server is asked, without a trailing slash: the configured address, else its own."""
    configured = base_urls.get(ref.platform)
    if configured:
        return configured.rstrip("/")
    parts = urlsplit(ref.url)
    # the host names the server without www., which it may need to answer
    netloc = parts.netloc if parts.netloc.removeprefix("www.") == ref.host else ref.host
    return f"{parts.scheme or 'https'}://{netloc}"


def query_of(url: str) -> dict[str, str]:
    """The query of an address, the last value of each name; empty where there is none or it is no address."""
    try:
        return dict(parse_qsl(urlsplit(url).query))
    except ValueError:
        return {}


def with_query(url: str, **changes: object) -> str:
    """The same address, with other values in its query; ``None`` takes one away."""
    parts = urlsplit(url)
    query = {name: value for name, value in (query_of(url) | changes).items() if value is not None}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))


def number_in(query: Mapping[str, str], name: str, default: int) -> int:
    """A page number or size as a query states it."""
    said = read_count(query.get(name))
    return said.value if said else default


def host_or_none(url: str | None) -> str | None:
    """``name[:port]`` of an address without ``www.``; ``None`` for what is none."""
    try:
        return site_host(url) if url else None
    except ValueError:
        return None


def published_fields(moment: Moment | None, said: object) -> dict[str, Any]:
    """The fields of a post that say when it was published; ``said`` is the date as the answer writes it."""
    is_exact = moment is not None and moment.precision == "second"
    return {
        "published_at": moment.at if moment else None,
        "published_precision": moment.precision if moment else None,
        "published_text": None if is_exact or said is None else clean(str(said))[:100],
    }


def edited_fields(moment: Moment | None, published: Moment | None) -> dict[str, Any]:
    """The fields that say whether a post was edited, by when its object was ``updated``: some servers write there when
    they stored what was just published."""
    is_edited = moment is not None and (published is None or moment.at - published.at >= _INSTANT)
    return {"edited_at": moment.at if moment and is_edited else None, "is_edited": is_edited}


def name_of(ref: AccountRef) -> str:
    """The handle without the home server."""
    return ref.handle.removesuffix(f"@{ref.host}")
