-- One row per account id as loaded, with the id of the account that it continues.
with

first_entries as (

    select
        account_id,
        arg_min(platform, observed_at) as platform,
        arg_min(host, observed_at) as host,
        min(observed_at) as first_observed_at,
        arg_max(native_account_id, observed_at) as listed_native_account_id,
    from raw.accounts
    group by all

),

seen_native_ids as (

    select
        profiles.account_id,
        arg_max(profiles.native_account_id, profiles.observed_at)
            as native_account_id,
    from raw.profiles
    cross join config.run
    where
        profiles.native_account_id is not null
        and profiles.observed_at <= run.as_of
        and (not run.is_strict or profiles.loaded_at <= run.as_of)
    group by all

),

accounts as (

    select
        first_entries.account_id,
        first_entries.platform,
        first_entries.host,
        first_entries.first_observed_at,
        coalesce(
            seen_native_ids.native_account_id, first_entries.listed_native_account_id
        ) as native_account_id,
    from first_entries
    left join seen_native_ids
        on first_entries.account_id = seen_native_ids.account_id

),

final as (

    select
        account_id as loaded_account_id,
        -- an account without a native id is only itself
        first_value(account_id) over (
            partition by
                platform,
                host,
                coalesce(native_account_id, account_id::text)
            order by first_observed_at, account_id
        ) as account_id,
    from accounts

)

select * from final
