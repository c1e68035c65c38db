-- How many weeks until an effect of 1.3 times would be seen (write 1.5 or 2 instead)?
select
    platform,
    dimension,
    level,
    target_ratio,
    weeks_needed,
    posts_needed,
    post_count,
    round(posts_per_week, 1) as posts_per_week,
    accounts_needed,
    account_count,
    sentence,
from marts.evidence_planner
where
    target_ratio = 1.3
    and (is_open or level = 'all')
order by platform asc, weeks_needed asc nulls last, dimension asc, level asc
