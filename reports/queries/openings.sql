-- One row per platform and kind of post that works today, the best openings first:
-- engagement as a ratio to the same accounts' other posts, and how often competitors
-- (the market) and the own brand post it.
select
    rank,
    kind,
    platform,
    dimension,
    level,
    shown_verdict,
    sentence,
    phrases,
    lift,
    lift_low,
    lift_high,
    post_count,
    account_count,
    accounts_up,
    share_of_posts_market,
    market_post_count,
    share_of_posts_own,
    own_post_count,
    is_exploratory,
from marts.opportunities
order by
    min(rank) over (partition by platform) asc,
    platform asc,
    rank asc
