-- One row per evaluation, definition, basis, dimension, level and account: the contrast
-- with its moderated variance.
-- s2 = (8 * s2_level + SS) / (8 + df), s2_level pooled over the counted accounts (see
-- steadied); v = s2_level/n + s2_rest/n.
-- Basis "top_decile": log odds of landing in the account's own top decile, +0.5 a cell,
-- v = sum of 1/cell.
-- Basis "trend": the shift of a level's share of posts (see share_shifts).
-- Definitions "without:…" leave each account out once; "medians" has the means'
-- variances, with the factor of median_contrasts.
with

evaluations as (
    select * from intermediate.evaluations
),

contrasts as (
    select
        *,
        null::uuid as left_out_account_id,
    from intermediate.account_contrasts
),

peers as (
    select
        *,
        count(*) over (
            partition by as_of, definition, basis, platform, dimension, level
        ) as account_count,
    from intermediate.account_contrasts
    where
        definition = 'engagement'
        and basis in ('plain', 'stratified')
        and as_of = (select as_of, from evaluations where is_current)
        and dimension in (
            select dimension, from seeds.dimensions
            where family = 'primary'
        )
),

-- With fewer than four accounts nothing general is left; beyond 60 one account hardly
-- matters.
left_out as (
    select distinct
        basis,
        platform,
        account_id,
    from peers
),

without_one as (
    select
        peers.* exclude (account_count)
        replace ('without:' || left_out.account_id::text as definition),
        left_out.account_id as left_out_account_id,
    from peers
    inner join left_out
        on
            peers.basis = left_out.basis
            and peers.platform = left_out.platform
            and peers.account_id != left_out.account_id
    where peers.account_count between 4 and 60
),

medians as (
    select
        contrasts.*
        replace (
            'medians' as definition,
            medians.difference as difference,
            medians.level_share as level_share,
            medians.rest_share as rest_share
        ),
    from contrasts
    inner join intermediate.median_contrasts as medians
        using (platform, dimension, level, account_id)
    where
        contrasts.definition = 'engagement'
        and contrasts.basis = 'stratified'
        and contrasts.as_of in (select as_of, from evaluations where is_current)
),

all_contrasts as (
    select
        *,
        definition as variance_definition,
    from contrasts
    union all
    select
        *,
        definition as variance_definition,
    from without_one
    union all
    select
        *,
        'engagement' as variance_definition,
    from medians
),

pooled as (
    select
        as_of,
        definition,
        basis,
        platform,
        dimension,
        level,
        sum(exact(level_deviations))::double / nullif(sum(level_df), 0)
            as level_variance,
        sum(exact(rest_deviations))::double / nullif(sum(rest_df), 0)
            as rest_variance,
        sum(level_df)::double as level_df,
        sum(rest_df)::double as rest_df,
    from all_contrasts
    where definition = variance_definition
    group by all
),

-- Inside strata few posts may share a stratum, and a variance pooled from a handful of
-- differences can come out near nothing; so it is drawn to the plain one with the
-- weight of 8 posts, as an account's is drawn to the pooled.
steadied as (
    select
        pooled.* exclude (level_df, rest_df, level_variance, rest_variance),
        case
            when pooled.basis = 'plain' then pooled.level_variance
            else
                (
                    8 * plain.level_variance
                    + coalesce(pooled.level_variance, 0) * pooled.level_df
                )
                / (8 + pooled.level_df)
        end as level_variance,
        case
            when pooled.basis = 'plain' then pooled.rest_variance
            else
                (
                    8 * plain.rest_variance
                    + coalesce(pooled.rest_variance, 0) * pooled.rest_df
                )
                / (8 + pooled.rest_df)
        end as rest_variance,
    from pooled
    left join pooled as plain
        on
            plain.basis = 'plain'
            and pooled.as_of = plain.as_of
            and pooled.definition = plain.definition
            and pooled.platform = plain.platform
            and pooled.dimension = plain.dimension
            and pooled.level = plain.level
),

