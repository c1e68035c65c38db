-- One row per rule that flags posts for their counts: how often it is wrong.
select
    rule,
    words,
    false_alarm_low,
    false_alarm_high,
    post_count,
    flagged_count,
from marts.flag_rules
order by rule asc
