-- One row per evaluation, definition, basis, dimension and level: q-values and the
-- verdict.
-- Benjamini-Hochberg per platform over the primary dimensions together, over every
-- other dimension on its own; the general and the "here" claims apart. The first rule
-- that holds wins.
with

effects as (
    select
        pooled.*,
        case
            when dimensions.family = 'primary' then 'primary'
            else pooled.dimension
        end as family,
    from intermediate.pooled_effects as pooled
    inner join seeds.dimensions as dimensions
        on pooled.dimension = dimensions.dimension
    where pooled.basis != 'top_decile'
),

left_out as (
    select distinct
        platform,
        trait_number,
        left_out_number,
    from intermediate.left_out_effects
),

tested_traits as (
    select distinct
        platform,
        trait_number,
    from left_out
),

tested_accounts as (
    select distinct
        platform,
        left_out_number,
    from left_out
),

-- An account that is left out changes nothing of traits of which it has no contrast:
-- what the claim says of them is tested beside the others, and not said again.
unchanged as (
    select effects.* replace ('without:' || accounts.account_id::text as definition),
    from tested_accounts
    inner join tested_traits on tested_accounts.platform = tested_traits.platform
    anti join left_out
        on
            tested_accounts.left_out_number = left_out.left_out_number
            and tested_traits.trait_number = left_out.trait_number
            and tested_traits.platform = left_out.platform
    inner join intermediate.compared_accounts as accounts
        on tested_accounts.left_out_number = accounts.account_number
    inner join intermediate.traits as traits
        on tested_traits.trait_number = traits.trait_number
    inner join intermediate.evaluations as evaluations on evaluations.is_current
    inner join effects
        on
            evaluations.as_of = effects.as_of
            and effects.definition = 'engagement'
            and effects.basis = 'stratified'
            and tested_traits.platform = effects.platform
            and traits.dimension = effects.dimension
            and traits.level = effects.level
),

tested_effects as (
    select
        *,
        true as is_said,
    from effects
    union all
    select
        *,
        false as is_said,
    from unchanged
),

-- Families and claims are numbered: windows over numbers cost a third.
numbered as (
    select
        *,
        row_number() over () as claim_number,
        dense_rank() over (
            order by as_of, definition, basis, platform, family
        ) as family_number,
    from tested_effects
),

-- The general and the "here" tests are families of their own, ranked together.
p_values as (
    select
        claim_number,
        2 * family_number as family_number,
        p_value,
        dimension,
        level,
    from numbered
    where p_value is not null
    union all
    select
        claim_number,
        2 * family_number + 1 as family_number,
        here_p_value as p_value,
        dimension,
        level,
    from numbered
    where here_p_value is not null
),

ranks as (
    select
        claim_number,
        family_number,
        p_value,
        row_number() over tests as p_rank,
        count(*) over (partition by family_number) as p_count,
    from p_values
    window
        tests as (partition by family_number order by p_value, dimension, level)
),

q_values as (
    select
        claim_number,
        family_number % 2 = 1 as is_here,
        bh_q_value(family_number, p_value, p_rank, p_count) as q_value,
    from ranks
),

claim_tests as (
    select
        claim_number,
        max(q_value) filter (not is_here) as q_value,
        max(q_value) filter (is_here) as here_q_value,
    from q_values
    group by all
),

-- A p above 0.05 takes no q below it.
account_claims as (
    select
        numbered.claim_number,
        claims.account_id,
        claims.account_count,
        claims.difference,
        claims.p_value,
    from intermediate.account_claims as claims
    inner join numbered using (as_of, definition, basis, platform, dimension, level)
    where claims.p_value <= 0.05
),

account_ranks as (
    select
        *,
        row_number() over tests as p_rank,
    from account_claims
    window tests as (partition by claim_number order by p_value, account_id)
),

account_tests as (
    select
        claim_number,
        account_id,
        difference,
        bh_q_value(claim_number, p_value, p_rank, account_count) as q_value,
    from account_ranks
),

account_votes as (
    select
        claim_number,
        count(*) filter (q_value < 0.05 and difference > 0) as significant_up,
        count(*) filter (q_value < 0.05 and difference < 0) as significant_down,
        list(account_id order by account_id) filter (
            q_value < 0.05 and difference > 0
        ) as accounts_significant_up,
        list(account_id order by account_id) filter (
            q_value < 0.05 and difference < 0
        ) as accounts_significant_down,
    from account_tests
    group by all
),

tests as (
    select
        numbered.* exclude (claim_number, family_number, is_said),
        claim_tests.q_value,
        claim_tests.here_q_value,
        coalesce(account_votes.significant_up, 0) as significant_up,
        coalesce(account_votes.significant_down, 0) as significant_down,
        account_votes.accounts_significant_up,
        account_votes.accounts_significant_down,
        numbered.dimension in ('weekday', 'day_and_hour')
        and coalesce(gaps.is_uneven, false) as is_weekday_uneven,
    from numbered
    left join claim_tests on numbered.claim_number = claim_tests.claim_number
    left join account_votes on numbered.claim_number = account_votes.claim_number
    left join intermediate.weekday_gaps as gaps
        on numbered.platform = gaps.platform
    where numbered.is_said
),

claim_verdicts as (
    select
        *,
        case
            when post_count < 10 or is_weekday_uneven then 'not_enough'
            when
                q_value < 0.05 and mu >= ln(1.1) and next_low > 0
                then 'works'
            when
                q_value < 0.05 and mu <= -ln(1.1) and next_high < 0
                then 'worse'
            when q_value < 0.05 and mu >= ln(1.1) then 'works_on_average'
            when q_value < 0.05 and mu <= -ln(1.1) then 'worse_on_average'
            when significant_up > 0 and significant_down > 0 then 'mixed'
            when here_q_value < 0.05 and here_mean >= ln(1.1) then 'better_here'
            when here_q_value < 0.05 and here_mean <= -ln(1.1) then 'worse_here'
            when
                account_count >= 3
                and mu_low >= ln(0.8)
                and mu_high <= ln(1.25)
                then 'no_difference'
            else 'not_enough'
        end as verdict,
    from tests
)

select * from claim_verdicts
