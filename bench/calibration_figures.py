"""What simulated markets come to: coverage, false verdicts, power, bias, shuffles, and a year of weekly briefs.

Everything is read from ``marts.claims`` (the coverage of corrections from ``intermediate.claim_verdicts``) after a real
build. What is measured stands in ``bench/calibration.py``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from bench.simulated_market import (
    COMPARE_AGE_HOURS,
    FORMATS,
    SHARES,
    TESTED,
    WINDOW_HOURS,
    Array,
    Cell,
    Markets,
    simulate,
)
from bench.simulated_warehouse import built, platform_names, root_for, write_warehouse

EFFECTS = (1.3, 1.5, 2.0)
WEEKS = 52
KINDS = ("general", "plain", "here", "account", "shrunken", "next")
"""Of intervals; the first is by month, the others but ``next`` and ``here`` plain."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A share or mean over markets with its standard error."""

    value: float
    error: float

    def __str__(self) -> str:
        return f"{100 * self.value:5.1f} ±{100 * self.error:3.1f}" if np.isfinite(self.value) else "     –    "


@dataclass(frozen=True, kw_only=True)
class CellResult:
    """What one cell came to."""

    cell: Cell
    market_count: int
    coverage: dict[str, Figure]
    works: Figure
    """Share of formats without effect, in markets without any, that are said to work."""
    usually_works: Figure
    """The same with "usually works"."""
    any_works: Figure
    """Share of the markets without any effect in which some format is said to work."""
    power: dict[float, Figure]
    """Effect → how often the format that has it is said to work, or usually to work."""


def by_market(values: Array, market: Array) -> Figure:
    """The mean of ``values``, with the standard error of markets that are drawn whole."""
    if not len(values):
        return Figure(value=np.nan, error=np.nan)
    count = np.bincount(market)
    total = np.bincount(market, weights=values)[count > 0]
    count = count[count > 0]
    mean = total.sum() / count.sum()
    spread = float(((total - mean * count) ** 2).sum())
    # a share of 0 or 1 is no proof: the error of "one of them differed" (rule of succession)
    few = (count.sum() * mean + 1) / (count.sum() + 2)
    least = np.sqrt(few * (1 - few) / len(count)) if spread == 0 else 0.0
    return Figure(value=float(mean), error=float(max(np.sqrt(spread) / count.sum(), least)))


@contextmanager
def claims_of(markets: Markets) -> Iterator[duckdb.DuckDBPyConnection]:
    """All the claims over some markets, one a platform."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        platforms = platform_names(markets.replicate_count)
        write_warehouse(folder / "warehouse.duckdb", markets, platforms)
        with built(folder, root_for(folder, platforms)) as connection:
            yield connection


_MARKET = "substr(platform, 4)::integer"
_LEVEL = f"list_position({list(FORMATS)}, level) - 1"


def format_claims(connection: duckdb.DuckDBPyConnection, scope: str) -> dict[str, Array]:
    """Claims about formats of one scope (``account``: of all single accounts), a column each, as logarithms."""
    where = f"scope = '{scope}'" if scope != "account" else "scope not in ('general', 'here')"
    return connection.execute(
        f"""
        select
            {_MARKET} as market, {_LEVEL} as level, scope, verdict, shown_verdict,
            {", ".join(f"ln({name}) as {name}" for name in _INTERVALS)},
            substr(accounts.handle, 8)::integer - 1 as account,
        from marts.claims
        left join staging.stg_accounts as accounts
            on claims.platform = accounts.platform and claims.scope = accounts.account_id::text
        where outcome = 'engagement' and dimension = 'format' and {where}
        """.replace("substr(platform", "substr(claims.platform")
    ).fetchnumpy()


_INTERVALS = (
    *("lift", "lift_low", "lift_high", "stratified_lift", "stratified_low", "stratified_high"),
    *("lift_shrunk_low", "lift_shrunk_high", "next_low", "next_high"),
)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What each kind of claim is about, as logarithms of ratios to all other posts."""

    general: Array
    """Market x format."""
    here: Array
    """Market x format; over the accounts that have enough posts."""
    account: Array
    """Market x account x format."""
    next: Array
    """Market x format."""


