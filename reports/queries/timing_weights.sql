-- One row per platform, and the format, post type, weekday and time of day: which part
-- of the differences between one account's posts goes with it.
select
    platform,
    dimension,
    explained_share,
    post_count,
    account_count,
from marts.trait_weights
where dimension in ('format', 'post_type', 'weekday', 'hour_block')
order by platform asc, explained_share desc, dimension asc
