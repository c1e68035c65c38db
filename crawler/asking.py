"""One request of a visit: asked through the crawl, answered, read in a worker; whatever goes wrong is in the answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from typing import Any, Protocol

from attrs import define, evolve, field, frozen
from scrapy import Request
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.archive import request_key
from crawler.batches import LinesBatch, PageBatch, VisitBatch
from crawler.door import ACCESS_TO, Bill, Door
from crawler.extraction import PageReading, PageTask
from crawler.failures import Problem, Refused, explain, explain_status
from crawler.items import NextRequest, Outcome, RequestKind
from crawler.landing import Envelope
from crawler.pages.base import Access, AccountRef
from crawler.plan import PlannedAccount, posts_to_read
from crawler.platforms import FACTS

Batch = PageBatch | LinesBatch | VisitBatch

ASKED_AS = "asked_as"
"""Request meta: what the visit expects of the answer."""
_NOT_MODIFIED = 304


class Ways(Protocol):
    """What a visit needs from the crawl it is part of."""

    crawl_id: str
    base_urls: dict[str, str]
    source: str
    """As in :class:`~crawler.landing.Envelope`."""

    def now(self) -> datetime: ...
    def sitemaps(self, url: str) -> tuple[str, ...]:
        """What robots.txt of the host of ``url`` names."""

    def width(self, url: str) -> int:
        """Requests that may be on their way to the host of ``url`` at once for one account."""

    def pause(self, url: str, until: datetime) -> None:
        """Ask the host of ``url`` nothing more before ``until``, in this crawl and in the next."""

    async def download(self, request: Request) -> Response: ...
    async def read(self, task: PageTask) -> PageReading: ...
    async def emit(self, batch: Batch) -> None: ...


_NOTHING = PageReading(record=b"", sha256="")


@frozen(kw_only=True)
class Answer:
    """One request's end: what was read, or why there is nothing."""

    batch: PageBatch | None = None
    reading: PageReading = _NOTHING
    problem: Problem | None = None
    is_read: bool = False
    is_unchanged: bool = False
    """The server said that nothing is new since the visit that reached everything."""


