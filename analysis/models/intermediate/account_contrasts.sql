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
        'stratified' as basis,
        dimension,
        level,
        platform,
        account_id,
        stratum_month,
        stratum_format as stratum_kind,
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
        'stratified' as basis,
        dimension,
        level,
        platform,
        account_id,
        stratum_month,
        stratum_format as stratum_kind,
        is_in_total,
        post_count,
        log_sum,
        log_squares,
    from intermediate.definition_cells
    union all
    select
        as_of,
        'engagement' as definition,
        basis,
        dimension,
        level,
        platform,
        account_id,
        null as stratum_month,
        stratum as stratum_kind,
        true as is_in_total,
        post_count,
        log_sum,
        log_squares,
    from intermediate.adjusted_cells
),

-- Names are numbered, and come back at the end: sums over numbers cost a third.
-- family_number: what the levels of a dimension have in common.
series as (
    select
        *,
        row_number() over ()::integer as series_number,
        dense_rank() over (
            order by as_of, definition, basis, dimension, platform
        )::integer as family_number,
    from (
        select distinct
            as_of,
            definition,
            basis,
            dimension,
            level,
            platform,
        from cells
    ) as names
    inner join seeds.dimensions using (dimension)
),

strata as (
    select
        *,
        row_number() over ()::integer as stratum_number,
        dense_rank() over (order by account_id)::integer as account_number,
    from (
        select distinct
            account_id,
            stratum_month,
            stratum_kind,
        from cells
    ) as names
),

numbered as (
    select
        series.series_number,
        series.family_number,
        strata.account_number,
        strata.stratum_number,
        cells.basis = 'stratified' as has_plain,
        cells.is_in_total,
        cells.level = '*' as is_everything,
        series.min_post_count,
        cells.post_count,
        cells.log_sum,
        cells.log_squares,
    from cells
    inner join series
        using (as_of, definition, basis, dimension, level, platform)
    inner join strata
        on
            cells.account_id = strata.account_id
            and cells.stratum_month is not distinct from strata.stratum_month
            and cells.stratum_kind is not distinct from strata.stratum_kind
),

plain as (
    select
        series_number,
        family_number,
        account_number,
        is_in_total,
        is_everything,
        min_post_count,
        sum(post_count)::bigint as post_count,
        sum(log_sum) as log_sum,
        sum(log_squares) as log_squares,
    from numbered
    where has_plain
    group by all
),

-- The rest of a level is every other post of the account whose level in this dimension
-- is known.
plain_totals as (
    select
        family_number,
        account_number,
        sum(post_count)::bigint as post_count,
        sum(log_sum) as log_sum,
        sum(log_squares) as log_squares,
    from plain
    where is_in_total
    group by all
),

-- Inside strata there are no more posts on either side.
plain_arms as (
    select
        plain.series_number,
        plain.account_number,
        true as is_plain,
        plain.post_count as level_count,
        totals.post_count - plain.post_count as rest_count,
        plain.log_sum::double as level_sum,
        (totals.log_sum - plain.log_sum)::double as rest_sum,
        plain.log_squares::double as level_squares,
        (totals.log_squares - plain.log_squares)::double as rest_squares,
    from plain
    inner join plain_totals as totals
        on
            plain.family_number = totals.family_number
            and plain.account_number = totals.account_number
    where
        not plain.is_everything
        and plain.post_count >= plain.min_post_count
        and totals.post_count - plain.post_count >= plain.min_post_count
),

totals as (
    select
        family_number,
        stratum_number,
        sum(post_count)::bigint as post_count,
        sum(log_sum) as log_sum,
        sum(log_squares) as log_squares,
    from numbered
    where is_in_total
    group by all
),

compared as (
    select numbered.*,
    from numbered
    semi join plain_arms
        on
            numbered.series_number = plain_arms.series_number
            and numbered.account_number = plain_arms.account_number
    union all
    select *,
    from numbered
    where not has_plain
),

arms as (
    select * from plain_arms
    union all
    select
        compared.series_number,
        compared.account_number,
        false as is_plain,
        compared.post_count as level_count,
        totals.post_count - compared.post_count as rest_count,
        compared.log_sum::double as level_sum,
        (totals.log_sum - compared.log_sum)::double as rest_sum,
        compared.log_squares::double as level_squares,
        (totals.log_squares - compared.log_squares)::double as rest_squares,
    from compared
    inner join totals
        on
            compared.family_number = totals.family_number
            and compared.stratum_number = totals.stratum_number
    where totals.post_count > compared.post_count and not compared.is_everything
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

contrasts as (
    select
        series_number,
        account_number,
        is_plain,
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
    from weighed
    group by all
),

accounts as (
    select distinct
        account_number,
        account_id,
    from strata
),

account_contrasts as (
    select
        series.as_of,
        series.definition,
        if(contrasts.is_plain, 'plain', series.basis) as basis,
        series.platform,
        series.dimension,
        series.level,
        accounts.account_id,
        contrasts.* exclude (series_number, account_number, is_plain),
    from contrasts
    inner join series on contrasts.series_number = series.series_number
    inner join accounts on contrasts.account_number = accounts.account_number
    where
        contrasts.level_count >= series.min_post_count
        and contrasts.rest_count >= series.min_post_count
)

select * from account_contrasts
