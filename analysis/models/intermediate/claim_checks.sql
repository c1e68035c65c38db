-- One row per platform, primary dimension, level and definition of success that was
-- tried: what it says, and whether the verdict about engagement holds in it.
-- It holds when the direction is the same and the verdict the same, or a stronger one
-- of the same direction. A definition that changes nothing (nobody pays) is none.
with

verdicts as (
    select claim_verdicts.*
    from intermediate.claim_verdicts as claim_verdicts
    inner join intermediate.evaluations as evaluations
        on claim_verdicts.as_of = evaluations.as_of
    inner join seeds.dimensions as dimensions
        on claim_verdicts.dimension = dimensions.dimension
    where
        claim_verdicts.basis = 'stratified'
        and evaluations.is_current
        and dimensions.family = 'primary'
),

claims as (
    select * from verdicts
    where definition = 'engagement'
),

claim_checks as (
    select
        checked.platform,
        checked.dimension,
        checked.level,
        if(
            starts_with(checked.definition, 'without:'),
            'without_account',
            checked.definition
        ) as definition,
        if(
            starts_with(checked.definition, 'without:'),
            checked.definition[9:]::uuid,
            null
        ) as left_out_account_id,
        checked.mu,
        checked.mu_low,
        checked.mu_high,
        checked.here_mean,
        checked.here_low,
        checked.here_high,
        checked.post_count,
        checked.account_count,
        checked.accounts_up,
        checked.verdict,
        sign(checked.mu) = sign(claims.mu) as is_direction_held,
        sign(checked.mu) = sign(claims.mu)
        and (
            checked.verdict = claims.verdict
            or (
                checked_words.strength > words.strength
                and checked_words.direction = words.direction
            )
        ) as is_held,
    from verdicts as checked
    inner join claims using (platform, dimension, level)
    inner join seeds.verdicts as words on claims.verdict = words.verdict
    inner join seeds.verdicts as checked_words
        on checked.verdict = checked_words.verdict
    where checked.definition = 'engagement' or checked.mu != claims.mu
)

select * from claim_checks
