"""Does the method keep its promises? Markets whose truth is known, through the real SQL.

    python bench/calibration.py [--quick] [--seed 1] [--cells 8x60 drift] [--parts cells flaws shuffles weeks import]

Prints a row for each setting, then each promise with its bound, and ends with 1 when one is broken. Where the shapes of
the markets come from stands in ``bench/simulated_market.py``; how hundreds of them share a warehouse, in
``bench/simulated_warehouse.py``. Coverages are the share of 95 % intervals that hold the truth:

- general: the average of the population that the accounts were drawn from (by month, on which the verdict rests, and
  plain); here: the average of exactly these accounts; account and shrunken: one account; next: an account nobody saw.

A standard error counts each market once, for claims of one market go together. A bound is broken when the figure misses
it by more than two standard errors.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np

from bench.simulated_market import FORMATS, SHARES, TESTED, WINDOW_HOURS, Array, Cell, Markets, simulate
from bench.simulated_warehouse import built, platform_names, root_for, write_warehouse
from bench.user_way import differences

CELLS = (
    Cell(account_count=3, post_count=20),
    Cell(account_count=3, post_count=60, heterogeneity=0),
    Cell(account_count=3, post_count=60, heterogeneity=0.7, noise="heavy"),
    Cell(account_count=3, post_count=200, noise="skewed"),
    Cell(account_count=3, post_count=500, heterogeneity=0.7),
    Cell(account_count=5, post_count=20, heterogeneity=0, noise="skewed"),
    Cell(account_count=5, post_count=20, heterogeneity=0.7),
    Cell(account_count=5, post_count=60),
    Cell(account_count=5, post_count=60, noise="skewed"),
    Cell(account_count=5, post_count=60, noise="persistent"),
    Cell(account_count=5, post_count=120, heterogeneity=0.7, noise="heavy", unevenness=0.6),
    Cell(account_count=5, post_count=500, noise="heavy"),
    Cell(account_count=8, post_count=20, noise="heavy"),
    Cell(account_count=8, post_count=60, heterogeneity=0.7),
    Cell(account_count=8, post_count=60, unevenness=0.6),
    Cell(account_count=8, post_count=200, heterogeneity=0, noise="persistent"),
    Cell(account_count=12, post_count=20, heterogeneity=0.7, noise="skewed"),
    Cell(account_count=12, post_count=60),
    Cell(account_count=12, post_count=60, heterogeneity=0, noise="heavy"),
    Cell(account_count=12, post_count=200, heterogeneity=0.7, noise="persistent"),
    Cell(account_count=20, post_count=20),
    Cell(account_count=20, post_count=60, heterogeneity=0.7, noise="skewed", unevenness=0.6),
    Cell(account_count=20, post_count=120, noise="heavy"),
    Cell(account_count=30, post_count=20, heterogeneity=0),
    Cell(account_count=30, post_count=60, noise="persistent"),
    Cell(account_count=30, post_count=500),
)
HARD_CELLS = (
    (
        "counts of 2 to 6 a post, which the brief calls too small for ratios",
        Cell(account_count=8, post_count=60, typical=(1.5, 6.0)),
    ),
    (
        "seven in ten posts repeat the format before, in good and bad months",
        Cell(account_count=8, post_count=60, noise="persistent", format_memory=0.7),
    ),
)
"""What stretches the method beyond what it promises; printed apart."""
QUICK = ("3x20", "5x60", "12x20", "20x20")
EFFECTS = (1.3, 1.5, 2.0)
FLAWED = Cell(account_count=12, post_count=120)
WEEKS = 52
KINDS = ("general", "plain", "here", "account", "shrunken", "next")


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
    is_measured[markets.seen_post[markets.seen_age >= 72]] = True
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


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Something that must hold."""

    what: str
    figure: Figure
    low: float = -np.inf
    high: float = np.inf

    @property
    def is_kept(self) -> bool:
        slack = 2 * self.figure.error
        return bool(self.low - slack <= self.figure.value <= self.high + slack)

    def __str__(self) -> str:
        bounds = f"at least {100 * self.low:g} %" if np.isfinite(self.low) else ""
        if np.isfinite(self.high):
            bounds = f"{100 * self.low:g} to {100 * self.high:g} %" if bounds else f"at most {100 * self.high:g} %"
        return f"{'kept  ' if self.is_kept else 'BROKEN'}  {self.what}: {self.figure} % ({bounds})"


