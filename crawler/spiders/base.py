"""What every spider is: it visits the accounts of a plan, each by :class:`~crawler.visit.AccountVisit`.

A platform's spider only says its name and what is particular to walking there. Pages are downloaded by Scrapy, read in
the extraction workers and handed to the pipelines; nothing is parsed in the reactor.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

import scrapy
from attrs import frozen
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader

from crawler.asking import Batch, Ways
from crawler.batches import VisitBatch
from crawler.door import Door
from crawler.extraction import Extraction, PageReading, PageTask, Reader, read_page
from crawler.items import Platform, Reason, Visit
from crawler.landing import Envelope
from crawler.links import LinkError, recognise
from crawler.metering import Meter, ledger_path
from crawler.network.hosts import host_changed, registry_of
from crawler.pages.base import Access
from crawler.pauses import note
from crawler.plan import CrawlPlan, ListedAccount, PlanError, PlannedAccount, make_plan
from crawler.platforms import FACTS, foretold, has_spider
from crawler.survey import Survey
from crawler.visit import AccountVisit

_WAITING_BATCHES = 64
"""Pages read but not written yet, before visits wait for the disk."""
_OWN_HOST_WIDTH = 8


class PlatformSpider(scrapy.Spider):
    """Arguments: ``plan=FILE`` (a crawl plan), or ``account=URL``: one account, nothing known of earlier crawls."""

    platform: ClassVar[Platform | None] = None
    """Whose accounts of the plan are visited; ``None`` = all."""
    counts_stand_in_listing: ClassVar[bool] = True
    """See :class:`~crawler.visit.AccountVisit`."""
    lists_in_order: ClassVar[bool] = True
    """What public pages list runs from the newest post back; official interfaces always do."""

    def __init__(self, plan: CrawlPlan, mistake: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.crawl_id = plan.crawl_id
        self.base_urls = dict(plan.base_urls)
        self.source = "crawl"
        self.failure = ""
        """Why the crawl had to end early: one sentence for a person."""
        self.is_interrupted = False
        self.mistake = mistake
        """What is wrong with the arguments: one sentence; nothing is crawled then."""
        self._begun = time.monotonic()
        self._batches: asyncio.Queue[Batch | None] = asyncio.Queue(_WAITING_BATCHES)
        self._visits: list[asyncio.Task[None]] = []
        self._doors: dict[Platform, Door] = {}
        self._extraction: Extraction | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, plan: str = "", account: str = "", **kwargs: Any) -> Self:
        chosen, mistake = _plan_from_arguments(crawler, cls.platform, plan, account)
        settings = {
            "CRAWL_ID": chosen.crawl_id,
            "CONTACT": chosen.contact,
            "OWN_HOSTS": list(chosen.own_hosts),
            "PAGE_BUDGET": chosen.page_budget,
            "MIN_DELAY_SECONDS": chosen.min_delay_seconds,
            "HOST_STATES": [
                {"host": each.host, "retry_after_at": each.retry_after_at, "error_streak": each.error_streak}
                for each in chosen.hosts
            ],
        }
        for name, value in settings.items():
            crawler.settings.set(name, value, priority="spider")
        spider = super().from_crawler(crawler, plan=chosen, mistake=mistake, **kwargs)
        assert isinstance(spider, cls)  # noqa: S101 - Scrapy types it as any spider
        crawler.signals.connect(spider.note_pause, signal=host_changed)
        return spider

    @property
    def accounts(self) -> list[PlannedAccount]:
        return [each for each in self.plan.accounts if self.platform in {None, each.platform}]

    async def start(self) -> AsyncIterator[Batch]:
        """Every batch of every visit, as they come."""
        if self.mistake or self.failure:
            self.logger.error(self.mistake or self.failure)
            raise CloseSpider("usage" if self.mistake else "failure")
        settings = self.settings
        self._loader = get_spider_loader(settings)
        self._extraction = Extraction(
            workers=settings.getint("EXTRACTION_WORKERS"),
            timeout_seconds=settings.getfloat("EXTRACTION_TIMEOUT_SECONDS"),
            memory_mb=settings.getint("EXTRACTION_MEMORY_MB"),
            reader=self.reads_with(),
        )
        self._doors = open_doors(self.plan, self.plan.usage_dir, self.now)
        self._visits = [asyncio.create_task(self._visit(account)) for account in self.accounts]
        ending = asyncio.create_task(self._end_when_all_are_done())
        while (batch := await self._batches.get()) is not None:
            yield batch
        await ending

    def reads_with(self) -> Reader:
        """What the extraction workers do with a page."""
        return read_page

    def interrupt(self, failure: str = "") -> None:
        """End all visits now; each still says how far it came."""
        self.failure = self.failure or failure
        self.is_interrupted = True
        for visit in self._visits:
            visit.cancel()

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy calls it so
        if self._extraction is not None:
            self._extraction.close()

    # --- what visits need (crawler.asking.Ways) ---

    def now(self) -> datetime:
        """The plan's clock."""
        return self.plan.now + timedelta(seconds=time.monotonic() - self._begun)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        robots = registry_of(self.crawler).robots(url)
        return robots.sitemaps if robots is not None else ()

    def width(self, url: str) -> int:
        return _OWN_HOST_WIDTH if urlsplit(url).netloc.lower() in self.plan.own_hosts else 1

    def pause(self, url: str, until: datetime) -> None:
        host = registry_of(self.crawler).host(url)
        host.pause_until(until)
        self.crawler.signals.send_catch_log(signal=host_changed, record=host.record())

    def note_pause(self, record: dict[str, Any]) -> None:
        """The next crawl shall know of it, whatever becomes of this one."""
        if self.plan.usage_dir is None or record["retry_after_at"] is None:
            return
        try:
            note(Path(self.plan.usage_dir), record["host"], datetime.fromisoformat(record["retry_after_at"]))
        except OSError as error:
            # it is in the landing files as well
            self.logger.warning("the pause of %s could not be noted: %s", record["host"], error.strerror)

    async def download(self, request: scrapy.Request) -> Response:
        assert self.crawler.engine is not None  # noqa: S101 - it runs while visits do
        return await self.crawler.engine.download_async(request)

    async def read(self, task: PageTask) -> PageReading:
        assert self._extraction is not None  # noqa: S101 - it runs while visits do
        return await self._extraction.read(task)

    async def emit(self, batch: Batch) -> None:
        await self._batches.put(batch)

    async def _visit(self, account: PlannedAccount) -> None:
        door = self._doors.get(account.platform)
        wall = foretold(account.platform, has_access=door is not None)
        if wall is not None and (wall.reason == Reason.SWITCHED_OFF or not has_spider(account.platform)):
            moment = self.now()
            envelope = Envelope(
                crawl_id=self.crawl_id,
                observed_at=moment,
                account_key=account.account_key,
                platform=account.platform,
                host=account.host,
            )
            await self.emit(VisitBatch(envelope=envelope, visit=wall, finished_at=moment))
            return
        await account_visit(account, self, self._loader, door=door, wall=wall, is_survey=self.plan.is_survey).run()

    async def _end_when_all_are_done(self) -> None:
        if self._visits:
            await asyncio.wait(self._visits)
        await self._batches.put(None)


