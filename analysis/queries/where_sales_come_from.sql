-- How much was visited and bought, and how much of it is known to come from posts?
select
    measure,
    currency,
    total,
    tied_total as from_posts,
    tied_by_mark,
    tied_by_campaign,
    tied_by_page,
    tied_by_day,
    network_total as from_networks_only,
    untied_total as from_no_post,
    round(untied_share, 3) as from_no_post_share,
    tools,
    period_start_date,
    period_end_date,
from marts.sales_totals
order by position asc
