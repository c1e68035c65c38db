"""The claim engine against numpy, scipy and statsmodels: random markets, from their posts to their verdicts.

Nothing here reads the engine's sums: everything is computed anew from the posts' logarithms at equal age.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests

from bench.simulated_market import Cell, simulate
from bench.simulated_warehouse import built, root_for, write_warehouse

pytestmark = pytest.mark.method
MARKETS = 6
CELLS = (
    Cell(account_count=2, post_count=40),
    Cell(account_count=4, post_count=12, unevenness=1.0),
    Cell(account_count=6, post_count=40, heterogeneity=0),
    Cell(account_count=8, post_count=60, heterogeneity=1.0, noise="heavy"),
    Cell(account_count=8, post_count=30, typical=(1.0, 3.0), noise="skewed", unevenness=0.5),
)
KEY = ["basis", "platform", "dimension", "level"]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What the engine says, and the posts that it says it about."""

    posts: pd.DataFrame
    verdicts: pd.DataFrame
    accounts: pd.DataFrame


def frame_of(connection: duckdb.DuckDBPyConnection, sql: str) -> pd.DataFrame:
    """The rows of a query."""
    return pd.DataFrame(connection.execute(sql).fetchnumpy())


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    folder = tmp_path_factory.mktemp("markets")
    platforms = [f"sim{number}" for number in range(MARKETS * len(CELLS))]
    rng = np.random.default_rng(11)
    for number, cell in enumerate(CELLS):
        markets = simulate(cell, np.log(np.resize([1.0, 3.0], MARKETS)), rng)
        write_warehouse(folder / "warehouse.duckdb", markets, platforms[number * MARKETS : (number + 1) * MARKETS])
    with built(folder, root_for(folder, platforms)) as connection:
        where = (
            "definition = 'engagement' and basis in ('plain', 'stratified') and as_of = (select as_of from config.run)"
        )
        yield Answers(
            posts=frame_of(
                connection,
                "select platform, account_id::text as account, format, post_type, month_start_date as month, "
                "log_engagement::double as y from intermediate.counted_posts join intermediate.post_types using "
                "(post_id) where is_current and log_engagement is not null",
            ),
            verdicts=frame_of(connection, f"select * from intermediate.claim_verdicts where {where}"),
            accounts=frame_of(
                connection,
                f"select * replace (account_id::text as account_id) from intermediate.account_claims where {where}",
            ),
        )


def contrast(own: pd.DataFrame, dimension: str, level: str, basis: str) -> dict[str, float] | None:
    """One account: the level against the rest, inside months where asked; ``None`` when it has too few of either."""
    y, is_level = own.y.to_numpy(), (own[dimension] == level).to_numpy()
    month = own.month.to_numpy() if basis == "stratified" else np.zeros(len(own))
    arms = [(y[(month == each) & is_level], y[(month == each) & ~is_level]) for each in np.unique(month)]
    arms = [(with_it, rest) for with_it, rest in arms if len(with_it) and len(rest)]
    n, m = (np.array([len(arm[side]) for arm in arms], dtype=int) for side in (0, 1))
    if n.sum() < 3 or m.sum() < 3:
        return None
    weight = n * m / (n + m) / (n * m / (n + m)).sum()
    return {
        "d": sum(weight * [with_it.mean() - rest.mean() for with_it, rest in arms]),
        "level_count": n.sum(),
        "level_ss": sum(len(arm) * arm.var() for arm, _ in arms),
        "rest_ss": sum(len(arm) * arm.var() for _, arm in arms),
        "level_df": (n - 1).sum(),
        "rest_df": (m - 1).sum(),
        "level_share": (weight**2 / n).sum(),
        "rest_share": (weight**2 / m).sum(),
    }


