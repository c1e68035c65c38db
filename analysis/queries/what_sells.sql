-- Which formats, post types and topics of your own posts sell, and how sure is that?
select
    platform,
    measure,
    currency,
    dimension,
    level,
    verdict,
    post_count,
    round(per_post, 2) as per_post,
    round(per_post_low, 2) as per_post_low,
    round(per_post_high, 2) as per_post_high,
    round(ratio, 2) as ratio,
    round(ratio_low, 2) as ratio_low,
    round(ratio_high, 2) as ratio_high,
    round(share_of_sales, 3) as share_of_sales,
    round(share_of_posts, 3) as share_of_posts,
    weeks_needed,
from marts.sales_by_trait
order by
    platform asc,
    measure asc,
    currency asc,
    dimension asc,
    sales_by_trait.per_post desc,
    level asc
