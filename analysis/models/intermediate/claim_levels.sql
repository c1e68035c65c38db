-- One row per platform, dimension and level that somebody used in the window: how
-- often, and what was left out.
-- rough_difference is the plain contrast inside accounts without regard to how few
-- posts it rests on: good enough to choose what to test, never to claim anything.
with

account_levels as (
    select
        platform,
        dimension,
        level,
        account_id,
        is_in_total,
        sum(used_count)::bigint as used_count,
        sum(own_used_count)::bigint as own_used_count,
        sum(young_count)::bigint as young_count,
        sum(unknown_count)::bigint as unknown_count,
        sum(post_count)::bigint as post_count,
        sum(log_sum)::double as log_sum,
    from intermediate.trait_cells
    where is_current
    group by all
),

arms as (
    select
        *,
        sum(post_count) filter (is_in_total) over dimension_total - post_count
            as rest_count,
        sum(exact(log_sum)) filter (is_in_total) over dimension_total
        - exact(log_sum) as rest_sum,
    from account_levels
    window dimension_total as (partition by platform, dimension, account_id)
),

contrasts as (
    select
        *,
        case
            when post_count > 0 and rest_count > 0
                then post_count * rest_count / (post_count + rest_count)
        end as weight,
        log_sum / nullif(post_count, 0)
        - rest_sum::double / nullif(rest_count, 0) as difference,
    from arms
),

levels as (
    select
        platform,
        dimension,
        level,
        is_in_total,
        sum(used_count)::bigint as used_count,
        sum(own_used_count)::bigint as own_used_count,
        sum(used_count - own_used_count)::bigint as market_used_count,
        sum(post_count)::bigint as measured_count,
        sum(young_count)::bigint as left_out_young,
        sum(unknown_count)::bigint as left_out_unknown,
        count(*) filter (used_count > 0) as using_account_count,
        sum(exact(weight * difference))::double
        / sum(exact(weight)) filter (weight is not null)::double
            as rough_difference,
    from contrasts
    group by all
    having sum(used_count) > 0
),

shares as (
    select
        *,
        used_count / sum(used_count) filter (is_in_total) over dimension_total
            as share_of_posts,
        (used_count - own_used_count)
        / nullif(
            sum(market_used_count) filter (is_in_total) over dimension_total, 0
        ) as share_of_posts_market,
        own_used_count
        / nullif(sum(own_used_count) filter (is_in_total) over dimension_total, 0)
            as share_of_posts_own,
    from levels
    window dimension_total as (partition by platform, dimension)
),

final as (
    select * exclude (is_in_total, market_used_count),
    from shares
    where level != '*'
)

select * from final
