-- One row per host and observation.
with

final as (

    select
        hosts.host,
        hosts.robots_state,
        hosts.robots_sha256,
        hosts.crawl_delay_seconds,
        hosts.error_streak,
        hosts.retry_after_at,
        hosts.observed_at,
    from raw.hosts
    cross join config.run
    where
        hosts.observed_at <= run.as_of
        and (not run.is_strict or hosts.loaded_at <= run.as_of)

)

select * from final
