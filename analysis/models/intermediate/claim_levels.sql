-- One row per platform, dimension and level that somebody used in the window: how often, and what was left out.
with

levels as (
    select
        platform,
        dimension,
        level,
        sum(used_count)::bigint as used_count,
        sum(own_used_count)::bigint as own_used_count,
        sum(post_count)::bigint as measured_count,
        sum(young_count)::bigint as left_out_young,
        sum(unknown_count)::bigint as left_out_unknown,
    from intermediate.trait_cells
    where is_current
    group by all
    having sum(used_count) > 0
),

final as (
    select
        *,
        used_count / sum(used_count) over dimension_total as share_of_posts,
        (used_count - own_used_count)
        / nullif(sum(used_count - own_used_count) over dimension_total, 0)
            as share_of_posts_market,
        own_used_count / nullif(sum(own_used_count) over dimension_total, 0)
            as share_of_posts_own,
    from levels
    window dimension_total as (partition by platform, dimension)
)

select * from final
