"""Pages a second of a crawl against the same page objects in the same workers with items dropped, in one run.

python bench/crawl.py [SCALE]

Both are the real spiders over the same loopback site (Mastodon, Bluesky and blogs), without delay. The full crawl lands
its records and keeps its pages in a WARC; the bare one reads them and keeps nothing.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from crawler import extraction
from crawler.extraction import PageReading, PageTask
from crawler.items import Platform
from crawler.plan import CrawlPlan, ListedAccount, make_plan

ROUNDS = 4
WARM_UP_PAGES = 60
"""Not counted: workers start and connections open."""
GOAL = 0.85
NOW = datetime.now(UTC).replace(microsecond=0)
WORDS = (
    "roast",
    "grinder",
    "autumn",
    "launch",
    "ceramic",
    "kettle",
    "harvest",
    "morning",
    "offer",
    "paper",
    "steam",
    "barley",
    "crust",
    "oven",
    "sourdough",
)


# --- the site ---


def sentence(rng: random.Random, length: int) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(length)).capitalize() + "."


def build_site(base: str, scale: int) -> tuple[dict[str, tuple[str, bytes]], list[ListedAccount]]:
    """Path with query → content type and body; and the accounts that lead there."""
    rng = random.Random(7)
    site: dict[str, tuple[str, bytes]] = {}
    accounts: list[ListedAccount] = []
    for number in range(15 * scale):
        accounts.append(add_mastodon(site, rng, base, f"shop{number}", str(1_000 + number)))
        accounts.append(add_blog(site, rng, base, f"blog-{number:03d}"))
        accounts.append(add_blog(site, rng, base, f"news-{number:03d}"))
        accounts.append(add_bluesky(site, rng, f"shop{number}"))
    return site, accounts


def add_json(site: dict[str, tuple[str, bytes]], path: str, value: object) -> None:
    site[path] = ("application/json; charset=utf-8", json.dumps(value).encode())


def add_mastodon(
    site: dict[str, tuple[str, bytes]], rng: random.Random, base: str, name: str, native_id: str
) -> ListedAccount:
    host = base.removeprefix("http://")
    account = {
        "id": native_id, "username": name, "acct": name, "display_name": name.title(), "bot": False, "locked": False,
        "created_at": "2022-04-01T00:00:00.000Z", "note": f"<p>{sentence(rng, 12)}</p>", "url": f"{base}/@{name}",
        "uri": f"{base}/users/{name}", "avatar": f"{base}/a.png", "header": f"{base}/h.png", "fields": [], "emojis": [],
        "followers_count": 410, "following_count": 12, "statuses_count": 200,
    }  # fmt: skip
    add_json(site, f"/api/v1/accounts/lookup?acct={name}", account)
    ids = [1_000 - number for number in range(120)]
    for start in range(0, len(ids), 40):
        statuses = [
            {
                "id": str(each), "created_at": f"{NOW - timedelta(hours=10 * (1_000 - each)):%Y-%m-%dT%H:%M:%S}.000Z",
                "edited_at": None, "in_reply_to_id": None, "in_reply_to_account_id": None, "sensitive": False,
                "spoiler_text": "", "visibility": "public", "language": "en", "uri": f"{base}/users/{name}/{each}",
                "url": f"{base}/@{name}/{each}", "content": f"<p>{sentence(rng, 40)} <a href='{base}/t'>#bread</a></p>",
                "replies_count": rng.randrange(9), "reblogs_count": rng.randrange(30), "reblog": None, "poll": None,
                "favourites_count": rng.randrange(90), "account": account, "mentions": [], "emojis": [], "card": None,
                "media_attachments": [{"id": "1", "type": "image", "url": f"{base}/{each}.png", "description": "loaf"}],
                "tags": [{"name": "bread", "url": f"{base}/tags/bread"}],
            }
            for each in ids[start : start + 40]
        ]  # fmt: skip
        query = "limit=40" if start == 0 else f"limit=40&max_id={ids[start - 1]}"
        add_json(site, f"/api/v1/accounts/{native_id}/statuses?{query}", statuses)
    add_json(site, f"/api/v1/accounts/{native_id}/statuses?limit=40&max_id={ids[-1]}", [])
    key = f"{base}/@{name}"
    return ListedAccount(account_key=key, platform=Platform.MASTODON, host=host, handle=name, url=key, company=name)


def add_bluesky(site: dict[str, tuple[str, bytes]], rng: random.Random, name: str) -> ListedAccount:
    did, handle = f"did:plc:{name}", f"{name}.example"
    author = {"did": did, "handle": handle, "displayName": name.title()}
    add_json(
        site, f"/xrpc/app.bsky.actor.getProfile?actor={handle}", {**author, "followersCount": 9, "postsCount": 300}
    )
    feed = []
    for number in range(100):
        at = f"{NOW - timedelta(hours=10 * number):%Y-%m-%dT%H:%M:%S}.000Z"
        record = {"$type": "app.bsky.feed.post", "createdAt": at, "text": sentence(rng, 30), "langs": ["en"]}
        view = {
            "uri": f"at://{did}/app.bsky.feed.post/{900 - number}", "cid": "bafy", "author": author, "record": record,
            "replyCount": 1, "repostCount": 2, "likeCount": rng.randrange(50), "quoteCount": 0, "indexedAt": at,
        }  # fmt: skip
        feed.append({"post": view})
    add_json(site, f"/xrpc/app.bsky.feed.getAuthorFeed?{urlencode({'actor': did})}", {"feed": feed})
    key = f"https://bsky.app/profile/{handle}"
    return ListedAccount(account_key=key, platform=Platform.BLUESKY, handle=handle, url=key, company=name)


def add_blog(site: dict[str, tuple[str, bytes]], rng: random.Random, base: str, name: str) -> ListedAccount:
    home = f"{base}/{name}/"
    link = f'<link rel="alternate" type="application/rss+xml" href="/{name}/feed.xml">'
    site[f"/{name}/"] = ("text/html", f"<html><head><title>{name}</title>{link}</head><body>.</body></html>".encode())
    items = []
    for number in range(15):
        at = NOW - timedelta(days=5 * number)
        path = f"/{name}/2026/{number}-what-came-out-of-the-oven"
        title = sentence(rng, 6)
        data = {
            "@context": "https://schema.org", "@type": "BlogPosting", "headline": title,
            "datePublished": at.isoformat(), "author": {"@type": "Person", "name": "Odo"}, "commentCount": number,
        }  # fmt: skip
        body = "".join(f"<p>{sentence(rng, 60)} <a href='/x'>{sentence(rng, 3)}</a></p>" for _ in range(40))
        menu = "".join(f"<li class='item'><a href='/{word}'>{word}</a></li>" for word in WORDS * 8)
        head = f'<title>{title}</title><script type="application/ld+json">{json.dumps(data)}</script>'
        page = f"<html lang='en'><head>{head}</head><body><ul>{menu}</ul><article>{body}</article></body></html>"
        site[path] = ("text/html; charset=utf-8", page.encode())
        items.append(
            f"<item><title>{title}</title><link>{base}{path}</link><guid>{base}{path}</guid>"
            f"<pubDate>{at:%a, %d %b %Y %H:%M:%S +0000}</pubDate><description>{sentence(rng, 30)}</description></item>"
        )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{name}</title><link>{home}</link>{"".join(items)}'
    site[f"/{name}/feed.xml"] = ("application/rss+xml", f"{text}</channel></rss>".encode())
    host = base.removeprefix("http://")
    handle = f"{host}/{name}"
    return ListedAccount(account_key=home, platform=Platform.WEB, host=host, handle=handle, url=home, company=name)


class Answers(asyncio.Protocol):
    """As little of HTTP as a benchmark can do with, so that the server's own work does not count."""

    def __init__(self, site: dict[str, tuple[str, bytes]]) -> None:
        self._site = site
        self._transport: Any = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, self._received = self._received.split(b"\r\n\r\n", 1)
            path = head.split(b" ", 2)[1].decode()
            if path.startswith("/xrpc/"):  # whatever options the spider asks with
                path = path.partition("&")[0]
            kind, body = self._site.get(path, ("text/plain", b""))
            status = b"200 OK" if path in self._site else b"404 Not Found"
            self._transport.write(
                b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind.encode(), len(body))
                + body
            )


