-- One row per account whose threads were looked at: what it answers, and how fast.
select
    company,
    is_own,
    platform,
    account,
    post_count,
    partial_post_count,
    comment_count,
    answered_count,
    answered_rate,
    timed_post_count,
    answer_seconds / 3600 as answer_hours,
    observed_at,
from marts.community
order by
    is_own desc,
    platform asc,
    answered_rate desc nulls last,
    company asc,
    account asc
