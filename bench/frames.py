"""What a data frame takes for a part of the analysis: posts at equal age, what the primary traits do inside accounts,
and the league. Written as one would write it in pandas and in Polars; the results are compared with ours.

Both get narrow frames in memory, with numbers in the place of ids, and may use every core they know to use.
"""

from __future__ import annotations

import tempfile
import time
from typing import Any

import duckdb
import numpy as np
import pandas as pd

POSTS = """
select
    row_number() over (order by posts.post_id)::integer as post,
    dense_rank() over (order by posts.account_id)::integer as account,
    accounts.company,
    posts.platform,
    posts.format,
    post_types.post_type,
    counted.month_start_date::text as month,
    epoch_us(posts.published_at) / 3.6e9 as published_hours,
    shown_counts.compare_age_hours::double as compare_age,
    shown_counts.counts_likes,
    shown_counts.counts_comments,
    shown_counts.counts_shares,
    coalesce(counted.is_current, false) as is_current
from staging.stg_post_keys as posts
inner join staging.stg_accounts as accounts using (account_id)
inner join intermediate.shown_counts as shown_counts using (account_id)
inner join intermediate.post_types as post_types using (post_id)
left join intermediate.counted_posts as counted using (post_id)
order by post
"""
METRICS = """
select
    keys.post,
    epoch_us(metrics.observed_at) / 3.6e9 as observed_hours,
    metrics.like_count::double as likes,
    metrics.comment_count::double as comments,
    metrics.share_count::double as shares
from raw.post_metrics as metrics
inner join (
    select post_id, row_number() over (order by post_id)::integer as post from staging.stg_post_keys
) as keys using (post_id)
"""


def seconds_of_pandas(connection: duckdb.DuckDBPyConnection) -> float:
    """Seconds of the part in pandas; raises ``AssertionError`` where it finds other numbers than our models."""
    posts = connection.execute(POSTS).df()
    metrics = connection.execute(METRICS).df()
    started = time.perf_counter()
    aged = _pandas_equal_age(posts, metrics)
    effects = [_pandas_effects(aged, dimension) for dimension in ("format", "post_type")]
    league = aged[aged["is_current"]].groupby(["company", "platform"])["engagement"].agg(["size", "median", "mean"])
    seconds = time.perf_counter() - started
    assert all(len(found) for found in effects)
    _agree(connection, int(aged["log"].notna().sum()), float(aged["log"].sum()), int(league["size"].sum()))
    return seconds


def _pandas_equal_age(posts: pd.DataFrame, metrics: pd.DataFrame) -> pd.DataFrame:
    """Each post with its engagement at the age of comparison, and ln(1 + it)."""
    seen = metrics.merge(posts, on="post")
    seen["age"] = seen["observed_hours"] - seen["published_hours"]
    total = np.zeros(len(seen))
    for count in ("likes", "comments", "shares"):
        total = total + np.where(seen[f"counts_{count}"], seen[count], 0.0)
    seen["total"] = total
    seen = seen[seen["total"].notna()]
    early = seen[(seen["age"] >= seen["compare_age"] / 2) & (seen["age"] < seen["compare_age"])]
    early = early.sort_values("age").groupby("post")[["age", "total"]].last()
    mature = seen[seen["age"] >= seen["compare_age"]].sort_values("age").groupby("post")[["age", "total"]].first()
    aged = posts.set_index("post").join(early.add_prefix("early_")).join(mature.add_prefix("mature_"))
    interpolated = aged["early_age"].notna() & (aged["mature_age"] <= 2 * aged["compare_age"])
    share = (np.log(aged["compare_age"]) - np.log(aged["early_age"])) / (
        np.log(aged["mature_age"]) - np.log(aged["early_age"])
    )
    first, last = np.log1p(aged["early_total"].clip(lower=0)), np.log1p(aged["mature_total"].clip(lower=0))
    aged["log"] = np.where(interpolated, first + share * (last - first), last)
    aged["engagement"] = np.expm1(aged["log"])
    return aged


def _pandas_effects(aged: pd.DataFrame, dimension: str) -> pd.DataFrame:
    """For each platform and level the mean difference inside accounts and months, weighed as our strata are."""
    used = aged[aged["is_current"] & aged["log"].notna() & aged[dimension].notna()].copy()
    used["squares"] = used["log"] ** 2
    keys = ["platform", "account", "month"]
    cells = used.groupby([*keys, dimension], observed=True).agg(
        n=("log", "size"), s=("log", "sum"), q=("squares", "sum")
    )
    cells = cells.reset_index().merge(
        used.groupby(keys).agg(all_n=("log", "size"), all_s=("log", "sum"), all_q=("squares", "sum")).reset_index(),
        on=keys,
    )
    cells["rest"] = cells["all_n"] - cells["n"]
    cells = cells[cells["rest"] > 0]
    cells["weight"] = cells["n"] * cells["rest"] / cells["all_n"]
    cells["difference"] = cells["s"] / cells["n"] - (cells["all_s"] - cells["s"]) / cells["rest"]
    cells["weighted"] = cells["weight"] * cells["difference"]
    accounts = cells.groupby(["platform", dimension, "account"], observed=True)[["weight", "weighted", "n"]].sum()
    accounts["difference"] = accounts["weighted"] / accounts["weight"]
    return accounts.groupby(["platform", dimension], observed=True)["difference"].agg(["size", "mean", "std"])


