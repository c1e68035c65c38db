-- One row per tool, property and day that exports by day are about: the one export
-- that counts there. Orders are known one by one, so no export of them is left out.
with

files as (
    select * from intermediate.outcome_files
    where is_daily
),

days as (
    select
        kind,
        property_name,
        file_hash,
        rank,
        unnest(
            generate_series(
                period_start_date::timestamp,
                least(period_end_date, period_start_date + 3660)::timestamp,
                interval 1 day
            )
        )::date as date,
    from files
),

final as (
    select
        kind,
        property_name,
        date,
        file_hash,
    from days
    qualify row_number() over (
        partition by kind, property_name, date order by rank
    ) = 1
)

select * from final
