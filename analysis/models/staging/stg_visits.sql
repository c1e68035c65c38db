-- One row per account and crawl: how the visit ended.
with

final as (

    select
        visits.crawl_id,
        account_ids.account_id,
        visits.outcome,
        visits.reason,
        visits.message,
        visits.page_count,
        visits.post_count,
        visits.elapsed_seconds,
        visits.is_cut,
        visits.oldest_at,
        visits.started_at,
        visits.observed_at,
    from raw.visits
    cross join config.run
    inner join staging.stg_account_ids as account_ids
        on visits.account_id = account_ids.loaded_account_id
    where
        visits.observed_at <= run.as_of
        and (not run.is_strict or visits.loaded_at <= run.as_of)
    -- two entries of one account in one crawl: the one that saw most
    qualify row_number() over (
        partition by visits.crawl_id, account_ids.account_id
        order by
            visits.post_count desc, visits.observed_at desc, visits.account_id asc
    ) = 1

)

select * from final
