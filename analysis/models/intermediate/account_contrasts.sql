-- One row per evaluation, kind, trait and account: posts with the level against the
-- same account's other posts. Basis "plain" has one stratum; "stratified" compares
-- inside strata and weighs them with n_level * n_rest / (n_level + n_rest); strata in
-- which one side is empty drop out.
-- Bases "within_…" compare inside the strata of something that may stand behind the
-- trait (see adjusted_cells).
-- A definition is an outcome, or checks whether the verdict about engagement hangs on
-- the definition.
with

traits as (
    select * from intermediate.traits
),

kinds as (
    select * from intermediate.contrast_kinds
),

plain_arms as (
    select
        cells.is_current,
        kinds.plain_kind_number as kind_number,
        cells.kind_number as stratified_kind_number,
        cells.trait_number,
        cells.account_number,
        cells.post_count as level_count,
        cells.rest_count,
        cells.log_sum as level_sum,
        cells.rest_sum,
        cells.log_squares as level_squares,
        cells.rest_squares,
    from intermediate.account_cells as cells
    inner join traits on cells.trait_number = traits.trait_number
    inner join kinds on cells.kind_number = kinds.kind_number
    where
        not traits.is_everything
        and cells.post_count >= traits.min_post_count
        and cells.rest_count >= traits.min_post_count
),

placed as (
    select
        cells.kind_number,
        cells.trait_number,
        traits.dimension_number,
        strata.account_number,
        cells.stratum_number,
        strata.is_current,
        strata.is_earlier and kinds.is_outcome as is_earlier,
        traits.is_in_total,
        cells.post_count,
        cells.log_sum,
        cells.log_squares,
    from intermediate.kind_cells as cells
    inner join kinds on cells.kind_number = kinds.kind_number
    inner join traits on cells.trait_number = traits.trait_number
    inner join intermediate.strata as strata
        on cells.stratum_number = strata.stratum_number
    where cells.post_count > 0
    union all
    select
        cells.kind_number,
        cells.trait_number,
        traits.dimension_number,
        cells.account_number,
        cells.stratum_number,
        true as is_current,
        false as is_earlier,
        true as is_in_total,
        cells.post_count,
        cells.log_sum,
        cells.log_squares,
    from intermediate.adjusted_cells as cells
    inner join traits on cells.trait_number = traits.trait_number
),

-- The rest of a level is every other post of the stratum whose level in this dimension
-- is known.
totals as (
    select
        kind_number,
        dimension_number,
        stratum_number,
        sum(post_count)::bigint as post_count,
        sum(log_sum) as log_sum,
        sum(log_squares) as log_squares,
    from placed
    where is_in_total
    group by all
),

-- Inside strata there are no more posts on either side than without.
countable as (
    select distinct
        stratified_kind_number as kind_number,
        trait_number,
        account_number,
    from plain_arms
),

compared as (
    select placed.*,
    from placed
    inner join countable
        on
            placed.kind_number = countable.kind_number
            and placed.trait_number = countable.trait_number
            and placed.account_number = countable.account_number
    union all
    select placed.*,
    from placed
    inner join kinds on placed.kind_number = kinds.kind_number
    where kinds.basis != 'stratified'
),

stratified_arms as (
    select
        compared.is_current,
        compared.is_earlier,
        compared.kind_number,
        compared.trait_number,
        compared.account_number,
        compared.post_count as level_count,
        totals.post_count - compared.post_count as rest_count,
        nearest_double(compared.log_sum) as level_sum,
        nearest_double(totals.log_sum - compared.log_sum) as rest_sum,
        nearest_double(compared.log_squares) as level_squares,
        nearest_double(totals.log_squares - compared.log_squares) as rest_squares,
    from compared
    inner join totals
        on
            compared.kind_number = totals.kind_number
            and compared.dimension_number = totals.dimension_number
            and compared.stratum_number = totals.stratum_number
    where totals.post_count > compared.post_count
),

-- What has the same strata in both evaluations was worked out once.
arms as (
    select
        evaluations.is_current,
        stratified_arms.* exclude (is_current, is_earlier),
    from stratified_arms
    inner join intermediate.evaluations as evaluations
        on
            case
                when evaluations.is_current then stratified_arms.is_current
                else stratified_arms.is_earlier
            end
    union all
    select * exclude (stratified_kind_number),
    from plain_arms
),

weighed as (
    select
        *,
        level_count * rest_count / (level_count + rest_count) as weight,
        level_sum / level_count - rest_sum / rest_count as difference,
        greatest(0, level_squares - level_sum * level_sum / level_count)
            as level_deviations,
        greatest(0, rest_squares - rest_sum * rest_sum / rest_count)
            as rest_deviations,
    from arms
),

sums as (
    select
        is_current,
        kind_number,
        trait_number,
        account_number,
        sum(level_count)::bigint as level_count,
        sum(rest_count)::bigint as rest_count,
        (sum(level_count) - count(*))::bigint as level_df,
        (sum(rest_count) - count(*))::bigint as rest_df,
        sum(exact(level_deviations)) as level_deviations,
        sum(exact(rest_deviations)) as rest_deviations,
        sum(exact(weight)) as weight,
        sum(exact(weight * difference)) as weighed_difference,
        sum(exact(weight * weight / level_count)) as level_weight,
        sum(exact(weight * weight / rest_count)) as rest_weight,
    from weighed
    group by all
),

contrasts as (
    select
        is_current,
        kind_number,
        trait_number,
        account_number,
        level_count,
        rest_count,
        level_df,
        rest_df,
        nearest_double(level_deviations) as level_deviations,
        nearest_double(rest_deviations) as rest_deviations,
        nearest_double(weighed_difference) / nearest_double(weight) as difference,
        nearest_double(level_weight) / nearest_double(weight) ** 2 as level_share,
        nearest_double(rest_weight) / nearest_double(weight) ** 2 as rest_share,
    from sums
),

account_contrasts as (
    select contrasts.*,
    from contrasts
    inner join traits on contrasts.trait_number = traits.trait_number
    where
        contrasts.level_count >= traits.min_post_count
        and contrasts.rest_count >= traits.min_post_count
)

select * from account_contrasts
