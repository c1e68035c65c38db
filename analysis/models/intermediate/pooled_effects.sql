-- One row per evaluation, definition, basis, dimension and level: what its accounts say
-- together (see the macro pooled).
-- Definitions "without:…" leave each account out once, of traits of which it has a
-- contrast.
-- mu, tau, standard errors and bounds are logarithms.
with

effects as (
    select
        effects.is_current,
        effects.kind_number,
        accounts.platform,
        effects.trait_number,
        0 as left_out_number,
        effects.level_count,
        effects.difference,
        effects.variance,
        effects.pooled_level_variance,
        effects.df,
    from intermediate.account_effects as effects
    inner join intermediate.compared_accounts as accounts
        on effects.account_number = accounts.account_number
    union all
    select
        true as is_current,
        kinds.kind_number,
        effects.platform,
        effects.trait_number,
        effects.left_out_number,
        effects.level_count,
        effects.difference,
        effects.variance,
        effects.pooled_level_variance,
        effects.df,
    from intermediate.left_out_effects as effects
    inner join intermediate.contrast_kinds as kinds
        on kinds.definition = 'without_account' and kinds.basis = 'stratified'
    where effects.variance > 1e-9
),

-- One number for what is pooled together: sums over one key cost a third.
series as (
    select
        *,
        row_number() over ()::integer as series_number,
    from (
        select distinct
            is_current,
            kind_number,
            platform,
            trait_number,
            left_out_number,
        from effects
    ) as names
),

numbered as (
    select
        series.series_number,
        effects.level_count,
        effects.difference,
        effects.variance,
        effects.pooled_level_variance,
        effects.df,
    from effects
    inner join series
        using (is_current, kind_number, platform, trait_number, left_out_number)
),

pooled_effects as (
    select
        evaluations.as_of,
        if(
            series.left_out_number > 0,
            'without:' || left_out.account_id::text,
            kinds.definition
        ) as definition,
        kinds.basis,
        series.platform,
        traits.dimension,
        traits.level,
        pooled_series.* exclude (series_number),
    from pooled(numbered) as pooled_series
    inner join series on pooled_series.series_number = series.series_number
    inner join intermediate.evaluations as evaluations
        on series.is_current = evaluations.is_current
    inner join intermediate.contrast_kinds as kinds
        on series.kind_number = kinds.kind_number
    inner join intermediate.traits as traits
        on series.trait_number = traits.trait_number
    left join intermediate.compared_accounts as left_out
        on series.left_out_number = left_out.account_number
)

select * from pooled_effects
