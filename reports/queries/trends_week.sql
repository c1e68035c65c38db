-- One row per week and platform.
select
    week_start_date,
    platform,
    post_count,
    account_count,
    engagement_median,
    measured_post_count,
    array_to_string(came, ', ') as came,
    array_to_string(went, ', ') as went,
    is_complete,
    is_list_changed,
from marts.weekly_trends
where dimension = 'all'
order by platform asc, week_start_date asc
