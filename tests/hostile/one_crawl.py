"""One real crawl in a process of its own: reads a job from a file, writes what became of each request to another."""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

from crawler.failures import explain
from crawler.network.hosts import HostRegistry, host_changed, registry_of


class CaseSpider(Spider):
    """Asks what the job lists."""

    name = "cases"
    job: dict[str, Any]
    results: dict[str, dict[str, Any]]
    host_records: list[dict[str, Any]]
    listening: list[str]
    registry: HostRegistry | None = None
    """``None`` when the crawl ended before it began."""

    async def start(self) -> AsyncIterator[Any]:
        self.crawler.signals.connect(self.host_changed, signal=host_changed)
        type(self).registry = registry_of(self.crawler)
        for name, wanted in self.job["requests"].items():
            yield Request(
                wanted["url"],
                headers=wanted.get("headers"),
                callback=self.arrived,
                errback=self.failed,
                dont_filter=True,
                meta={"name": name, "handle_httpstatus_all": True},
            )

    def host_changed(self, record: dict[str, Any]) -> None:
        self.host_records.append(record)

    def arrived(self, response: Response) -> None:
        self._look_for_listeners()
        self.results[response.meta["name"]] = {
            "url": response.url,
            "status": response.status,
            "length": len(response.body),
            "start": response.body[:100].decode("latin-1"),
            "headers": {key.decode(): values[0].decode("latin-1") for key, values in response.headers.items()},
        }

    def failed(self, failure: Failure) -> None:
        self._look_for_listeners()
        outcome, reason, message = explain(failure)
        self.results[failure.request.meta["name"]] = {  # type: ignore[attr-defined]  # Scrapy sets it
            "outcome": outcome,
            "reason": reason,
            "message": message,
            "cause": repr(getattr(failure.value, "__cause__", None)),
        }

    def _look_for_listeners(self) -> None:
        if len(self.results) in {0, 10, 50}:  # at the start and in the middle; looking is slow
            connections = psutil.Process().net_connections(kind="all")
            self.listening += [str(connection.laddr) for connection in connections if connection.status == "LISTEN"]


def peak_megabytes() -> float:
    """The most memory this process ever had; getrusage would count what the test runner had before the fork."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024  # bytes on macOS


def main(job_path: str, result_path: str) -> None:
    job = json.loads(Path(job_path).read_text(encoding="utf-8"))
    settings = Settings()
    settings.setmodule("crawler.settings")
    # What is crawled is judged here by what came; landing, archive and progress have tests of their own.
    settings.update(
        {"SPIDER_MODULES": [], "ITEM_PIPELINES": {}, "EXTENSIONS": {}, "CRAWL_ID": "cases", "CONCURRENT_ITEMS": 1}
    )
    settings.set("LOG_FORMATTER", "scrapy.logformatter.LogFormatter")
    settings.update(job["settings"], priority="cmdline")
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(CaseSpider)
    CaseSpider.job = job
    CaseSpider.results, CaseSpider.host_records, CaseSpider.listening = {}, [], []
    process.crawl(crawler)
    process.start()
    outcome = {
        "results": CaseSpider.results,
        "host_records": CaseSpider.host_records,
        "records": CaseSpider.registry.records() if CaseSpider.registry else [],
        "listening": CaseSpider.listening,
        "peak_megabytes": peak_megabytes(),
    }
    Path(result_path).write_text(json.dumps(outcome), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
