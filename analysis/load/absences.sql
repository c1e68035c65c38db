-- Posts that were not where they should be; one row per post and moment.
insert into raw.absences by name
with

landed as (

    select
        md5(concat_ws(chr(31), records.platform, records.host, records.native_id))::uuid
            as post_id,
        account_ids.account_id,
        records.kind,
        records.status,
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
                kind: 'text',
                status: 'integer',
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
        from raw.absences as known
        where
            known.post_id = landed.post_id
            and known.observed_at = landed.observed_at
    )
qualify row_number() over (
    partition by post_id, observed_at
    order by kind asc, status asc nulls last, account_id asc
) = 1
