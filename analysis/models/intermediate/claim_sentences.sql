-- One row per platform, outcome, dimension and level that somebody used: what the
-- evidence says, in plain words.
with

evidence as (
    select
        *,
        -- what the sentence speaks of: all accounts like these, or exactly these
        verdict in ('better_here', 'worse_here')
        or stratified.mu_low is null as is_about_here,
    from intermediate.claim_evidence
),

figures as (
    select
        evidence.*,
        outcomes.noun as outcome_noun,
        platforms.label as platform_label,
        level_subject(evidence.dimension, evidence.level, levels.label) as subject,
        verdicts.words,
        plain_words.words as plain_words,
        case
            when dimensions.strata != 'month_format' then 'month'
            when evaluations.is_long then 'month and format'
            else 'format'
        end as peers,
        shown_words.shown_as,
        case
            when is_about_here then exp(stratified.here_mean)
            else exp(stratified.mu)
        end as ratio,
        case
            when is_about_here then exp(stratified.here_low)
            else exp(stratified.mu_low)
        end as ratio_low,
        case
            when is_about_here then exp(stratified.here_high)
            else exp(stratified.mu_high)
        end as ratio_high,
        case
            when
                plain_verdict in ('better_here', 'worse_here')
                or plain.mu_low is null
                then exp(plain.here_mean)
            else exp(plain.mu)
        end as plain_ratio,
        case
            when company_count = stratified.account_count
                then counted(stratified.account_count, 'company', 'companies')
            else counted(stratified.account_count, 'account', 'accounts')
        end as who,
    from evidence
    inner join intermediate.outcomes as outcomes on evidence.outcome = outcomes.outcome
    inner join seeds.dimensions as dimensions
        on evidence.dimension = dimensions.dimension
    inner join intermediate.evaluations as evaluations on evaluations.is_current
    inner join seeds.platforms as platforms
        on evidence.platform = platforms.platform
    inner join seeds.verdicts as verdicts on evidence.verdict = verdicts.verdict
    inner join seeds.verdicts as plain_words
        on evidence.plain_verdict = plain_words.verdict
    inner join seeds.verdicts as shown_words
        on evidence.shown_verdict = shown_words.verdict
    left join seeds.levels as levels
        on
            evidence.dimension = levels.dimension
            and evidence.level = levels.level
),

names as (
    select
        figures.platform,
        figures.outcome,
        figures.dimension,
        figures.level,
        string_agg(distinct accounts.company, ', ' order by accounts.company) filter (
            list_contains(
                figures.stratified.accounts_significant_up, accounts.account_id
            )
        ) as better_for,
        string_agg(distinct accounts.company, ', ' order by accounts.company) filter (
            list_contains(
                figures.stratified.accounts_significant_down, accounts.account_id
            )
        ) as worse_for,
    from figures
    inner join staging.stg_accounts as accounts
        on figures.platform = accounts.platform
    where figures.verdict = 'mixed'
    group by all
),

other_causes as (
    select
        platform,
        dimension,
        level,
        string_agg(' ' || sentence, '' order by adjusted_for) as sentences,
    from intermediate.claim_adjustments
    where sentence is not null
    group by all
),

survivals as (
    select
        platform,
        dimension,
        level,
        ' ' || sentence as sentences,
    from intermediate.claim_survivals
    where sentence is not null
),

observations as (
    select
        figures.*,
        names.better_for,
        names.worse_for,
        upper(subject[1]) || subject[2:] || ' on ' || platform_label as topic,
        ratio_in_words(ratio) || ' the ' || outcome_noun
        || ' of the same accounts'' other posts' as comparison,
        'between ' || ratio_number(ratio_low) || ' and '
        || ratio_number(ratio_high) || ' times' as span,
        'up for ' || stratified.accounts_up || ' of ' || who || ', '
        || counted(stratified.post_count, 'post', 'posts') as sample,
        'It would take about ' || greatest(3, accounts_needed)
        || ' accounts, or ' || posts_needed
        || ' such posts in one account, to tell.' as need,
    from figures
    left join names using (platform, outcome, dimension, level)
),

parts as (
    select
        platform,
        outcome,
        dimension,
        level,
        case
            when plain.account_count is null and company_count > 0
                then
                    topic || ': ' || counted(used_count, 'post', 'posts')
                    || ' in this window; those that can be compared do not differ '
                    || 'in ' || outcome_noun || ' at all.'
            when stratified.account_count is null
                then
                    topic || ': '
                    || counted(used_count, 'post', 'posts')
                    || ' in this window; no account has enough of them, and enough '
                    || 'others, to compare.'
            when
                verdict = 'not_enough' and stratified.is_weekday_uneven
                then
                    topic || ': posts of some weekdays could be measured far less '
                    || 'often than those of others, so weekdays cannot be compared.'
            when
                stratified.post_count < 10 and stratified.here_q_value < 0.05
                then
                    topic || ' look promising, '
                    || counted(stratified.post_count, 'post', 'posts') || ': '
                    || comparison || ' (' || span || '), too few to say more. '
                    || need
            when verdict = 'not_enough'
                then
                    topic || ' got ' || comparison || ' (' || sample || '), but '
                    || 'anything ' || span || ' fits: not enough to tell. ' || need
            when verdict = 'no_difference'
                then
                    topic || ' get ' || comparison || ' (' || span || '; ' || sample
                    || '): ' || words || '.'
            when verdict = 'mixed'
                then
                    topic || ' are ' || words || ': better for '
                    || better_for || '; worse for ' || worse_for || ' ('
                    || sample || ').'
            when is_about_here
                then
                    topic || ' got ' || comparison || ' (' || span || '; ' || sample
                    || '): ' || words || '.'
            else
                topic || ' get ' || comparison || ' (' || span || '; ' || sample
                || '): ' || words || '.'
        end as claim,
        case
            when verdict = plain_verdict or stratified.account_count is null then null
            when ratio_number(ratio) = ratio_number(plain_ratio)
                then
                    ' This compares posts of the same ' || peers
                    || '; without that the ratio would be the same, but the verdict '
                    || 'another: ' || plain_words || '.'
            else
                ' This compares posts of the same ' || peers
                || '; without that it would look different: '
                || ratio_in_words(plain_ratio) || ', ' || plain_words || '.'
        end as disagreement,
        case
            when outcome = 'engagement' and stratified.account_count is not null
                then other_causes.sentences
        end as other_causes,
        case
            when outcome = 'engagement' and stratified.account_count is not null
                then survivals.sentences
        end as survivors,
        case
            when
                stratified.account_count is not null and stratified.account_count > 1
                and len(new_companies) = company_count
                then ' All of them are known for less than 12 weeks.'
            when stratified.account_count is not null and len(new_companies) > 0
                then
                    ' Known for less than 12 weeks: '
                    || array_to_string(new_companies, ', ') || '.'
        end as newcomers,
        case
            when shown_verdict != verdict
                then
                    ' Last week it said more ("' || shown_as
                    || '"), which is shown for one more week.'
        end as memory,
        case
            when stratified.account_count is not null and typical_count < 5
                then
                    ' Counts here are too small for ratios to be exact (typically '
                    || round(typical_count)::bigint || ' a post).'
        end as smallness,
    from observations
    left join other_causes using (platform, dimension, level)
    left join survivals using (platform, dimension, level)
),

final as (
    select
        platform,
        outcome,
        dimension,
        level,
        concat(
            claim,
            disagreement,
            other_causes,
            survivors,
            memory,
            newcomers,
            smallness
        ) as sentence,
    from parts
)

select * from final
