-- One row per platform: the posts that everything below rests on.
select
    platform,
    count(*) as post_count,
    count(engagement_at_age) as measured_post_count,
    count(distinct account_id) as account_count,
    min(published_at) as first_published_at,
    max(published_at) as last_published_at,
from marts.posts
where is_counted
group by all
order by post_count desc, platform asc
