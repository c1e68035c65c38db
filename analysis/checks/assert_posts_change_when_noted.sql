-- A content version differs from the one before it, or it would be no change. Where an
-- older observation came later (an import, a clock that was set back), the newer one
-- was noted when it was news: what came later stands further down, whatever the clock.
with

versions as (
    select
        posts.post_id,
        posts.observed_at,
        posts.content_hash,
        posts.rowid as row_id,
    from raw.posts as posts
    semi join staging.stg_reloaded_posts as reloaded on posts.post_id = reloaded.post_id
)

select
    post_id,
    observed_at,
from versions
window moments as (partition by post_id order by observed_at asc, content_hash asc)
qualify
    content_hash = lag(content_hash) over moments
    and row_id > lag(row_id) over moments
