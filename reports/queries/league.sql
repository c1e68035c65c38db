-- One row per company, over all its platforms.
select
    company,
    is_own,
    account_count,
    post_count,
    posts_per_week,
    post_count_last_week,
    post_count_previous_4w_per_week,
    follower_count,
    follower_change_4w,
    engagement_share,
    engagement_share_4w,
    100 * engagement_share_change_4w as points,
from marts.league
where platform = 'all'
order by engagement_share desc nulls last, post_count desc, company asc
