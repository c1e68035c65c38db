-- One row per account: its newest entry, under the id that it was first known by.
with

entries as (

    select
        account_ids.account_id,
        accounts.* exclude (account_id),
    from raw.accounts
    inner join staging.stg_account_ids as account_ids
        on accounts.account_id = account_ids.loaded_account_id

),

newest_of_each_key as (

    select *
    from entries
    qualify row_number() over (
        partition by account_id, account_key
        order by observed_at desc, loaded_at desc
    ) = 1

),

-- A changed handle is a new entry; the old one is then removed from the list.
newest_entries as (

    select *
    from newest_of_each_key
    qualify row_number() over (
        partition by account_id
        order by state = 'removed' asc, observed_at desc, account_key desc
    ) = 1

),

first_entries as (

    select
        account_id,
        min(observed_at) as first_observed_at,
    from entries
    group by all

),

-- What it was on a server from which it moved says nothing of it here, and its id there
-- means somebody else.
profiles as (

    select profiles.*,
    from staging.stg_profiles as profiles
    inner join newest_entries
        on
            profiles.account_id = newest_entries.account_id
            and profiles.host = newest_entries.host

),

newest_profiles as (

    select *
    from profiles
    qualify row_number() over (
        partition by account_id
        order by observed_at desc
    ) = 1

),

native_ids as (

    select
        account_id,
        arg_max(native_account_id, observed_at) as native_account_id,
    from profiles
    where native_account_id is not null
    group by all

),

final as (

    select
        newest_entries.account_id,
        newest_entries.account_key,
        coalesce(native_ids.native_account_id, newest_entries.native_account_id)
            as native_account_id,
        newest_entries.platform,
        newest_entries.host,
        coalesce(newest_profiles.software, newest_entries.software) as software,
        newest_entries.handle,
        case
            when newest_profiles.handle is not null then newest_profiles.handle
            when
                newest_entries.platform in (
                    'mastodon', 'peertube', 'lemmy', 'misskey'
                )
                and not contains(newest_entries.handle, '@')
                then newest_entries.handle || '@' || newest_entries.host
            else newest_entries.handle
        end as account,
        newest_entries.url,
        newest_entries.company,
        newest_entries.lists,
        newest_entries.state,
        newest_entries.source,
        newest_entries.is_own,
        first_entries.first_observed_at,
        newest_entries.observed_at,
    from newest_entries
    inner join first_entries on newest_entries.account_id = first_entries.account_id
    left join newest_profiles
        on newest_entries.account_id = newest_profiles.account_id
    left join native_ids on newest_entries.account_id = native_ids.account_id

)

select * from final
