-- One row per account that only saved files can show, the one to save first first.
select
    company,
    platform,
    account,
    url,
    way,
    how,
    shows,
    effort_minutes,
    minutes_so_far,
    post_count,
    imported_post_count,
    is_own,
    is_due,
    is_this_week,
    observed_at,
    imported_at,
from marts.todo
order by rank
