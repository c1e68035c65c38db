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
        -- the list is today's, and so is what is known of who is who in it; else an
        -- earlier day would lose every account whose handle has changed since
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

identified as (

    select
        account_id as loaded_account_id,
        platform,
        host,
        first_observed_at,
        -- an account without a native id is only itself
        first_value(account_id) over (
            partition by
                platform,
                host,
                coalesce(native_account_id, account_id::text)
            order by first_observed_at, account_id
        ) as account_id,
    from accounts

),

keys as (

    select distinct
        account_id,
        account_key,
    from raw.accounts

),

newest_former_keys as (

    select
        account_id,
        unnest(arg_max(coalesce(former_keys, []), (observed_at, loaded_at)))
            as former_key,
    from raw.accounts
    group by account_id

),

-- On its new server a moved account has another id; the list says what it was before.
moves as (

    select
        newer.account_id as newer_id,
        former.account_id as former_id,
    from newest_former_keys as listed
    inner join identified as newer on listed.account_id = newer.loaded_account_id
    inner join keys on listed.former_key = keys.account_key
    inner join identified as former
        on
            keys.account_id = former.loaded_account_id
            and newer.platform = former.platform

),

moved as (

    select
        newer_id,
        former_id as account_id,
    from moves
    union
    select
        newer_id,
        newer_id as account_id,
    from moves

),

first_of_moved as (

    select
        moved.newer_id,
        arg_min(moved.account_id, (identified.first_observed_at, moved.account_id))
            as first_id,
    from moved
    inner join identified on moved.account_id = identified.account_id
    group by moved.newer_id

),

continued as (

    select
        moved.account_id,
        min(first_of_moved.first_id) as first_id,
    from moved
    inner join first_of_moved on moved.newer_id = first_of_moved.newer_id
    group by moved.account_id

),

final as (

    select
        identified.loaded_account_id,
        identified.host,
        coalesce(continued.first_id, identified.account_id) as account_id,
    from identified
    left join continued on identified.account_id = continued.account_id

)

select * from final
