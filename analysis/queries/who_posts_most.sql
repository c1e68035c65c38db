-- Who posts most, and where?
select
    company,
    platform,
    post_count,
    posts_per_week,
    post_count_last_week,
    follower_count,
from marts.league
order by posts_per_week desc nulls last, company asc, platform asc
