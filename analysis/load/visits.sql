-- Visits; an account has one in a crawl, the first that was noted.
insert into raw.visits by name
with

landed as (

    select
        records.crawl_id,
        account_ids.account_id,
        records.outcome,
        records.reason,
        records.message,
        coalesce(records.page_count, 0) as page_count,
        coalesce(records.post_count, 0) as post_count,
        records.elapsed_seconds,
        coalesce(records.is_cut, false) as is_cut,
        records.oldest_at,
        records.started_at,
        records.observed_at,
        getvariable('loaded_at') as loaded_at,
    from
        read_json(
            getvariable('landing_file'),
            format = 'newline_delimited',
            maximum_object_size = 67108864,
            columns = {
                crawl_id: 'text',
                account_key: 'text',
                outcome: 'text',
                reason: 'text',
                message: 'text',
                page_count: 'bigint',
                post_count: 'bigint',
                elapsed_seconds: 'double',
                is_cut: 'boolean',
                oldest_at: 'timestamptz',
                started_at: 'timestamptz',
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
        from raw.visits as known
        where
            known.crawl_id = landed.crawl_id
            and known.account_id = landed.account_id
    )
qualify row_number() over (
    partition by crawl_id, account_id
    order by observed_at asc, post_count desc, outcome asc
) = 1
