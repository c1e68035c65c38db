-- One row per platform, dimension and level of share_shifts: how its accounts shifted
-- together (see the macro pooled), in per cent of their posts.
with

series as (
    select
        *,
        row_number() over ()::integer as series_number,
    from (
        select distinct
            platform,
            dimension,
            level,
        from intermediate.share_shifts
    ) as names
),

numbered as (
    select
        series.series_number,
        shifts.recent_count + shifts.before_count as level_count,
        shifts.difference,
        shifts.variance,
        null::double as pooled_level_variance,
        shifts.recent_total + shifts.before_total - 1 as df,
    from intermediate.share_shifts as shifts
    inner join series using (platform, dimension, level)
),

trend_effects as (
    select
        series.platform,
        series.dimension,
        series.level,
        pooled_series.* exclude (series_number),
    from pooled(numbered) as pooled_series
    inner join series on pooled_series.series_number = series.series_number
)

select * from trend_effects
