-- One row per account whose threads were looked at: how many of the comments under its
-- posts of the window it answered, and how fast.
with

final as (

    select
        account_id,
        company,
        is_own,
        platform,
        -- posts bear the handle of their day
        arg_max(account, observed_at) as account,
        count(*) as post_count,
        count(*) filter (where not is_complete) as partial_post_count,
        sum(comment_count)::bigint as comment_count,
        sum(answered_count)::bigint as answered_count,
        sum(answered_count) / nullif(sum(comment_count), 0) as answered_rate,
        count(median_seconds) as timed_post_count,
        median(median_seconds) as answer_seconds,
        max(observed_at) as observed_at,
    from marts.threads
    where is_counted
    group by all

)

select * from final
