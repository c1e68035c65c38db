"""A shop whose truth is known: what each format of its posts brings in likes, and what in sales.

A post gets likes around those of its format, and customers by a Poisson law around what its format sells; each buys
for a different amount. Sales fall on the seven days after the post, as its link's tag tells.
"""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

ACCOUNT = {"account_key": "https://social.example/@kettle", "platform": "mastodon", "host": "social.example"}
CRAWL = "20261122T060000Z-aaaaaa"


@frozen(kw_only=True)
class Kind:
    """What is true of one format."""

    share: float
    likes: float
    """Typical likes of a post."""
    orders: float
    """Orders that a post brings on average."""


@define(kw_only=True)
class Shop:
    """Records of a shop's posts and sales up to ``now``."""

    kinds: Mapping[str, Kind]
    now: datetime
    posts_per_week: int
    weeks: int
    seed: int = 1
    spread: float = 0.6
    """Standard deviation, in logs, of how well single posts of one format sell."""
    other_orders_per_day: float = 0.5
    """Orders that no post brought."""
    true_orders: dict[str, list[int]] = field(factory=dict, init=False)

    def records(self) -> Iterator[dict[str, Any]]:
        """Account, posts with their counts, and rows of sales."""
        chance = random.Random(self.seed)
        yield self._record("account", company="Kettle", is_own=True, handle="kettle", url=ACCOUNT["account_key"])
        row = 0
        count = self.posts_per_week * self.weeks
        start = self.now - timedelta(weeks=self.weeks)
        for number in range(count):
            at = start + timedelta(weeks=self.weeks) * number / count + timedelta(hours=chance.uniform(0, 9))
            name = chance.choices(list(self.kinds), [kind.share for kind in self.kinds.values()])[0]
            kind = self.kinds[name]
            yield from self._post(number, name, at, round(kind.likes * math.exp(chance.gauss(0, 0.7))))
            rate = kind.orders * math.exp(chance.gauss(0, self.spread) - self.spread**2 / 2)
            orders = poisson(chance, rate)
            self.true_orders.setdefault(name, []).append(orders)
            for _ in range(orders):
                day = (at + timedelta(days=min(chance.expovariate(0.7), 6))).date()
                if day <= self.now.date():
                    row += 1
                    yield self._sale(row, day, chance.lognormvariate(3.3, 0.6), content=f"post-{number}")
        for back in range(self.weeks * 7):
            for _ in range(poisson(chance, self.other_orders_per_day)):
                row += 1
                yield self._sale(row, (self.now - timedelta(days=back)).date(), chance.lognormvariate(3.3, 0.6))

    def _post(self, number: int, name: str, at: datetime, likes: int) -> Iterator[dict[str, Any]]:
        yield self._record(
            "post",
            native_id=str(number),
            account="kettle@social.example",
            url=f"https://social.example/@kettle/{number}",
            role="original",
            format=name,
            text=f"Post {number}",
            links=[f"https://kettle.example/shop?utm_source=mastodon&utm_medium=social&utm_content=post-{number}"],
            published_at=_utc(at),
            published_precision="second",
        )
        observed_at = min(at + timedelta(days=5), self.now)
        yield self._record(
            "metrics", observed_at=_utc(observed_at), native_id=str(number), like_count=likes, comment_count=1,
            share_count=1,
        )  # fmt: skip

    def _sale(self, row: int, day: Any, amount: float, content: str | None = None) -> dict[str, Any]:
        whole = self._record(
            "outcome",
            kind="ga4", property_name="", is_additional=False, file_hash="shop", file_name="ga4.csv", row_number=row,
            period_start_date=(self.now - timedelta(weeks=self.weeks)).date().isoformat(),
            period_end_date=self.now.date().isoformat(),
            date=day.isoformat(),
            traffic_source="mastodon" if content else "(direct)",
            content=content,
            session_count=3,
            order_count=1,
            revenue=f"{amount:.2f}",
            currency="EUR",
        )  # fmt: skip
        return {name: value for name, value in whole.items() if name not in ACCOUNT and value is not None}

    def _record(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        head = {"record": kind, "crawl_id": CRAWL, "observed_at": _utc(self.now), "source": "import"}
        return {**head, **ACCOUNT, **fields}


def write_landing(shop: Shop, landing: Path) -> None:
    """The shop's records as one landing file."""
    path = landing / CRAWL / "import-0001.jsonl"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"".join(json.dumps(record).encode() + b"\n" for record in shop.records()))


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def poisson(chance: random.Random, rate: float) -> int:
    """D. Knuth, The Art of Computer Programming, volume 2, section 3.4.1."""
    limit, product, count = math.exp(-rate), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count
