-- One row per platform and reason: posts that could not be compared at equal age.
select
    platform,
    reason,
    post_count,
    share_of_posts,
from marts.left_out
where weekday = 'all'
order by platform asc, post_count desc, reason asc
