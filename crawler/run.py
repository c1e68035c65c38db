"""Runs a crawl as a process of its own, so that whatever happens to it, whoever started it goes on.

``python -m crawler.run PLAN --landing DIR --archive DIR --log FILE`` is that process; :func:`run_crawl` starts it,
passes its events on and says how it ended.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import field, frozen

Event = Mapping[str, Any]
"""``{"event": "page", account_key, url, status, outcome, post_count}``, ``{"event": "visit", account_key, outcome,
reason, message, page_count, post_count, is_cut}`` or ``{"event": "finished", request_count, byte_count,
outcome_counts, is_interrupted, failure}``."""


@frozen(kw_only=True)
class CrawlSummary:
    """How a crawl ended. Whatever it landed is on disk in any case."""

    crawl_id: str
    exit_code: int
    """Of the process: 0, or negative = the signal that killed it."""
    request_count: int = 0
    byte_count: int = 0
    visits: Mapping[str, Event] = field(factory=dict)
    """``account_key`` → its visit."""
    missing_account_keys: tuple[str, ...] = ()
    """Accounts of the plan without a visit: the process ended before."""
    is_interrupted: bool = False
    failure: str = ""
    """One sentence when the crawl could not do its work; ``""`` otherwise."""

    @property
    def outcome_counts(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for visit in self.visits.values():
            counts[visit["outcome"]] = counts.get(visit["outcome"], 0) + 1
        return counts


def run_crawl(
    plan_path: Path,
    landing_dir: Path,
    archive_dir: Path,
    on_event: Callable[[Event], None] = lambda _: None,
    *,
    log_path: Path | None = None,
    settings: Mapping[str, str] | None = None,
) -> CrawlSummary:
    """Run the crawl of ``plan_path`` to its end; ``on_event`` is called in this thread for each event.

    Ctrl-C (KeyboardInterrupt) ends the crawl in an orderly way, with a visit for every account; a second one kills it.
    ``settings`` are further Scrapy settings (``NAME`` → text). The log goes to ``log_path`` (default: beside the plan).
    Raises :class:`~crawler.plan.PlanError` and OSError for a plan that cannot be read.
    """
    from crawler.plan import CrawlPlan

    plan = CrawlPlan.from_json(plan_path.read_text(encoding="utf-8"))
    log_path = log_path or plan_path.with_suffix(".log")
    log_path.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-P", "-m", "crawler.run", str(plan_path), "--landing", str(landing_dir)]
    command += ["--archive", str(archive_dir), "--log", str(log_path)]
    for name, value in (settings or {}).items():
        command += ["--set", f"{name}={value}"]
    visits: dict[str, Event] = {}
    finished: Event = {}
    with log_path.open("ab") as log, _start(command, log.fileno()) as process:
        is_stopping = False
        while True:
            try:
                line = process.stdout.readline() if process.stdout is not None else b""
                if not line:
                    break
                event = json.loads(line)
                if event["event"] == "visit":
                    visits[event["account_key"]] = event
                elif event["event"] == "finished":
                    finished = event
                on_event(event)
            except KeyboardInterrupt:
                process.send_signal(signal.SIGKILL if is_stopping else signal.SIGTERM)
                is_stopping = True
        exit_code = process.wait()
    failure = finished.get("failure", "")
    if not finished and not failure:
        failure = f"The crawl broke off (exit {exit_code}); what it had collected is kept. {log_path} may say why."
    return CrawlSummary(
        crawl_id=plan.crawl_id,
        exit_code=exit_code,
        request_count=finished.get("request_count", 0),
        byte_count=finished.get("byte_count", 0),
        visits=visits,
        missing_account_keys=tuple(each.account_key for each in plan.accounts if each.account_key not in visits),
        is_interrupted=finished.get("is_interrupted", not finished),
        failure=failure,
    )


def _start(command: list[str], log: int) -> subprocess.Popen[bytes]:
    home = str(Path(__file__).parent.parent)
    path = os.pathsep.join(each for each in (home, os.environ.get("PYTHONPATH")) if each)
    return subprocess.Popen(  # noqa: S603 - our own module, by this interpreter
        command,
        stdin=subprocess.PIPE,  # its closing tells the crawl that we are gone
        stdout=subprocess.PIPE,
        stderr=log,
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,  # a Ctrl-C in the terminal reaches us alone, and we pass it on once
    )


def main(arguments: list[str] | None = None) -> int:
    """The crawl process: events on standard output, everything else in the log."""
    parser = argparse.ArgumentParser(prog="python -m crawler.run", description="Run the crawl of a plan.")
    parser.add_argument("plan", help="plan file, as crawler.plan writes it")
    parser.add_argument("--landing", required=True, help="folder for landing files")
    parser.add_argument("--archive", required=True, help="folder for the WARC file")
    parser.add_argument("--log", help="log file; default: standard error")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a Scrapy setting")
    chosen = parser.parse_args(arguments)

    from crawler.lean_start import without

    with without("pydantic"):  # loaded to know its models, where it is; no spider gives any
        from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from crawler.plan_spider import PlanSpider

    # whatever prints must not come between the events
    events = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update(
        {
            "LANDING_DIR": chosen.landing,
            "ARCHIVE_DIR": chosen.archive,
            "LOG_FILE": chosen.log,
            "PROGRESS_FD": events,
            "LEASH_FD": sys.stdin.fileno(),
            **dict(each.split("=", 1) for each in chosen.set),
        },
        priority="cmdline",
    )
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(PlanSpider)
    process.crawl(crawler, plan=chosen.plan)
    process.start()
    spider = crawler.spider
    return 1 if process.bootstrap_failed or not isinstance(spider, PlanSpider) or spider.failure else 0


if __name__ == "__main__":
    sys.exit(main())
