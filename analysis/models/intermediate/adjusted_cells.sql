-- One row per adjustment, format or post type, account and stratum: exact sums of ln(1
-- + engagement at equal age).
-- Basis "within_counterpart" compares formats inside the same post type and post types
-- inside the same format, "within_weekday" on the same weekday, "within_promoted" paid
-- posts with paid ones. An adjustment without a choice (nobody pays) has no cells.
with

posts as (
    select
        counted.platform,
        counted.account_id,
        counted.format,
        post_types.post_type,
        case when counted.has_day then lower(dayname(counted.audience_at)) end
            as weekday,
        if(counted.is_promoted_suspect, 'paid', 'not_paid') as promoted,
        count(*) as post_count,
        sum(counted.log_engagement) as log_sum,
        sum(counted.log_engagement_squared) as log_squares,
    from intermediate.counted_posts as counted
    left join intermediate.post_types as post_types
        on counted.post_id = post_types.post_id
    where counted.is_current and counted.log_engagement is not null
    group by all
),

united as (
    select
        *,
        'format' as dimension,
        format as level,
        map {
            'within_counterpart': post_type,
            'within_weekday': weekday,
            'within_promoted': promoted
        } as strata,
    from posts
    union all
    select
        *,
        'post_type' as dimension,
        post_type as level,
        map {
            'within_counterpart': format,
            'within_weekday': weekday,
            'within_promoted': promoted
        } as strata,
    from posts
),

unnested as (
    select
        * exclude (strata),
        unnest(map_entries(strata)) as entry,
    from united
    where level is not null
),

cells as (
    select
        entry.key as basis,
        dimension,
        level,
        platform,
        account_id,
        entry.value as stratum,
        sum(post_count)::bigint as post_count,
        sum(log_sum) as log_sum,
        sum(log_squares) as log_squares,
    from unnested
    where entry.value is not null
    group by all
),

choices as (
    select
        basis,
        dimension,
        platform,
    from cells
    group by all
    having count(distinct stratum) > 1
),

adjusted_cells as (
    select
        evaluations.as_of,
        cells.*,
    from cells
    inner join choices using (basis, dimension, platform)
    cross join intermediate.evaluations as evaluations
    where evaluations.is_current
)

select * from adjusted_cells
