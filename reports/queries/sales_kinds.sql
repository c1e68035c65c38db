-- One row per platform, measure, currency, and format, post type or topic of your
-- posts: what a post brought in its first seven days, and that as a ratio to your other
-- posts there, inside account and month.
select
    kinds.platform,
    totals.position,
    kinds.measure,
    kinds.currency,
    kinds.dimension,
    kinds.level,
    kinds.verdict,
    kinds.post_count,
    kinds.selling_post_count,
    kinds.total::double as total,
    kinds.per_post::double as per_post,
    kinds.per_post_low,
    kinds.per_post_high,
    kinds.ratio as lift,
    kinds.ratio_low as lift_low,
    kinds.ratio_high as lift_high,
    kinds.share_of_posts,
    kinds.share_of_sales,
    kinds.posts_needed,
    kinds.weeks_needed,
    kinds.is_exploratory,
from marts.sales_by_trait as kinds
inner join marts.sales_totals as totals
    on kinds.measure = totals.measure and kinds.currency = totals.currency
order by
    kinds.platform asc,
    totals.position asc,
    kinds.is_exploratory asc,
    kinds.dimension asc,
    kinds.per_post desc,
    kinds.level asc
