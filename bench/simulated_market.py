"""Markets whose truth is known, as arrays: accounts that post in four formats, and what was seen of the posts.

A market is one replicate; one :class:`Markets` holds many that were drawn alike. Where a shape comes from:

- The scale. ln(1 + engagement) is an account's level + the account's own effect of the format + noise. Over 204,000
  public posts the noise inside account and type has a standard deviation of 1.1-1.3, skew 0.03 and excess kurtosis
  0.26; ``normal`` is that, ``heavy`` (Student's t with 4 degrees of freedom) and ``skewed`` (a gamma of shape 2, skew
  1.4) are worse than what was seen, ``persistent`` (AR(1) with 0.5 from post to post) is a good or bad month.
- Heterogeneity. Accounts are drawn from a population: an account's effect of a format is normal around the format's
  true effect (DerSimonian & Laird 1986). The truth of the general claim is the population's mean.
- Growth. Engagement grows log-logistically, g(a) = a^1.2 / (a^1.2 + h^1.2) with a half-life h of 24 hours: of the
  count at 48 hours 3, 23, 43 and 72 % are there after 1, 6, 12 and 24 hours, close to what public
  series show (6, 24, 43, 71).
- How often accounts post, and in which formats, differs between accounts (log-normal, Dirichlet).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, Any]
Noise = Literal["normal", "heavy", "skewed", "persistent"]
Flaw = Literal["drift", "topic", "paid", "deleted", "never_seen"]

FORMATS = ("text", "image", "video", "link")
SHARES = np.array([0.35, 0.3, 0.2, 0.15])
"""How often a typical account posts each format."""
TESTED = FORMATS.index("video")
"""The format that has an effect where one has any."""
COMPARE_AGE_HOURS = 72
SPREAD = 1.2
"""Standard deviation of ln(1 + engagement) among an account's posts of one format."""
WINDOW_HOURS = 182 * 24
HALF_LIFE_HOURS = 24.0
GROWTH_POWER = 1.2
COMMENT_RATE = 0.1
"""Comments to a like of a typical post."""
TOPICS = ("announcement", "promotion")


@dataclass(frozen=True, kw_only=True)
class Cell:
    """How the markets of one setting are drawn."""

    account_count: int
    post_count: int
    """Posts of a typical account in 26 weeks."""
    heterogeneity: float = 0.3
    """Standard deviation between accounts of a format's effect, as a logarithm."""
    noise: Noise = "normal"
    typical: tuple[float, float] = (40.0, 4000.0)
    """Engagement of a typical post: the smallest and the largest account's."""
    unevenness: float = 0.0
    """Standard deviation between accounts of the logarithm of how much they post, and half of it for how much their
    posts differ."""
    format_memory: float = 0.0
    """How often a post repeats the format of the one before, instead of being drawn anew."""
    span_hours: float = WINDOW_HOURS
    """For how long they post; the end is the moment of the brief."""
    flaw: Flaw | None = None
    """What distorts the comparison."""

    @property
    def name(self) -> str:
        """Short, for a table."""
        words = (self.noise, "uneven" if self.unevenness else "", "series" if self.format_memory else "")
        return self.flaw or " ".join(filter(None, words))


@dataclass(frozen=True, kw_only=True)
class Markets:
    """Replicates of one cell. Posts go by account and time; an array has one row a post unless it says so."""

    cell: Cell
    effects: Array
    """True effect of the tested format on ln(1 + engagement), one a replicate."""
    account_effects: Array
    """Account x format: how the format does at this account."""
    account_shares: Array
    """Account x format: how often the account posts it."""
    next_effects: Array
    """Replicate x format: effect at an account that nobody has seen."""
    next_shares: Array
    account: Array
    """Number of the post's account; accounts of a replicate follow one another."""
    format: Array
    hours_ago: Array
    """When it was published, before the moment of the brief."""
    topic: Array
    comment_rate: Array
    """Comments to a like; half as many shares."""
    is_labelled: Array
    """The post says that it is paid for."""
    seen_post: Array
    """One row an observation: which post."""
    seen_age: Array
    """One row an observation: hours after publishing."""
    seen_engagement: Array
    """One row an observation."""
    gone_hours: Array = field(repr=False)
    """Age at which the post was deleted; infinite for posts that stay."""

    @property
    def replicate_count(self) -> int:
        return len(self.effects)

    @property
    def replicate(self) -> Array:
        """Replicate of each post."""
        return self.account // self.cell.account_count


