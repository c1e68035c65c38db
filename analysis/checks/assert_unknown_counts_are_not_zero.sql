-- Posts whose engagement is stated although a count that makes it up is unknown.
select
    posts.post_id,
    posts.platform,
    posts.engagement,
from intermediate.counted_posts as posts
inner join intermediate.post_equal_age as equal_age
    on posts.post_id = equal_age.post_id
inner join raw.post_metrics as metrics on equal_age.counted_row = metrics.rowid
inner join intermediate.shown_counts as shown_counts
    on posts.account_id = shown_counts.account_id
where
    posts.engagement is not null
    and (
        (shown_counts.counts_likes and metrics.like_count is null)
        or (shown_counts.counts_comments and metrics.comment_count is null)
        or (shown_counts.counts_shares and metrics.share_count is null)
    )
