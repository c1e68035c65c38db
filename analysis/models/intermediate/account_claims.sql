-- One row per evaluation, definition, basis, dimension, level and account: its own
-- interval and the shrunken value.
-- Of what only checks the verdict about an outcome, and of the week before, only
-- accounts whose difference may be significant: no t lies below the normal quantile.
-- Likewise, p_value is worked out of plain contrasts, and where it may be below 0.05.
-- Shrinkage after Morris (1983): S = (k - 3)/(k - 1) * v/(v + tau^2) towards the mean
-- of the accounts, for k >= 4.
-- All values are logarithms.
with

united as (
    select
        kinds.definition,
        kinds.basis,
        kinds.basis in ('plain', 'stratified')
        and effects.is_current
        and kinds.is_outcome as is_shown,
        effects.* exclude (kind_number),
    from intermediate.account_effects as effects
    inner join intermediate.contrast_kinds as kinds
        on effects.kind_number = kinds.kind_number
    where kinds.basis != 'top_decile'
    union all
    select
        'without:' || left_out.account_id::text as definition,
        'stratified' as basis,
        false as is_shown,
        true as is_current,
        effects.* exclude (platform, left_out_number),
    from intermediate.left_out_effects as effects
    inner join intermediate.compared_accounts as left_out
        on effects.left_out_number = left_out.account_number
    where effects.variance > 1e-9
),

effects as (
    select
        evaluations.as_of,
        united.definition,
        united.basis,
        accounts.platform,
        traits.dimension,
        traits.level,
        accounts.account_id,
        united.level_count,
        united.rest_count,
        united.difference,
        united.variance,
        united.df,
        abs(united.difference)
        >= 0.999 * normal_quantile() * sqrt(united.variance) as may_be_significant,
    from united
    inner join intermediate.evaluations as evaluations
        on united.is_current = evaluations.is_current
    inner join intermediate.traits as traits
        on united.trait_number = traits.trait_number
    inner join intermediate.compared_accounts as accounts
        on united.account_number = accounts.account_number
    where united.is_shown or may_be_significant
),

shrinkages as (
    select
        effects.*,
        pooled.account_count,
        pooled.mu,
        pooled.error,
        case
            when pooled.account_count >= 4
                then
                    (pooled.account_count - 3) / (pooled.account_count - 1)
                    * effects.variance / (effects.variance + pooled.tau ** 2)
            else 0.0
        end as shrinkage,
        sqrt(effects.variance) as own_error,
        effects.difference / own_error as t,
        t_angle(t, effects.df) as theta,
        t_quantile(effects.df) as quantile,
    from effects
    inner join intermediate.pooled_effects as pooled
        using (as_of, definition, basis, platform, dimension, level)
),

shrunken as (
    select
        *,
        shrinkage * mu + (1 - shrinkage) * difference as shrunken_difference,
        sqrt(
            variance * (1 - shrinkage)
            + shrinkage ** 2 * error ** 2
            + 2 * shrinkage ** 2 * (difference - mu) ** 2
            / greatest(account_count - 3, 1)
        ) as shrunken_error,
        t_log_cosine(theta) as log_cosine,
    from shrinkages
),

account_claims as (
    select
        as_of,
        definition,
        basis,
        platform,
        dimension,
        level,
        account_id,
        account_count,
        level_count,
        rest_count,
        difference,
        difference - quantile * own_error as difference_low,
        difference + quantile * own_error as difference_high,
        case
            when basis = 'plain' or may_be_significant
                then t_p_at_angle(t, df, theta, log_cosine)
        end as p_value,
        shrunken_difference,
        shrunken_difference - quantile * shrunken_error as shrunken_low,
        shrunken_difference + quantile * shrunken_error as shrunken_high,
    from shrunken
)

select * from account_claims
