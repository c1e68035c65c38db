-- Which accounts changed how they present themselves?
with

versions as (

    select
        account_id,
        name,
        bio,
        links,
        lag(name) over seen as old_name,
        lag(bio) over seen as old_bio,
        lag(links) over seen as old_links,
        row_number() over seen as version,
        observed_at,
    from staging.stg_profiles
    window seen as (partition by account_id order by observed_at asc)

),

final as (

    select
        accounts.company,
        accounts.platform,
        accounts.account,
        versions.old_name,
        versions.name,
        versions.old_bio,
        versions.bio,
        versions.old_links,
        versions.links,
        versions.observed_at,
    from versions
    inner join staging.stg_accounts as accounts
        on versions.account_id = accounts.account_id
    where
        versions.version > 1
        and accounts.state != 'removed'
        and (
            versions.name is distinct from versions.old_name
            or versions.bio is distinct from versions.old_bio
            or versions.links is distinct from versions.old_links
        )

)

select * from final
order by observed_at desc, company asc, account asc
