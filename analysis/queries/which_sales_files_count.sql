-- Which of the files of your visits and sales count, and why not the others?
select
    file_name,
    kind,
    property_name,
    period_start_date,
    period_end_date,
    status,
    row_count,
    counted_row_count,
    observed_at,
from marts.sales_files
order by period_end_date desc, file_name asc, observed_at desc
