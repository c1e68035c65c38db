-- Companies whose league rows count other posts than intermediate.counted_posts holds.
with

league as (
    select
        company,
        platform,
        post_count,
    from marts.league
    where platform != 'all'
),

posts as (
    select
        company,
        platform,
        count(*) as post_count,
    from intermediate.counted_posts
    where is_current
    group by all
)

select
    company,
    platform,
    league.post_count,
    posts.post_count as counted,
from league
full join posts using (company, platform)
where coalesce(league.post_count, 0) != coalesce(posts.post_count, 0)
