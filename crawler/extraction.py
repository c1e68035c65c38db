"""Reads pages in worker processes that can be killed, so that no hostile page stops a crawl.

What is costly a page happens in the worker: routing, the page object, the landing lines and the compressed archive
record. Back comes what navigation needs, and bytes that only have to be written.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from multiprocessing import connection
from typing import Any

import psutil
from attrs import evolve, field, frozen
from pebble import ProcessExpired
from web_poet import HttpResponse

from crawler.archive import response_record
from crawler.items import Metrics, NextRequest, Outcome, Post, PostList, Precision, Reason, RequestKind, Role, Thread
from crawler.landing import Envelope, absence_line, metrics_line, post_lines, profile_line, replies_line, site_line
from crawler.pages import page_classes, page_for
from crawler.pages.base import AccountRef, Capture, PageProblem, PlatformPage
from crawler.reading.main_text import prepare
from crawler.reading.text import clean
from crawler.reading_processes import ReadingProcesses

logger = logging.getLogger(__name__)

WHAT_READS = "crawler.pages_loaded"
"""The module that loads all that a process needs for reading pages."""
_HEAD_BYTES = 4_096
_MESSAGE_LENGTH = 600
_OUT_OF_MEMORY = 70
"""Exit code of a worker that gave up for want of memory."""
_WATCH_SECONDS = 0.5
_SITEMAPS_AT_MOST = 50
"""Noted with a record; a visit reads no more of them."""
_QUEUED_PER_WORKER = 3
"""Pages handed over at once, so that bodies do not pile up and no page waits long behind a hung one."""


def software_version() -> str:
    try:
        return f"rivalscope/{version('rivalscope')}"
    except PackageNotFoundError:
        return "rivalscope/0"


@frozen(kw_only=True)
class PageTask:
    """One response to be read."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    account: AccountRef
    crawl_id: str
    base_urls: Mapping[str, str] = field(factory=dict)
    listed: bytes | None = None
    """The post's entry in the listing that led here, as :attr:`ReadPost.listed` gave it."""
    native_id: str | None = None
    """Under which the one post of this page is known, whatever address the page gives itself."""
    is_recount: bool = False
    """The post was landed from listing and page together, and this is the page alone: only its counts are news."""
    listing: tuple[bytes, ...] = ()
    """Posts that this response completes, as :attr:`ReadPost.listed` gave them."""
    asked_as: RequestKind | None = None
    since: datetime | None = None
    sitemaps: tuple[str, ...] = ()
    thread: Thread | None = None
    """These four as :class:`~crawler.pages.base.Capture` has them."""
    asked: str = ""
    """The request (:func:`crawler.archive.request_key`), which a redirect may have led elsewhere."""
    source: str = "crawl"
    """As in :class:`~crawler.landing.Envelope`."""


@frozen(kw_only=True)
class ReadPost:
    """What navigation needs to know of one post, and its landing lines."""

    native_id: str
    url: str | None
    published_at: datetime | None
    is_pinned: bool
    lines: bytes
    comment_count: int | None = None
    is_own: bool = True
    """The account's own words: an original or a quote."""
    is_dated_roughly: bool = False
    """``published_at`` comes from "3 weeks ago": good enough for the horizon, not for a post's place among others."""
    listed: bytes | None = None
    """Set when the page also proposes a request that completes this post: the post, to be merged with its answer."""


@frozen(kw_only=True)
class PageProblemFound:
    """A :class:`PageProblem`, or what stopped the worker."""

    outcome: Outcome
    reason: Reason | None
    message: str


@frozen(kw_only=True)
class PageReading:
    """What one response gave."""

    record: bytes
    """The WARC record."""
    sha256: str
    parser_version: str | None = None
    is_recognised: bool = True
    """Whether a page object of the account's platform knows such a page."""
    posts: tuple[ReadPost, ...] = ()
    other_lines: bytes = b""
    """Landing lines of the profile, of absences and of answered comments."""
    site_lines: bytes = b""
    """Landing lines of how ready the page is to be shared."""
    native_account_id: str | None = None
    stated_post_count: int | None = None
    """Posts that the account has by its own profile on this page."""
    next_requests: tuple[NextRequest, ...] = ()
    flags: tuple[str, ...] = ()
    is_index: bool = False
    """See :attr:`~crawler.items.PostList.is_index`."""
    end_note: str | None = None
    remark: str | None = None
    moved_to: str | None = None
    software: str | None = None
    is_detour: bool = False
    """These five as in :class:`~crawler.items.PostList`."""
    shortcoming: PageProblemFound | None = None
    """The page was read, but only in part, or it is a wall that still says something."""
    is_whole: bool = False
    expected_count: int | None = None
    same_as: tuple[str, ...] = ()
    problem: PageProblemFound | None = None
    used_units: int | None = None
    """As in :class:`~crawler.items.PostList`."""
    pause_until: datetime | None = None
    """Before which the host wants no further request; good answers and problems say it."""


Reader = Callable[[PageTask], PageReading]
"""What a worker does with a page; a function that can be imported by name."""


