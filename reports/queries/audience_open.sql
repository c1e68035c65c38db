-- One row per own post with comments that were not answered, oldest first.
select
    platform,
    account,
    url,
    published_at,
    comment_count,
    unanswered_count,
    observed_at,
from marts.threads
where is_own and unanswered_count > 0
order by published_at asc, post_id asc
