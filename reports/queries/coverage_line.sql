-- One row: how many accounts were seen, and how many were not, and why.
select
    count(*) as account_count,
    count(*) filter (outcome in ('complete', 'unchanged')) as seen_count,
    count(*) filter (outcome in ('partial', 'suspect')) as seen_in_part_count,
    count(*) filter (
        is_walled
        and outcome not in ('complete', 'unchanged', 'partial', 'suspect')
    ) as walled_count,
    count(*) filter (
        not is_walled
        and outcome not in ('complete', 'unchanged', 'partial', 'suspect')
    ) as failed_count,
    count(*) filter (outcome is null) as not_visited_count,
    count(distinct company) as company_count,
    coalesce(sum(post_count), 0)::bigint as post_count,
from marts.coverage
