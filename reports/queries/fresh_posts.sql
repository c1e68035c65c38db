-- One row per post too young to compare: its count so far, and what is usual then.
select
    platform,
    post_id,
    company,
    is_own,
    account,
    url,
    title,
    text,
    language,
    format,
    post_type,
    published_at,
    age_hours,
    age_hours / 24 as age_days,
    engagement,
    usual_engagement,
    usual_low,
    usual_high,
    usual_post_count,
    pace,
from marts.fresh_posts
order by
    platform asc,
    case pace when 'ahead' then 0 when 'behind' then 1 when 'usual' then 2 else 3 end,
    engagement / usual_engagement desc nulls last,
    published_at desc,
    post_id asc