def serve(pipe: Connection, scale: int) -> None:
    """The server's process: tells its accounts once it listens, and ends when the pipe does."""

    async def run() -> None:
        site: dict[str, tuple[str, bytes]] = {}
        server = await asyncio.get_running_loop().create_server(lambda: Answers(site), "127.0.0.1", 0)
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        built, accounts = build_site(f"http://{address}", scale)
        site.update(built)
        pipe.send((address, accounts))
        await asyncio.to_thread(pipe.poll, None)

    asyncio.run(run())


# --- the two crawls ---


def bare_read(task: PageTask) -> PageReading:
    """The page objects' work, and nothing that keeps it."""
    for name in ("response_record", "post_lines", "metrics_line", "profile_line", "absence_line"):
        setattr(extraction, name, lambda *_, **__: b"")
    return extraction.read_page(task)


def crawl(plan: Path, folder: Path, *, is_bare: bool) -> dict[str, float]:
    """Pages a second after the warm-up, in this process."""
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings

    from crawler.asking import Batch
    from crawler.batches import PageBatch
    from crawler.extraction import Reader
    from crawler.plan_spider import PlanSpider

    moments: list[float] = []

    class Timed(PlanSpider):
        async def emit(self, batch: Batch) -> None:
            if isinstance(batch, PageBatch):
                moments.append(time.perf_counter())
            await super().emit(batch)

    class Bare(Timed):
        def reads_with(self) -> Reader:
            return bare_read

    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.update({"LANDING_DIR": str(folder), "ARCHIVE_DIR": str(folder), "LOG_LEVEL": "ERROR"}, priority="cmdline")
    if is_bare:
        settings.set("ITEM_PIPELINES", {}, priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    process.crawl(Bare if is_bare else Timed, plan=str(plan))
    process.start()
    counted = moments[WARM_UP_PAGES:]
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "pages": len(moments),
        "rate": (len(counted) - 1) / (counted[-1] - counted[0]),
        "cpu_seconds": sum(each.ru_utime + each.ru_stime for each in spent),
    }