def simulate(cell: Cell, effects: Array, rng: np.random.Generator) -> Markets:
    """One market for each of ``effects``, the true effect of the tested format (0 = no format has any)."""
    replicates, accounts = len(effects), len(effects) * cell.account_count
    means = np.zeros((replicates, len(FORMATS)))
    means[:, TESTED] = effects
    account_effects = np.repeat(means, cell.account_count, axis=0)
    account_effects = account_effects + cell.heterogeneity * rng.standard_normal((accounts, len(FORMATS)))
    shares = rng.dirichlet(20 * SHARES, accounts)
    counts = np.maximum(4, cell.post_count * np.exp(cell.unevenness * rng.standard_normal(accounts))).astype(int)
    longest = int(counts.max())
    is_there = np.arange(longest) < counts[:, None]
    hours_ago = np.where(is_there, rng.uniform(0, cell.span_hours, is_there.shape), -1.0)
    hours_ago = -np.sort(-hours_ago, axis=1)
    formats = _formats(cell, shares, hours_ago, rng)
    smallest, largest = cell.typical
    level = np.exp(rng.uniform(np.log(smallest), np.log(largest), accounts))
    spread = SPREAD * np.exp(0.5 * cell.unevenness * rng.standard_normal(accounts))
    topic = _topics(cell, formats, rng)
    logs = (
        np.log1p(level)[:, None]
        + np.take_along_axis(account_effects, formats, axis=1)
        + spread[:, None] * _noise(cell.noise, formats.shape, rng)
        + _flaw_of_posts(cell, hours_ago, topic)
    )
    account = np.repeat(np.arange(accounts), counts)
    return _observed(
        cell,
        rng,
        logs=logs[is_there],
        effects=effects,
        account_effects=account_effects,
        account_shares=shares,
        next_effects=means + cell.heterogeneity * rng.standard_normal(means.shape),
        next_shares=rng.dirichlet(20 * SHARES, replicates),
        account=account,
        format=formats[is_there],
        hours_ago=hours_ago[is_there],
        topic=topic[is_there],
    )


def _formats(cell: Cell, shares: Array, hours_ago: Array, rng: np.random.Generator) -> Array:
    """A format a post. Where formats drift, the tested one goes from a twentieth to almost half of all posts."""
    chance = np.asarray(rng.random(hours_ago.shape))
    drawn = (chance[:, :, None] > shares.cumsum(axis=1)[:, None, :]).sum(axis=2)
    drawn = np.asarray(np.minimum(drawn, len(FORMATS) - 1))
    for number in range(1, drawn.shape[1] if cell.format_memory else 0):
        is_same = rng.random(len(drawn)) < cell.format_memory
        drawn[is_same, number] = drawn[is_same, number - 1]
    if cell.flaw != "drift":
        return drawn
    others = np.where(drawn == TESTED, 0, drawn)
    elapsed = 1 - hours_ago / cell.span_hours
    return np.where(rng.random(drawn.shape) < 0.05 + 0.4 * elapsed, TESTED, others)


def _topics(cell: Cell, formats: Array, rng: np.random.Generator) -> Array:
    """What posts are for: two kinds, as often in each format unless that is the flaw."""
    chance = np.where(formats == TESTED, 0.7, 0.3) if cell.flaw == "topic" else np.full(formats.shape, 0.5)
    return np.asarray(rng.random(formats.shape) < chance, dtype=int)


def _flaw_of_posts(cell: Cell, hours_ago: Array, topic: Array) -> Array:
    """An account that trebles in the window; announcements that get half of what promotions get."""
    if cell.flaw == "drift":
        return np.asarray(np.log(3.0) * (1 - hours_ago / cell.span_hours))
    if cell.flaw == "topic":
        return np.asarray(np.log(2.0) * topic)
    return np.zeros(topic.shape)


