-- One row per row of the imported visits and sales that counts, and measure (sessions,
-- key_events, orders, revenue) that it states. A currency is a measure of its own:
-- money of two is never added.
with

values_of_rows as (
    select
        matches.* exclude (session_count, key_event_count, order_count, revenue),
        unnest([
            { 'measure': 'sessions', 'value': session_count::decimal(38, 4) },
            { 'measure': 'key_events', 'value': key_event_count::decimal(38, 4) },
            { 'measure': 'orders', 'value': order_count::decimal(38, 4) },
            { 'measure': 'revenue', 'value': revenue::decimal(38, 4) }
        ]) as stated,
    from intermediate.outcome_matches as matches
),

final as (
    select
        * exclude (stated, currency),
        stated.measure,
        case
            when stated.measure = 'revenue' then coalesce(currency, 'unknown')
            else ''
        end as currency,
        stated.value,
    from values_of_rows
    where stated.value is not null
)

select * from final
