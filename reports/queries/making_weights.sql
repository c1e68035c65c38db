-- One row per platform and dimension: which part of the differences between one
-- account's posts goes with it.
select
    platform,
    dimension,
    explained_share,
    post_count,
    account_count,
from marts.trait_weights
order by platform asc, explained_share desc, dimension asc
