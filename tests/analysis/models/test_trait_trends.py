"""Whether a kind of post is on the rise: shares inside accounts, pooled, with an interval that holds what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats

import analysis
from analysis.model_files import read_models

if TYPE_CHECKING:
    from tests.analysis.models.conftest import Built, Lab, Written

pytestmark = pytest.mark.method
TARGETS = ("marts.trait_shares", "marts.trait_trends")
ROOT = Path(analysis.__file__).parent
FIRST = datetime(2026, 8, 24, 12, tzinfo=UTC)
"""Noon of the Monday twelve whole weeks before the running one."""
ACCOUNTS = ("alder", "birch", "cedar", "dogwood", "elm", "fir")
BEFORE, RECENT = range(8), range(8, 12)
LATELY = FIRST + timedelta(weeks=8)


def posts_of(lab: Lab, account: str, shares: tuple[float, float], *, a_week: int = 6) -> list[Written]:
    """Polls in the two shares of the posts of each week before and lately; the rest are texts."""
    posts = []
    for number in (*BEFORE, *RECENT):
        polls = round(a_week * shares[number in RECENT])
        posts += [
            lab.post(
                account,
                f"{account}-{number}-{place}",
                FIRST + timedelta(weeks=number, hours=150 * place / a_week),
                format="poll" if place < polls else "text",
                text=None,
                seen=[lab.seen(80, 20 + place * number, 0, 0)],
            )
            for place in range(a_week)
        ]
    return posts


@pytest.fixture(scope="module")
def market(lab: Lab) -> Built:
    """Polls rise everywhere on Mastodon, though by different steps; one busy account alone turns to polls on X."""
    shares = [(0.17, 0.5), (0.0, 0.33), (0.33, 0.67), (0.17, 0.5), (0.17, 0.34), (0.0, 0.17)]
    posts = [post for account, pair in zip(ACCOUNTS, shares, strict=True) for post in posts_of(lab, account, pair)]
    busy = [
        lab.post(
            f"x-{account}",
            f"x-{account}-{number}-{place}",
            FIRST + timedelta(weeks=number, hours=2 * place),
            platform="x",
            format="poll" if account == "busy" and number in RECENT else "text",
            text=None,
            seen=[lab.seen(80, 20, 0, 0)],
        )
        for account, a_week in (("busy", 60), ("calm", 3), ("quiet", 3), ("still", 3))
        for number in (*BEFORE, *RECENT)
        for place in range(a_week)
    ]
    return lab.build(lab.world([*posts, *busy]))


def trend(built: Built, level: str, platform: str = "mastodon") -> dict[str, Any]:
    (row,) = built.rows(
        f"from marts.trait_trends where dimension = 'format' and level = '{level}' and platform = '{platform}'"
    )
    return row


def pooled(before: np.ndarray, totals_before: np.ndarray, recent: np.ndarray, totals: np.ndarray) -> dict[str, float]:
    """The estimate by numpy and scipy, from counts of posts with the level and of all posts of each account."""
    share = (before.sum() + recent.sum() + 0.5) / (totals_before.sum() + totals.sum() + 1)
    drawn = (before + recent + 8 * share) / (totals_before + totals + 8)
    d = recent / totals - before / totals_before
    v = np.mean(drawn * (1 - drawn)) * (1 / totals + 1 / totals_before)
    w, k = 1 / v, len(d)
    q = np.sum(w * (d - np.average(d, weights=w)) ** 2)
    tau2 = max(0.0, (q - (k - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    w = 1 / (v + tau2)
    mu = np.average(d, weights=w)
    knapp = np.sqrt(np.sum(w * (d - mu) ** 2) / (k - 1) / w.sum())
    half = max(stats.t.ppf(0.975, k - 1) * knapp, stats.norm.ppf(0.975) / np.sqrt(w.sum()))
    return {
        "share_change": mu,
        "share_change_low": mu - half,
        "share_change_high": mu + half,
        "share_before": np.average(before / totals_before, weights=w),
        "share_recent": np.average(recent / totals, weights=w),
    }


def test_what_rises_everywhere_is_rising_by_so_much(market: Built) -> None:
    row = trend(market, "poll")
    before, recent = np.array([1, 0, 2, 1, 1, 0]) * 8, np.array([3, 2, 4, 3, 2, 1]) * 4
    expected = pooled(before, np.full(6, 48), recent, np.full(6, 24))
    for name, value in expected.items():
        assert row[name] == pytest.approx(value, abs=2e-5), name
    assert row["verdict"] == "rising"
    assert (row["account_count"], row["accounts_up"], row["accounts_down"]) == (6, 6, 0)
    assert (row["before_post_count"], row["recent_post_count"]) == (before.sum(), recent.sum())
    assert (row["before_week_count"], row["before_start_date"]) == (8, FIRST.date())
    assert row["recent_end_date"] == (FIRST + timedelta(days=83)).date()
    assert "Polls on Mastodon are rising: 14% of an account's posts in the 8 weeks before" in row["sentence"]
    assert "up at 6 and down at 0 of 6 accounts, 100 posts" in row["sentence"]


def test_what_gives_way_is_falling(market: Built) -> None:
    poll, text = trend(market, "poll"), trend(market, "text")
    assert text["verdict"] == "falling"
    assert text["share_change"] == pytest.approx(-poll["share_change"])


def test_one_busy_account_does_not_decide(market: Built) -> None:
    """All of its 240 posts of four weeks are polls, against 36 texts of three others: plainly 87 % of all posts."""
    row = trend(market, "poll", "x")
    assert row["recent_post_count"] == 240
    assert row["verdict"] == "cant_tell"
    assert row["share_recent"] < 0.5
    assert row["share_change_low"] < 0


def test_weekly_shares_are_those_of_the_same_accounts(market: Built) -> None:
    rows = market.rows(
        "from marts.trait_shares where dimension = 'format' and level = 'poll' and platform = 'mastodon' "
        "order by week_start_date"
    )
    assert [row["week_start_date"] for row in rows] == [(FIRST + timedelta(weeks=n)).date() for n in range(12)]
    assert [row["post_count"] for row in rows] == [5] * 8 + [15] * 4
    assert {(row["known_post_count"], row["account_count"]) for row in rows} == {(36, 6)}


def test_what_stays_is_steady_and_a_newcomer_changes_nothing(lab: Lab) -> None:
    """Six accounts post a third of polls all the time; a seventh, all polls, comes with the last four weeks."""
    posts = [post for account in ACCOUNTS for post in posts_of(lab, account, (0.33, 0.33), a_week=30)]
    posts += [post for post in posts_of(lab, "new", (1, 1)) if post.published_at and post.published_at >= LATELY]
    row = trend(lab.build(lab.world(posts)), "poll")
    assert (row["verdict"], row["account_count"]) == ("steady", 6)
    assert row["share_change"] == pytest.approx(0)
    assert "hold steady" in row["sentence"]


def test_seven_weeks_are_too_short_for_a_trend(lab: Lab) -> None:
    posts = [
        post
        for account in ACCOUNTS
        for post in posts_of(lab, account, (0.33, 0.67))
        if post.published_at and post.published_at >= FIRST + timedelta(weeks=5)
    ]
    assert lab.build(lab.world(posts)).rows("from marts.trait_trends") == []


@pytest.fixture
def simulated() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the macros and seeds, in which the models from shares to pooled effects can be run alone."""
    connection = duckdb.connect()
    for schema in ("seeds", "intermediate"):
        connection.execute(f"create schema {schema}")
    for script in sorted((ROOT / "macros").glob("*.sql")):
        connection.execute(script.read_text(encoding="utf-8"))
    yield connection
    connection.close()


