-- How accounts answered the comments under posts; one row per post and moment.
insert into raw.replies by name
with

landed as (

    select
        md5(concat_ws(chr(31), records.platform, records.host, records.native_id))::uuid
            as post_id,
        account_ids.account_id,
        records.comment_count,
        records.answered_count,
        records.median_seconds,
        records.is_complete,
        records.source,
        records.observed_at,
        getvariable('loaded_at') as loaded_at,
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
                comment_count: 'integer',
                answered_count: 'integer',
                median_seconds: 'double',
                is_complete: 'boolean',
                source: 'text',
                observed_at: 'timestamptz'
            }
        ) as records
    inner join account_ids on records.account_key = account_ids.account_key

)

select landed.*
from landed
where
    not exists (
        select 1
        from raw.replies as known
        where
            known.post_id = landed.post_id
            and known.observed_at = landed.observed_at
    )
qualify row_number() over (
    partition by post_id, observed_at
    order by
        is_complete desc,
        comment_count desc,
        answered_count desc,
        median_seconds asc nulls last,
        account_id asc
) = 1
