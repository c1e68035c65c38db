-- One row per platform and dimension: which part of the differences between the posts
-- of one account goes with it.
-- Squared deviations of ln(1 + engagement) inside account and calendar month, split by
-- the levels of the dimension. explained_share is omega squared (Hays 1963): what the
-- levels explain beyond what as many levels would by chance; below 0 it is 0.
with

cells as (
    select
        accounts.platform,
        traits.dimension,
        traits.level,
        strata.account_number,
        strata.stratum_month,
        sum(cells.post_count)::bigint as post_count,
        nearest_double(sum(cells.log_sum)) as log_sum,
        nearest_double(sum(cells.log_squares)) as log_squares,
    from intermediate.trait_cells as cells
    inner join intermediate.traits as traits
        on cells.trait_number = traits.trait_number
    inner join intermediate.strata as strata
        on cells.stratum_number = strata.stratum_number
    inner join intermediate.compared_accounts as accounts
        on strata.account_number = accounts.account_number
    inner join seeds.dimensions as dimensions
        on traits.dimension = dimensions.dimension
    where strata.is_current and cells.post_count > 0 and not dimensions.is_multiple
    group by all
),

strata as (
    select
        platform,
        dimension,
        account_number,
        stratum_month,
        sum(post_count)::bigint as post_count,
        count(*) as level_count,
        exact_sum(log_squares - log_sum * log_sum / post_count)
            as inside_deviations,
        exact_sum(log_sum * log_sum / post_count)
        - exact_sum(log_sum) ** 2 / sum(post_count) as between_deviations,
    from cells
    group by all
    having count(*) > 1
),

sums as (
    select
        platform,
        dimension,
        sum(post_count)::bigint as post_count,
        count(distinct account_number) as account_count,
        exact_sum(inside_deviations) as inside_deviations,
        exact_sum(between_deviations) as between_deviations,
        sum(level_count - 1)::bigint as between_df,
        sum(post_count - level_count)::bigint as inside_df,
    from strata
    group by all
),

trait_weights as (
    select
        platform,
        dimension,
        greatest(
            0,
            (between_deviations - between_df * inside_deviations / inside_df)
            / (
                between_deviations
                + inside_deviations
                + inside_deviations / inside_df
            )
        ) as explained_share,
        post_count,
        account_count,
    from sums
    where inside_df >= 20 and inside_deviations > 0
)

select * from trait_weights
