-- Posts; a row whenever the content differs from what was seen before it.
create or replace temporary table landed_posts as
select
    md5(concat_ws(chr(31), records.platform, records.host, records.native_id))::uuid
        as post_id,
    account_ids.account_id,
    records.* exclude (account_key, media, hashtags, mentions, links),
    coalesce(records.media, []) as media,
    coalesce(records.hashtags, []) as hashtags,
    coalesce(records.mentions, []) as mentions,
    coalesce(records.links, []) as links,
    -- Named parts, nulls left out: a column added later changes no hash.
    md5(concat_ws(
        chr(31),
        'account=' || records.account,
        'author=' || records.author,
        'url=' || records.url,
        'role=' || records.role,
        'format=' || records.format,
        'stated_post_type=' || records.stated_post_type,
        'title=' || records.title,
        'text=' || records.text,
        'language=' || records.language,
        'published_precision=' || records.published_precision,
        'published_text=' || records.published_text,
        'original_native_id=' || records.original_native_id,
        'original_url=' || records.original_url,
        'media=' || to_json(nullif(records.media, []))::text,
        'hashtags=' || to_json(nullif(records.hashtags, []))::text,
        'mentions=' || to_json(nullif(records.mentions, []))::text,
        'links=' || to_json(nullif(records.links, []))::text,
        'is_edited=' || records.is_edited::text,
        'is_pinned=' || records.is_pinned::text,
        'is_promoted_label=' || records.is_promoted_label::text,
        'published_at=' || epoch_us(records.published_at)::text,
        'original_published_at='
        || epoch_us(records.original_published_at)::text,
        'edited_at=' || epoch_us(records.edited_at)::text
    )) as content_hash,
from
    read_json(
        getvariable('landing_file'),
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {
            account_key: 'text',
            platform: 'text',
            host: 'text',
            native_id: 'text',
            account: 'text',
            author: 'text',
            url: 'text',
            role: 'text',
            format: 'text',
            stated_post_type: 'text',
            title: 'text',
            text: 'text',
            language: 'text',
            published_precision: 'text',
            published_text: 'text',
            original_native_id: 'text',
            original_url: 'text',
            media: 'struct(
            kind text,
            url text,
            width integer,
            height integer,
            duration_seconds double,
            alt_text text
        )[]',
            hashtags: 'text[]',
            mentions: 'text[]',
            links: 'text[]',
            sources: 'map(text, text)',
            source: 'text',
            is_edited: 'boolean',
            is_pinned: 'boolean',
            is_promoted_label: 'boolean',
            published_at: 'timestamptz',
            original_published_at: 'timestamptz',
            edited_at: 'timestamptz',
            observed_at: 'timestamptz'
        }
    ) as records
inner join account_ids on records.account_key = account_ids.account_key;

insert into raw.posts by name
with

versions as (

    select
        post_id,
        content_hash,
        rowid as row_id,
        observed_at,
        null::timestamptz as read_again_at,
    from landed_posts
    union all
    select
        post_id,
        content_hash,
        null as row_id,
        observed_at,
        case when source = 'reparse' then loaded_at end as read_again_at,
    from raw.posts
    where post_id in (select landed_posts.post_id from landed_posts)

),

changed as (

    select row_id
    from versions
    qualify
        row_id is not null
        and content_hash is distinct from lag(content_hash) over (
            partition by post_id
            order by
                observed_at asc,
                read_again_at asc nulls first,
                content_hash asc,
                row_id asc nulls first
        )

)

select
    landed_posts.*,
    getvariable('loaded_at') as loaded_at,
from landed_posts
where landed_posts.rowid in (select changed.row_id from changed);
