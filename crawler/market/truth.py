"""What is true about the example market, and where an analysis of it went wrong.

The truth knows each post's effect without its noise, so it can say what the average contrast inside an account really
is for exactly the posts that could be seen; the analysis has to find it from the noisy counts.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from statistics import fmean
from typing import Any

from crawler.items import Format, Platform, Role
from crawler.market.cast import BEST_BET, FORMAT_EFFECT, MYTH, Player
from crawler.market.generator import HORIZON_WEEKS, Market, MarketPost
from crawler.market.server import MarketServer

#: hours after which posts are compared, as the analysis does
_COMPARE_AGE_HOURS = {Platform.MASTODON: 72, Platform.BLUESKY: 72, Platform.INSTAGRAM: 168}
_PROVEN = ("works", "works_on_average")
_MIN_POSTS_IN_ARM = 3


def truth(server: MarketServer) -> dict[str, Any]:
    """JSON-ready: accounts with outcome and posts, true lift of every format, the myth and the best bet."""
    market = server.market
    return {
        "now": market.now.isoformat(),
        "accounts": [_account(server, player) for player in market.cast],
        "formats": [row for platform in (Platform.MASTODON, Platform.BLUESKY) for row in _formats(market, platform)],
        "myth": MYTH.value,
        "best_bet": {"platform": BEST_BET[0].value, "level": BEST_BET[1].value},
    }


def misses(told: Mapping[str, Any], coverage: Iterable[Mapping[str, Any]], posts: Mapping[str, int],
           claims: Iterable[Mapping[str, Any]]) -> list[str]:  # fmt: skip
    """One sentence for each place where the warehouse and the truth disagree; empty when all came out right.

    ``told``: from :func:`truth`. ``coverage``: rows with ``url, outcome``. ``posts``: account url → posts collected
    inside the horizon. ``claims``: general rows of ``marts.claims`` with dimension ``format``.
    """
    found = []
    outcomes = {row["url"]: row["outcome"] for row in coverage}
    for account in told["accounts"]:
        url = account["url"]
        if outcomes.get(url) not in account["outcomes"]:
            found.append(f"{url}: the visit ended as {outcomes.get(url)}, not as {' or '.join(account['outcomes'])}.")
        if posts.get(url, 0) != account["post_count"]:
            found.append(f"{url}: {posts.get(url, 0)} posts were collected, {account['post_count']} were published.")
    by_level = {(row["platform"], row["level"]): row for row in claims}
    for row in told["formats"]:
        claim = by_level.get((row["platform"], row["level"]))
        if claim is None:
            found.append(f"{row['platform']} {row['level']}: no claim was made.")
        elif claim["verdict"] not in row["verdicts"]:
            found.append(f"{row['platform']} {row['level']}: called {claim['verdict']}, should be {row['verdicts']}.")
        elif row["is_checked"] and not claim["lift_low"] <= row["true_lift"] <= claim["lift_high"]:
            interval = f"{claim['lift_low']:.2f} to {claim['lift_high']:.2f}"
            found.append(f"{row['platform']} {row['level']}: {interval} misses the true {row['true_lift']:.2f}.")
    return found


def _account(server: MarketServer, player: Player) -> dict[str, Any]:
    market = server.market
    horizon_at = market.now - timedelta(weeks=HORIZON_WEEKS)
    posts = [post for post in market.posts(player) if post.published_at >= horizon_at]
    outcomes = ["complete"]
    if player.is_walled:
        outcomes = ["login_wall"]
    elif player.platform == Platform.INSTAGRAM:
        outcomes = ["robots_denied", "complete"]
    return {
        "url": server.account_url(player),
        "company": player.company,
        "platform": player.platform.value,
        "outcomes": outcomes,
        "post_count": 0 if player.is_walled else len(posts),
    }


def _formats(market: Market, platform: Platform) -> list[dict[str, Any]]:
    contrasts: dict[Format, list[float]] = defaultdict(list)
    counts: dict[Format, int] = defaultdict(int)
    for player in market.cast:
        if player.platform != platform or player.is_walled:
            continue
        posts = _mature(market, player)
        for media in {post.format for post in posts}:
            arm = [post.log_effect for post in posts if post.format == media]
            rest = [post.log_effect for post in posts if post.format != media]
            counts[media] += len(arm)
            if min(len(arm), len(rest)) >= _MIN_POSTS_IN_ARM:
                contrasts[media].append(fmean(arm) - fmean(rest))
    rows = []
    for media in sorted(counts):
        effect = FORMAT_EFFECT.get(media, 0.0)
        if (platform, media) == BEST_BET:
            verdicts = ["not_enough"]
        elif effect > 0:
            verdicts = list(_PROVEN)
        else:
            verdicts = ["no_difference", "not_enough", "mixed", "worse", "worse_here", "worse_on_average"]
        rows.append(
            {
                "platform": platform.value,
                "level": media.value,
                "true_lift": math.exp(fmean(contrasts[media])) if contrasts[media] else None,
                "accounts": len(contrasts[media]),
                "posts": counts[media],
                "verdicts": verdicts,
                "is_checked": effect > 0 and (platform, media) != BEST_BET,
            }
        )
    return rows


def _mature(market: Market, player: Player) -> list[MarketPost]:
    youngest_at = market.now - timedelta(hours=_COMPARE_AGE_HOURS[player.platform])
    horizon_at = market.now - timedelta(weeks=HORIZON_WEEKS)
    return [
        post
        for post in market.posts(player)
        if post.role == Role.ORIGINAL and horizon_at <= post.published_at <= youngest_at
    ]
