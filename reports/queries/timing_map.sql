-- One row per platform, weekday and block of four hours: how many posts went out then,
-- and their engagement as a ratio. enough_count cells hold three accounts and ten
-- posts; of clear_count the whole range lies above or below the usual.
select
    platform,
    weekday,
    weekday_number,
    hour_block,
    timezone,
    shown_verdict,
    lift,
    lift_low,
    lift_high,
    used_post_count,
    measured_post_count,
    account_count,
    accounts_up,
    is_enough,
    is_enough and (lift_low > 1 or lift_high < 1) as is_clear,
    count(*) filter (is_enough) over (partition by platform) as enough_count,
    count(*) filter (is_clear) over (partition by platform) as clear_count,
from marts.timing
order by platform asc, weekday_number asc, hour_block asc
