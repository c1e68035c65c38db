-- One row per response kept.
with

final as (

    select
        pages.crawl_id,
        account_ids.account_id,
        pages.url,
        pages.status,
        pages.sha256,
        pages.warc_file,
        pages.warc_offset,
        pages.etag,
        pages.last_modified,
        pages.parser_version,
        pages.outcome,
        pages.fetched_at,
    from raw.pages
    cross join config.run
    left join staging.stg_account_ids as account_ids
        on pages.account_id = account_ids.loaded_account_id
    where
        pages.fetched_at <= run.as_of
        and (not run.is_strict or pages.loaded_at <= run.as_of)

)

select * from final
