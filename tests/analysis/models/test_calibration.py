"""The bench that measures coverage: its truth is the truth, and it notices a method that promises too much."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pytest

from bench.calibration import Promise, parse_cell
from bench.calibration_figures import Figure, by_market, coverage_of, run_cell, truth_of
from bench.simulated_market import FORMATS, TESTED, Cell, Flaw, Markets, simulate
from bench.simulated_warehouse import built, platform_names, post_frame, root_for, write_warehouse

pytestmark = pytest.mark.method


def markets(cell: Cell, effects: list[float], seed: int = 1) -> Markets:
    return simulate(cell, np.array(effects), np.random.default_rng(seed))


def test_what_the_markets_hold_differs_as_their_truth_says() -> None:
    drawn = markets(Cell(account_count=30, post_count=500, heterogeneity=0.5), [0.0, np.log(2)])
    truth = truth_of(drawn)
    logs = np.full(len(drawn.account), np.nan)
    is_mature = (drawn.seen_age >= 72) & (drawn.seen_age < 144)
    logs[drawn.seen_post[is_mature]] = np.log1p(drawn.seen_engagement[is_mature])
    for market in range(2):
        contrasts = []
        for account in range(market * 30, market * 30 + 30):
            is_own = (drawn.account == account) & ~np.isnan(logs)
            is_tested = drawn.format == TESTED
            contrasts.append(logs[is_own & is_tested].mean() - logs[is_own & ~is_tested].mean())
        assert np.mean(contrasts) == pytest.approx(truth.here[market, TESTED], abs=0.12)
        assert truth.here[market, TESTED] == pytest.approx(truth.general[market, TESTED], abs=4 * 0.6 / np.sqrt(30))


def test_noise_has_the_spread_it_is_said_to_have() -> None:
    for noise in ("normal", "heavy", "skewed", "persistent"):
        cell = Cell(account_count=5, post_count=500, heterogeneity=0, noise=noise, typical=(1000, 1000))
        drawn = markets(cell, [0.0] * 4)
        is_at_age = (drawn.seen_age >= 70) & (drawn.seen_age < 74)
        assert np.log1p(drawn.seen_engagement[is_at_age]).std() == pytest.approx(1.2, rel=0.1), noise


@pytest.mark.parametrize("flaw", ["deleted", "never_seen"])
def test_only_posts_that_somebody_saw_are_known(flaw: Flaw) -> None:
    drawn = markets(Cell(account_count=20, post_count=500, flaw=flaw), [0.0])
    known = post_frame(drawn, ["sim"])
    share = np.isfinite(drawn.gone_hours)[drawn.format == TESTED].mean()
    assert share == pytest.approx(0.2, abs=0.03)
    assert not np.isfinite(drawn.gone_hours)[drawn.format != TESTED].any()
    assert len(drawn.account) - len(known) == (np.isfinite(drawn.gone_hours).sum() if flaw == "never_seen" else 0)
    assert (known["gone_at"].notna().sum() > 0) == (flaw == "deleted")


def test_general_intervals_cover_and_formats_without_effect_do_not_work() -> None:
    result = run_cell(Cell(account_count=6, post_count=40), 48, np.random.default_rng(7))
    assert Promise(what="", figure=result.coverage["general"], low=0.92).is_kept
    assert Promise(what="", figure=result.coverage["here"], low=0.92).is_kept
    assert Promise(what="", figure=result.works, high=0.05).is_kept


def test_a_method_that_promises_too_much_is_noticed(tmp_path: Path) -> None:
    drawn = markets(Cell(account_count=4, post_count=40, heterogeneity=0.7), [0.0] * 48)
    platforms = platform_names(48)
    write_warehouse(tmp_path / "warehouse.duckdb", drawn, platforms)
    root = root_for(tmp_path, platforms)
    macro = root / "macros" / "pooling.sql"
    sql = macro.read_text(encoding="utf-8")
    assert "mu - half as mu_low" in sql
    assert "mu + half as mu_high" in sql
    macro.write_text(sql.replace("mu - half", "mu - half / 2").replace("mu + half", "mu + half / 2"), encoding="utf-8")
    with built(tmp_path, root) as connection:
        figure = coverage_of(drawn, connection)["general"]
    assert not Promise(what="", figure=figure, low=0.92).is_kept


def test_errors_count_markets_and_not_claims() -> None:
    alone = by_market(np.array([1.0, 0, 1, 1]), np.arange(4))
    together = by_market(np.repeat([1.0, 0, 1, 1], len(FORMATS)), np.repeat(np.arange(4), len(FORMATS)))
    assert together.value == alone.value == 0.75
    assert together.error == pytest.approx(alone.error)


def test_nothing_seen_yet_is_no_proof() -> None:
    figure = by_market(np.zeros(10), np.arange(10))
    assert figure.value == 0
    assert figure.error > 0.05


def test_a_promise_is_broken_beyond_two_standard_errors() -> None:
    assert Promise(what="", figure=Figure(value=0.90, error=0.011), low=0.92).is_kept
    assert not Promise(what="", figure=Figure(value=0.90, error=0.009), low=0.92).is_kept
    assert not Promise(what="", figure=Figure(value=0.08, error=0.01), high=0.05).is_kept


def test_a_cell_is_named_by_its_numbers_or_its_flaw() -> None:
    assert parse_cell("9x80") == Cell(account_count=9, post_count=80)
    assert parse_cell("9x80:0.5:skewed") == Cell(account_count=9, post_count=80, heterogeneity=0.5, noise="skewed")
    assert parse_cell("drift").flaw == "drift"
    for wrong in ("9", "9x", "9x80:much", "9x80:0.5:loud", "rain"):
        with pytest.raises(argparse.ArgumentTypeError, match=f"{wrong} is no cell"):
            parse_cell(wrong)
