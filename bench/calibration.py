"""Does the method keep its promises? Markets whose truth is known, through the real SQL.

    python bench/calibration.py [--quick] [--seed 1] [--cells 8x60 9x80:0.5:skewed drift]
        [--parts cells flaws shuffles weeks import]

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
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from bench.calibration_figures import (
    EFFECTS,
    KINDS,
    WEEKS,
    CellResult,
    Figure,
    run_cell,
    run_flaw,
    run_shuffles,
    run_year,
)
from bench.simulated_market import Cell, Flaw, Noise, simulate
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
QUICK = (
    Cell(account_count=3, post_count=20),
    Cell(account_count=5, post_count=60, heterogeneity=0.7, noise="skewed"),
    Cell(account_count=12, post_count=20, noise="heavy"),
    Cell(account_count=20, post_count=20, noise="persistent"),
)
IMPORTED = (Cell(account_count=6, post_count=80),)
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
FLAWED = Cell(account_count=12, post_count=120)
FLAWS: dict[str, str] = {
    "drift": "accounts treble in half a year while the format goes from a twentieth to almost half of all posts",
    "topic": "promotions get twice as much, and are 70 % of the format's posts but 30 % of others",
    "paid": "40 % of the format's posts and 10 % of others are paid for, get four times as much, and half say so",
    "deleted": "60 % of the format's posts in the account's lowest third are deleted after a first look",
    "never_seen": "the same, but nobody looked before",
}
"""What distorts the comparison, in words."""


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
    """How a cell is called: accounts x posts, or its flaw."""
    return cell.flaw or f"{cell.account_count}x{cell.post_count}"


def parse_cell(text: str) -> Cell:
    """A flaw, or accounts x posts with, if wanted, heterogeneity and noise: 8x60, 9x80:0.5, 9x80:0.5:skewed."""
    if text in FLAWS:
        return replace(FLAWED, flaw=next(flaw for flaw in get_args(Flaw) if flaw == text))
    match = re.fullmatch(r"(\d+)x(\d+)(?::(\d+(?:\.\d+)?))?(?::(\w+))?", text)
    noise = next((noise for noise in get_args(Noise) if match and noise == (match[4] or "normal")), None)
    if match is None or noise is None:
        raise argparse.ArgumentTypeError(
            f"{text} is no cell: write one like 8x60 or 9x80:0.5:skewed (noise: {', '.join(get_args(Noise))}),"
            f" or one of {', '.join(FLAWS)}"
        )
    accounts, posts, heterogeneity = int(match[1]), int(match[2]), float(match[3] or 0.3)
    return Cell(account_count=accounts, post_count=posts, heterogeneity=heterogeneity, noise=noise)


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
        result = run_cell(cell, markets_for(cell, post_budget), _random(seed, "cells", cell))
        results.append(result)
        _print_cell(result)
    general = [result.coverage["general"] for result in results]
    worst = min(general, key=lambda figure: figure.value + 2 * figure.error)
    share_above = float(np.mean([figure.value + 2 * figure.error >= 0.93 for figure in general]))
    mean_error = float(np.sqrt(sum(figure.error**2 for figure in general)) / len(general))
    mean = Figure(value=float(np.mean([figure.value for figure in general])), error=mean_error)
    false = [result.works for result in results]
    return [
        Promise(what="general interval, worst cell, errors considered", figure=worst, low=0.92),
        Promise(what="cells that cover at least 93 %", figure=Figure(value=share_above, error=0.0), low=0.95),
        Promise(what="general interval, average of the cells", figure=mean, low=0.93, high=0.97),
        Promise(
            what="formats without effect that work, worst cell, errors considered", figure=_worst(false), high=0.05
        ),
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
        result = run_flaw(cell, markets_for(cell, post_budget), _random(seed, "flaws", cell))
        figures = (result.plain_bias, result.plain_coverage, result.bias, result.coverage)
        print(
            f"{key_of(cell):<13}{markets_for(cell, post_budget):<9}"
            + " ".join(f"{figure!s:>12}" for figure in figures)
            + f"   {result.correction}",
            flush=True,
        )
        print(f"  {FLAWS[key_of(cell)]}")
    return []


def part_hard(seed: int, post_budget: int) -> list[Promise]:
    """Coverage, false verdicts and power where the method promises nothing."""
    print("\nCoverage, false verdicts and power beyond what is promised; columns as above")
    for words, cell in HARD_CELLS:
        _print_cell(run_cell(cell, markets_for(cell, post_budget), _random(seed, "hard", cell)))
        print(f"  {words}")
    return []


def part_shuffles(seed: int, post_budget: int) -> list[Promise]:
    """Formats dealt out at random within accounts."""
    found = []
    for cell in (Cell(account_count=8, post_count=60), Cell(account_count=20, post_count=60)):
        count = markets_for(cell, post_budget)
        works, usually = run_shuffles(cell, count, _random(seed, "shuffles", cell))
        what = f"shuffles of {key_of(cell)} ({count}) in which a format"
        found.append(Promise(what=f"{what} works", figure=works, high=0.05))
        found.append(Promise(what=f"{what} works or usually works", figure=usually, high=0.05))
    return found


def part_weeks(seed: int, market_count: int) -> list[Promise]:
    """A year of weekly briefs."""
    cell = Cell(account_count=6, post_count=60)
    year = run_year(cell, market_count, _random(seed, "weeks", cell))
    print(f"\n{WEEKS} weekly briefs over {market_count} markets of {key_of(cell)} posts in 26 weeks")
    print(f"verdict changes of a format in a year: {year.flips.value:.2f} ±{year.flips.error:.2f}")
    print(f"the same as shown: {year.shown_flips.value:.2f} ±{year.shown_flips.error:.2f}")
    return [
        Promise(what="formats without effect that ever worked in a year", figure=year.ever_works, high=0.1),
        Promise(what="the same with those that usually worked", figure=year.ever_usually, high=0.1),
    ]


def part_import(cells: Sequence[Cell], seed: int) -> list[Promise]:
    """The same markets as raw rows, and by the commands of a user."""
    promises = []
    for cell in cells:
        claim_count, lines = differences(simulate(cell, np.log([1.0, 2.0, 1.5]), _random(seed, "import", cell)))
        print("".join(f"  {line}\n" for line in lines[:10]), end="")
        share = Figure(value=1 - len(lines) / claim_count, error=0.0)
        what = f"{claim_count} claims of {key_of(cell)} that are the same by import, analyze and sql"
        promises.append(Promise(what=what, figure=share, low=1.0))
    return promises


PARTS = ("cells", "flaws", "hard", "shuffles", "weeks", "import")


def _random(seed: int, part: str, cell: Cell) -> np.random.Generator:
    """Draws that depend on the cell alone: what else is run changes nothing."""
    shape = (cell.account_count, cell.post_count, cell.heterogeneity, cell.unevenness, cell.format_memory)
    words = "".join((part, cell.noise, cell.flaw or ""))
    return np.random.default_rng([seed, *(round(1000 * each) for each in shape), *words.encode()])


def main() -> int:
    """Run the parts that were asked for; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a few cells and markets, about a minute")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", nargs="+", type=parse_cell, metavar="CELL", help=parse_cell.__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, help="what to run, else all of it")
    asked = parser.parse_args()
    cells: Sequence[Cell] = asked.cells or (QUICK if asked.quick else (*CELLS, *map(parse_cell, FLAWS)))
    sound = [cell for cell in cells if not cell.flaw]
    flawed = [cell for cell in cells if cell.flaw]
    usual = ("cells", "flaws") if asked.cells else ("cells", "shuffles", "import") if asked.quick else PARTS
    parts = asked.parts or usual
    budget = 20_000 if asked.quick else 120_000
    todo: dict[str, Callable[[], list[Promise]]] = {
        "cells": lambda: part_cells(sound, asked.seed, budget) if sound else [],
        "flaws": lambda: part_flaws(flawed, asked.seed, budget) if flawed else [],
        "hard": lambda: part_hard(asked.seed, budget),
        "shuffles": lambda: part_shuffles(asked.seed, budget),
        "weeks": lambda: part_weeks(asked.seed, 12 if asked.quick else 60),
        "import": lambda: part_import(sound if asked.cells else IMPORTED, asked.seed),
    }
    started = time.monotonic()
    promises = [promise for part in PARTS if part in parts for promise in todo[part]()]
    print("\n" + "\n".join(map(str, promises)))
    used = os.times()
    computed = used.user + used.system + used.children_user + used.children_system
    print(f"{time.monotonic() - started:.0f} s, {computed:.0f} s of processor time")
    return 0 if all(promise.is_kept for promise in promises) else 1


if __name__ == "__main__":
    sys.exit(main())
