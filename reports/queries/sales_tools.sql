-- One row per measure, currency and tool that counted it, and whether its count is
-- taken: two tools count the same visits and sales.
select
    measure,
    currency,
    tool,
    total::double as total,
    tied_total::double as tied_total,
    is_counted,
    is_additional,
from marts.sales_tools
order by measure asc, currency asc, is_counted desc, tool asc
