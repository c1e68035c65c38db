-- One row per platform, outcome, dimension and level that somebody used: the verdict at
-- as_of, a week before, and its parts.
-- The verdict rests on the stratified estimate, which is the plain one when the window
-- is short.
with

evaluations as (
    select * from intermediate.evaluations
),

-- Where one level has a count, every level of the platform has a row.
outcome_counts as (
    select
        accounts.platform,
        kinds.definition as outcome,
        traits.dimension,
        traits.level,
        sum(cells.post_count)::bigint as measured_count,
    from intermediate.account_cells as cells
    inner join intermediate.contrast_kinds as kinds
        on cells.kind_number = kinds.kind_number
    inner join intermediate.traits as traits
        on cells.trait_number = traits.trait_number
    inner join intermediate.compared_accounts as accounts
        on cells.account_number = accounts.account_number
    where
        cells.is_current
        and kinds.is_outcome
        and kinds.definition != 'engagement'
    group by all
),

shown_outcomes as (
    select distinct
        platform,
        outcome,
    from outcome_counts
),

outcome_levels as (
    select
        *,
        'engagement' as outcome,
    from intermediate.claim_levels
    union all by name
    select
        levels.* replace (
            coalesce(counts.measured_count, 0) as measured_count,
            null as rough_difference,
            levels.left_out_unknown
            + levels.measured_count
            - coalesce(counts.measured_count, 0) as left_out_unknown
        ),
        shown.outcome,
    from intermediate.claim_levels as levels
    inner join shown_outcomes as shown
        on levels.platform = shown.platform
    left join outcome_counts as counts
        on
            levels.platform = counts.platform
            and shown.outcome = counts.outcome
            and levels.dimension = counts.dimension
            and levels.level = counts.level
),

verdicts as (
    select
        claim_verdicts.* exclude (definition),
        outcomes.outcome,
        evaluations.is_current,
    from intermediate.claim_verdicts as claim_verdicts
    inner join evaluations on claim_verdicts.as_of = evaluations.as_of
    inner join intermediate.outcomes as outcomes
        on claim_verdicts.definition = outcomes.outcome
),

plain as (
    select * from verdicts
    where is_current and basis = 'plain'
),

stratified as (
    select * from verdicts
    where is_current and basis = 'stratified'
),

earlier as (
    select * from verdicts
    where not is_current and basis = 'stratified'
),

ceilings as (
    select
        pooled.* exclude (definition),
        pooled.definition as outcome,
    from intermediate.pooled_effects as pooled
    inner join evaluations on pooled.as_of = evaluations.as_of
    where pooled.basis = 'top_decile' and evaluations.is_current
),

definitions as (
    select
        platform,
        'engagement' as outcome,
        dimension,
        level,
        count(*) as definitions_tried,
        count(*) filter (is_held) as definitions_held,
    from intermediate.claim_checks
    group by all
),

newcomers as (
    select
        account_id,
        min(company) as company,
    from intermediate.counted_posts
    where is_current
    group by all
    having
        min(published_at) > (
            select as_of - interval 77 days,
            from evaluations
            where is_current
        )
),

companies as (
    select
        compared.account_number,
        compared.platform,
        accounts.company,
        newcomers.company as new_company,
    from intermediate.compared_accounts as compared
    inner join staging.stg_accounts as accounts
        on compared.account_id = accounts.account_id
    left join newcomers on compared.account_id = newcomers.account_id
),

participants as (
    select
        companies.platform,
        kinds.definition as outcome,
        traits.dimension,
        traits.level,
        count(distinct companies.company) as company_count,
        list_sort(
            list(distinct companies.new_company) filter (
                companies.new_company is not null
            )
        ) as new_companies,
    from intermediate.account_contrasts as contrasts
    inner join intermediate.contrast_kinds as kinds
        on contrasts.kind_number = kinds.kind_number
    inner join intermediate.traits as traits
        on contrasts.trait_number = traits.trait_number
    inner join companies on contrasts.account_number = companies.account_number
    where
        contrasts.is_current
        and kinds.basis = 'plain'
        and kinds.is_outcome
    group by all
),

final as (
    select
        levels.platform,
        levels.outcome,
        levels.dimension,
        levels.level,
        levels.used_count,
        levels.measured_count,
        levels.using_account_count,
        levels.rough_difference,
        levels.left_out_young,
        levels.left_out_unknown,
        levels.share_of_posts,
        levels.share_of_posts_market,
        levels.share_of_posts_own,
        plain,
        stratified,
        ceilings as ceiling,
        definitions.definitions_held,
        definitions.definitions_tried,
        coalesce(participants.company_count, 0) as company_count,
        coalesce(participants.new_companies, []) as new_companies,
        coalesce(stratified.verdict, 'not_enough') as verdict,
        coalesce(plain.verdict, 'not_enough') as plain_verdict,
        earlier.verdict as earlier_verdict,
        case
            when
                earlier_words.strength > words.strength
                and earlier_words.direction * words.direction >= 0
                then earlier.verdict
            else coalesce(stratified.verdict, 'not_enough')
        end as shown_verdict,
        ceil(
            7.85 * (plain.tau ** 2 + plain.mean_variance) / ln(1.5) ** 2
        )::bigint as accounts_needed,
        ceil(
            2 * 7.85 * coalesce(plain.level_variance, spreads.variance)
            / ln(1.3) ** 2
        )::bigint as posts_needed,
        coalesce(plain.level_variance, spreads.variance) as variance,
        spreads.typical_count,
    from outcome_levels as levels
    left join plain using (platform, outcome, dimension, level)
    left join stratified using (platform, outcome, dimension, level)
    left join earlier using (platform, outcome, dimension, level)
    left join ceilings using (platform, outcome, dimension, level)
    left join definitions using (platform, outcome, dimension, level)
    left join participants using (platform, outcome, dimension, level)
    -- what is divided by followers or views differs as what is divided
    left join intermediate.platform_spreads as spreads
        on
            levels.platform = spreads.platform
            and spreads.outcome = case
                when starts_with(levels.outcome, 'engagement') then 'engagement'
                else levels.outcome
            end
    left join seeds.verdicts as words
        on coalesce(stratified.verdict, 'not_enough') = words.verdict
    left join seeds.verdicts as earlier_words
        on earlier.verdict = earlier_words.verdict
)

select * from final