def accounts_of(posts: pd.DataFrame, dimension: str, level: str) -> dict[str, pd.DataFrame]:
    """Basis → the accounts that count, with their moderated variances."""
    found: dict[str, pd.DataFrame] = {}
    pooled: dict[tuple[str, str], float] = {}
    for basis in ("plain", "stratified"):
        by_account = {account: contrast(own, dimension, level, basis) for account, own in posts.groupby("account")}
        frame = pd.DataFrame.from_dict({key: row for key, row in by_account.items() if row is not None}, orient="index")
        if frame.empty:
            continue
        for arm in ("level", "rest"):
            ss, df = frame[f"{arm}_ss"].sum(), frame[f"{arm}_df"].sum()
            pooled[basis, arm] = ss / df if basis == "plain" else (8 * pooled["plain", arm] + ss) / (8 + df)
        frame["v"] = sum(
            (8 * pooled[basis, arm] + frame[f"{arm}_ss"]) / (8 + frame[f"{arm}_df"]) * frame[f"{arm}_share"]
            for arm in ("level", "rest")
        )
        frame["df"] = frame.level_df + 8
        found[basis] = frame
    return found


def pool(accounts: pd.DataFrame) -> dict[str, float]:
    """Random effects over accounts, by statsmodels."""
    k, d, v = len(accounts), accounts.d.to_numpy(), accounts.v.to_numpy()
    here, here_error = d.mean(), np.sqrt(v.sum()) / k
    here_df = v.sum() ** 2 / (v**2 / accounts.df.to_numpy()).sum()
    row = {"k": k, "here": here, "here_p": 2 * stats.t.sf(abs(here) / here_error, here_df), "here_df": here_df}
    if k < 2:
        return {**row, "tau2": 0.0, "mu": here, "error": here_error}
    with np.errstate(invalid="ignore"):  # where it is below 0 its tau squared is not cut, and gives no root
        model = combine_effects(d, v, method_re="dl")
    tau2 = max(0.0, model.tau2)
    mu, normal, knapp = (
        (model.mean_effect_re, model.sd_eff_w_re, model.sd_eff_w_re_hksj)
        if tau2
        else (model.mean_effect_fe, model.sd_eff_w_fe, model.sd_eff_w_fe_hksj)
    )
    row |= {"tau2": tau2, "mu": mu, "error": max(normal, knapp)}
    if k >= 3:
        half = max(stats.t.ppf(0.975, k - 1) * knapp, stats.norm.ppf(0.975) * normal)
        row |= {"low": mu - half, "high": mu + half}
        row["p"] = max(2 * stats.t.sf(abs(mu) / knapp, k - 1), 2 * stats.norm.sf(abs(mu) / normal))
        reach = stats.t.ppf(0.975, k - 2) * np.sqrt(tau2 + row["error"] ** 2)
        row |= {"next_low": mu - reach, "next_high": mu + reach}
    return row


