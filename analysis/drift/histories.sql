-- One row per visit's measure that is unlike its history, or the last of its series:
-- what the visits before it gave that could tell what is usual, and whether the visit
-- is unlike that if none before it was.
-- Up to the first visit that is unlike, this is what judging.py finds; who has none
-- need not be judged one visit after the other.
with

series as (

    select
        measures.*,
        coalesce(list(measures.value) over before, []) as values_before,
        lead(measures.value) over visits_in_order is null as is_last,
    from visit_measures as measures
    cross join bounds
    where
        measures.measure not in ('coverage', 'zeros')
        or measures.sample_count >= bounds.least_posts
    window
        visits_in_order as (
            partition by platform, account_id, measure, field
            order by observed_at, crawl_id
        ),
        before as (
            partition by platform, account_id, measure, field
            order by observed_at, crawl_id
            rows between 4 preceding and 1 preceding
        )

),

expected as (

    select
        series.*,
        case
            -- one page that comes again and again is usual nowhere
            when series.measure = 'identical_pages'
                then coalesce(middle_of(series.values_before), 0.0)
            when len(series.values_before) >= bounds.least_history
                then middle_of(series.values_before)
        end as usual,
        -- how far a share of so few posts is from the usual by chance
        case
            when series.measure in ('coverage', 'zeros')
                then
                    bounds.chance_errors * standard_error(
                        (usual * series.sample_count + 1) / (series.sample_count + 2),
                        series.sample_count
                    )
        end as by_chance,
    from series
    cross join bounds

),

unlike as (

    select
        expected.*,
        coalesce(case
            when measure = 'posts_found' and usual >= bounds.least_found
                then value < bounds.found_share * usual
            when measure = 'posts_found' then value = 0 and usual >= 3
            when measure in ('unparsed_pages', 'errors')
                then value > greatest(bounds.bad_pages, usual + bounds.bad_pages)
            when measure = 'identical_pages'
                then sample_count >= bounds.least_pages and value > bounds.identical
            when measure = 'coverage'
                then usual - value > greatest(bounds.coverage_fall, by_chance)
            when measure = 'zeros'
                then value - usual > greatest(bounds.zeros_rise, by_chance)
        end, false) as is_unlike,
    from expected
    cross join bounds

),

-- Fewer posts were found, though as many as ever of the time that the visit went back.
paces as (

    select
        expected.account_id,
        expected.crawl_id,
        expected.observed_at,
    from expected
    cross join bounds
    where
        expected.measure = 'posts_per_day'
        and expected.value >= bounds.found_share * expected.usual

),

final as (

    select
        unlike.* exclude (is_unlike, by_chance),
        unlike.is_unlike and paces.account_id is null as is_unlike,
    from unlike
    left join paces
        on
            unlike.is_unlike
            and unlike.measure = 'posts_found'
            and unlike.value > 0
            and unlike.account_id = paces.account_id
            and unlike.crawl_id = paces.crawl_id
            and unlike.observed_at = paces.observed_at

)

select * from final
where is_unlike or is_last
