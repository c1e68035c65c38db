-- One row per measure and currency of the own visits and sales: all that was counted,
-- and how much of it is known to come from posts.
select
    position,
    measure,
    currency,
    total::double as total,
    tied_total::double as tied_total,
    tied_by_day::double as tied_by_day,
    network_total::double as network_total,
    untied_total::double as untied_total,
    untied_share,
    shared_mark_total::double as shared_mark_total,
    tools,
    period_start_date,
    period_end_date,
from marts.sales_totals
order by position asc
