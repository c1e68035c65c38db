-- Contents of a post that stand twice under one moment.
select
    posts.post_id,
    posts.content_hash,
    posts.observed_at,
    count(*) as row_count,
from raw.posts as posts
semi join staging.stg_reloaded_posts as reloaded on posts.post_id = reloaded.post_id
group by all
having count(*) > 1