def measure(plan: CrawlPlan, folder: Path, *, is_bare: bool) -> dict[str, float]:
    path = folder / "plan.json"
    path.write_text(plan.to_json(), encoding="utf-8")
    kind = "bare" if is_bare else "full"
    command = [sys.executable, __file__, "--run", kind, str(path), str(folder / kind)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


def main(scale: int) -> int:
    near, far = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(far, scale), daemon=True)
    server.start()
    address, accounts = near.recv()
    base_urls = {"bluesky": f"http://{address}"}
    plan = make_plan(accounts, now=NOW, own_hosts=[address], base_urls=base_urls, page_budget=100_000, horizon_days=365)
    ratios, costs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for number in range(ROUNDS):
            # in turns, so that what else the machine does falls on both
            order = (True, False) if number % 2 == 0 else (False, True)
            found = {is_bare: measure(plan, folder, is_bare=is_bare) for is_bare in order}
            full, bare = found[False], found[True]
            ratios.append(full["rate"] / bare["rate"])
            costs.append(bare["cpu_seconds"] / full["cpu_seconds"])
            print(
                f"{full['pages']:.0f} pages: {full['rate']:.1f} pages/s with landing and WARC,"
                f" {bare['rate']:.1f} with items dropped; processor time {full['cpu_seconds']:.1f} s and"
                f" {bare['cpu_seconds']:.1f} s"
            )
    server.terminate()
    ratio = statistics.median(ratios)
    print(f"ratio {ratio:.2f} (goal: at least {GOAL}); by processor time {statistics.median(costs):.2f}")
    return 0 if ratio >= GOAL else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        _, _, chosen, plan_path, out = sys.argv
        print(json.dumps(crawl(Path(plan_path), Path(out), is_bare=chosen == "bare")))
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1))
