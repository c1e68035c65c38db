-- Profiles; a row whenever the content differs from what was seen before it.
create or replace temporary table landed_profiles as
select
    account_ids.account_id,
    records.* exclude (account_key, links),
    coalesce(records.links, []) as links,
    -- Named parts, nulls left out: a column added later changes no hash.
    md5(concat_ws(
        chr(31),
        'native_account_id=' || records.native_account_id,
        'handle=' || records.handle,
        'url=' || records.url,
        'name=' || records.name,
        'bio=' || records.bio,
        'links=' || to_json(nullif(records.links, []))::text,
        'avatar_url=' || records.avatar_url,
        'banner_url=' || records.banner_url,
        'pinned_native_id=' || records.pinned_native_id,
        'category=' || records.category,
        'software=' || records.software,
        'is_verified=' || records.is_verified::text,
        'created_at=' || epoch_us(records.created_at)::text
    )) as content_hash,
from
    read_json(
        getvariable('landing_file'),
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {
            account_key: 'text',
            native_account_id: 'text',
            handle: 'text',
            url: 'text',
            name: 'text',
            bio: 'text',
            links: 'text[]',
            avatar_url: 'text',
            banner_url: 'text',
            pinned_native_id: 'text',
            category: 'text',
            software: 'text',
            is_verified: 'boolean',
            created_at: 'timestamptz',
            observed_at: 'timestamptz'
        }
    ) as records
inner join account_ids on records.account_key = account_ids.account_key;

insert into raw.profiles by name
with

versions as (

    select
        account_id,
        content_hash,
        rowid as row_id,
        observed_at,
    from landed_profiles
    union all
    select
        account_id,
        content_hash,
        null as row_id,
        observed_at,
    from raw.profiles
    where account_id in (select landed_profiles.account_id from landed_profiles)

),

changed as (

    select row_id
    from versions
    qualify
        row_id is not null
        and content_hash is distinct from lag(content_hash) over (
            partition by account_id
            order by observed_at asc, content_hash asc, row_id asc nulls first
        )

)

select
    landed_profiles.*,
    getvariable('loaded_at') as loaded_at,
from landed_profiles
where landed_profiles.rowid in (select changed.row_id from changed);
