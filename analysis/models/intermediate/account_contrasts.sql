-- One row per evaluation, definition, basis, dimension, level and account: posts with
-- the level against the same account's other posts. Basis "plain" has one stratum;
-- "stratified" compares inside strata and weighs them with n_level * n_rest / (n_level
-- + n_rest); strata in which one side is empty drop out.
-- Bases "within_…" compare inside the strata of something that may stand behind the
-- trait (see adjusted_cells).
-- A definition is an outcome, or checks whether the verdict about engagement hangs on
-- the definition.
with

cells as (
    select
        as_of,
        'engagement' as definition,
        dimension,
        level,
        platform,
        account_id,
        stratum_month,
        stratum_format,
        is_in_total,
        post_count,
        log_sum,
        log_squares,
    from intermediate.trait_cells
    where post_count > 0
    union all
    select
        as_of,
        definition,
        dimension,
        level,
        platform,
        account_id,
        stratum_month,
        stratum_format,
        is_in_total,
        post_count,
        log_sum,
        log_squares,
    from intermediate.definition_cells
),

bases as (
    select
        * exclude (stratum_month, stratum_format),
        'stratified' as basis,
        stratum_month,
        stratum_format as stratum_kind,
    from cells
    union all
    select
        as_of,
        definition,
        dimension,
        level,
        platform,
        account_id,
        is_in_total,
        sum(post_count)::bigint as post_count,
        sum(log_sum) as log_sum,
        sum(log_squares) as log_squares,
        'plain' as basis,
        null::date as stratum_month,
        null::text as stratum_kind,
    from cells
    group by all
    union all
    select
        as_of,
        'engagement' as definition,
        dimension,
        level,
        platform,
        account_id,
        true as is_in_total,
        post_count,
        log_sum,
        log_squares,
        basis,
        null::date as stratum_month,
        stratum as stratum_kind,
    from intermediate.adjusted_cells
),

-- The rest of a level is every other post of the account whose level in this dimension
-- is known.
totals as (
    select
        as_of,
        definition,
        basis,
        dimension,
        platform,
        account_id,
        stratum_month,
        stratum_kind,
        sum(post_count)::bigint as post_count,
        sum(log_sum) as log_sum,
        sum(log_squares) as log_squares,
    from bases
    where is_in_total
    group by all
),

arms as (
    select
        bases.as_of,
        bases.definition,
        bases.basis,
        bases.dimension,
        bases.level,
        bases.platform,
        bases.account_id,
        bases.post_count as level_count,
        totals.post_count - bases.post_count as rest_count,
        bases.log_sum::double as level_sum,
        (totals.log_sum - bases.log_sum)::double as rest_sum,
        bases.log_squares::double as level_squares,
        (totals.log_squares - bases.log_squares)::double as rest_squares,
    from bases
    inner join totals
        on
            bases.as_of = totals.as_of
            and bases.definition = totals.definition
            and bases.basis = totals.basis
            and bases.dimension = totals.dimension
            and bases.platform = totals.platform
            and bases.account_id = totals.account_id
            and bases.stratum_month is not distinct from totals.stratum_month
            and bases.stratum_kind is not distinct from totals.stratum_kind
    where totals.post_count > bases.post_count and bases.level != '*'
),

strata as (
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

contrasts as (
    select
        as_of,
        definition,
        basis,
        platform,
        dimension,
        level,
        account_id,
        sum(level_count)::bigint as level_count,
        sum(rest_count)::bigint as rest_count,
        sum(level_count - 1)::bigint as level_df,
        sum(rest_count - 1)::bigint as rest_df,
        sum(exact(level_deviations))::double as level_deviations,
        sum(exact(rest_deviations))::double as rest_deviations,
        sum(exact(weight * difference))::double / sum(exact(weight))::double
            as difference,
        sum(exact(weight * weight / level_count))::double
        / sum(exact(weight))::double ** 2 as level_share,
        sum(exact(weight * weight / rest_count))::double
        / sum(exact(weight))::double ** 2 as rest_share,
    from strata
    group by all
),

account_contrasts as (
    select contrasts.*
    from contrasts
    inner join seeds.dimensions as dimensions
        on contrasts.dimension = dimensions.dimension
    where
        contrasts.level_count >= dimensions.min_post_count
        and contrasts.rest_count >= dimensions.min_post_count
)

select * from account_contrasts
