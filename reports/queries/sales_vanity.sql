-- One row per platform: whether your most liked posts are those that sell, and what
-- your most liked format brought.
select
    vanity.platform,
    vanity.measure,
    vanity.currency,
    vanity.verdict,
    vanity.post_count,
    vanity.selling_post_count,
    vanity.correlation,
    vanity.correlation_low,
    vanity.correlation_high,
    vanity.most_liked_format,
    vanity.most_liked_share_of_posts,
    vanity.most_liked_share_of_sales,
    vanity.best_selling_format,
    vanity.best_selling_share_of_posts,
    vanity.best_selling_share_of_sales,
    vanity.format_count,
from marts.likes_and_sales as vanity
inner join marts.sales_totals as totals
    on
        vanity.measure = totals.measure
        and vanity.currency = totals.currency
        and totals.is_main
order by vanity.post_count desc, vanity.platform asc
