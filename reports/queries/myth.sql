-- At most one row: what a plain table of averages would have crowned, and what it is
-- inside the accounts.
select
    platform,
    dimension,
    level,
    plain_mean,
    runner_up_level,
    runner_up_mean,
    top_account,
    top_account_share,
    lift,
    lift_low,
    lift_high,
    verdict,
    sentence,
    phrases,
from marts.myth
