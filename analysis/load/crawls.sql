-- Notes of crawls and imports; the same note twice is one.
insert into raw.crawls by name
with

landed as (

    select distinct
        crawl_id,
        kind,
        version,
        machine,
        request_count,
        byte_count,
        outcome_counts,
        started_at,
        finished_at,
        observed_at,
        getvariable('loaded_at') as loaded_at,
    from read_json(
        getvariable('landing_file'),
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {
            crawl_id: 'text',
            kind: 'text',
            version: 'text',
            machine: 'text',
            request_count: 'bigint',
            byte_count: 'bigint',
            outcome_counts: 'map(text, bigint)',
            started_at: 'timestamptz',
            finished_at: 'timestamptz',
            observed_at: 'timestamptz'
        }
    )

)

select landed.*
from landed
where
    not exists (
        select 1
        from raw.crawls as known
        where
            known.crawl_id = landed.crawl_id
            and known.observed_at = landed.observed_at
            and known.finished_at is not distinct from landed.finished_at
    )
qualify row_number() over (
    partition by crawl_id, observed_at, finished_at
    order by request_count desc nulls last, byte_count desc nulls last
) = 1
