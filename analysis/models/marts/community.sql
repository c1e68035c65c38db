-- One row per account whose threads were looked at: how many of the comments under its
-- posts of the window it answered, and how fast.
with

threads as (

    select
        posts.account_id,
        posts.company,
        posts.is_own,
        posts.platform,
        posts.account,
        replies.comment_count,
        replies.answered_count,
        replies.median_seconds,
        replies.is_complete,
        replies.observed_at,
    from staging.stg_replies as replies
    inner join marts.posts as posts on replies.post_id = posts.post_id
    where posts.is_counted

),

final as (

    select
        account_id,
        company,
        is_own,
        platform,
        account,
        count(*) as post_count,
        count(*) filter (where not is_complete) as partial_post_count,
        sum(comment_count)::bigint as comment_count,
        sum(answered_count)::bigint as answered_count,
        sum(answered_count) / nullif(sum(comment_count), 0) as answered_rate,
        count(median_seconds) as timed_post_count,
        median(median_seconds) as answer_seconds,
        max(observed_at) as observed_at,
    from threads
    group by all

)

select * from final
