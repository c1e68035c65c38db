-- A content version differs from the one before it, or it would be no change. Where an
-- older observation came later (an import), the newer one was noted when it was news.
with

versions as (
    select
        *,
        rowid as row_id,
    from raw.posts
)

select
    post_id,
    observed_at,
from versions
window moments as (partition by post_id order by observed_at asc, content_hash asc)
qualify
    content_hash = lag(content_hash) over moments
    and (loaded_at, row_id) > (
        lag(loaded_at) over moments,
        lag(row_id) over moments
    )
