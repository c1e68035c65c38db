-- Who answers the comments under its posts, and how fast?
select
    company,
    platform,
    account,
    post_count,
    comment_count,
    answered_count,
    round(answered_rate, 2) as answered_rate,
    round(answer_seconds / 3600, 1) as answer_hours,
    timed_post_count,
    partial_post_count,
    is_own,
from marts.community
order by answered_rate desc nulls last, comment_count desc, company asc, account asc
