-- One row per crawl or import: what was noted last.
with

final as (

    select
        crawls.crawl_id,
        crawls.kind,
        crawls.version,
        crawls.machine,
        crawls.request_count,
        crawls.byte_count,
        crawls.outcome_counts,
        crawls.started_at,
        crawls.finished_at,
        crawls.observed_at,
    from raw.crawls
    cross join config.run
    where
        crawls.observed_at <= run.as_of
        and (not run.is_strict or crawls.loaded_at <= run.as_of)
    qualify row_number() over (
        partition by crawls.crawl_id
        order by crawls.observed_at desc, crawls.finished_at desc nulls last
    ) = 1

)

select * from final
