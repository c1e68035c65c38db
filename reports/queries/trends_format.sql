-- One row per platform and format: its part of all posts in the last four full weeks
-- and in the full weeks before.
with

full_weeks as (
    select
        platform,
        level as format,
        post_count,
        dense_rank() over (
            partition by platform order by week_start_date desc
        ) as weeks_ago,
    from marts.weekly_trends
    where dimension = 'format' and is_complete
),

spans as (
    select
        platform,
        format,
        sum(post_count) filter (weeks_ago <= 4) as recent_count,
        sum(post_count) filter (weeks_ago > 4) as earlier_count,
    from full_weeks
    group by all
)

select
    platform,
    format,
    coalesce(recent_count, 0)::bigint as recent_post_count,
    coalesce(earlier_count, 0)::bigint as earlier_post_count,
    coalesce(recent_count, 0)
    / sum(recent_count) over (partition by platform) as recent_share,
    coalesce(earlier_count, 0)
    / sum(earlier_count) over (partition by platform) as earlier_share,
from spans
qualify sum(earlier_count) over (partition by platform) > 0
order by platform asc, recent_share desc, format asc
