"""Whole crawls of a loopback server, one after the other, as a project would run them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import field, frozen

from crawler.items import Platform
from crawler.plan import ListedAccount, make_plan
from crawler.run import CrawlSummary, Event, run_crawl
from tests.crawler.engine.open_server import OpenNetworks


@frozen(kw_only=True)
class Known:
    native_id: str
    url: str | None
    published_at: datetime | None
    observed_at: datetime
    role: str = "original"


@frozen(kw_only=True)
class Facts:
    account_key: str
    known_posts: Sequence[Known]
    last_complete_at: datetime
    native_account_id: str | None = None
    software: str | None = None
    last_outcome: str = "complete"
    last_reason: str | None = None
    last_message: str | None = None
    was_cut: bool = False
    validators: tuple[()] = ()
    looked_at: tuple[()] = ()
    dead_ends: tuple[()] = ()
    growth: Mapping[int, float] = field(factory=dict)


class Crawls:
    def __init__(self, folder: Path, networks: OpenNetworks) -> None:
        self.folder = folder
        self.networks = networks

    def __call__(self, *accounts: ListedAccount, **more: Any) -> CrawlSummary:
        given: dict[str, Any] = {
            "now": self.networks.now,
            "contact": "https://rivalscope.example/who",
            "own_hosts": [self.networks.host],
            "base_urls": self.networks.base_urls,
            "usage_dir": str(self.folder / "usage"),
        }
        plan = make_plan(accounts, **{**given, **more})
        path = self.folder / "plans" / f"{plan.crawl_id}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(plan.to_json(), encoding="utf-8")
        self.networks.asked.clear()
        settings = {"EXTRACTION_WORKERS": "1"}
        return run_crawl(path, self.folder / "landing", self.folder / "archive", settings=settings)

    def landed(self, kind: str, platform: Platform) -> list[dict[str, Any]]:
        files = sorted((self.folder / "landing").glob("*/*.jsonl*"))
        records = [json.loads(line) for path in files for line in path.read_bytes().splitlines()]
        return [each for each in records if each["record"] == kind and each.get("platform") == platform]

    def facts(self, account: ListedAccount) -> Facts:
        """What a warehouse would know after the crawls so far."""
        posts = {each["native_id"]: each for each in self.landed("post", account.platform)}
        known = [
            Known(
                native_id=native_id,
                url=each.get("url"),
                published_at=datetime.fromisoformat(each["published_at"]) if each.get("published_at") else None,
                observed_at=datetime.fromisoformat(each["observed_at"]),
            )
            for native_id, each in posts.items()
        ]
        ended = [datetime.fromisoformat(each["observed_at"]) for each in self.landed("visit", account.platform)]
        last_complete_at = max(ended, default=self.networks.now)
        return Facts(account_key=account.account_key, known_posts=known, last_complete_at=last_complete_at)


def visit_of(summary: CrawlSummary, account: ListedAccount) -> Event:
    return summary.visits[account.account_key]
