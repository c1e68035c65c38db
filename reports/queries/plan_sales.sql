-- One row per platform, format or post type of your own posts of which is known whether
-- it sells more or less than your other posts there, in the measure that success in
-- sales means here.
select
    kinds.platform,
    kinds.dimension,
    kinds.level,
    kinds.measure,
    kinds.verdict,
    kinds.ratio,
    kinds.ratio_low,
    kinds.ratio_high,
    kinds.post_count,
from marts.sales_by_trait as kinds
inner join marts.sales_totals as totals
    on
        kinds.measure = totals.measure
        and kinds.currency = totals.currency
        and totals.is_main
where
    kinds.dimension in ('format', 'post_type')
    and kinds.verdict in ('sells_more', 'sells_less')
    and kinds.level != 'other'
order by kinds.platform asc, kinds.dimension asc, kinds.level asc
