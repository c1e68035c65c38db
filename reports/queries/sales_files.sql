-- One row per file of own visits and sales that was brought: what of it counts.
select
    file_name,
    kind,
    property_name,
    period_start_date,
    period_end_date,
    row_count,
    counted_row_count,
    status,
    observed_at,
from marts.sales_files
order by period_end_date desc, file_name asc, file_hash asc
