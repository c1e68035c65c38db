-- One row per platform, outcome, dimension, level and scope: what the evidence says
-- about one trait.
-- Scope "general": accounts like these (carries the verdict); "here": exactly these
-- accounts; else one account's id.
-- lift, next, tau, p and q are the plain contrast; stratified_* compares inside
-- calendar months (for weekdays and hours also inside formats), and the verdict rests
-- on it.
with

evidence as (
    select
        evidence.*,
        current_window.window_start,
        current_window.window_end,
        current_window.as_of,
    from intermediate.claim_evidence as evidence
    cross join intermediate.evaluations as current_window
    where current_window.is_current
),

general as (
    select
        evidence.platform,
        evidence.outcome,
        evidence.dimension,
        evidence.level,
        'general' as scope,
        coalesce(evidence.plain.post_count, evidence.measured_count) as post_count,
        coalesce(evidence.plain.account_count, 0) as account_count,
        coalesce(evidence.plain.accounts_up, 0) as accounts_up,
        evidence.share_of_posts,
        exp(evidence.plain.mu) as lift,
        exp(evidence.plain.mu_low) as lift_low,
        exp(evidence.plain.mu_high) as lift_high,
        null::double as lift_shrunk,
        null::double as lift_shrunk_low,
        null::double as lift_shrunk_high,
        exp(evidence.plain.next_low) as next_low,
        exp(evidence.plain.next_high) as next_high,
        evidence.plain.tau,
        evidence.plain.p_value,
        evidence.plain.q_value,
        exp(evidence.ceiling.mu) as top_decile_odds,
        exp(evidence.ceiling.mu_low) as top_decile_low,
        exp(evidence.ceiling.mu_high) as top_decile_high,
        evidence.stratified.post_count as stratified_post_count,
        evidence.stratified.account_count as stratified_account_count,
        evidence.stratified.accounts_up as stratified_accounts_up,
        exp(evidence.stratified.mu) as stratified_lift,
        exp(evidence.stratified.mu_low) as stratified_low,
        exp(evidence.stratified.mu_high) as stratified_high,
        evidence.definitions_held,
        evidence.definitions_tried,
        evidence.accounts_needed,
        evidence.posts_needed,
        evidence.left_out_young,
        evidence.left_out_unknown,
        evidence.verdict,
        evidence.shown_verdict,
        sentences.sentence,
        sentences.phrases,
        evidence.window_start,
        evidence.window_end,
        evidence.as_of,
    from evidence
    inner join intermediate.claim_sentences as sentences
        using (platform, outcome, dimension, level)
),

here as (
    select
        platform,
        outcome,
        dimension,
        level,
        'here' as scope,
        plain.post_count,
        plain.account_count,
        plain.accounts_up,
        share_of_posts,
        exp(plain.here_mean) as lift,
        exp(plain.here_low) as lift_low,
        exp(plain.here_high) as lift_high,
        plain.here_p_value as p_value,
        plain.here_q_value as q_value,
        stratified.post_count as stratified_post_count,
        stratified.account_count as stratified_account_count,
        stratified.accounts_up as stratified_accounts_up,
        exp(stratified.here_mean) as stratified_lift,
        exp(stratified.here_low) as stratified_low,
        exp(stratified.here_high) as stratified_high,
        left_out_young,
        left_out_unknown,
        window_start,
        window_end,
        as_of,
    from evidence
    where plain.account_count is not null
),

account_claims as (
    select
        claims.*,
        outcomes.outcome,
    from intermediate.account_claims as claims
    inner join intermediate.outcomes as outcomes
        on claims.definition = outcomes.outcome
    inner join intermediate.evaluations as evaluations
        on claims.as_of = evaluations.as_of
    where
        claims.level_count >= 5
        and evaluations.is_current
),

per_account as (
    select
        plain.platform,
        plain.outcome,
        plain.dimension,
        plain.level,
        plain.account_id::text as scope,
        plain.level_count as post_count,
        1 as account_count,
        (plain.difference > 0)::integer as accounts_up,
        plain.level_count / (plain.level_count + plain.rest_count) as share_of_posts,
        exp(plain.difference) as lift,
        exp(plain.difference_low) as lift_low,
        exp(plain.difference_high) as lift_high,
        exp(plain.shrunken_difference) as lift_shrunk,
        exp(plain.shrunken_low) as lift_shrunk_low,
        exp(plain.shrunken_high) as lift_shrunk_high,
        plain.p_value,
        stratified.level_count as stratified_post_count,
        (stratified.account_id is not null)::integer
            as stratified_account_count,
        (stratified.difference > 0)::integer as stratified_accounts_up,
        exp(stratified.difference) as stratified_lift,
        exp(stratified.difference_low) as stratified_low,
        exp(stratified.difference_high) as stratified_high,
        evidence.window_start,
        evidence.window_end,
        evidence.as_of,
    from account_claims as plain
    inner join evidence using (platform, outcome, dimension, level)
    left join account_claims as stratified
        on
            plain.platform = stratified.platform
            and plain.outcome = stratified.outcome
            and plain.dimension = stratified.dimension
            and plain.level = stratified.level
            and plain.account_id = stratified.account_id
            and stratified.basis = 'stratified'
    where plain.basis = 'plain'
),

united as (
    select * from general
    union all by name
    select * from here
    union all by name
    select * from per_account
),

-- what a reader of the method expects comes first
final as (
    select
        * exclude (
            stratified_post_count,
            stratified_account_count,
            stratified_accounts_up,
            phrases
        ),
        stratified_account_count,
        stratified_accounts_up,
        phrases,
        stratified_post_count,
    from united
)

select * from final
