-- Profiles of pages that were read again (landed_profiles); a row where a page says
-- something else now than what stood at its moment.
insert into raw.profiles by name
with

known as (

    select
        account_id,
        content_hash,
        observed_at,
    from raw.profiles
    where account_id in (select landed_profiles.account_id from landed_profiles)
    qualify row_number() over (
        partition by account_id, observed_at
        order by loaded_at desc, content_hash asc
    ) = 1

),

landed as (

    select
        account_id,
        content_hash,
        rowid as row_id,
        observed_at,
    from landed_profiles
    qualify row_number() over (
        partition by account_id, observed_at
        order by content_hash asc, row_id asc
    ) = 1

),

versions as (

    select
        landed.account_id,
        landed.content_hash,
        known.content_hash as known_hash,
        landed.row_id,
        landed.observed_at,
    from landed
    left join known
        on
            landed.account_id = known.account_id
            and landed.observed_at = known.observed_at
    union all by name
    select
        known.account_id,
        known.content_hash,
        known.observed_at,
    from known
    left join landed
        on
            known.account_id = landed.account_id
            and known.observed_at = landed.observed_at
    where landed.account_id is null

),

changed as (

    select row_id
    from versions
    qualify
        row_id is not null
        and content_hash is distinct from coalesce(
            known_hash,
            lag(content_hash) over (partition by account_id order by observed_at)
        )

)

select
    landed_profiles.*,
    getvariable('loaded_at') as loaded_at,
from landed_profiles
where landed_profiles.rowid in (select changed.row_id from changed)
