-- One row per measure of whoever is judged alone that a judgement may hang on.
-- Judged are visits from one that is unlike up to where the four visits before show
-- nothing of it any more, those that are out for their whole platform, and the newest.
-- Between them all is as ever, and histories.sql found what judging.py would: of these
-- visits only what makes up the history of the next judged one is here.
with

alone as (

    select distinct
        measures.platform,
        measures.account_id,
        measures.observed_at,
        measures.crawl_id,
    from visit_measures as measures
    semi join judged_alone
        on
            measures.platform = judged_alone.platform
            and measures.account_id = judged_alone.account_id

),

visits as (

    select
        *,
        (row_number() over (
            order by platform, account_id, observed_at, crawl_id
        ))::integer as visit_number,
        (dense_rank() over (order by platform, account_id))::integer
            as account_number,
    from alone

),

kinds as (

    select distinct
        measure,
        field,
    from visit_measures

),

series as (

    select
        *,
        (row_number() over ())::integer as series_number,
    from kinds

),

-- By numbers: what is ordered again and again is narrow.
placed as (

    select
        measures.rowid as measure_row,
        visits.account_number,
        visits.visit_number,
        series.series_number,
        measures.measure not in ('coverage', 'zeros')
        or measures.sample_count >= bounds.least_posts as is_history,
        count(*) filter (is_history) over (
            partition by visits.account_number, series.series_number
            order by visits.visit_number
            rows between unbounded preceding and 1 preceding
        ) as history_count,
    from visit_measures as measures
    inner join visits
        on
            measures.account_id = visits.account_id
            and measures.platform = visits.platform
            and measures.crawl_id = visits.crawl_id
            and measures.observed_at = visits.observed_at
    inner join series
        on
            measures.measure = series.measure
            and measures.field is not distinct from series.field
    cross join bounds

),

-- Where some visits of its series have followed: more than four, as one that is unlike
-- hides others that are so less.
outlived as (

    select
        account_number,
        series_number,
        visit_number,
        lead(visit_number, 8, 2147483647) over (
            partition by account_number, series_number
            order by visit_number
        ) as outlived_at,
    from placed
    where is_history

),

-- A visit that is unlike as a whole joins no history at all.
unlike_visits as (

    select
        visits.account_number,
        visits.visit_number,
        series.series_number,
        histories.measure not in ('coverage', 'zeros') as is_whole,
    from visit_histories as histories
    inner join visits
        on
            histories.account_id = visits.account_id
            and histories.platform = visits.platform
            and histories.crawl_id = visits.crawl_id
            and histories.observed_at = visits.observed_at
    inner join series
        on
            histories.measure = series.measure
            and histories.field is not distinct from series.field
    where histories.is_unlike

),

spans as (

    select
        outlived.account_number,
        outlived.visit_number as first_number,
        outlived.outlived_at as last_number,
    from outlived
    inner join unlike_visits
        on
            outlived.visit_number = unlike_visits.visit_number
            and (
                unlike_visits.is_whole
                or outlived.series_number = unlike_visits.series_number
            )
    union all
    select
        visits.account_number,
        visits.visit_number as first_number,
        visits.visit_number as last_number,
    from visit_measures as measures
    inner join visits
        on
            measures.account_id = visits.account_id
            and measures.platform = visits.platform
            and measures.crawl_id = visits.crawl_id
            and measures.observed_at = visits.observed_at
    semi join out_for_all
        on
            measures.platform = out_for_all.platform
            and measures.crawl_id = out_for_all.crawl_id
            and measures.measure = out_for_all.measure
            and measures.field is not distinct from out_for_all.field
    union all
    select
        account_number,
        max(visit_number) as first_number,
        max(visit_number) as last_number,
    from visits
    group by all

),

reaches as (

    select
        first_number,
        max(last_number) as last_number,
    from spans
    group by all

),

judged_visits as (

    select
        visits.visit_number,
        coalesce(
            max(reaches.last_number) over (
                partition by visits.account_number
                order by visits.visit_number
            ) >= visits.visit_number,
            false
        ) as is_judged,
    from visits
    left join reaches on visits.visit_number = reaches.first_number

),

-- How much history the next judged visit of the series has.
needed as (

    select
        placed.measure_row,
        placed.is_history,
        placed.history_count,
        judged_visits.is_judged,
        min(placed.history_count) filter (judged_visits.is_judged) over (
            partition by placed.account_number, placed.series_number
            order by placed.visit_number
            rows between 1 following and unbounded following
        ) as next_history_count,
    from placed
    inner join judged_visits on placed.visit_number = judged_visits.visit_number

),

final as (

    select
        measures.*,
        needed.is_judged,
    from visit_measures as measures
    inner join needed on measures.rowid = needed.measure_row
    where
        needed.is_judged
        or (
            needed.is_history
            and needed.next_history_count - needed.history_count <= 4
        )

)

select * from final
