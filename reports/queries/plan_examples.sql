-- One row per platform, format or post type and post of a competitor that did best for
-- its account: at most three, of different companies first.
select
    platform,
    dimension,
    level,
    rank,
    company,
    url,
    lift,
from marts.examples
where not is_own and url is not null
order by platform asc, dimension asc, level asc, rank asc
