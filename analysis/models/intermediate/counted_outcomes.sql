-- One row per row of the imported visits and sales that counts: of a day only the
-- export that tells most of it, of an order only what was said of it last.
with

rows_with_files as (
    select
        outcomes.* exclude (property_name),
        files.property_name,
        files.tool,
        files.rank,
    from staging.stg_outcomes as outcomes
    inner join intermediate.outcome_files as files
        on outcomes.file_hash = files.file_hash
),

orders as (
    select *
    from rows_with_files
    where order_key is not null
    qualify row_number() over (
        partition by kind, property_name, order_key
        order by observed_at desc, rank asc, row_number asc
    ) = 1
),

by_day as (
    select rows_with_files.*
    from rows_with_files
    inner join intermediate.outcome_days as days
        on
            rows_with_files.kind = days.kind
            and rows_with_files.property_name = days.property_name
            and rows_with_files.date = days.date
            and rows_with_files.file_hash = days.file_hash
    where rows_with_files.order_key is null
),

of_periods as (
    select rows_with_files.*
    from rows_with_files
    inner join intermediate.outcome_totals as totals
        on rows_with_files.file_hash = totals.file_hash
    where rows_with_files.date is null and totals.is_counted
),

final as (
    select * from orders
    union all by name
    select * from by_day
    union all by name
    select * from of_periods
)

select * from final
