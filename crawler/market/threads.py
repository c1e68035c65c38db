"""What is said under a post of the market: comments of guests, and which of them its player answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from crawler.market.generator import Market, MarketPost

_SHOWN = 12


@frozen
class Exchange:
    """One comment and, where there is one, the player's answer."""

    at: datetime
    answered_at: datetime | None


def exchanges(market: Market, post: MarketPost) -> list[Exchange]:
    """At most :data:`_SHOWN` of the post's comments up to now. Each player answers in its own habit: every second to
    every fourth comment, after half an hour to a few hours."""
    _, comments, _ = post.counts(market.now)
    name = len(post.player.handle)
    found = []
    for number in range(min(comments, _SHOWN)):
        at = post.published_at + timedelta(minutes=7 * (number + 1))
        answered_at = at + timedelta(minutes=25 * (1 + name % 7))
        if at <= market.now:
            is_answered = number % (2 + name % 3) == 0 and answered_at <= market.now
            found.append(Exchange(at, answered_at if is_answered else None))
    return found