def seconds_of_polars(connection: duckdb.DuckDBPyConnection) -> float:
    """Seconds of the part in Polars; raises ``AssertionError`` where it finds other numbers than our models."""
    import polars as pl

    with tempfile.TemporaryDirectory() as name:
        frames = []
        for query in (POSTS, METRICS):
            connection.execute(f"copy ({query}) to '{name}/frame.parquet'")
            frames.append(pl.read_parquet(f"{name}/frame.parquet"))
    posts, metrics = frames
    started = time.perf_counter()
    aged = _polars_equal_age(pl, posts.lazy(), metrics.lazy()).collect()
    effects = [_polars_effects(pl, aged.lazy(), dimension).collect() for dimension in ("format", "post_type")]
    league = (
        aged.lazy()
        .filter(pl.col("is_current"))
        .group_by("company", "platform")
        .agg(
            pl.len().alias("size"),
            pl.col("engagement").median().alias("median"),
            pl.col("engagement").mean().alias("mean"),
        )
        .collect()
    )
    seconds = time.perf_counter() - started
    assert all(found.height for found in effects)
    measured = aged["log"].drop_nulls()
    _agree(connection, measured.len(), float(measured.sum()), int(league["size"].sum()))
    return seconds


def _polars_equal_age(pl: Any, posts: Any, metrics: Any) -> Any:
    """As ``_pandas_equal_age``."""
    counts = [
        pl.when(pl.col(f"counts_{count}")).then(pl.col(count)).otherwise(0.0)
        for count in ("likes", "comments", "shares")
    ]
    seen = (
        metrics.join(posts, on="post")
        .with_columns(
            (pl.col("observed_hours") - pl.col("published_hours")).alias("age"),
            (counts[0] + counts[1] + counts[2]).alias("total"),
        )
        .filter(pl.col("total").is_not_null())
    )
    is_mature = pl.col("age") >= pl.col("compare_age")
    is_early = (pl.col("age") >= pl.col("compare_age") / 2) & ~is_mature
    moments = seen.group_by("post").agg(
        pl.col("age").filter(is_early).max().alias("early_age"),
        pl.col("total").filter(is_early).sort_by(pl.col("age").filter(is_early)).last().alias("early_total"),
        pl.col("age").filter(is_mature).min().alias("mature_age"),
        pl.col("total").filter(is_mature).sort_by(pl.col("age").filter(is_mature)).first().alias("mature_total"),
    )
    first = pl.col("early_total").clip(lower_bound=0).log1p()
    last = pl.col("mature_total").clip(lower_bound=0).log1p()
    share = (pl.col("compare_age").log() - pl.col("early_age").log()) / (
        pl.col("mature_age").log() - pl.col("early_age").log()
    )
    is_interpolated = pl.col("early_age").is_not_null() & (pl.col("mature_age") <= 2 * pl.col("compare_age"))
    return (
        posts.join(moments, on="post", how="left")
        .with_columns(pl.when(is_interpolated).then(first + share * (last - first)).otherwise(last).alias("log"))
        .with_columns((pl.col("log").exp() - 1).alias("engagement"))
    )


def _polars_effects(pl: Any, aged: Any, dimension: str) -> Any:
    """As ``_pandas_effects``."""
    keys = ["platform", "account", "month"]
    used = aged.filter(pl.col("is_current") & pl.col("log").is_not_null() & pl.col(dimension).is_not_null())
    sums = [pl.len().cast(pl.Int64), pl.col("log").sum(), (pl.col("log") ** 2).sum()]
    named = [expression.alias(name) for expression, name in zip(sums, "nsq", strict=True)]
    totals = [expression.alias(f"all_{name}") for expression, name in zip(sums, "nsq", strict=True)]
    cells = used.group_by(*keys, dimension).agg(*named).join(used.group_by(keys).agg(*totals), on=keys)
    rest = pl.col("all_n") - pl.col("n")
    weight = pl.col("n") * rest / pl.col("all_n")
    difference = pl.col("s") / pl.col("n") - (pl.col("all_s") - pl.col("s")) / rest
    accounts = (
        cells.filter(rest > 0)
        .with_columns(weight.alias("weight"), (weight * difference).alias("weighted"))
        .group_by("platform", dimension, "account")
        .agg((pl.col("weighted").sum() / pl.col("weight").sum()).alias("difference"))
    )
    return accounts.group_by("platform", dimension).agg(
        pl.len().alias("size"), pl.col("difference").mean().alias("mean"), pl.col("difference").std().alias("std")
    )


def _agree(connection: duckdb.DuckDBPyConnection, measured: int, log_sum: float, counted: int) -> None:
    """Hold what a frame found against our models: as many posts, and the same sum of logarithms."""
    ours = connection.execute(
        "select count(log_engagement), sum(log_engagement)::double, "
        "(select count(*) from intermediate.post_results where is_counted) from intermediate.post_equal_age"
    ).fetchone()
    assert ours is not None
    assert measured == ours[0], (measured, ours[0])
    assert abs(log_sum - ours[1]) < 1e-6 * abs(ours[1]), (log_sum, ours[1])
    assert counted == ours[2], (counted, ours[2])