variances as (
    select
        contrasts.*,
        (
            8 * coalesce(steadied.level_variance, steadied.rest_variance)
            + contrasts.level_deviations
        ) / (8 + contrasts.level_df) as level_variance,
        (
            8 * coalesce(steadied.rest_variance, steadied.level_variance)
            + contrasts.rest_deviations
        ) / (8 + contrasts.rest_df) as rest_variance,
        coalesce(steadied.level_variance, steadied.rest_variance)
            as pooled_level_variance,
    from all_contrasts as contrasts
    inner join steadied
        on
            contrasts.as_of = steadied.as_of
            and contrasts.variance_definition = steadied.definition
            and contrasts.basis = steadied.basis
            and contrasts.platform = steadied.platform
            and contrasts.dimension = steadied.dimension
            and contrasts.level = steadied.level
    left join evaluations on contrasts.as_of = evaluations.as_of
    left join intermediate.outcomes as outcomes
        on contrasts.definition = outcomes.outcome
    -- of what only checks the verdict, and of the week before, plain contrasts serve
    -- the others' variances alone
    where
        contrasts.basis != 'plain'
        or (evaluations.is_current and outcomes.outcome is not null)
),

middles as (
    select
        as_of,
        definition,
        basis,
        platform,
        dimension,
        level,
        account_id,
        level_count,
        rest_count,
        difference,
        level_variance * level_share + rest_variance * rest_share as variance,
        pooled_level_variance,
        level_df + 8 as df,
    from variances
),

outcome_cells as (
    select
        as_of,
        'engagement' as definition,
        platform,
        dimension,
        level,
        account_id,
        is_in_total,
        post_count,
        top_count,
    from intermediate.trait_cells
    where is_current
    union all
    select
        as_of,
        definition,
        platform,
        dimension,
        level,
        account_id,
        is_in_total,
        post_count,
        top_count,
    from intermediate.definition_cells
    where is_current and is_outcome
),

decile_levels as (
    select
        as_of,
        definition,
        platform,
        dimension,
        level,
        account_id,
        is_in_total,
        sum(top_count)::bigint as level_top,
        sum(post_count - top_count)::bigint as level_below,
    from outcome_cells
    group by all
),

decile_cells as (
    select
        *,
        sum(level_top) filter (is_in_total) over dimension_total - level_top
            as rest_top,
        sum(level_below) filter (is_in_total) over dimension_total - level_below
            as rest_below,
    from decile_levels
    window
        dimension_total as (
            partition by as_of, definition, platform, dimension, account_id
        )
),

ceilings as (
    select
        as_of,
        definition,
        'top_decile' as basis,
        platform,
        dimension,
        level,
        account_id,
        level_top + level_below as level_count,
        (rest_top + rest_below)::bigint as rest_count,
        ln(level_top + 0.5) - ln(level_below + 0.5)
        - ln(rest_top + 0.5) + ln(rest_below + 0.5) as difference,
        1 / (level_top + 0.5) + 1 / (level_below + 0.5)
        + 1 / (rest_top + 0.5) + 1 / (rest_below + 0.5) as variance,
        null::double as pooled_level_variance,
        level_top + level_below + 7 as df,
    from decile_cells
    where
        level != '*'
        and level_top + level_below >= 3
        and rest_top + rest_below >= 3
        and level_top + rest_top > 0
),

-- The same pooling tells whether shares of posts rise or fall; in per cent.
trends as (
    select
        evaluations.as_of,
        'share_of_posts' as definition,
        'trend' as basis,
        shifts.platform,
        shifts.dimension,
        shifts.level,
        shifts.account_id,
        shifts.recent_count + shifts.before_count as level_count,
        shifts.recent_total + shifts.before_total
        - shifts.recent_count - shifts.before_count as rest_count,
        shifts.difference,
        shifts.variance,
        null::double as pooled_level_variance,
        shifts.recent_total + shifts.before_total - 1 as df,
    from intermediate.share_shifts as shifts
    cross join evaluations
    where evaluations.is_current
),

account_effects as (
    select * from middles
    -- counts that never differ leave a variance that is nothing but rounding
    where variance > 1e-9
    union all
    select * from ceilings
    union all
    select * from trends
)

select * from account_effects
