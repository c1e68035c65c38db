-- What hosts asked for; one row per host and moment.
insert into raw.hosts by name
with

landed as (

    select
        host,
        robots_state,
        robots_sha256,
        crawl_delay_seconds,
        error_streak,
        retry_after_at,
        observed_at,
        getvariable('loaded_at') as loaded_at,
    from read_json(
        getvariable('landing_file'),
        format = 'newline_delimited',
        maximum_object_size = 67108864,
        columns = {
            host: 'text',
            robots_state: 'text',
            robots_sha256: 'text',
            crawl_delay_seconds: 'double',
            error_streak: 'bigint',
            retry_after_at: 'timestamptz',
            observed_at: 'timestamptz'
        }
    )

)

select landed.*
from landed
where
    not exists (
        select 1
        from raw.hosts as known
        where
            known.host = landed.host
            and known.observed_at = landed.observed_at
    )
qualify row_number() over (
    partition by host, observed_at
    order by
        error_streak desc nulls last,
        retry_after_at desc nulls last,
        robots_state asc nulls last,
        robots_sha256 asc nulls last
) = 1
