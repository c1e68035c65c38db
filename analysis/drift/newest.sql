-- One row per measure of the newest visit of each account that was always as ever: a
-- row of config.drift.
-- A share of few posts is no history, and is told beside what is usual all the same.
with

accounts as (

    select
        measures.account_id,
        arg_max(measures.crawl_id, (measures.observed_at, measures.crawl_id))
            as crawl_id,
    from visit_measures as measures
    anti join judged_alone on measures.account_id = judged_alone.account_id
    where measures.account_id is not null
    group by measures.account_id

),

lasts as (

    select * from visit_histories
    where is_last

),

final as (

    select
        newest.crawl_id,
        newest.account_id,
        newest.platform,
        newest.measure,
        newest.field,
        newest.value,
        case
            when newest.crawl_id = lasts.crawl_id then lasts.usual
            when len(lasts.values_before) + 1 >= bounds.least_history
                then middle_of(list_append(lasts.values_before, lasts.value)[-4:])
        end as usual,
        newest.sample_count,
        null as outcome,
        null as accepted_by,
        null as sentence,
        false as is_out,
        false as is_new,
        true as is_newest,
        newest.started_at,
        newest.observed_at,
    from visit_measures as newest
    cross join bounds
    inner join accounts
        on
            newest.account_id = accounts.account_id
            and newest.crawl_id = accounts.crawl_id
    left join lasts
        on
            newest.account_id = lasts.account_id
            and newest.measure = lasts.measure
            and newest.field is not distinct from lasts.field

)

select * from final
