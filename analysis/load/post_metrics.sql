-- Counts of posts; one row per post and moment.
create or replace temporary view landed_post_metrics as
select
    md5(concat_ws(chr(31), platform, host, native_id))::uuid as post_id,
    like_count,
    comment_count,
    share_count,
    view_count,
    save_count,
    quote_count,
    reactions,
    missing,
    rounded,
    source,
    observed_at,
    getvariable('loaded_at') as loaded_at,
from read_json(
    getvariable('landing_file'),
    format = 'newline_delimited',
    maximum_object_size = 67108864,
    columns = {
        platform: 'text',
        host: 'text',
        native_id: 'text',
        like_count: 'bigint',
        comment_count: 'bigint',
        share_count: 'bigint',
        view_count: 'bigint',
        save_count: 'bigint',
        quote_count: 'bigint',
        reactions: 'map(text, bigint)',
        missing: 'map(text, text)',
        rounded: 'map(text, integer)',
        source: 'text',
        observed_at: 'timestamptz'
    }
);

insert into raw.post_metrics by name
select landed.*
from landed_post_metrics as landed
where
    not exists (
        select 1
        from raw.post_metrics as known
        where
            known.post_id = landed.post_id
            and known.observed_at = landed.observed_at
    )
qualify row_number() over (
    partition by post_id, observed_at
    order by
        like_count desc nulls last,
        comment_count desc nulls last,
        share_count desc nulls last,
        view_count desc nulls last,
        save_count desc nulls last,
        quote_count desc nulls last,
        source asc
) = 1