@define(kw_only=True)
class Asking:
    """Asks for one account, each address once a visit."""

    account: PlannedAccount
    ways: Ways
    door: Door | None = None
    is_survey: bool = False
    """Listings are wanted as they are, changed or not."""
    ref: AccountRef = field(init=False)
    """What pages are told of the account; the visit adds what it learns."""
    page_count: int = field(init=False, default=0)
    """Answers that came."""
    unchanged_count: int = field(init=False, default=0)
    """Of them, those that said that nothing has changed."""
    _validators: dict[str, dict[str, str]] = field(init=False)
    _requested: set[tuple[str, str, bytes, bool]] = field(init=False, factory=set)

    def __attrs_post_init__(self) -> None:
        account = self.account
        self.ref = AccountRef(
            platform=account.platform,
            host=account.host,
            handle=account.handle,
            url=account.account_key,
            native_account_id=account.native_account_id,
            software=account.software,
            access=self._access(),
        )
        self._validators = {}
        for each in account.validators:
            headers = {"If-None-Match": each.etag, "If-Modified-Since": each.last_modified}
            self._validators[each.url] = {name: value for name, value in headers.items() if value}

    def _access(self) -> Access | None:
        if self.door is None:
            return None
        if not self.door.counts_posts:
            return self.door.access
        return evolve(self.door.access, page_size=posts_to_read(self.account, self.ways.now()))

    @property
    def asked_urls(self) -> Iterable[str]:
        """Every address that was asked for."""
        return (url for _, url, _, _ in self._requested)

    async def answer(
        self,
        asked: NextRequest,
        *,
        listed: bytes | None = None,
        native_id: str | None = None,
        is_recount: bool = False,
        listing: tuple[bytes, ...] = (),
    ) -> Answer:
        """Ask, and read what comes; whatever goes wrong is in the answer."""
        # the account's own page may turn out to be one of its posts
        key = (asked.method, asked.url, asked.body, asked.kind == RequestKind.CANDIDATE)
        if key in self._requested:
            return Answer()
        self._requested.add(key)
        try:
            async with self._admitted(asked) as bill:
                aims = {"listed": listed, "native_id": native_id, "is_recount": is_recount, "listing": listing}
                answer = await self._ask(bill, aims)
                bill.problem = answer.problem
                return answer
        except Refused as refusal:
            return Answer(problem=Problem(*explain(refusal)))

    def _admitted(self, asked: NextRequest) -> AbstractAsyncContextManager[Bill]:
        return self.door.admitted(asked) if self.door is not None else nullcontext(Bill(asked))

    async def _ask(self, bill: Bill, aims: Mapping[str, Any]) -> Answer:
        """``aims``: fields of the :class:`~crawler.extraction.PageTask` that say what the answer is for."""
        asked = bill.request
        headers = {**asked.headers, **self._conditions(asked)}
        meta: dict[str, Any] = {ACCESS_TO: self.door.platform} if self.door is not None else {}
        meta[ASKED_AS] = asked.kind
        request = Request(
            asked.url, NO_CALLBACK, asked.method, headers=headers, body=asked.body, meta=meta, dont_filter=True
        )
        try:
            response = await self.ways.download(request)
        except Refused as refusal:
            bill.used_units = 0
            return Answer(problem=Problem(*explain(refusal)))
        except Exception as error:
            return Answer(problem=Problem(*explain(error)))
        fetched_at = self.ways.now()
        self.page_count += 1
        if response.status == _NOT_MODIFIED:
            bill.used_units = 0
            self.unchanged_count += 1
            batch = self._batch(response, fetched_at, Outcome.UNCHANGED)
            batch.etag = batch.etag or headers.get("If-None-Match")
            batch.last_modified = batch.last_modified or headers.get("If-Modified-Since")
            return Answer(batch=batch, is_unchanged=True)
        aims = {**aims, "asked_as": asked.kind, "thread": asked.thread}
        aims["asked"] = request_key(asked.method, asked.url, asked.body)
        reading = await self._read(response, fetched_at, aims)
        # only answers that bring something are charged for
        bill.used_units = 0 if response.status >= 400 else reading.used_units
        if reading.pause_until is not None:
            self.ways.pause(response.url, reading.pause_until)
        problem = self._problem_of(reading, response)
        short = reading.shortcoming
        outcome = problem.outcome if problem is not None else short.outcome if short is not None else Outcome.COMPLETE
        batch = self._batch(response, fetched_at, outcome, reading)
        if problem is not None:
            return Answer(batch=batch, problem=problem)
        return Answer(batch=batch, reading=reading, is_read=True)

    async def _read(self, response: Response, fetched_at: datetime, aims: Mapping[str, Any]) -> PageReading:
        return await self.ways.read(
            PageTask(
                url=response.url,
                status=response.status,
                headers=_text_headers(response),
                body=response.body,
                fetched_at=fetched_at,
                account=self.ref,
                crawl_id=self.ways.crawl_id,
                base_urls=self.ways.base_urls,
                since=self.account.horizon_at,
                sitemaps=self.ways.sitemaps(response.url),
                source=self.ways.source,
                **aims,
            )
        )

    def _conditions(self, asked: NextRequest) -> dict[str, str]:
        """Only for listings: what a profile or a post page says is wanted even when it says the same as before. What is
        asked by POST has its question in the body: the address alone does not tell which answer is known. A survey
        wants to see the listing itself."""
        if asked.kind != RequestKind.LISTING or asked.method != "GET" or self.is_survey:
            return {}
        if any(post.is_due for post in self.account.known_posts):
            return {}
        return self._validators.get(asked.url, {})

    def _problem_of(self, reading: PageReading, response: Response) -> Problem | None:
        if reading.problem is not None:
            return Problem(reading.problem.outcome, reading.problem.reason, reading.problem.message)
        if reading.is_recognised:
            return None
        if response.status >= 400:
            return Problem(*explain_status(response.status, response.url))
        label = FACTS[self.account.platform].label
        return Problem(
            Outcome.LAYOUT_CHANGED,
            None,
            f"{response.url} is no page of {label} as we know them; open it in a browser to see.",
        )

    def _batch(
        self, response: Response, fetched_at: datetime, outcome: Outcome, reading: PageReading | None = None
    ) -> PageBatch:
        return PageBatch(
            envelope=self.envelope(fetched_at),
            url=response.url,
            status=response.status,
            outcome=outcome,
            byte_count=len(response.body),
            record=reading.record if reading is not None else b"",
            sha256=reading.sha256 if reading is not None else None,
            parser_version=reading.parser_version if reading is not None else None,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )

    def envelope(self, moment: datetime) -> Envelope:
        return Envelope(
            crawl_id=self.ways.crawl_id,
            observed_at=moment,
            source=self.ways.source,
            account_key=self.account.account_key,
            platform=self.account.platform,
            host=self.account.host,
        )


def _text_headers(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value is not None else None
