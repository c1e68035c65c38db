-- One row per row of an imported table of one's own visits and sales: its newest
-- reading.
with

final as (

    select
        outcomes.file_hash,
        outcomes.row_number,
        outcomes.file_name,
        outcomes.kind,
        outcomes.property_name,
        outcomes.date,
        coalesce(outcomes.period_start_date, outcomes.date) as period_start_date,
        coalesce(outcomes.period_end_date, outcomes.date) as period_end_date,
        outcomes.source,
        outcomes.medium,
        outcomes.campaign,
        outcomes.content,
        outcomes.code,
        outcomes.landing_page,
        outcomes.order_key,
        outcomes.currency,
        outcomes.session_count,
        outcomes.key_event_count,
        outcomes.order_count,
        outcomes.revenue,
        outcomes.is_additional,
        outcomes.observed_at,
    from raw.outcomes
    cross join config.run
    where
        outcomes.observed_at <= run.as_of
        and (not run.is_strict or outcomes.loaded_at <= run.as_of)
    qualify row_number() over (
        partition by outcomes.file_hash, outcomes.row_number
        order by outcomes.loaded_at desc, outcomes.content_hash asc
    ) = 1

)

select * from final
