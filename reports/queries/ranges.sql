-- One row per platform and format or post type with at least ten posts that could be
-- compared: between which ratios to its account's usual eight in ten posts lie.
with

kinds as (
    select
        platform,
        'format' as dimension,
        format as level,
        lift,
    from marts.posts
    where is_counted and lift is not null
    union all
    select
        platform,
        'post_type' as dimension,
        post_type as level,
        lift,
    from marts.posts
    where is_counted and lift is not null
)

select
    platform,
    dimension,
    level,
    quantile_cont(lift, 0.1) as floor,
    quantile_cont(lift, 0.9) as ceiling,
    count(*) as post_count,
from kinds
where level is not null
group by all
having count(*) >= 10
order by platform asc, dimension asc, ceiling desc, level asc
