"""Writes the project folder of somebody who watches the example market: the list, and the files in the inbox."""

from __future__ import annotations

import csv
from pathlib import Path

import tomlkit

from crawler.items import Platform
from crawler.market.cast import Player
from crawler.market.generator import Market
from crawler.market.sales import CURRENCY, write_sales_file
from crawler.market.server import MarketServer

_COLUMNS = (
    "platform", "account", "native_id", "url", "published_at", "observed_at", "role", "format", "text",
    "like_count", "comment_count", "share_count", "follower_count", "is_own", "company",
)  # fmt: skip


def write_project(server: MarketServer, folder: Path) -> Path:
    """Write ``rivalscope.toml`` and ``inbox/`` into ``folder`` (made when missing); returns the file's path."""
    (folder / "inbox").mkdir(parents=True, exist_ok=True)
    market = server.market
    document = tomlkit.document()
    document.add(tomlkit.comment("The example market: six invented companies, served on this machine only."))
    document["contact"] = "https://rivalscope.example/who-asks"
    document["timezone"] = "UTC"
    document["network"] = {"own_hosts": sorted(server.addresses.values())}
    document["platforms"] = {
        "bluesky": {"api_url": server.base("appview")},
        "instagram": {"site_url": server.base("instagram")},
    }
    document["analysis"] = {"currency": CURRENCY}
    accounts = tomlkit.aot()
    for player in market.cast:
        entry = tomlkit.table()
        entry["company"] = player.company
        entry["url"] = server.account_url(player)
        if player.is_own:
            entry["own"] = True
        accounts.append(entry)
        if player.platform == Platform.INSTAGRAM:
            write_posts_file(market, player, folder / "inbox" / f"{player.handle}.csv")
    document["accounts"] = accounts
    write_sales_file(market, folder / "inbox" / "larkspur-analytics.csv")
    path = folder / "rivalscope.toml"
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return path


def write_posts_file(market: Market, player: Player, path: Path) -> None:
    """The account's posts as the plain CSV of posts that a user would bring."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        for post in market.posts(player):
            likes, comments, shares = post.counts(market.now)
            writer.writerow(
                {
                    "platform": player.platform,
                    "account": player.handle,
                    "native_id": post.mastodon_id,
                    "url": f"https://www.instagram.com/p/{post.record_key}/",
                    "published_at": post.published_at.isoformat(),
                    "observed_at": market.now.isoformat(),
                    "role": post.role,
                    "format": post.format,
                    "text": post.text,
                    "like_count": likes + shares,
                    "comment_count": comments,
                    "share_count": "",
                    "follower_count": market.follower_count(player),
                    "is_own": str(player.is_own).lower(),
                    "company": player.company,
                }
            )
