-- What a person said is right; one row per account and moment.
insert into raw.acceptances by name
with

landed as (

    select distinct
        account_ids.account_id,
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
        from raw.acceptances as known
        where
            known.account_id = landed.account_id
            and known.observed_at = landed.observed_at
    )
