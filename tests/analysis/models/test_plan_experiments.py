"""Tests of own posts: pairs against scipy, the draw itself as the judge, and no verdict before its time."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence

import duckdb
import numpy as np
import pytest
from scipy import stats

from analysis.model_files import read_models
from tests.analysis.test_models import PACKAGE, fill

SQL = next(model.sql for model in read_models(PACKAGE) if model.table == "marts.plan_experiments")
DESIGN = {
    "plan": "plan-2026-12",
    "platform": "mastodon",
    "dimension": "format",
    "level_a": "video",
    "level_b": "image",
    "seed": "s",
    "variance": 1.44,
    "target_ratio": 2,
    "started_at": "2026-11-22 00:00:00+00",
    "observed_at": "2026-11-22 00:00:00+00",
}


@pytest.fixture
def built(empty_build: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    empty_build.execute("begin transaction")
    yield empty_build
    empty_build.execute("rollback")


def judged_all(
    connection: duckdb.DuckDBPyConnection,
    trials: Mapping[str, Sequence[tuple[int, int]]],
    *,
    status: str = "ended",
    planned: int = 6,
) -> list[dict[str, object]]:
    """The model's rows of these experiments, each with the counts of its pairs."""
    designs = [{"experiment_id": name, "status": status, "pairs_planned": planned, **DESIGN} for name in trials]
    fill(connection, "staging.stg_experiments", designs)
    slots: list[Mapping[str, object]] = [
        {
            "slot_id": f"{name}-p{block}{arm}",
            "experiment_id": name,
            "arm": arm,
            "block": block,
            "status": "draft",
            "post_id": f"id({name}{block}{arm})",
            "engagement_at_age": count,
        }
        for name, pairs in trials.items()
        for block, pair in enumerate(pairs, start=1)
        for arm, count in zip("ab", pair, strict=True)
    ]
    fill(connection, "marts.plan_slots", slots)
    answer = connection.execute(SQL)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def judged(
    connection: duckdb.DuckDBPyConnection,
    pairs: Sequence[tuple[int, int]],
    *,
    status: str = "ended",
    planned: int = 6,
) -> dict[str, object]:
    [row] = judged_all(connection, {"e2612-aaaa": pairs}, status=status, planned=planned)
    return row


@pytest.mark.parametrize("count", [2, 7, 12, 30])
def test_ratio_and_interval_are_those_of_a_paired_t_test(built: duckdb.DuckDBPyConnection, count: int) -> None:
    drawn = random.Random(count)
    pairs = [(drawn.randint(0, 200), drawn.randint(0, 100)) for _ in range(count)]
    got = judged(built, pairs)
    differences = [math.log1p(a) - math.log1p(b) for a, b in pairs]
    expected = stats.ttest_1samp(differences, 0).confidence_interval(0.95)
    assert got["lift"] == pytest.approx(math.exp(np.mean(differences)))
    assert got["lift_low"] == pytest.approx(math.exp(expected.low), rel=1e-3)
    assert got["lift_high"] == pytest.approx(math.exp(expected.high), rel=1e-3)


@pytest.mark.parametrize("count", [1, 5, 9])
def test_of_few_pairs_every_way_to_draw_the_arms_is_counted(built: duckdb.DuckDBPyConnection, count: int) -> None:
    drawn = random.Random(count)
    pairs = [(drawn.randint(0, 200), drawn.randint(0, 100)) for _ in range(count)]
    differences = np.array([[math.log1p(a) - math.log1p(b)] for a, b in pairs])
    expected = stats.permutation_test(
        (differences[:, 0],), np.sum, permutation_type="samples", n_resamples=math.inf
    ).pvalue if count > 1 else 1.0  # fmt: skip
    assert judged(built, pairs)["p_value"] == pytest.approx(expected)


def test_of_many_pairs_the_p_value_is_near_that_of_the_t_test(built: duckdb.DuckDBPyConnection) -> None:
    drawn = np.random.default_rng(3)
    pairs = [(round(math.expm1(4.4 + x)), round(math.expm1(4 + y))) for x, y in drawn.normal(0, 1, (60, 2))]
    differences = [math.log1p(a) - math.log1p(b) for a, b in pairs]
    assert judged(built, pairs)["p_value"] == pytest.approx(stats.ttest_1samp(differences, 0).pvalue, abs=0.02)


def test_nothing_is_said_before_all_pairs_are_in(built: duckdb.DuckDBPyConnection) -> None:
    clear = [(100 + n, 10 + n) for n in range(8)]
    assert judged(built, clear, status="running", planned=9)["verdict"] == "running"
    assert judged(built, clear, status="running", planned=8)["verdict"] == "a_better"
    assert judged(built, [(b, a) for a, b in clear], planned=9)["verdict"] == "b_better"


def test_five_pairs_are_never_enough_and_equal_ones_are_no_difference(built: duckdb.DuckDBPyConnection) -> None:
    assert judged(built, [(100, 10)] * 5)["verdict"] == "not_enough"
    assert judged(built, [(50 + n % 2, 50) for n in range(20)])["verdict"] == "no_difference"


def test_without_a_difference_a_winner_is_named_as_rarely_as_promised(built: duckdb.DuckDBPyConnection) -> None:
    drawn = np.random.default_rng(7)
    counts = np.expm1(np.abs(drawn.normal(3, 1.2, (200, 10, 2)))).round().astype(int)
    rows = judged_all(
        built, {f"e{number}": [(int(a), int(b)) for a, b in pairs] for number, pairs in enumerate(counts)}
    )
    assert len(rows) == 200
    named = sum(row["verdict"] in ("a_better", "b_better") for row in rows)
    assert named <= 18, "at a true rate of 5 % more than that happens once in a hundred times"
