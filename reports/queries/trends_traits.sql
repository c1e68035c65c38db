-- One row per platform and format or post type, and per further trait that rises or
-- falls: its share of an account's posts in the last four whole weeks and in the weeks
-- before, among the accounts that posted in both.
select
    platform,
    dimension,
    level,
    verdict,
    sentence,
    phrases,
    share_before,
    share_recent,
    100 * share_change as points,
    100 * share_change_low as points_low,
    100 * share_change_high as points_high,
    account_count,
    accounts_up,
    accounts_down,
    before_post_count + recent_post_count as post_count,
    before_week_count,
    is_exploratory,
    before_start_date,
    recent_start_date,
    recent_end_date,
from marts.trait_trends
where not is_exploratory or verdict in ('rising', 'falling')
order by platform asc, abs(share_change) desc, dimension asc, level asc
