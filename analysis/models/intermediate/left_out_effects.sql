-- One row per primary trait, account that is left out, and other account of the
-- platform: the other's effect on engagement inside strata, its variance pooled without
-- the one that is left out.
-- With fewer than four accounts nothing general is left; beyond 60 one account hardly
-- matters. An account without a contrast of a trait would change nothing of it, and is
-- not left out there.
with

contrasts as (
    select
        accounts.platform,
        kinds.basis,
        contrasts.*,
    from intermediate.account_contrasts as contrasts
    inner join intermediate.compared_accounts as accounts
        on contrasts.account_number = accounts.account_number
    inner join intermediate.contrast_kinds as kinds
        on contrasts.kind_number = kinds.kind_number
    inner join intermediate.traits as traits
        on contrasts.trait_number = traits.trait_number
    where
        contrasts.is_current
        and kinds.definition = 'engagement'
        and kinds.basis in ('plain', 'stratified')
        and traits.is_primary
),

stratified as (
    select * from contrasts
    where basis = 'stratified'
),

-- Whoever has a contrast inside strata has a plain one, too.
pairs as (
    select
        plain.platform,
        plain.trait_number,
        plain.account_number,
        stratified.account_number is not null as is_stratified,
        exact(plain.level_deviations) as plain_level_deviations,
        exact(plain.rest_deviations) as plain_rest_deviations,
        plain.level_df as plain_level_df,
        plain.rest_df as plain_rest_df,
        coalesce(exact(stratified.level_deviations), 0) as level_deviations,
        coalesce(exact(stratified.rest_deviations), 0) as rest_deviations,
        coalesce(stratified.level_df, 0) as level_df,
        coalesce(stratified.rest_df, 0) as rest_df,
    from contrasts as plain
    left join stratified
        on
            plain.trait_number = stratified.trait_number
            and plain.account_number = stratified.account_number
    where plain.basis = 'plain'
),

sums as (
    select
        platform,
        trait_number,
        sum(plain_level_deviations) as plain_level_deviations,
        sum(plain_rest_deviations) as plain_rest_deviations,
        sum(plain_level_df) as plain_level_df,
        sum(plain_rest_df) as plain_rest_df,
        sum(level_deviations) as level_deviations,
        sum(rest_deviations) as rest_deviations,
        sum(level_df) as level_df,
        sum(rest_df) as rest_df,
    from pairs
    group by all
    having count(*) <= 60 and count(*) filter (is_stratified) >= 4
),

-- What the others' sums are without this account's.
without_one as (
    select
        sums.platform,
        sums.trait_number,
        pairs.account_number as left_out_number,
        nearest_double(sums.plain_level_deviations - pairs.plain_level_deviations)
        / nullif(sums.plain_level_df - pairs.plain_level_df, 0)
            as plain_level_variance,
        nearest_double(sums.plain_rest_deviations - pairs.plain_rest_deviations)
        / nullif(sums.plain_rest_df - pairs.plain_rest_df, 0)
            as plain_rest_variance,
        (sums.level_df - pairs.level_df)::double as level_df,
        (sums.rest_df - pairs.rest_df)::double as rest_df,
        nearest_double(sums.level_deviations - pairs.level_deviations)
        / nullif(sums.level_df - pairs.level_df, 0) as level_variance,
        nearest_double(sums.rest_deviations - pairs.rest_deviations)
        / nullif(sums.rest_df - pairs.rest_df, 0) as rest_variance,
    from sums
    inner join pairs
        on
            sums.platform = pairs.platform
            and sums.trait_number = pairs.trait_number
    where pairs.account_number in (select account_number, from stratified)
),

steadied as (
    select
        platform,
        trait_number,
        left_out_number,
        steadied_variance(plain_level_variance, level_variance, level_df)
            as level_variance,
        steadied_variance(plain_rest_variance, rest_variance, rest_df)
            as rest_variance,
    from without_one
),

left_out_effects as (
    select
        steadied.platform,
        steadied.trait_number,
        steadied.left_out_number,
        stratified.account_number,
        stratified.level_count,
        stratified.rest_count,
        stratified.difference,
        moderated_variance(
            coalesce(steadied.level_variance, steadied.rest_variance),
            stratified.level_deviations,
            stratified.level_df
        )
        * stratified.level_share
        + moderated_variance(
            coalesce(steadied.rest_variance, steadied.level_variance),
            stratified.rest_deviations,
            stratified.rest_df
        )
        * stratified.rest_share as variance,
        coalesce(steadied.level_variance, steadied.rest_variance)
            as pooled_level_variance,
        stratified.level_df + 8 as df,
    from steadied
    inner join stratified
        on
            steadied.platform = stratified.platform
            and steadied.trait_number = stratified.trait_number
            and steadied.left_out_number != stratified.account_number
)

select * from left_out_effects