def read_page(task: PageTask) -> PageReading:
    """Route, read and encode one page; runs in a worker. Never raises but for want of memory."""
    record = _record(task)
    sha256 = hashlib.sha256(task.body).hexdigest()
    page_class: type[PlatformPage] | None = None
    try:
        page_class = _route(task)
        if page_class is None:
            return PageReading(record=record, sha256=sha256, is_recognised=False)
        capture = Capture(
            fetched_at=task.fetched_at,
            account=task.account,
            base_urls=task.base_urls,
            listed=_listed(task),
            listing=tuple(pickle.loads(each) for each in task.listing),  # noqa: S301 - as in _listed
            asked_as=task.asked_as,
            since=task.since,
            sitemaps=task.sitemaps,
            thread=task.thread,
        )
        response = HttpResponse(task.url, task.body, status=task.status, headers=task.headers)
        items = page_class(response, capture).read()
        reading = _encode(items, task)
    except PageProblem as found:
        problem = PageProblemFound(outcome=found.outcome, reason=found.reason, message=_one_sentence(found.message))
        reading = {"problem": problem, "pause_until": found.pause_until}
    except MemoryError:
        raise
    except Exception as error:
        logger.exception("%s could not be read", task.url)
        reading = {"problem": _crashed(task.url, f"{type(error).__name__}: {error}")}
    parser_version = f"{page_class.__name__ if page_class else 'none'}/{software_version()}"
    return PageReading(record=record, sha256=sha256, parser_version=parser_version, **reading)


def _record(task: PageTask, **more: int) -> bytes:
    is_of_listing = task.asked_as in (RequestKind.PROFILE, RequestKind.LISTING)
    return response_record(
        task.url,
        task.status,
        task.headers,
        task.body,
        task.fetched_at,
        asked=task.asked,
        sitemaps=task.sitemaps[:_SITEMAPS_AT_MOST] if is_of_listing else (),
        **more,
    )


def _route(task: PageTask) -> type[PlatformPage] | None:
    headers = {name.lower(): value for name, value in task.headers}
    content_type, head = headers.get("content-type", ""), task.body[:_HEAD_BYTES]
    return page_for(task.url, task.status, content_type, head, task.account.platform)


def _listed(task: PageTask) -> Post | None:
    if task.listed is not None:
        listed: Post = pickle.loads(task.listed)  # noqa: S301 - made by a worker of this crawl, in _read_post
        return listed
    if task.is_recount and task.native_id is not None:
        # says no more than that this is a post's page, and whose
        account = task.account
        return Post(platform=account.platform, host=account.host, native_id=task.native_id, account=account.handle)
    return None


def _encode(items: PostList, task: PageTask) -> dict[str, Any]:
    account = task.account
    envelope = Envelope(
        crawl_id=task.crawl_id,
        observed_at=task.fetched_at,
        source=task.source,
        account_key=account.url,
        platform=account.platform,
        host=account.host,
    )
    posts = items.posts
    if task.native_id is not None and len(posts) == 1:
        # a post looked at by itself was observed, counts or not
        posts = (evolve(posts[0], native_id=task.native_id, metrics=posts[0].metrics or Metrics()),)
    asked = {request.native_id for request in items.next_requests if request.kind == RequestKind.POST}
    if any(request.kind == RequestKind.COUNTS for request in items.next_requests):
        asked |= {post.native_id for post in posts}
    other = [profile_line(items.profile, envelope)] if items.profile is not None else []
    other += [absence_line(absence, envelope) for absence in items.absences]
    other += [replies_line(replies, envelope) for replies in items.replies]
    return {
        "posts": tuple(
            _read_post(post, envelope, is_listed=post.native_id in asked, is_recount=task.is_recount) for post in posts
        ),
        "other_lines": b"".join(other),
        "site_lines": b"".join(site_line(page, envelope) for page in items.site_pages),
        "native_account_id": items.native_account_id if items.profile is None else items.profile.native_account_id,
        "stated_post_count": items.profile.post_count if items.profile is not None else None,
        "next_requests": items.next_requests,
        "flags": items.flags,
        "used_units": items.used_units,
        "pause_until": items.pause_until,
        "is_index": items.is_index,
        "end_note": items.end_note,
        "remark": items.remark,
        "moved_to": items.moved_to,
        "software": items.software,
        "is_detour": items.is_detour,
        "shortcoming": _shortcoming(items, task.url),
        "is_whole": items.is_whole,
        "expected_count": items.expected_count,
        "same_as": items.same_as,
    }


def _shortcoming(items: PostList, url: str) -> PageProblemFound | None:
    if items.problem_outcome is None:
        return None
    why = f" ({', '.join(items.flags)})" if items.flags else ""
    message = items.problem_message or f"{url} could be read only in part{why}."
    return PageProblemFound(outcome=items.problem_outcome, reason=items.problem_reason, message=message)


