"""The closed forms that DuckDB lacks, against scipy and statsmodels."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from importlib.resources import files
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats
from statsmodels.stats.multitest import multipletests


@pytest.fixture(scope="module")
def macros() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    for script in ("statistics.sql", "metrics.sql", "pooling.sql"):
        connection.execute(files("analysis").joinpath("macros", script).read_text(encoding="utf-8"))
    yield connection
    connection.close()


def column(macros: duckdb.DuckDBPyConnection, expression: str, **values: Any) -> np.ndarray[Any, Any]:
    """``expression`` for every row of the given columns."""
    columns = ", ".join(f"unnest(?::double[]) as {name}" for name in values)
    found = macros.execute(f"select {expression} from (select {columns})", list(values.values())).fetchall()
    return np.array([value for (value,) in found])


def test_erfc_keeps_its_relative_error_far_into_the_tail(macros: duckdb.DuckDBPyConnection) -> None:
    x = [float(value) for value in np.linspace(0, 25, 501)]
    assert np.max(np.abs(column(macros, "erfc_positive(x)", x=x) / special.erfc(x) - 1)) < 1.2e-7


def test_normal_two_sided_p(macros: duckdb.DuckDBPyConnection) -> None:
    z = [float(value) for value in np.linspace(-8, 8, 161)]
    expected = 2 * stats.norm.sf(np.abs(z))
    np.testing.assert_allclose(column(macros, "normal_two_sided_p(z)", z=z), expected, rtol=2e-7)
    assert macros.execute("select normal_two_sided_p(0), normal_two_sided_p(null)").fetchone() == (1.0, None)


def test_t_quantile(macros: duckdb.DuckDBPyConnection) -> None:
    whole = [float(df) for df in (*range(1, 120), 200, 500, 10_000)]
    np.testing.assert_allclose(column(macros, "t_quantile(df)", df=whole), stats.t.ppf(0.975, whole), atol=5e-4)
    broken = [float(df) for df in np.linspace(10.01, 80, 200)]
    np.testing.assert_allclose(column(macros, "t_quantile(df)", df=broken), stats.t.ppf(0.975, broken), atol=5e-4)


def test_t_quantile_of_few_broken_degrees_of_freedom_errs_on_the_wide_side(macros: duckdb.DuckDBPyConnection) -> None:
    df = [float(value) for value in np.linspace(1, 10, 91)]
    assert np.all(column(macros, "t_quantile(df)", df=df) >= stats.t.ppf(0.975, df) - 1e-9)


def test_t_quantile_of_degrees_of_freedom_that_miss_a_whole_number_by_a_rounding(
    macros: duckdb.DuckDBPyConnection,
) -> None:
    whole = np.arange(1.0, 12.0)
    for missed in (whole * (1 - 1e-12), whole * (1 + 1e-12)):
        found = column(macros, "t_quantile(df)", df=[float(df) for df in missed])
        np.testing.assert_allclose(found, column(macros, "t_quantile(df)", df=[float(df) for df in whole]), rtol=1e-9)


def test_t_quantile_without_degrees_of_freedom_is_unknown(macros: duckdb.DuckDBPyConnection) -> None:
    assert macros.execute("select t_quantile(0), t_quantile(null)").fetchone() == (None, None)


def test_t_two_sided_p_of_whole_degrees_of_freedom_is_exact(macros: duckdb.DuckDBPyConnection) -> None:
    pairs = [(float(t), float(df)) for df in range(1, 201) for t in (-40, -2.5, *np.linspace(0, 12, 25))]
    p = column(macros, "t_two_sided_p(t, df)", t=[t for t, _ in pairs], df=[df for _, df in pairs])
    np.testing.assert_allclose(p, [2 * stats.t.sf(abs(t), df) for t, df in pairs], atol=1e-11)


def test_t_two_sided_p_of_very_many_degrees_of_freedom(macros: duckdb.DuckDBPyConnection) -> None:
    pairs = [(t, df) for t in np.linspace(0, 8, 33) for df in (1e4, 12_345.6, 1e6, 3e7, 1e9)]
    p = column(macros, "t_two_sided_p(t, df)", t=[float(t) for t, _ in pairs], df=[df for _, df in pairs])
    np.testing.assert_allclose(p, [2 * stats.t.sf(t, df) for t, df in pairs], atol=2e-7)


@pytest.mark.parametrize("post_count", [50, 5_000, 500_000, 50_000_000])
def test_the_mean_over_accounts_of_any_size(macros: duckdb.DuckDBPyConnection, post_count: int) -> None:
    variances = 1.3 / post_count * np.array([1.0, 1.4, 0.7, 2.2])
    differences = 2.5 * np.sqrt(variances) * np.array([0.2, 0.5, -0.1, 0.4])
    effects = pd.DataFrame(
        {"series_number": 1, "level_count": post_count, "difference": differences, "variance": variances}
    ).assign(pooled_level_variance=1.0, df=2.0 * post_count - 2)
    macros.register("effects", effects)
    (found,) = macros.execute("select here_mean, here_low, here_high, here_p_value from pooled('effects')").fetchall()
    error = np.sqrt(variances.sum()) / 4
    df = variances.sum() ** 2 / np.sum(variances**2 / (2.0 * post_count - 2))
    mean = differences.mean()
    half = stats.t.ppf(0.975, df) * error
    p_value = 2 * stats.t.sf(mean / error, df)
    assert 0.05 < p_value < 0.6
    np.testing.assert_allclose(found[:3], [mean, mean - half, mean + half], rtol=0.01, atol=half / 1000)
    np.testing.assert_allclose(found[3], p_value, atol=1e-3)


@given(value=st.decimals(allow_nan=False, allow_infinity=False, places=12, min_value=-(10**25), max_value=10**25))
def test_a_decimal_becomes_the_double_that_is_nearest(macros: duckdb.DuckDBPyConnection, value: Decimal) -> None:
    assert macros.execute("select nearest_double(?::text::decimal(38, 12))", [f"{value:f}"]).fetchall() == [
        (float(value),)
    ]


def test_many_decimals_become_the_doubles_that_are_nearest(macros: duckdb.DuckDBPyConnection) -> None:
    """DuckDB 1.5 casts some of these sums to a neighbour of the nearest double."""
    totals = "select (hash(n) % 100_000_000_000_000_000)::decimal(38, 0) * 0.000000000001 from range(200_000) as t(n)"
    found = macros.execute(f"select nearest_double(x), x::text from ({totals}) as totals(x)").fetchall()
    assert [number for number, _ in found] == [float(text) for _, text in found]


def test_t_two_sided_p_of_broken_degrees_of_freedom(macros: duckdb.DuckDBPyConnection) -> None:
    pairs = [(t, df) for t in np.linspace(0, 8, 33) for df in (10.4, 12.7, 19.9, 40.2, 150.5, 201.0, 999.3)]
    p = column(macros, "t_two_sided_p(t, df)", t=[float(t) for t, _ in pairs], df=[df for _, df in pairs])
    np.testing.assert_allclose(p, [2 * stats.t.sf(t, df) for t, df in pairs], atol=2e-4)


@settings(deadline=None, max_examples=20)
@given(families=st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=12), min_size=1, max_size=4))
def test_benjamini_hochberg_of_every_family_by_itself(
    macros: duckdb.DuckDBPyConnection, families: list[list[float]]
) -> None:
    rows = [(number, p) for number, family in enumerate(families) for p in family]
    found = macros.execute(
        """
        with

        tests as (
            select
                unnest(?::integer[]) as family,
                unnest(?::double[]) as p,
                unnest(range(?)) as id,
        ),

        ranked as (
            select
                *,
                row_number() over (partition by family order by p, id) as p_rank,
                count(*) over (partition by family) as p_count,
            from tests
        ),

        final as (
            select
                id,
                bh_q_value(family, p, p_rank, p_count) as q,
            from ranked
        )

        select q from final
        order by id
        """,
        [[family for family, _ in rows], [p for _, p in rows], len(rows)],
    ).fetchall()
    expected = [q for family in families for q in multipletests(family, method="fdr_bh")[1]]
    np.testing.assert_allclose([q for (q,) in found], expected, rtol=1e-9, atol=1e-12)


def test_engagement_is_unknown_when_a_shown_count_is_unknown(macros: duckdb.DuckDBPyConnection) -> None:
    row = macros.execute(
        """
        select
            engagement_of(3, 0, 2, true, true, true) as all_known,
            engagement_of(3, 0, null, true, true, true) as one_unknown,
            engagement_of(3, 0, null, true, true, false) as not_shown_here,
            engagement_of(3, 0, 2, false, false, false) as nothing_shown
        """
    ).fetchone()
    assert row == (5, None, 3, None)


def test_log_count_of_unknown_zero_and_negative(macros: duckdb.DuckDBPyConnection) -> None:
    row = macros.execute("select log_count(null), log_count(0), log_count(-4)").fetchone()
    assert row == (None, 0.0, 0.0)


def test_ratio_in_words(macros: duckdb.DuckDBPyConnection) -> None:
    row = macros.execute("select ratio_in_words(12.34), ratio_in_words(2.345), ratio_in_words(0.5)").fetchone()
    assert row == ("12 times", "2.3 times", "0.50 times")