def truth_of(markets: Markets) -> Truth:
    """The truth, from what the markets were drawn from."""
    shape = (markets.replicate_count, markets.cell.account_count, len(FORMATS))
    is_measured = np.zeros(len(markets.account), dtype=bool)
    is_measured[markets.seen_post[markets.seen_age >= COMPARE_AGE_HOURS]] = True
    counts = np.zeros((shape[0] * shape[1], len(FORMATS)))
    np.add.at(counts, (markets.account[is_measured], markets.format[is_measured]), 1)
    account = _contrasts(markets.account_effects, counts).reshape(shape)
    rest = counts.sum(axis=1, keepdims=True) - counts
    counted = ((counts >= 3) & (rest >= 3)).reshape(shape)
    means = np.zeros((shape[0], len(FORMATS)))
    means[:, TESTED] = markets.effects
    with np.errstate(invalid="ignore"):
        here = np.where(counted, account, 0.0).sum(axis=1) / counted.sum(axis=1)
    return Truth(
        general=_contrasts(means, np.broadcast_to(SHARES, means.shape)),
        here=here,
        account=account,
        next=_contrasts(markets.next_effects, markets.next_shares),
    )


def _contrasts(effects: Array, counts: Array) -> Array:
    """Each format's effect less the mean effect of the other posts; rows are accounts."""
    rest = counts.sum(axis=1, keepdims=True) - counts
    with np.errstate(invalid="ignore", divide="ignore"):
        others: Array = ((effects * counts).sum(axis=1, keepdims=True) - effects * counts) / rest
    return effects - others


def coverage_of(markets: Markets, connection: duckdb.DuckDBPyConnection) -> dict[str, Figure]:
    """How often each kind of interval holds its truth."""
    truth = truth_of(markets)
    general, here, single = (format_claims(connection, scope) for scope in ("general", "here", "account"))
    where = (general["market"], general["level"])
    of_here = truth.here[here["market"], here["level"]]
    of_single = truth.account[single["market"], single["account"].astype(int), single["level"]]
    asked = {
        "general": (general, "stratified_low", "stratified_high", truth.general[where]),
        "plain": (general, "lift_low", "lift_high", truth.general[where]),
        "here": (here, "lift_low", "lift_high", of_here),
        "account": (single, "lift_low", "lift_high", of_single),
        "shrunken": (single, "lift_shrunk_low", "lift_shrunk_high", of_single),
        "next": (general, "next_low", "next_high", truth.next[where]),
    }
    found = {}
    for kind, (claims, low_name, high_name, value) in asked.items():
        low, high = (np.ma.filled(claims[name], np.nan) for name in (low_name, high_name))
        is_known = ~np.isnan(low)
        holds = ((low <= value) & (value <= high))[is_known].astype(float)
        found[kind] = by_market(holds, claims["market"][is_known])
    return found


def run_cell(cell: Cell, market_count: int, rng: np.random.Generator) -> CellResult:
    """Half of the markets without any effect, the others with each of the effects in turn."""
    ratios = np.array([1.0, EFFECTS[0], 1.0, EFFECTS[1], 1.0, EFFECTS[2]])
    effects = np.log(np.resize(ratios, market_count))
    markets = simulate(cell, effects, rng)
    with claims_of(markets) as connection:
        coverage = coverage_of(markets, connection)
        general = format_claims(connection, "general")
    works = (general["verdict"] == "works").astype(float)
    usually = works + (general["verdict"] == "works_on_average")
    market = general["market"]
    is_null = effects[market] == 0
    any_works = np.zeros(market_count)
    np.maximum.at(any_works, market, works)
    nulls = np.flatnonzero(effects == 0)
    power = {}
    for effect in EFFECTS:
        is_tested = (general["level"] == TESTED) & np.isclose(effects[market], np.log(effect))
        power[effect] = by_market(usually[is_tested], market[is_tested])
    return CellResult(
        cell=cell,
        market_count=market_count,
        coverage=coverage,
        works=by_market(works[is_null], market[is_null]),
        usually_works=by_market(usually[is_null], market[is_null]),
        any_works=by_market(any_works[nulls], nulls),
        power=power,
    )


@dataclass(frozen=True, kw_only=True)
class Correction:
    """An estimate that is said to be free of a flaw."""

    what: str
    definition: str = "engagement"
    basis: str = "stratified"


CORRECTIONS = {
    "drift": Correction(what="by month"),
    "topic": Correction(what="inside the same post type", basis="within_counterpart"),
    "paid": Correction(what="without posts that are, or look, paid for", definition="without_promoted"),
    "deleted": Correction(what="with removed posts as they were last seen", definition="removed_as_last_seen"),
}
"""Flaw → what corrects it; a flaw that is not here cannot be corrected from what is public."""


@dataclass(frozen=True, kw_only=True)
class FlawResult:
    """Bias of the tested format's effect, as a logarithm, and how often the interval holds the truth."""

    cell: Cell
    plain_bias: Figure
    plain_coverage: Figure
    correction: str
    bias: Figure
    coverage: Figure


