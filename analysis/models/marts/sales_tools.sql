-- One row per measure, currency and tool that counted it: two tools count the same
-- visits and sales, so only one is taken, the one that ties most of them to posts.
-- What says that it comes on top (a till beside the web shop) always counts.
with

tools as (
    select
        measure,
        currency,
        tool,
        sum(value) as total,
        coalesce(sum(value) filter (post_id is not null), 0) as tied_total,
        min(coalesce(date, period_start_date)) as period_start_date,
        max(coalesce(date, period_end_date)) as period_end_date,
        bool_or(is_additional) as is_additional,
    from intermediate.outcome_values
    group by all
),

ranked as (
    select
        *,
        row_number() over (
            partition by measure, currency, is_additional
            order by tied_total desc, total desc, tool asc
        ) as rank,
    from tools
),

final as (
    select
        measure,
        currency,
        tool,
        total,
        tied_total,
        is_additional,
        is_additional or rank = 1 as is_counted,
        period_start_date,
        period_end_date,
    from ranked
)

select * from final
