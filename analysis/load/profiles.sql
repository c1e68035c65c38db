-- Profiles; a row whenever the content differs from what was seen before it.
insert into raw.profiles by name
with

landed as materialized (

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
        row_number() over () as row_id,
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
    inner join account_ids on records.account_key = account_ids.account_key

),

versions as (

    select
        account_id,
        content_hash,
        row_id,
        observed_at,
    from landed
    union all
    select
        account_id,
        content_hash,
        null as row_id,
        observed_at,
    from raw.profiles
    where account_id in (select landed.account_id from landed)

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
    landed.* exclude (row_id),
    getvariable('loaded_at') as loaded_at,
from landed
inner join changed on landed.row_id = changed.row_id
