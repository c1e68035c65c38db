-- Who gained followers in the last four weeks, where counted before and after?
with

counts as (
    select
        metrics.account_id,
        arg_max(metrics.follower_count, metrics.observed_at) as follower_count,
        arg_max(metrics.follower_count, metrics.observed_at) filter (
            metrics.observed_at <= build.as_of - interval 28 days
        ) as follower_count_before,
    from staging.stg_account_metrics as metrics
    cross join marts.build as build
    where metrics.follower_count is not null
    group by all
),

accounts as (
    select
        accounts.company,
        unnest([accounts.platform, 'all']) as platform,
        counts.follower_count,
        counts.follower_count_before,
    from counts
    inner join marts.coverage as accounts on counts.account_id = accounts.account_id
    where counts.follower_count_before is not null
)

select
    company,
    platform,
    sum(follower_count)::bigint as follower_count,
    sum(follower_count - follower_count_before)::bigint as follower_change_4w,
    round(
        sum(follower_count - follower_count_before)
        / nullif(sum(follower_count_before), 0),
        4
    ) as follower_change_rate,
from accounts
group by all
order by follower_change_rate desc nulls last, company asc, platform asc
