"""Posts at equal age, own posts in the windows, pooled claims and the league, worked out a second time in pandas."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from analysis.build import build
from bench import frames, polars_frames
from bench.analyze import GIVEN, PART
from bench.big_market import NOW, BigMarket

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.drop")  # DuckDB's own way to a frame


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("pandas")
    warehouse, built = folder / "warehouse.duckdb", folder / "rivalscope.duckdb"
    BigMarket(post_count=3000, account_count=40, weeks=30, pool_size=150).write(warehouse)
    build(warehouse, built, now=NOW, targets=[*PART, *GIVEN], outcomes=["engagement"], threads=1)
    with duckdb.connect(str(built), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        yield connection


@pytest.fixture(scope="module")
def found(snapshot: duckdb.DuckDBPyConnection) -> frames.Frames:
    return frames.part(frames.read(snapshot))


def test_pandas_finds_the_same_numbers(snapshot: duckdb.DuckDBPyConnection, found: frames.Frames) -> None:
    assert frames.disagreements(snapshot, found) == []
    assert set(found["pooled"]["basis"]) == {"plain", "stratified", "top_decile"}
    assert found["pooled"]["mu_low"].notna().sum() > 50
    assert set(found["equal_age"]["missing_reason"].dropna()) >= {"too_young", "unknown_count"}


def test_polars_finds_as_many_posts_and_the_same_sum(snapshot: duckdb.DuckDBPyConnection) -> None:
    pytest.importorskip("polars", reason="Polars is only installed for benches")
    assert polars_frames.seconds_of_polars(snapshot) > 0  # other numbers are an AssertionError


@pytest.mark.parametrize(
    ("name", "column"), [("equal_age", "log_engagement"), ("pooled", "mu_low"), ("league", "engagement_share")]
)
def test_a_single_other_number_would_be_seen(
    snapshot: duckdb.DuckDBPyConnection, found: frames.Frames, name: str, column: str
) -> None:
    other = found[name].copy()
    place = other[column].first_valid_index()
    other.loc[place, column] += 0.001
    assert frames.disagreements(snapshot, {**found, name: other}) == [f"{name}.{column}"]
