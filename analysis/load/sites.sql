-- Share-readiness of pages; a row whenever a page differs from what was seen of it
-- before.
create or replace temporary table landed_sites as
select
    account_ids.account_id,
    records.* exclude (
        account_key,
        og,
        card,
        share_networks,
        feed_urls,
        profile_links,
        statements,
        passages
    ),
    coalesce(records.og, map()) as og,
    coalesce(records.card, map()) as card,
    coalesce(records.share_networks, []) as share_networks,
    coalesce(records.feed_urls, []) as feed_urls,
    coalesce(records.profile_links, []) as profile_links,
    coalesce(records.statements, []) as statements,
    coalesce(records.passages, []) as passages,
    -- Named parts, nulls left out: a column added later changes no hash.
    md5(concat_ws(
        chr(31),
        'kind=' || records.kind,
        'title=' || records.title,
        'description=' || records.description,
        'og=' || to_json(records.og)::text,
        'card=' || to_json(records.card)::text,
        'canonical_url=' || records.canonical_url,
        'language=' || records.language,
        'image_url=' || records.image_url,
        'share_networks=' || to_json(nullif(records.share_networks, []))::text,
        'feed_urls=' || to_json(nullif(records.feed_urls, []))::text,
        'profile_links=' || to_json(nullif(records.profile_links, []))::text,
        'image_width=' || records.image_width::text,
        'image_height=' || records.image_height::text,
        'statements=' || to_json(nullif(records.statements, []))::text,
        'passages=' || to_json(nullif(records.passages, []))::text
    )) as content_hash,
from
    read_json(
        getvariable('landing_file'),
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {
            account_key: 'text',
            host: 'text',
            url: 'text',
            kind: 'text',
            title: 'text',
            description: 'text',
            og: 'map(text, text)',
            card: 'map(text, text)',
            canonical_url: 'text',
            language: 'text',
            image_url: 'text',
            share_networks: 'text[]',
            feed_urls: 'text[]',
            profile_links: 'text[]',
            statements: 'struct(about text, fact text, value text)[]',
            passages: 'text[]',
            source: 'text',
            image_width: 'integer',
            image_height: 'integer',
            observed_at: 'timestamptz'
        }
    ) as records
inner join account_ids on records.account_key = account_ids.account_key;

insert into raw.sites by name
with

versions as (

    select
        account_id,
        url,
        content_hash,
        rowid as row_id,
        observed_at,
    from landed_sites
    union all
    select
        account_id,
        url,
        content_hash,
        null as row_id,
        observed_at,
    from raw.sites
    where account_id in (select landed_sites.account_id from landed_sites)

),

changed as (

    select row_id
    from versions
    qualify
        row_id is not null
        and content_hash is distinct from lag(content_hash) over (
            partition by account_id, url
            order by observed_at asc, content_hash asc, row_id asc nulls first
        )

)

select
    landed_sites.*,
    getvariable('loaded_at') as loaded_at,
from landed_sites
where landed_sites.rowid in (select changed.row_id from changed);