def key_of(cell: Cell) -> str:
    """How ``--cells`` names a cell: accounts x posts, or its flaw."""
    return cell.flaw or f"{cell.account_count}x{cell.post_count}"


def markets_for(cell: Cell, post_budget: int) -> int:
    """As many markets as a number of posts makes; whole rounds of the effects."""
    return 6 * round(min(200, max(8, post_budget / (cell.account_count * cell.post_count) / 6)))


def part_cells(cells: Sequence[Cell], seed: int, post_budget: int) -> list[Promise]:
    """Coverage, false verdicts and power of settings in which nothing distorts the comparison."""
    print("\nCoverage of 95 % intervals, false verdicts and power, in % with standard errors")
    heads = (
        "accounts x posts",
        "tau",
        "noise",
        "markets",
        *KINDS,
        "works",
        "usually",
        *(f"x{each}" for each in EFFECTS),
    )
    print(f"{heads[0]:<17}{heads[1]:<5}{heads[2]:<18}{heads[3]:<9}" + "".join(f"{head:>12}" for head in heads[4:]))
    results = []
    for cell in cells:
        result = run_cell(cell, markets_for(cell, post_budget), _random(seed, "cells", CELLS.index(cell)))
        results.append(result)
        _print_cell(result)
    general = [result.coverage["general"] for result in results]
    worst = min(general, key=lambda figure: figure.value + 2 * figure.error)
    share_above = float(np.mean([figure.value + 2 * figure.error >= 0.93 for figure in general]))
    mean_error = float(np.sqrt(sum(figure.error**2 for figure in general)) / len(general))
    mean = Figure(value=float(np.mean([figure.value for figure in general])), error=mean_error)
    false = [result.works for result in results]
    return [
        Promise(what="general interval, worst cell", figure=worst, low=0.92),
        Promise(what="cells that cover at least 93 %", figure=Figure(value=share_above, error=0.0), low=0.95),
        Promise(what="general interval, average of the cells", figure=mean, low=0.93, high=0.97),
        Promise(what="formats without effect that work, worst cell", figure=_worst(false), high=0.05),
        Promise(
            what="the same with those that usually work",
            figure=_worst([result.usually_works for result in results]),
            high=0.05,
        ),
    ]


def _worst(figures: Sequence[Figure]) -> Figure:
    return max(figures, key=lambda figure: figure.value - 2 * figure.error)


def _print_cell(result: CellResult) -> None:
    cell = result.cell
    figures = [*result.coverage.values(), result.works, result.usually_works, *result.power.values()]
    print(
        f"{key_of(cell):<17}{cell.heterogeneity:<5}{cell.name:<18}{result.market_count:<9}"
        + "".join(f"{figure!s:>12}" for figure in figures),
        flush=True,
    )


def part_flaws(cells: Sequence[Cell], seed: int, post_budget: int) -> list[Promise]:
    """Bias of what distorts the comparison, and what is left of it after correction; nothing is promised."""
    print("\nBias of a format's effect (logarithm, x 100) and coverage in %, without and with correction")
    print(f"{'flaw':<13}{'markets':<9}{'bias':>12}{'coverage':>13}{'bias':>14}{'coverage':>13}   corrected")
    for cell in cells:
        number = [flaw for flaw, _ in FLAWS].index(str(cell.flaw))
        result = run_flaw(cell, markets_for(cell, post_budget), _random(seed, "flaws", number))
        figures = (result.plain_bias, result.plain_coverage, result.bias, result.coverage)
        print(
            f"{key_of(cell):<13}{markets_for(cell, post_budget):<9}"
            + " ".join(f"{figure!s:>12}" for figure in figures)
            + f"   {result.correction}",
            flush=True,
        )
    print("\n".join(f"  {flaw}: {words}" for flaw, words in FLAWS))
    _print_hard_cells(seed, post_budget)
    return []


def _print_hard_cells(seed: int, post_budget: int) -> None:
    print("\nCoverage, false verdicts and power beyond what is promised; columns as above")
    for number, (words, cell) in enumerate(HARD_CELLS):
        result = run_cell(cell, markets_for(cell, post_budget), _random(seed, "flaws", len(FLAWS) + number))
        _print_cell(result)
        print(f"  {words}")