def _read_post(post: Post, envelope: Envelope, *, is_listed: bool, is_recount: bool) -> ReadPost:
    return ReadPost(
        native_id=post.native_id,
        url=post.url,
        published_at=post.published_at,
        is_pinned=post.is_pinned,
        comment_count=post.metrics.comment_count if post.metrics is not None else None,
        is_own=post.role in (Role.ORIGINAL, Role.QUOTE),
        is_dated_roughly=post.published_precision == Precision.RELATIVE,
        lines=metrics_line(post, envelope) if is_recount else post_lines(post, envelope),
        listed=pickle.dumps(post, pickle.HIGHEST_PROTOCOL) if is_listed else None,
    )


def _one_sentence(message: str) -> str:
    """A problem quotes what the site said, which may be anything."""
    return " ".join(clean(message).split())[:_MESSAGE_LENGTH]


def _crashed(url: str, why: str) -> PageProblemFound:
    return PageProblemFound(
        outcome=Outcome.SUSPECT,
        reason=Reason.EXTRACTION_CRASHED,
        message=f"Reading {url} failed ({why}); the page is kept in the archive.",
    )


# --- the worker process ---


def start_reading(memory_bytes: int) -> None:
    """How a process begins that reads pages and may take ``memory_bytes`` more than it has now."""
    # the default action ends a process even while a hostile page keeps it inside C code
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    page_classes()  # imported now, before the first page's clock starts
    prepare()
    limit = psutil.Process().memory_info().vms + memory_bytes
    watched = None if _limit_address_space(limit) else psutil.Process().memory_info().rss + memory_bytes
    threading.Thread(target=_watch, args=(watched,), daemon=True, name="watch").start()


def _limit_address_space(limit: int) -> bool:
    """Whether the system lets this process bound its own memory (macOS does not)."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    except (ImportError, ValueError, OSError):
        return False
    return True


def _watch(rss_limit: int | None) -> None:
    """Ends this process when its parent is gone, or when it grows past ``rss_limit`` bytes."""
    parent = multiprocessing.parent_process()
    process = psutil.Process()
    while parent is not None:
        if connection.wait([parent.sentinel], timeout=_WATCH_SECONDS if rss_limit else None):
            os._exit(0)
        if rss_limit is not None and process.memory_info().rss > rss_limit:
            os._exit(_OUT_OF_MEMORY)


def _read_in_worker(reader: Reader, task: PageTask) -> PageReading:
    try:
        return reader(task)
    except MemoryError:
        # what a failed allocation leaves behind is not worth keeping: a fresh worker takes over
        os._exit(_OUT_OF_MEMORY)


# --- the crawl's side ---


class Extraction:
    """A pool of extraction workers, awaitable from asyncio; close it.

    A page that hangs for ``timeout_seconds``, or ends its worker, is given up alone: its reading carries the problem
    and its archive record, and the other pages go on.
    """

    def __init__(
        self,
        workers: int = 2,
        timeout_seconds: float = 8.0,
        memory_mb: int = 350,
        max_tasks: int = 2_000,
        reader: Reader = read_page,
    ) -> None:
        self._reader = reader
        self._workers = workers
        self._timeout = timeout_seconds
        self._memory_bytes = memory_mb * 1024 * 1024
        self._max_tasks = max_tasks
        self._places = asyncio.Semaphore(workers * _QUEUED_PER_WORKER)
        self._processes = self._begin()

    async def read(self, task: PageTask) -> PageReading:
        """Read one page. Raises nothing but CancelledError."""
        async with self._places:
            processes = self._processes
            try:
                future = processes.call(self._timeout, _read_in_worker, self._reader, task)
                # a worker killed from outside while it held the pool's lock would leave the pool waiting for ever
                patience = 30 + self._timeout * (_QUEUED_PER_WORKER + 1)
                reading: PageReading = await asyncio.wait_for(asyncio.wrap_future(future), patience)
            except TimeoutError:
                if future.cancelled():
                    self._renew(processes)
                return self._given_up(task, Reason.QUARANTINED, f"took longer than {self._timeout:g} s to read")
            except ProcessExpired as expired:
                why = (
                    "needs too much memory" if expired.exitcode == _OUT_OF_MEMORY else "ended the process that read it"
                )
                return self._given_up(task, Reason.EXTRACTION_CRASHED, why)
            except (BrokenProcessPool, RuntimeError) as error:
                # pebble gives up a whole pool when an idle worker dies
                self._renew(processes)
                return self._given_up(task, Reason.EXTRACTION_CRASHED, f"could not be read ({error})")
            return reading

    def close(self) -> None:
        self._processes.close()

    def _begin(self) -> ReadingProcesses:
        return ReadingProcesses(
            self._workers, start_reading, self._memory_bytes, preload=WHAT_READS, max_tasks=self._max_tasks
        )

    def _renew(self, broken: ReadingProcesses) -> None:
        if self._processes is broken:
            self._processes = self._begin()
            broken.kill()

    def _given_up(self, task: PageTask, reason: Reason, why: str) -> PageReading:
        return PageReading(
            record=_record(task, level=1),
            sha256=hashlib.sha256(task.body).hexdigest(),
            problem=PageProblemFound(
                outcome=Outcome.SUSPECT,
                reason=reason,
                message=f"{task.url} {why}; it is kept in the archive and left out.",
            ),
        )
