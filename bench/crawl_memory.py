"""The most memory that a crawl's main process and its readers hold while every site answers with the worst pages.

python bench/crawl_memory.py [--only WORD]

One real crawl on loopback: each page of ``bench/worst.py`` is the home page of an account, and beside them there are
bombs (gzip, brotli), bodies of the largest size allowed, and bodies without end. A main process over 400 MB, a reader
over 500 MB, an account without a visit, or a good account that did not come ends with exit code 1.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import brotli
import psutil

from bench.worst import PAGES
from crawler.items import Platform
from crawler.plan import ListedAccount, make_plan
from crawler.run import CrawlSummary, run_crawl

MOST_MAIN_MB, MOST_READER_MB = 400, 500
LARGEST = 10 * 1024 * 1024
EVERY_SECONDS = 0.02
GOOD = (
    '<html><head><title>Rolls</title><link rel="alternate" type="application/rss+xml" href="{path}feed"></head></html>'
)
GOOD_FEED = (
    '<rss version="2.0"><channel><title>Rolls</title><link>{home}</link><item><title>Fresh rolls</title>'
    "<link>{home}one</link><guid>{home}one</guid><pubDate>{now:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    "</channel></rss>"
)
CODED = {
    "gzip bomb": ("gzip", gzip.compress(bytes(400_000_000), 9)),
    "brotli bomb": ("br", brotli.compress(bytes(100_000_000), quality=3)),
    "gzip to the limit": ("gzip", gzip.compress((b"<p>a" * (LARGEST // 4))[: LARGEST - 1])),
    "brotli to the limit": ("br", brotli.compress((b"<b>a" * (LARGEST // 4))[: LARGEST - 1], quality=3)),
}
ENDLESS = "without end"


def names(only: str) -> list[str]:
    every = ["good first", *PAGES, *CODED, ENDLESS, "good last"]
    return [name for name in every if only in name or name.startswith("good")]


BY_PATH = {f"/{quote(name.replace(' ', '-'))}/": name for name in names("")}


class Handler(BaseHTTPRequestHandler):
    """Answers ``/NAME/`` with the page of that name, and anything else with 404."""

    def do_GET(self) -> None:
        name = BY_PATH.get(self.path.removesuffix("feed"))
        coding, body = CODED.get(name or "", ("", b""))
        if name in PAGES:
            made = PAGES[name]()
            body = made if isinstance(made, bytes) else made.encode()
        elif name is not None and name.startswith("good"):
            home = f"http://{self.headers['Host']}{self.path.removesuffix('feed')}"
            page = GOOD_FEED if self.path.endswith("feed") else GOOD
            body = page.format(path=self.path, home=home, now=datetime.now(UTC)).encode()
        self.send_response(404 if name is None else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        if coding:
            self.send_header("Content-Encoding", coding)
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)
            while name == ENDLESS:
                self.wfile.write(bytes(65_536))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the standard library's name
        """What was asked for stands in the crawl's own log."""


@contextlib.contextmanager
def serving() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def most_held(until: threading.Event) -> Iterator[tuple[str, float]]:
    """Again and again: ``main`` or ``reader``, and the megabytes that such a process holds."""
    while not until.wait(EVERY_SECONDS):
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                kind = "main" if "crawler.run" in process.cmdline() else "reader"
                yield kind, process.memory_info().rss / 2**20


def crawled(address: str, only: str, folder: Path) -> tuple[CrawlSummary, dict[str, float]]:
    accounts = []
    for place, name in BY_PATH.items():
        if name in names(only):
            url = f"http://{address}{place}"
            listed = ListedAccount(
                account_key=url, platform=Platform.WEB, host=address, handle=f"{address}{place}", url=url, company=name
            )
            accounts.append(listed)
    plan = make_plan(accounts, now=datetime.now(UTC), own_hosts=[address], page_budget=10_000)
    path = folder / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    most = {"main": 0.0, "reader": 0.0}
    over = threading.Event()

    def watch() -> None:
        for kind, held in most_held(over):
            most[kind] = max(most[kind], held)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        summary = run_crawl(path, folder / "landing", folder / "archive")
    finally:
        over.set()
        watcher.join()
    return summary, most


def main() -> int:
    """Crawl once, and say what was held; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="only pages with this word in their name")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serving() as address:
        summary, most = crawled(address, options.only, Path(name))
    for key, visit in summary.visits.items():
        print(f"{key.rpartition('/')[0].rpartition('/')[2]:40}{visit['outcome']:16}{visit['reason'] or ''}")
    good = [visit["post_count"] for key, visit in summary.visits.items() if "/good-" in key]
    print(f"main process {most['main']:.0f} MB (at most {MOST_MAIN_MB}), readers {most['reader']:.0f} MB each", end="")
    print(f" (at most {MOST_READER_MB}); {len(summary.visits)} visits, {len(summary.missing_account_keys)} missing")
    is_held = most["main"] <= MOST_MAIN_MB and most["reader"] <= MOST_READER_MB
    return 0 if is_held and not summary.missing_account_keys and good == [1, 1] else 1


if __name__ == "__main__":
    sys.exit(main())
