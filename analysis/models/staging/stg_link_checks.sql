-- One row per account and link that was asked for: what came of it the last time.
with

final as (

    select
        account_ids.account_id,
        checks.url,
        checks.outcome,
        checks.reason,
        checks.message,
        checks.status,
        checks.hops,
        checks.final_url,
        checks.observed_at,
    from raw.link_checks as checks
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on checks.account_id = account_ids.loaded_account_id
    where
        checks.observed_at <= run.as_of
        and (not run.is_strict or checks.loaded_at <= run.as_of)
    qualify row_number() over (
        partition by account_ids.account_id, checks.url
        order by checks.observed_at desc, checks.loaded_at desc
    ) = 1

)

select * from final