def _noise(noise: Noise, shape: tuple[int, ...], rng: np.random.Generator) -> Array:
    """Mean 0 and standard deviation 1, whatever its shape."""
    match noise:
        case "normal":
            return rng.standard_normal(shape)
        case "heavy":
            return np.asarray(rng.standard_t(4, shape) / np.sqrt(2.0))
        case "skewed":
            return np.asarray((rng.standard_gamma(2.0, shape) - 2) / np.sqrt(2.0))
        case "persistent":
            return _autoregressive(rng.standard_normal(shape), 0.5)


def _autoregressive(shocks: Array, memory: float) -> Array:
    """AR(1) along the second axis, stationary from the first post on."""
    series = shocks.copy()
    for number in range(1, series.shape[1]):
        series[:, number] = memory * series[:, number - 1] + np.sqrt(1 - memory**2) * shocks[:, number]
    return series


def _growth(age_hours: Array, half_life: Array) -> Array:
    """Share of what a post ever gets that is there at an age, relative to the age of comparison."""
    final, there, half = (each**GROWTH_POWER for each in (COMPARE_AGE_HOURS, age_hours, half_life))
    return np.asarray(there / (there + half) * (final + half) / final)


def _observed(cell: Cell, rng: np.random.Generator, *, logs: Array, **market: Any) -> Markets:
    """What was seen, and when.

    Six in ten posts were looked at twice around the age of comparison (so theirs is interpolated), three in ten once
    after it; one in ten, and whatever is younger, only before it. Paid posts get four times as much, later and with
    more likes to a comment, and half say so.
    """
    posts = len(logs)
    is_paid = (rng.random(posts) < np.where(market["format"] == TESTED, 0.4, 0.1)) & (cell.flaw == "paid")
    is_labelled = is_paid & (rng.random(posts) < 0.5)
    engagement = np.maximum(0.0, np.expm1(logs + np.log(4.0) * is_paid))
    gone = _deleted(cell, rng, logs=logs, account=market["account"], formats=market["format"])
    half_life = HALF_LIFE_HOURS * np.exp(0.3 * rng.standard_normal(posts)) * np.where(is_paid, 3, 1)
    way = rng.random(posts)
    age = COMPARE_AGE_HOURS
    first = np.where(way < 0.6, rng.uniform(age / 2, age, posts), rng.uniform(age, 4 * age, posts))
    first = np.where(way >= 0.9, rng.uniform(1, age, posts), first)
    second = np.where(way < 0.6, rng.uniform(age, 2 * age, posts), np.inf)
    # whoever notices that posts are taken down looks at everything every day
    daily = rng.uniform(12, 24, posts) if cell.flaw == "deleted" else np.full(posts, np.inf)
    seen_post = np.tile(np.arange(posts), 3)
    seen_age = np.concatenate([daily, first, second])
    is_seen = np.isfinite(seen_age) & (seen_age < np.minimum(market["hours_ago"], gone)[seen_post])
    seen_post, seen_age = seen_post[is_seen], seen_age[is_seen]
    counts = np.rint(engagement[seen_post] * _growth(seen_age, half_life[seen_post])).astype(np.int64)
    return Markets(
        cell=cell,
        comment_rate=COMMENT_RATE * np.exp(0.6 * rng.standard_normal(posts)) * np.where(is_paid, 0.3, 1),
        is_labelled=is_labelled,
        seen_post=seen_post,
        seen_age=seen_age,
        seen_engagement=counts,
        gone_hours=gone,
        **market,
    )


def _deleted(cell: Cell, rng: np.random.Generator, *, logs: Array, account: Array, formats: Array) -> Array:
    """Age at deletion: of the tested format, six in ten of the posts below the account's lowest third are taken down.

    ``deleted``: within one or two days, after a first look; ``never_seen``: before anybody looked.
    """
    if cell.flaw not in ("deleted", "never_seen"):
        return np.full(len(logs), np.inf)
    order = np.lexsort((logs, account))
    starts = np.searchsorted(account[order], np.arange(account.max() + 2))
    rank = np.empty(len(logs))
    rank[order] = np.arange(len(logs)) - starts[account[order]]
    is_flop = rank < np.diff(starts)[account] / 3
    is_deleted = is_flop & (formats == TESTED) & (rng.random(len(logs)) < 0.6)
    age = rng.uniform(24, 48, len(logs)) if cell.flaw == "deleted" else np.zeros(len(logs))
    return np.where(is_deleted, age, np.inf)