def open_doors(plan: CrawlPlan, usage_dir: str | None, now: Callable[[], datetime]) -> dict[Platform, Door]:
    """The official interfaces that the plan may ask; what costs money is written down in ``usage_dir``."""
    doors = {}
    for platform in map(Platform, plan.access):
        budget = plan.budgets.get(platform)
        meter = None
        if budget is not None and usage_dir is not None:
            path = ledger_path(Path(usage_dir), platform)
            meter = Meter(path, budget, plan.crawl_id, now, FACTS[platform].label)
        counts_posts = FACTS[platform].price_usd is not None
        doors[platform] = Door(platform, Access(as_account=plan.access[platform]), meter, counts_posts)
    return doors


def account_visit(
    account: PlannedAccount,
    ways: Ways,
    loader: SpiderLoaderProtocol,
    *,
    door: Door | None,
    wall: Visit | None,
    is_survey: bool = False,
) -> AccountVisit:
    """The visit to one account, as the spider of its platform walks."""
    spider = loader.load(account.platform.value)
    assert issubclass(spider, PlatformSpider)  # noqa: S101 - every module of crawler.spiders holds one
    return AccountVisit(
        account,
        ways,
        counts_stand_in_listing=spider.counts_stand_in_listing or door is not None,
        lists_in_order=spider.lists_in_order or door is not None,
        door=door,
        survey=Survey(ways.now(), account.horizon_at) if is_survey else None,
        wall=wall,
    )


@frozen
class _Addresses:
    """What recognising a link needs from a configuration, from Scrapy's settings."""

    base_urls: dict[str, str]
    own_hosts: tuple[str, ...]

    def is_own_host(self, host: str) -> bool:
        return host in self.own_hosts


def _plan_from_arguments(
    crawler: Crawler, platform: Platform | None, plan_path: str, account: str
) -> tuple[CrawlPlan, str]:
    """The plan, and what is wrong with the arguments: an exception here would end in a traceback."""
    now = datetime.now(UTC)
    settings = crawler.settings
    own_hosts = tuple(settings.getlist("OWN_HOSTS"))
    empty = make_plan([], now=now)
    try:
        base_urls = _base_urls(settings.get("BASE_URLS"))
    except (ValueError, AttributeError):
        return empty, """BASE_URLS is no mapping of platforms to addresses, like {"bluesky": "https://…"}."""
    if plan_path:
        try:
            return CrawlPlan.from_json(Path(plan_path).read_text(encoding="utf-8")), ""
        except OSError as error:
            return empty, f"{plan_path} cannot be read: {error.strerror}."
        except (PlanError, UnicodeDecodeError) as error:
            return empty, f"{plan_path}: {error}"
    if not account:
        return empty, "Say what to visit: -a account=URL, or -a plan=FILE."
    try:
        link = recognise(account, _Addresses(base_urls, own_hosts), platform)
    except LinkError as error:
        return empty, error.message
    plan = make_plan(
        [ListedAccount.of(link, link.handle)],
        now=now,
        contact=settings.get("CONTACT") or "",
        own_hosts=own_hosts,
        base_urls=base_urls,
        page_budget=settings.getint("PAGE_BUDGET"),
        min_delay_seconds=settings.getfloat("MIN_DELAY_SECONDS"),
    )
    return plan, ""


def _base_urls(value: Any) -> dict[str, str]:
    """From a mapping, or from JSON on the command line (``-s BASE_URLS='{"bluesky": "http://…"}'``)."""
    return {str(name): str(url) for name, url in (json.loads(value) if isinstance(value, str) else value or {}).items()}