def run_flaw(cell: Cell, market_count: int, rng: np.random.Generator) -> FlawResult:
    """Markets of one flaw, half without any effect and half with one of 1.5."""
    effects = np.log(np.resize([1.0, 1.5], market_count))
    markets = simulate(cell, effects, rng)
    plain = Correction(what="nothing corrects it", basis="plain")
    correction = CORRECTIONS.get(str(cell.flaw), plain)
    with claims_of(markets) as connection:
        plain_bias, plain_coverage = _bias(connection, plain, effects)
        bias, coverage = _bias(connection, correction, effects)
    return FlawResult(
        cell=cell,
        plain_bias=plain_bias,
        plain_coverage=plain_coverage,
        correction=correction.what,
        bias=bias,
        coverage=coverage,
    )


def _bias(connection: duckdb.DuckDBPyConnection, correction: Correction, effects: Array) -> tuple[Figure, Figure]:
    found = connection.execute(
        f"""
        select {_MARKET} as market, mu, mu_low, mu_high from intermediate.claim_verdicts
        where
            definition = ? and basis = ? and dimension = 'format' and level = '{FORMATS[TESTED]}' and mu_low is not null
            and as_of = (select as_of from config.run)
        """,
        [correction.definition, correction.basis],
    ).fetchnumpy()
    truth = effects[found["market"]]
    holds = ((found["mu_low"] <= truth) & (truth <= found["mu_high"])).astype(float)
    return by_market(found["mu"] - truth, found["market"]), by_market(holds, found["market"])


def shuffle_formats(markets: Markets, rng: np.random.Generator) -> Markets:
    """The same posts, with each account's formats dealt out at random among them."""
    order = np.lexsort((rng.random(len(markets.account)), markets.account))
    return replace(markets, format=markets.format[order])


def run_shuffles(cell: Cell, market_count: int, rng: np.random.Generator) -> tuple[Figure, Figure]:
    """Share of shuffles in which any format is said to work, and to work or usually work."""
    markets = simulate(cell, np.full(market_count, np.log(2.0)), rng)
    with claims_of(shuffle_formats(markets, rng)) as connection:
        general = format_claims(connection, "general")
    works = general["verdict"] == "works"
    shares = []
    for said in (works, works | (general["verdict"] == "works_on_average")):
        is_any = np.zeros(market_count)
        np.maximum.at(is_any, general["market"], said.astype(float))
        shares.append(by_market(is_any, np.arange(market_count)))
    return shares[0], shares[1]


@dataclass(frozen=True, kw_only=True)
class YearResult:
    """A year of weekly briefs."""

    ever_works: Figure
    """Share of formats without effect, in markets without any, that some brief said to work."""
    ever_usually: Figure
    """The same with "usually works"."""
    flips: Figure
    """Changes of a format's verdict in a year."""
    shown_flips: Figure
    """Changes of what is shown."""


def run_year(cell: Cell, market_count: int, rng: np.random.Generator) -> YearResult:
    """52 briefs, a week apart, over markets of which two in three have no effect and the third has one of 1.5."""
    effects = np.log(np.resize([1.0, 1.0, 1.5], market_count))
    markets = simulate(replace(cell, span_hours=WINDOW_HOURS + WEEKS * 168), effects, rng)
    shape = (WEEKS, market_count, len(FORMATS))
    verdicts, shown = np.full(shape, "not_enough", dtype=object), np.full(shape, "not_enough", dtype=object)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        platforms = platform_names(market_count)
        write_warehouse(folder / "warehouse.duckdb", markets, platforms)
        root = root_for(folder, platforms)
        for week in range(WEEKS):
            with built(folder, root, weeks_ago=WEEKS - 1 - week) as connection:
                general = format_claims(connection, "general")
            verdicts[week, general["market"], general["level"]] = general["verdict"]
            shown[week, general["market"], general["level"]] = general["shown_verdict"]
    nulls = np.flatnonzero(effects == 0)
    works = (shown == "works")[:, nulls].any(axis=0)
    usually = works | (shown == "works_on_average")[:, nulls].any(axis=0)
    market, null_market = (np.repeat(np.arange(count), len(FORMATS)) for count in (market_count, len(nulls)))
    return YearResult(
        ever_works=by_market(works.ravel().astype(float), null_market),
        ever_usually=by_market(usually.ravel().astype(float), null_market),
        flips=by_market((verdicts[1:] != verdicts[:-1]).sum(axis=0).ravel().astype(float), market),
        shown_flips=by_market((shown[1:] != shown[:-1]).sum(axis=0).ravel().astype(float), market),
    )
