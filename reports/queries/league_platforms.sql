-- One row per platform and company.
select
    platform,
    company,
    is_own,
    post_count,
    posts_per_week,
    follower_count,
    engagement,
    engagement_per_post,
    measured_post_count,
    engagement_rate,
    engagement_share,
    100 * engagement_share_change_4w as points,
    came_week,
    engagement_definition,
from marts.league
where platform != 'all'
order by platform asc, engagement_share desc nulls last, post_count desc, company asc
