-- One row per platform, dimension and level that somebody used in the window: how
-- often, and what was left out.
-- rough_difference is the plain contrast inside accounts without regard to how few
-- posts it rests on: good enough to choose what to test, never to claim anything.
with

uses as (
    select
        accounts.platform,
        cells.trait_number,
        sum(cells.used_count)::bigint as used_count,
        sum(if(accounts.is_own, cells.used_count, 0))::bigint as own_used_count,
        sum(cells.young_count)::bigint as left_out_young,
        sum(cells.unknown_count)::bigint as left_out_unknown,
    from intermediate.trait_cells as cells
    inner join intermediate.strata as strata
        on cells.stratum_number = strata.stratum_number
    inner join intermediate.compared_accounts as accounts
        on strata.account_number = accounts.account_number
    where strata.is_current
    group by all
),

account_levels as (
    select
        accounts.platform,
        accounts.account_number,
        traits.dimension_number,
        traits.trait_number,
        traits.is_in_total,
        cells.post_count,
        cells.rest_count,
        cells.log_sum::double as log_sum,
    from intermediate.account_cells as cells
    inner join intermediate.contrast_kinds as kinds
        on cells.kind_number = kinds.kind_number
    inner join intermediate.traits as traits
        on cells.trait_number = traits.trait_number
    inner join intermediate.compared_accounts as accounts
        on cells.account_number = accounts.account_number
    where cells.is_current and kinds.definition = 'engagement'
),

arms as (
    select
        *,
        sum(exact(log_sum)) filter (is_in_total) over dimension_total
        - exact(log_sum) as rest_sum,
    from account_levels
    window dimension_total as (partition by account_number, dimension_number)
),

contrasts as (
    select
        *,
        case
            when post_count > 0 and rest_count > 0
                then post_count * rest_count / (post_count + rest_count)
        end as weight,
        log_sum / nullif(post_count, 0)
        - nearest_double(rest_sum) / nullif(rest_count, 0) as difference,
    from arms
),

sums as (
    select
        platform,
        trait_number,
        sum(post_count)::bigint as measured_count,
        count(*) as using_account_count,
        exact_sum(weight * difference) / exact_sum(weight) as rough_difference,
    from contrasts
    group by all
),

levels as (
    select
        uses.platform,
        traits.dimension,
        traits.level,
        traits.is_in_total,
        uses.used_count,
        uses.own_used_count,
        uses.used_count - uses.own_used_count as market_used_count,
        sums.measured_count,
        uses.left_out_young,
        uses.left_out_unknown,
        sums.using_account_count,
        sums.rough_difference,
    from uses
    inner join sums
        on
            uses.platform = sums.platform
            and uses.trait_number = sums.trait_number
    inner join intermediate.traits as traits
        on uses.trait_number = traits.trait_number
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