@pytest.fixture(scope="module")
def expected(answers: Answers) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Claims and single accounts as other software computes them, indexed by KEY."""
    claims, singles = [], []
    for platform, posts in answers.posts.groupby("platform"):
        for dimension in ("format", "post_type"):
            for level in sorted(posts[dimension].unique()):
                for basis, accounts in accounts_of(posts, dimension, level).items():
                    key = dict(zip(KEY, (basis, platform, dimension, level), strict=True))
                    claims.append({**key, **pool(accounts), "post_count": accounts.level_count.sum()})
                    singles += [{**key, "account_id": name, **row} for name, row in accounts.to_dict("index").items()]
    return pd.DataFrame(claims).set_index(KEY).sort_index(), pd.DataFrame(singles).set_index(
        [*KEY, "account_id"]
    ).sort_index()


def test_the_same_claims_exist(answers: Answers, expected: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    ours = answers.verdicts.set_index(KEY).sort_index()
    assert list(ours.index) == list(expected[0].index)
    assert len(ours) > 250
    assert set(ours.account_count) > {1, 2, 3, 5, 8}
    assert (ours.account_count == expected[0].k).all()
    assert (ours.post_count == expected[0].post_count).all()


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        *(("mu", "mu"), ("error", "error"), ("mu_low", "low"), ("mu_high", "high"), ("here_mean", "here")),
        *(("next_low", "next_low"), ("next_high", "next_high")),
    ],
)
def test_estimates_and_intervals(
    answers: Answers, expected: tuple[pd.DataFrame, pd.DataFrame], ours: str, theirs: str
) -> None:
    found = answers.verdicts.set_index(KEY).sort_index()[ours].astype(float)
    np.testing.assert_allclose(found, expected[0][theirs], rtol=1e-9, atol=1e-9)


def test_heterogeneity(answers: Answers, expected: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    found = answers.verdicts.set_index(KEY).sort_index().tau ** 2
    np.testing.assert_allclose(found, expected[0].tau2, rtol=1e-8, atol=1e-9)


def test_p_values(answers: Answers, expected: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    found = answers.verdicts.set_index(KEY).sort_index()
    np.testing.assert_allclose(found.p_value.astype(float), expected[0].p, rtol=3e-7, atol=1e-10)
    # degrees of freedom that are not whole go through Wallace's transform
    np.testing.assert_allclose(found.here_p_value, expected[0].here_p, atol=3e-4)


def test_accounts_and_their_shrunken_values(answers: Answers, expected: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    found = answers.accounts.set_index([*KEY, "account_id"]).sort_index()
    single = expected[1].join(expected[0][["k", "mu", "error", "tau2"]], on=KEY)
    assert list(found.index) == list(single.index)
    np.testing.assert_allclose(found.difference, single.d, atol=1e-9)
    half = stats.t.ppf(0.975, single.df) * np.sqrt(single.v)
    np.testing.assert_allclose(found.difference_high - found.difference, half, rtol=5e-4)
    pull = np.where(single.k >= 4, (single.k - 3) / (single.k - 1) * single.v / (single.v + single.tau2), 0)
    np.testing.assert_allclose(found.shrunken_difference, pull * single.mu + (1 - pull) * single.d, atol=1e-9)
    distance = 2 * (pull * (single.d - single.mu)) ** 2 / np.maximum(single.k - 3, 1)
    shrunken = np.sqrt(single.v * (1 - pull) + (pull * single.error) ** 2 + distance)
    half = stats.t.ppf(0.975, single.df) * shrunken
    np.testing.assert_allclose(found.shrunken_high - found.shrunken_difference, half, rtol=5e-4)


def corrected(frame: pd.DataFrame, by: list[str], column: str) -> pd.Series:
    """Benjamini-Hochberg inside groups; unknown p-values are in no family."""
    known = frame[column].dropna()
    return known.groupby(by).transform(lambda family: multipletests(family, method="fdr_bh")[1])


def test_corrected_for_all_primary_traits_of_a_platform(
    answers: Answers, expected: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    found = answers.verdicts.set_index(KEY).sort_index()
    q = corrected(expected[0], ["basis", "platform"], "p")
    np.testing.assert_allclose(found.q_value.astype(float).dropna(), q, rtol=3e-7, atol=1e-10)
    np.testing.assert_allclose(found.here_q_value, corrected(expected[0], ["basis", "platform"], "here_p"), atol=1e-3)


def verdict(row: Any) -> str:
    """The rules, from the top; the first that holds."""
    if row.post_count < 10:
        return "not_enough"
    for way, better, lasting in ((1, "works", row.next_low > 0), (-1, "worse", row.next_high < 0)):
        if row.q < 0.05 and way * row.mu >= np.log(1.1):
            return better if lasting else f"{better}_on_average"
    if row.up and row.down:
        return "mixed"
    if row.here_q < 0.05 and abs(row.here) >= np.log(1.1):
        return "better_here" if row.here > 0 else "worse_here"
    return "no_difference" if row.k >= 3 and row.low >= np.log(0.8) and row.high <= np.log(1.25) else "not_enough"


def test_verdicts(answers: Answers, expected: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    claims, singles = expected[0].copy(), expected[1].copy()
    singles["p"] = 2 * stats.t.sf(np.abs(singles.d) / np.sqrt(singles.v), singles.df)
    singles["q"] = corrected(singles, KEY, "p")
    claims["up"] = ((singles.q < 0.05) & (singles.d > 0)).groupby(KEY).any()
    claims["down"] = ((singles.q < 0.05) & (singles.d < 0)).groupby(KEY).any()
    claims["q"] = corrected(claims, ["basis", "platform"], "p")
    claims["here_q"] = corrected(claims, ["basis", "platform"], "here_p")
    wanted = claims.apply(verdict, axis=1)
    found = answers.verdicts.set_index(KEY).sort_index().verdict
    assert (found == wanted).all(), pd.DataFrame({"found": found, "wanted": wanted})[found != wanted]
    assert len(set(found)) >= 6
