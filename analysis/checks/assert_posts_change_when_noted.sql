-- A content version differs from the one before it, or it would be no change.
select
    post_id,
    observed_at,
from raw.posts
qualify
    content_hash = lag(content_hash) over (
        partition by post_id
        order by observed_at asc, content_hash asc
    )
