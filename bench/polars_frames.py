"""A smaller part of the analysis in Polars: posts at equal age, what the primary traits do inside accounts, the league.

It gets narrow frames, with numbers in the place of ids, and may use every core it knows to use.
"""

from __future__ import annotations

import tempfile
import time
from typing import Any

import duckdb

POSTS = """
select
    row_number() over (order by posts.post_id)::integer as post,
    dense_rank() over (order by posts.account_id)::integer as account,
    accounts.company,
    posts.platform,
    posts.format,
    coalesce(post_types.post_type, 'other') as post_type,
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
left join intermediate.post_types as post_types using (post_id)
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
    aged = _equal_age(pl, posts.lazy(), metrics.lazy()).collect()
    effects = [_effects(pl, aged.lazy(), dimension).collect() for dimension in ("format", "post_type")]
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


def _equal_age(pl: Any, posts: Any, metrics: Any) -> Any:
    """Each post with its engagement at the age of comparison, and ln(1 + it)."""
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
        # who shows no count at all has none of zero
        .filter(pl.col("counts_likes") | pl.col("counts_comments") | pl.col("counts_shares"))
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


def _effects(pl: Any, aged: Any, dimension: str) -> Any:
    """For each platform and level the mean difference inside accounts and months, weighed as our strata are."""
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
