-- One row per evaluation, definition, basis, dimension, level and account: its own
-- interval and the shrunken value.
-- Of what only checks the verdict about an outcome, and of the week before, only
-- accounts whose difference may be significant: no t lies below the normal quantile.
-- Shrinkage after Morris (1983): S = (k - 3)/(k - 1) * v/(v + tau^2) towards the mean
-- of the accounts, for k >= 4.
-- All values are logarithms.
with

effects as (
    select effects.*,
    from intermediate.account_effects as effects
    left join intermediate.evaluations as evaluations
        on effects.as_of = evaluations.as_of
    left join intermediate.outcomes as outcomes
        on effects.definition = outcomes.outcome
    where
        effects.basis not in ('top_decile', 'trend')
        and (
            (
                effects.basis in ('plain', 'stratified')
                and evaluations.is_current
                and outcomes.outcome is not null
            )
            or abs(effects.difference)
            >= 0.999 * normal_quantile() * sqrt(effects.variance)
        )
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
        difference - t_quantile(df) * sqrt(variance) as difference_low,
        difference + t_quantile(df) * sqrt(variance) as difference_high,
        t_two_sided_p(difference / sqrt(variance), df) as p_value,
        shrunken_difference,
        shrunken_difference - t_quantile(df) * shrunken_error as shrunken_low,
        shrunken_difference + t_quantile(df) * shrunken_error as shrunken_high,
    from shrunken
)

select * from account_claims
