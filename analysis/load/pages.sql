-- Responses kept in the archive.
insert into raw.pages by name
with

landed as (

    select distinct
        records.crawl_id,
        account_ids.account_id,
        records.url,
        records.status,
        records.sha256,
        records.warc_file,
        records.warc_offset,
        records.etag,
        records.last_modified,
        records.parser_version,
        records.outcome,
        records.fetched_at,
        getvariable('loaded_at') as loaded_at,
    from
        read_json(
            getvariable('landing_file'),
            format = 'newline_delimited',
            maximum_object_size = 67108864,
            columns = {
                crawl_id: 'text',
                account_key: 'text',
                url: 'text',
                status: 'integer',
                sha256: 'text',
                warc_file: 'text',
                warc_offset: 'bigint',
                etag: 'text',
                last_modified: 'text',
                parser_version: 'text',
                outcome: 'text',
                fetched_at: 'timestamptz'
            }
        ) as records
    left join account_ids on records.account_key = account_ids.account_key

)

select landed.*
from landed
where
    not exists (
        select 1
        from raw.pages as known
        where
            known.crawl_id = landed.crawl_id
            and known.url = landed.url
            and known.fetched_at = landed.fetched_at
            and known.account_id is not distinct from landed.account_id
            and known.status = landed.status
            and known.warc_file is not distinct from landed.warc_file
            and known.warc_offset is not distinct from landed.warc_offset
            and known.parser_version is not distinct from landed.parser_version
            and known.outcome is not distinct from landed.outcome
    )
qualify row_number() over (
    partition by
        crawl_id,
        url,
        fetched_at,
        account_id,
        status,
        warc_file,
        warc_offset,
        parser_version,
        outcome
    order by sha256 asc nulls last
) = 1
