-- One row per account and measure of its newest visit, and per measure of an earlier
-- visit that was unlike the account's history: what the visit gave, and what is usual.
-- is_out: its outcome is layout_changed or suspect for that, and no model counts it.
with

drift as (
    select
        *,
        max(observed_at) filter (is_new) over (
            partition by account_id, measure, field
            order by observed_at
            rows between unbounded preceding and current row
        ) as last_new_at,
    from config.drift
),

accounts as (
    select * from staging.stg_accounts
    where state != 'removed'
),

final as (
    select
        account_ids.account_id,
        accounts.company,
        accounts.is_own,
        drift.platform,
        accounts.account,
        accounts.account_key,
        accounts.url,
        drift.crawl_id,
        drift.measure,
        drift.field,
        drift.value,
        drift.usual,
        drift.sample_count,
        drift.outcome,
        drift.accepted_by,
        drift.sentence,
        drift.is_out,
        drift.is_new,
        drift.is_newest,
        if(drift.is_out, coalesce(drift.last_new_at, drift.observed_at), null)
            as begun_at,
        drift.observed_at,
    from drift
    inner join staging.stg_account_ids as account_ids
        on drift.account_id = account_ids.loaded_account_id
    inner join accounts on account_ids.account_id = accounts.account_id
)

select * from final
