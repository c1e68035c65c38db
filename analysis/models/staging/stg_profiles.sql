-- One row per account and changed profile content.
with

final as (

    select
        account_ids.account_id,
        account_ids.host,
        profiles.native_account_id,
        profiles.handle,
        profiles.url,
        profiles.name,
        profiles.bio,
        profiles.links,
        profiles.avatar_url,
        profiles.banner_url,
        profiles.pinned_native_id,
        profiles.category,
        profiles.software,
        profiles.is_verified,
        profiles.created_at,
        profiles.observed_at,
    from raw.profiles
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on profiles.account_id = account_ids.loaded_account_id
    where
        profiles.observed_at <= run.as_of
        and (not run.is_strict or profiles.loaded_at <= run.as_of)
    -- two entries of one account may have been visited in one crawl
    qualify row_number() over (
        partition by account_ids.account_id, profiles.observed_at
        order by profiles.loaded_at desc, profiles.content_hash asc
    ) = 1

)

select * from final
