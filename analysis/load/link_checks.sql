-- Whether links answer; one row per account, link and moment.
insert into raw.link_checks by name
with

landed as (

    select
        account_ids.account_id,
        records.url,
        records.outcome,
        records.reason,
        records.message,
        records.status,
        coalesce(records.hops, []) as hops,
        records.final_url,
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
                url: 'text',
                outcome: 'text',
                reason: 'text',
                message: 'text',
                status: 'integer',
                hops: 'text[]',
                final_url: 'text',
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
        from raw.link_checks as known
        where
            known.account_id = landed.account_id
            and known.url = landed.url
            and known.observed_at = landed.observed_at
    )
qualify row_number() over (
    partition by account_id, url, observed_at
    order by outcome asc, status asc nulls last
) = 1
