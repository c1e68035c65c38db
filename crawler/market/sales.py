"""What the example market's own shop sold: an exploration of Google Analytics 4, as its owner would export it.

Each post of the own brand brings visits for two days, and some of them buy. Link posts bring most customers and
carousels, which are liked best, fewest: what is liked is not what sells. Others come to the shop by themselves.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from random import Random

from attrs import frozen

from crawler.items import Format, Platform, Role
from crawler.market.cast import OWN_COMPANY
from crawler.market.generator import Market, MarketPost

#: orders that a post of this format brings on average
ORDERS: Mapping[Format, float] = {Format.LINK: 1.6, Format.CAROUSEL: 0.1}
USUAL_ORDERS = 0.4
CURRENCY = "EUR"

_SOURCES = {Platform.MASTODON: "mastodon / social", Platform.BLUESKY: "bsky.app / referral"}
_HEADER = ("Date", "Session source / medium", "Landing page", "Sessions", "Key events", "Ecommerce purchases",
           "Total revenue")  # fmt: skip


@frozen
class Sold:
    """Visits and sales of one day and way in."""

    day: date
    source: str
    landing_page: str
    session_count: int
    order_count: int
    revenue: float


def sold(market: Market) -> list[Sold]:
    """Everything that the own shop's analytics counted up to the day before ``market.now``."""
    players = [player for player in market.cast if player.company == OWN_COMPANY and player.platform in _SOURCES]
    posts = [post for player in players for post in market.posts(player) if post.role == Role.ORIGINAL]
    rows = [row for post in posts for row in _of_post(market, post)]
    start, end = market.first_week_at.date(), market.now.date()
    rows += [row for day in range((end - start).days) for row in _by_themselves(market, start + timedelta(days=day))]
    return _joined(row for row in rows if row.day < end)


def write_sales_file(market: Market, path: Path) -> None:
    """The same as GA4 writes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("# ----------------------------------------\n# Sales by day\n# Free form 1\n")
        file.write(f"# {market.first_week_at:%Y%m%d}-{market.now - timedelta(days=1):%Y%m%d}\n")
        file.write("# ----------------------------------------\n\n")
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for row in sold(market):
            key_events = row.order_count + row.session_count // 10
            writer.writerow(
                (f"{row.day:%Y%m%d}", row.source, row.landing_page, row.session_count, key_events, row.order_count,
                 f"{row.revenue:.2f}")
            )  # fmt: skip


def _joined(rows: Iterable[Sold]) -> list[Sold]:
    """One row for each day and way in, as a report has them."""
    found: dict[tuple[date, str, str], list[Sold]] = {}
    for row in rows:
        found.setdefault((row.day, row.source, row.landing_page), []).append(row)
    return [
        Sold(
            *way,
            sum(row.session_count for row in alike),
            sum(row.order_count for row in alike),
            sum(row.revenue for row in alike),
        )
        for way, alike in sorted(found.items())
    ]


def _of_post(market: Market, post: MarketPost) -> Iterator[Sold]:
    chance = Random(f"{market.seed}|sales|{post.player.platform}|{post.number}")
    page = f"/shop/{post.number}" if post.link else "/"
    for after in range(2):
        typical = ORDERS.get(post.format, USUAL_ORDERS) / 2
        orders = _count(chance, typical)
        day = (post.published_at + timedelta(days=after)).date()
        revenue = sum(chance.lognormvariate(3.2, 0.5) for _ in range(orders))
        yield Sold(day, _SOURCES[post.player.platform], page, orders + _count(chance, 6 * typical), orders, revenue)


def _by_themselves(market: Market, day: date) -> Iterator[Sold]:
    chance = Random(f"{market.seed}|shop|{day}")
    for source in ("(direct) / (none)", "google / organic"):
        orders = _count(chance, 0.3)
        revenue = sum(chance.lognormvariate(3.2, 0.5) for _ in range(orders))
        yield Sold(day, source, "/", orders + _count(chance, 9), orders, revenue)


def _count(chance: Random, typical: float) -> int:
    """A number of visitors or orders around what is typical, by a Poisson law (D. Knuth, TAOCP volume 2, 3.4.1)."""
    limit, product, number = math.exp(-typical), chance.random(), 0
    while product > limit:
        product *= chance.random()
        number += 1
    return number
