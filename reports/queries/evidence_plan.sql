-- One row per platform and kind of post that cannot be told yet, and one for any kind
-- of post: what it takes to see an effect of 1.3 times.
select
    platform,
    dimension,
    level,
    weeks_needed,
    posts_needed,
    post_count,
    sentence,
    phrases,
from marts.evidence_planner
where
    target_ratio = 1.3
    and (
        dimension = 'all'
        or (
            dimension in ('format', 'post_type')
            and post_count > 0
            and is_open
        )
    )
order by
    platform asc, dimension = 'all' desc, dimension asc, post_count desc, level asc
