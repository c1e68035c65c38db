-- One row per post whose thread was looked at: how the account answered there, at the
-- newest look.
with

final as (

    select
        replies.post_id,
        account_ids.account_id,
        replies.comment_count,
        replies.answered_count,
        replies.median_seconds,
        replies.is_complete,
        replies.observed_at,
    from raw.replies
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on replies.account_id = account_ids.loaded_account_id
    where
        replies.observed_at <= run.as_of
        and (not run.is_strict or replies.loaded_at <= run.as_of)
    qualify row_number() over (
        partition by replies.post_id
        order by replies.observed_at desc, replies.loaded_at desc
    ) = 1

)

select * from final
