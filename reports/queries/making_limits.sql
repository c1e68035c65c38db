-- One row per platform of the list and thing that the network caps or advises, as of
-- the brief; of hashtags also how many posts of the window have more.
with

posts as (
    select
        platform,
        len(hashtags) as hashtag_count,
    from marts.posts
    where is_counted
)

select
    limits.platform,
    limits.what,
    limits.kind,
    limits.value,
    limits.highest,
    limits.unit,
    limits.source,
    limits.confidence,
    count(posts.hashtag_count) filter (limits.unit = 'hashtags') as post_count,
    count(*) filter (
        limits.unit = 'hashtags' and posts.hashtag_count > limits.highest
    ) as beyond_post_count,
    limits.is_confirmed,
    limits.effective_from,
    limits.checked_on,
from marts.limits as limits
inner join posts on limits.platform = posts.platform
where limits.what in ('hashtags_max', 'hashtags_advised', 'text_max')
group by all
order by limits.platform asc, limits.kind desc, limits.what asc
