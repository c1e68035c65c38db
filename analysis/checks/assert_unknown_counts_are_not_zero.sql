-- Posts whose engagement is stated although a count that makes it up is unknown.
select
    posts.post_id,
    posts.platform,
    posts.engagement,
from intermediate.post_results as posts
inner join intermediate.shown_counts as shown_counts
    on posts.account_id = shown_counts.account_id
where
    posts.engagement is not null
    and (
        (shown_counts.counts_likes and posts.like_count is null)
        or (shown_counts.counts_comments and posts.comment_count is null)
        or (shown_counts.counts_shares and posts.share_count is null)
    )
