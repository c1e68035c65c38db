-- One row per account and observation of its own counts.
with

final as (

    select
        account_ids.account_id,
        account_metrics.follower_count,
        account_metrics.following_count,
        account_metrics.post_count,
        account_metrics.missing,
        account_metrics.rounded,
        account_metrics.observed_at,
    from raw.account_metrics
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on account_metrics.account_id = account_ids.loaded_account_id
    where
        account_metrics.observed_at <= run.as_of
        and (not run.is_strict or account_metrics.loaded_at <= run.as_of)
    qualify row_number() over (
        partition by account_ids.account_id, account_metrics.observed_at
        order by account_metrics.loaded_at desc, account_metrics.account_id asc
    ) = 1

)

select * from final