def covered(connection: duckdb.DuckDBPyConnection, markets: pd.DataFrame) -> pd.DataFrame:
    """mu and its interval for every market, by the real SQL; a market is a platform, and has one level and the rest."""
    models = {model.name: model.sql for model in read_models(ROOT)}
    connection.register("frame", markets)
    connection.execute("create or replace table intermediate.trait_weeks as from frame")
    connection.execute(f"create or replace table intermediate.share_shifts as {models['share_shifts']}")
    found: pd.DataFrame = connection.execute(
        f"select platform, mu, mu_low, mu_high, account_count from ({models['trend_effects']}) where level = 'poll'"
    ).df()
    return found


CELLS = [
    # accounts, posts a week, share, spread of shares among accounts, spread of their shifts, clumping inside weeks
    (3, 10, 0.3, 0.1, 0.0, 0.0),
    (5, 4, 0.2, 0.1, 0.05, 0.0),
    (6, 3, 0.1, 0.08, 0.0, 0.0),
    (8, 10, 0.5, 0.2, 0.1, 0.0),
    (12, 5, 0.3, 0.15, 0.05, 0.2),
    (20, 3, 0.15, 0.1, 0.05, 0.2),
]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell[0]}-accounts-{cell[2]}")
def test_the_interval_holds_the_truth_as_often_as_it_says(
    cell: tuple[int, int, float, float, float, float], simulated: duckdb.DuckDBPyConnection
) -> None:
    """Accounts of different size, with shares and shifts of their own, and posts in clumps; 400 markets a cell."""
    accounts, a_week, share, spread, shift_spread, clumping = cell
    random = np.random.default_rng(accounts)
    market_count, shift = 400, 0.05
    shape = (market_count, accounts)
    sizes = np.maximum(1, random.lognormal(np.log(a_week), 0.7, shape)).round().astype(int)
    base = np.clip(random.normal(share, spread, shape), 0.02, 0.9)
    moved = np.clip(base + random.normal(shift, shift_spread, shape), 0.01, 0.97)
    # what the clipping left of the shift is what is true on average
    truth = float((moved - base).mean())
    rows = []
    for weeks_ago in range(12, 0, -1):
        p = moved if weeks_ago <= 4 else base
        if clumping:
            p = random.beta(p * (1 / clumping - 1), (1 - p) * (1 / clumping - 1))
        polls = random.binomial(sizes, p)
        for level, counts in (("poll", polls), ("text", sizes - polls)):
            where = np.argwhere(counts > 0)
            rows.append(
                pd.DataFrame(
                    {
                        "platform": [f"m{market}" for market in where[:, 0]],
                        "dimension": "format",
                        "level": level,
                        "account_id": [f"a{account}" for account in where[:, 1]],
                        "weeks_ago": weeks_ago,
                        "is_in_total": True,
                        "post_count": counts[tuple(where.T)],
                    }
                )
            )
    found = covered(simulated, pd.concat(rows))
    # a market with fewer than ten posts of the level is not judged
    assert len(found) >= 0.97 * market_count
    held = ((found["mu_low"] <= 100 * truth) & (100 * truth <= found["mu_high"])).mean()
    assert held >= 0.92
    assert abs(found["mu"].mean() / 100 - truth) < 0.01
