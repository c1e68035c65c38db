-- One row per evaluation, kind, trait and account: the contrast with its moderated
-- variance.
-- s2 = (8 * s2_level + SS) / (8 + df), s2_level pooled over the counted accounts of the
-- platform (see steadied_variance); v = s2_level/n + s2_rest/n.
-- Basis "top_decile": log odds of landing in the account's own top decile, +0.5 a cell,
-- v = sum of 1/cell.
-- Definition "medians" has the means' variances, with the factor of median_contrasts.
with

kinds as (
    select * from intermediate.contrast_kinds
),

contrasts as (
    select
        contrasts.*,
        accounts.platform,
        kinds.plain_kind_number,
    from intermediate.account_contrasts as contrasts
    inner join intermediate.compared_accounts as accounts
        on contrasts.account_number = accounts.account_number
    inner join kinds on contrasts.kind_number = kinds.kind_number
),

pooled as (
    select
        is_current,
        kind_number,
        plain_kind_number,
        platform,
        trait_number,
        exact_sum(level_deviations) / nullif(sum(level_df), 0) as level_variance,
        exact_sum(rest_deviations) / nullif(sum(rest_df), 0) as rest_variance,
        sum(level_df)::double as level_df,
        sum(rest_df)::double as rest_df,
    from contrasts
    group by all
),

steadied as (
    select
        pooled.is_current,
        pooled.kind_number,
        pooled.platform,
        pooled.trait_number,
        case
            when pooled.kind_number = pooled.plain_kind_number
                then pooled.level_variance
            else
                steadied_variance(
                    plain.level_variance, pooled.level_variance, pooled.level_df
                )
        end as level_variance,
        case
            when pooled.kind_number = pooled.plain_kind_number
                then pooled.rest_variance
            else
                steadied_variance(
                    plain.rest_variance, pooled.rest_variance, pooled.rest_df
                )
        end as rest_variance,
    from pooled
    left join pooled as plain
        on
            pooled.is_current = plain.is_current
            and pooled.plain_kind_number = plain.kind_number
            and pooled.platform = plain.platform
            and pooled.trait_number = plain.trait_number
),

variances as (
    select
        contrasts.is_current,
        contrasts.kind_number,
        contrasts.trait_number,
        contrasts.account_number,
        contrasts.level_count,
        contrasts.rest_count,
        contrasts.difference,
        contrasts.level_share,
        contrasts.rest_share,
        moderated_variance(
            coalesce(steadied.level_variance, steadied.rest_variance),
            contrasts.level_deviations,
            contrasts.level_df
        ) as level_variance,
        moderated_variance(
            coalesce(steadied.rest_variance, steadied.level_variance),
            contrasts.rest_deviations,
            contrasts.rest_df
        ) as rest_variance,
        coalesce(steadied.level_variance, steadied.rest_variance)
            as pooled_level_variance,
        contrasts.level_df + 8 as df,
    from contrasts
    inner join steadied
        on
            contrasts.is_current = steadied.is_current
            and contrasts.kind_number = steadied.kind_number
            and contrasts.platform = steadied.platform
            and contrasts.trait_number = steadied.trait_number
    inner join kinds on contrasts.kind_number = kinds.kind_number
    -- of what only checks the verdict, and of the week before, plain contrasts serve
    -- the others' variances alone
    where
        kinds.basis != 'plain'
        or (contrasts.is_current and kinds.is_outcome)
),

medians as (
    select
        variances.*
        replace (
            checks.kind_number as kind_number,
            medians.difference as difference,
            medians.level_share as level_share,
            medians.rest_share as rest_share
        ),
    from variances
    inner join intermediate.median_contrasts as medians
        on
            variances.trait_number = medians.trait_number
            and variances.account_number = medians.account_number
    inner join kinds as means
        on
            variances.kind_number = means.kind_number
            and means.definition = 'engagement'
            and means.basis = 'stratified'
    inner join kinds as checks
        on checks.definition = 'medians' and checks.basis = 'stratified'
    where variances.is_current
),

varied as (
    select * from variances
    union all
    select * from medians
),

middles as (
    select
        is_current,
        kind_number,
        trait_number,
        account_number,
        level_count,
        rest_count,
        difference,
        level_variance * level_share + rest_variance * rest_share as variance,
        pooled_level_variance,
        df,
    from varied
),

decile_cells as (
    select
        ceilings.kind_number,
        cells.trait_number,
        cells.account_number,
        cells.top_count as level_top,
        cells.post_count - cells.top_count as level_below,
        cells.rest_top_count as rest_top,
        cells.rest_count - cells.rest_top_count as rest_below,
    from intermediate.account_cells as cells
    inner join intermediate.traits as traits
        on cells.trait_number = traits.trait_number
    inner join kinds on cells.kind_number = kinds.kind_number
    inner join kinds as ceilings
        on
            kinds.definition = ceilings.definition
            and ceilings.basis = 'top_decile'
    where
        cells.is_current
        and kinds.is_outcome
        and not traits.is_everything
        and cells.post_count >= 3
        and cells.rest_count >= 3
),

ceilings as (
    select
        true as is_current,
        kind_number,
        trait_number,
        account_number,
        level_top + level_below as level_count,
        rest_top + rest_below as rest_count,
        ln(level_top + 0.5) - ln(level_below + 0.5)
        - ln(rest_top + 0.5) + ln(rest_below + 0.5) as difference,
        1 / (level_top + 0.5) + 1 / (level_below + 0.5)
        + 1 / (rest_top + 0.5) + 1 / (rest_below + 0.5) as variance,
        null::double as pooled_level_variance,
        level_top + level_below + 7 as df,
    from decile_cells
    where level_top + rest_top > 0
),

account_effects as (
    select * from middles
    -- counts that never differ leave a variance that is nothing but rounding
    where variance > 1e-9
    union all
    select * from ceilings
)

select * from account_effects
