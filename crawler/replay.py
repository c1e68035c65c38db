"""Goes through a crawl again over its archive: the same visits and page objects, and no request.

What comes out are landing records as the crawl would have written them with the page objects of today, dated by the
original answers. With unchanged page objects they are the same, byte for byte but for their ``source``.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from pathlib import Path

from attrs import define, field, frozen
from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.answers_kept import KeptAnswer, KeptAnswers, archives_of
from crawler.asking import ASKED_AS, Batch
from crawler.batches import LinesBatch, PageBatch
from crawler.extraction import Extraction, PageReading, PageTask, Reader, read_page
from crawler.failures import Refused
from crawler.items import Outcome, Platform, RequestKind
from crawler.landing import LandingWriter
from crawler.plan import CrawlPlan, PlanError
from crawler.platforms import foretold, has_spider
from crawler.spiders.base import account_visit, open_doors

SOURCE = "reparse"
_NOT_KEPT = "The archive does not hold the answer to this request."


@define(kw_only=True)
class Replayed:
    """What going through crawls again came to."""

    crawl_count: int = 0
    page_count: int = 0
    """Answers that were read again."""
    passed_over_count: int = 0
    """Answers of the accounts' hosts that visits do not ask for today."""
    account_keys: set[str] = field(factory=set)
    unplanned: list[str] = field(factory=list)
    """Crawls whose pages are kept and whose plan is not, so that nobody knows what was asked for."""
    broken: list[str] = field(factory=list)
    """A sentence for each archive that breaks off."""


@frozen(kw_only=True)
class Wanted:
    """Which visits to go through again."""

    platform: Platform
    account_keys: Collection[str] | None = None
    """``None``: every account of the platform."""
    since: datetime | None = None


class ReplayedVisits:
    """What visits need (:class:`crawler.asking.Ways`), out of an archive."""

    def __init__(self, plan: CrawlPlan, answers: KeptAnswers, extraction: Extraction, writer: LandingWriter) -> None:
        self.crawl_id = plan.crawl_id
        self.base_urls = dict(plan.base_urls)
        self.source = SOURCE
        self._answers = answers
        self._extraction = extraction
        self._writer = writer
        self._now = plan.now
        self._answer: KeptAnswer | None = None
        self._asked_as: RequestKind | None = None

    def now(self) -> datetime:
        """When the newest answer came."""
        return self._now

    def sitemaps(self, url: str) -> tuple[str, ...]:  # noqa: ARG002 - of the answer that is being read
        return self._answer.sitemaps if self._answer is not None else ()

    def width(self, url: str) -> int:  # noqa: ARG002
        """One after the other: an answer's time is the clock."""
        return 1

    def pause(self, url: str, until: datetime) -> None:
        """Nobody is asked."""

    async def download(self, request: Request) -> Response:
        """The kept answer. Raises :class:`~crawler.failures.Refused` where there is none."""
        self._asked_as = request.meta[ASKED_AS]
        self._answer = self._answers.take(request.method, request.url, request.body)
        if self._answer is None:
            raise Refused(Outcome.ERROR, None, _NOT_KEPT, "")
        kept = self._answer.captured
        self._now = kept.fetched_at
        headers = Headers()
        for name, value in kept.headers:
            headers.appendlist(name, value)
        return Response(kept.url, kept.status, headers, kept.body)

    async def read(self, task: PageTask) -> PageReading:
        return await self._extraction.read(task)

    async def emit(self, batch: Batch) -> None:
        """Land what a kept answer gave; how the visit ended is known from the crawl."""
        if isinstance(batch, PageBatch) and self._answer is not None:
            batch.warc_file, batch.warc_offset = self._answer.file_name, self._answer.offset
            self._writer.write(batch.page_line() + batch.lines)
        elif isinstance(batch, LinesBatch) and self._asked_as != RequestKind.COUNTS:
            # answers with other people's comments are not kept, and posts without the counts in them are not news
            self._writer.write(batch.lines)


def replay(
    plans: Path,
    archive: Path,
    writer: LandingWriter,
    wanted: Wanted,
    *,
    reader: Reader = read_page,
    on_crawl: Callable[[str], None] = lambda _: None,
) -> Replayed:
    """Go through every crawl again whose plan and pages are kept, the oldest first.

    ``on_crawl`` is called with each crawl's id. Raises :class:`~crawler.landing.LandingError`.
    """
    done = Replayed()
    asyncio.run(_replay(plans, archive, writer, wanted, done, reader, on_crawl))
    return done


async def _replay(
    plans: Path,
    archive: Path,
    writer: LandingWriter,
    wanted: Wanted,
    done: Replayed,
    reader: Reader,
    on_crawl: Callable[[str], None],
) -> None:
    extraction = Extraction(reader=reader)
    try:
        for crawl_id in _crawls_kept(archive):
            plan = _plan(plans / f"{crawl_id}.json")
            if plan is None:
                done.unplanned.append(crawl_id)
                continue
            if wanted.since is None or plan.now >= wanted.since:
                on_crawl(crawl_id)
                await _replay_crawl(plan, archives_of(archive, crawl_id), extraction, writer, wanted, done)
    finally:
        extraction.close()


async def _replay_crawl(
    plan: CrawlPlan,
    paths: Sequence[Path],
    extraction: Extraction,
    writer: LandingWriter,
    wanted: Wanted,
    done: Replayed,
) -> None:
    accounts = [
        each
        for each in plan.accounts
        if each.platform == wanted.platform
        and has_spider(each.platform)
        and (wanted.account_keys is None or each.account_key in wanted.account_keys)
    ]
    if not accounts:
        return
    answers = KeptAnswers(paths)
    loader = get_spider_loader(Settings({"SPIDER_MODULES": ["crawler.spiders"]}))
    with tempfile.TemporaryDirectory(prefix="rivalscope-") as ledgers:
        ways = ReplayedVisits(plan, answers, extraction, writer)
        # what was paid for then is counted on paper that is thrown away
        doors = open_doors(plan, ledgers, ways.now)
        for account in accounts:
            door = doors.get(account.platform)
            wall = foretold(account.platform, has_access=door is not None)
            await account_visit(account, ways, loader, door=door, wall=wall).run()
    done.crawl_count += 1
    done.page_count += answers.taken_count
    done.account_keys |= {each.account_key for each in accounts}
    done.broken += answers.broken


def _crawls_kept(archive: Path) -> list[str]:
    """Ids of crawls that have a WARC file, the oldest first."""
    return sorted({"-".join(path.name.removesuffix(".warc.gz").split("-")[:2]) for path in archive.glob("*.warc.gz")})


def _plan(path: Path) -> CrawlPlan | None:
    try:
        return CrawlPlan.from_json(path.read_text(encoding="utf-8"))
    except (OSError, PlanError, UnicodeDecodeError):
        return None
