-- One row per measure and currency: all that was counted, and how much of it is known
-- to belong to a post, and by what. The first one is what success in sales means here.
with

totals as (
    select
        measure,
        currency,
        sum(value) as total,
        coalesce(sum(value) filter (post_id is not null), 0) as tied_total,
        coalesce(
            sum(value) filter (matched_by in ('slot', 'content', 'code')), 0
        ) as tied_by_mark,
        coalesce(sum(value) filter (matched_by = 'campaign'), 0) as tied_by_campaign,
        coalesce(sum(value) filter (matched_by = 'landing_page'), 0) as tied_by_page,
        coalesce(sum(value) filter (matched_by = 'day'), 0) as tied_by_day,
        coalesce(
            sum(value) filter (post_id is null and platform is not null), 0
        ) as network_total,
        coalesce(
            sum(value) filter (post_id is not null and candidate_count > 1), 0
        ) as shared_mark_total,
        list_sort(list(distinct tool)) as tools,
        min(coalesce(date, period_start_date)) as period_start_date,
        max(coalesce(date, period_end_date)) as period_end_date,
    from intermediate.sales_values
    group by all
),

ordered as (
    select
        *,
        row_number() over (
            order by
                tied_total <= 0,
                total <= 0,
                list_position(
                    ['revenue', 'orders', 'key_events', 'sessions'], measure
                ),
                tied_total desc,
                total desc,
                currency asc
        ) as position,
    from totals
),

final as (
    select
        position,
        measure,
        currency,
        total,
        tied_total,
        tied_by_mark,
        tied_by_campaign,
        tied_by_page,
        tied_by_day,
        network_total,
        total - tied_total as untied_total,
        case
            when total > 0
                then nearest_double(total - tied_total) / nearest_double(total)
        end as untied_share,
        shared_mark_total,
        tools,
        period_start_date,
        period_end_date,
        position = 1 as is_main,
    from ordered
)

select * from final
