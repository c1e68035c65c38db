-- One row per post whose thread was looked at: how many of its comments its account
-- answered, and how fast.
with

final as (
    select
        posts.post_id,
        posts.account_id,
        posts.company,
        posts.is_own,
        posts.platform,
        posts.account,
        posts.url,
        posts.published_at,
        posts.is_counted,
        replies.comment_count,
        replies.answered_count,
        replies.comment_count - replies.answered_count as unanswered_count,
        replies.median_seconds,
        replies.is_complete,
        replies.observed_at,
    from staging.stg_replies as replies
    inner join marts.posts as posts on replies.post_id = posts.post_id
)

select * from final
