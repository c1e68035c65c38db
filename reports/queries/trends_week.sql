-- One row per week and platform.
select
    week_start_date,
    platform,
    post_count,
    account_count,
    engagement_median,
    measured_post_count,
    is_complete,
from marts.weekly_trends
where dimension = 'all'
order by platform asc, week_start_date asc
