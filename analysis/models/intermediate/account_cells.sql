-- One row per evaluation, definition of success (by the number of its stratified kind),
-- trait and account: the sums of its strata, and those of the account's other posts
-- whose level in this dimension is known.
with

sums as (
    select
        evaluations.is_current,
        cells.kind_number,
        cells.trait_number,
        strata.account_number,
        sum(cells.post_count)::bigint as post_count,
        sum(cells.log_sum) as log_sum,
        sum(cells.log_squares) as log_squares,
        sum(cells.top_count)::bigint as top_count,
    from intermediate.kind_cells as cells
    inner join intermediate.contrast_kinds as kinds
        on cells.kind_number = kinds.kind_number
    inner join intermediate.strata as strata
        on cells.stratum_number = strata.stratum_number
    inner join intermediate.evaluations as evaluations
        on
            case
                when evaluations.is_current then strata.is_current
                else strata.is_earlier and kinds.is_outcome
            end
    group by all
),

totals as (
    select
        sums.is_current,
        sums.kind_number,
        traits.dimension_number,
        sums.account_number,
        sum(sums.post_count)::bigint as post_count,
        sum(sums.log_sum) as log_sum,
        sum(sums.log_squares) as log_squares,
        sum(sums.top_count)::bigint as top_count,
    from sums
    inner join intermediate.traits as traits
        on sums.trait_number = traits.trait_number
    where traits.is_in_total
    group by all
),

account_cells as (
    select
        sums.is_current,
        sums.kind_number,
        sums.trait_number,
        sums.account_number,
        sums.post_count,
        nearest_double(sums.log_sum) as log_sum,
        nearest_double(sums.log_squares) as log_squares,
        sums.top_count,
        totals.post_count - sums.post_count as rest_count,
        nearest_double(totals.log_sum - sums.log_sum) as rest_sum,
        nearest_double(totals.log_squares - sums.log_squares) as rest_squares,
        totals.top_count - sums.top_count as rest_top_count,
    from sums
    inner join intermediate.traits as traits
        on sums.trait_number = traits.trait_number
    left join totals
        on
            sums.is_current = totals.is_current
            and sums.kind_number = totals.kind_number
            and traits.dimension_number = totals.dimension_number
            and sums.account_number = totals.account_number
)

select * from account_cells
