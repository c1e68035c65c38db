-- One row per week, platform and company: its part of all engagement in this list.
select
    week_start_date,
    platform,
    company,
    is_own,
    post_count,
    measured_post_count,
    engagement_share,
    100 * engagement_share_change as points,
    is_comparable,
    is_list_changed,
from marts.share_of_voice
where platform != 'all'
order by platform asc, company asc, week_start_date asc