FLAWS = (
    ("drift", "the account trebles in half a year while the format goes from a twentieth to almost half of all posts"),
    ("topic", "promotions get twice as much, and are 70 % of the format's posts but 30 % of others"),
    ("paid", "40 % of the format's posts and 10 % of others are paid for, get four times as much, and half say so"),
    ("deleted", "60 % of the format's posts in the account's lowest third are deleted after a first look"),
    ("never_seen", "the same, but nobody looked before"),
)


def part_shuffles(seed: int, post_budget: int) -> list[Promise]:
    """Formats dealt out at random within accounts."""
    found = []
    for number, cell in enumerate((Cell(account_count=8, post_count=60), Cell(account_count=20, post_count=60))):
        count = markets_for(cell, post_budget)
        works, usually = run_shuffles(cell, count, _random(seed, "shuffles", number))
        what = f"shuffles of {key_of(cell)} ({count}) in which a format"
        found.append(Promise(what=f"{what} works", figure=works, high=0.05))
        found.append(Promise(what=f"{what} works or usually works", figure=usually, high=0.05))
    return found


def part_weeks(seed: int, market_count: int) -> list[Promise]:
    """A year of weekly briefs."""
    year = run_year(Cell(account_count=6, post_count=60), market_count, _random(seed, "weeks", 0))
    print(f"\n{WEEKS} weekly briefs over {market_count} markets of 6 accounts x 60 posts in 26 weeks")
    print(f"verdict changes of a format in a year: {year.flips.value:.2f} ±{year.flips.error:.2f}")
    print(f"the same as shown: {year.shown_flips.value:.2f} ±{year.shown_flips.error:.2f}")
    return [
        Promise(what="formats without effect that ever worked in a year", figure=year.ever_works, high=0.1),
        Promise(what="the same with those that usually worked", figure=year.ever_usually, high=0.1),
    ]


def part_import(seed: int) -> list[Promise]:
    """The same markets as raw rows, and by the commands of a user."""
    markets = simulate(Cell(account_count=6, post_count=80), np.log([1.0, 2.0, 1.5]), _random(seed, "import", 0))
    claim_count, lines = differences(markets)
    print(f"\n{claim_count} claims, as raw rows and by import, analyze and sql")
    print("".join(f"  {line}\n" for line in lines[:10]), end="")
    share = Figure(value=1 - len(lines) / claim_count, error=0.0)
    return [Promise(what="claims that are the same by import, analyze and sql", figure=share, low=1.0)]


PARTS = ("cells", "flaws", "shuffles", "weeks", "import")


def _random(seed: int, part: str, number: int) -> np.random.Generator:
    """So that what is left out changes nothing else."""
    return np.random.default_rng([seed, PARTS.index(part), number])


def main() -> int:
    """Run the parts that were asked for; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few cells and markets, about a minute")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", nargs="+", metavar="CELL", help="accounts x posts such as 8x60, or a flaw")
    parser.add_argument("--parts", nargs="+", choices=PARTS)
    asked = parser.parse_args()
    parts = asked.parts or (("cells", "shuffles", "import") if asked.quick else PARTS)
    keys = asked.cells or (QUICK if asked.quick else [key_of(cell) for cell in CELLS] + [flaw for flaw, _ in FLAWS])
    budget = 20_000 if asked.quick else 120_000
    cells = [cell for cell in CELLS if key_of(cell) in keys][: len(QUICK) if asked.quick else None]
    flawed = [replace(FLAWED, flaw=flaw) for flaw, _ in FLAWS if flaw in keys]  # type: ignore[arg-type]
    started, started_cpu = time.monotonic(), time.process_time()
    todo: dict[str, Callable[[], list[Promise]]] = {
        "cells": lambda: part_cells(cells, asked.seed, budget) if cells else [],
        "flaws": lambda: part_flaws(flawed, asked.seed, budget) if flawed else [],
        "shuffles": lambda: part_shuffles(asked.seed, budget),
        "weeks": lambda: part_weeks(asked.seed, 12 if asked.quick else 60),
        "import": lambda: part_import(asked.seed),
    }
    promises = [promise for part in PARTS if part in parts for promise in todo[part]()]
    print("\n" + "\n".join(map(str, promises)))
    print(
        f"{time.monotonic() - started:.0f} s, of which this process computed {time.process_time() - started_cpu:.0f} s"
    )
    return 0 if all(promise.is_kept for promise in promises) else 1


if __name__ == "__main__":
    sys.exit(main())
