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
        level_words(evidence.dimension, evidence.level, levels.label) as subject,
        verdicts.words,
        plain_words.words as plain_words,
        case
            when dimensions.strata != 'month_format' then own_words('month')
            when evaluations.is_long then own_words('month and format')
            else own_words('format')
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
            when company_count = stratified.account_count then 'who:company'
            else 'who:account'
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
        list(phrase order by adjusted_for) as phrases,
    from intermediate.claim_adjustments
    where phrase is not null
    group by all
),

survivals as (
    select
        platform,
        dimension,
        level,
        [phrase] as phrases,
    from intermediate.claim_survivals
    where phrase is not null
),

observations as (
    select
        figures.*,
        map {
            'topic:Subject': subject,
            'platform:words': platform_label,
            'outcome:words': outcome_noun,
            'ratio:ratio': ratio::text,
            'low:ratio': ratio_low::text,
            'high:ratio': ratio_high::text,
            'up:count': stratified.accounts_up::text,
            who: stratified.account_count::text,
            'posts:post': stratified.post_count::text,
            'used:post': used_count::text,
            'words:words': words,
            'better_for:name': names.better_for,
            'worse_for:name': names.worse_for,
            'accounts_needed:account': greatest(3, accounts_needed)::text,
            'posts_needed:such_post': posts_needed::text,
            'peers:words': peers,
            'plain:ratio': plain_ratio::text,
            'plain_words:words': plain_words,
            'shown_as:words': shown_as,
            'newcomers:name': array_to_string(new_companies, ', '),
            'typical:count': typical_count::text
        } as named,
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
                    phrase(
                        '%(topic)s on %(platform)s: %(used)s in this window; those '
                        || 'that can be compared do not differ in %(outcome)s at all.',
                        named
                    )
            when stratified.account_count is null
                then
                    phrase(
                        '%(topic)s on %(platform)s: %(used)s in this window; no '
                        || 'account has enough of them, and enough others, to compare.',
                        named
                    )
            when
                verdict = 'not_enough' and stratified.is_weekday_uneven
                then
                    phrase(
                        '%(topic)s on %(platform)s: posts of some weekdays could be '
                        || 'measured far less often than those of others, so weekdays '
                        || 'cannot be compared.',
                        named
                    )
            when
                stratified.post_count < 10 and stratified.here_q_value < 0.05
                then
                    phrase(
                        '%(topic)s on %(platform)s look promising, %(posts)s: '
                        || '%(ratio)s times the %(outcome)s of the same accounts'' '
                        || 'other posts (between %(low)s and %(high)s times), too few '
                        || 'to say more.',
                        named
                    )
            when verdict = 'not_enough'
                then
                    phrase(
                        '%(topic)s on %(platform)s got %(ratio)s times the '
                        || '%(outcome)s of the same accounts'' other posts (up for '
                        || '%(up)s of %(who)s, %(posts)s), but anything between '
                        || '%(low)s and %(high)s times fits: not enough to tell.',
                        named
                    )
            when verdict = 'mixed'
                then
                    phrase(
                        '%(topic)s on %(platform)s are %(words)s: better for '
                        || '%(better_for)s; worse for %(worse_for)s (up for %(up)s of '
                        || '%(who)s, %(posts)s).',
                        named
                    )
            when is_about_here and verdict != 'no_difference'
                then
                    phrase(
                        '%(topic)s on %(platform)s got %(ratio)s times the '
                        || '%(outcome)s of the same accounts'' other posts (between '
                        || '%(low)s and %(high)s times; up for %(up)s of %(who)s, '
                        || '%(posts)s): %(words)s.',
                        named
                    )
            else
                phrase(
                    '%(topic)s on %(platform)s get %(ratio)s times the %(outcome)s of '
                    || 'the same accounts'' other posts (between %(low)s and %(high)s '
                    || 'times; up for %(up)s of %(who)s, %(posts)s): %(words)s.',
                    named
                )
        end as claim,
        case
            when
                stratified.account_count is not null
                and verdict = 'not_enough'
                and not coalesce(stratified.is_weekday_uneven, false)
                then
                    phrase(
                        'It would take about %(accounts_needed)s, or %(posts_needed)s '
                        || 'in one account, to tell.',
                        named
                    )
        end as need,
        case
            when verdict = plain_verdict or stratified.account_count is null then null
            when ratio_number(ratio) = ratio_number(plain_ratio)
                then
                    phrase(
                        'This compares posts of the same %(peers)s; without that the '
                        || 'ratio would be the same, but the verdict another: '
                        || '%(plain_words)s.',
                        named
                    )
            else
                phrase(
                    'This compares posts of the same %(peers)s; without that it would '
                    || 'look different: %(plain)s times, %(plain_words)s.',
                    named
                )
        end as disagreement,
        case
            when outcome = 'engagement' and stratified.account_count is not null
                then other_causes.phrases
        end as other_causes,
        case
            when outcome = 'engagement' and stratified.account_count is not null
                then survivals.phrases
        end as survivors,
        case
            when
                stratified.account_count is not null and stratified.account_count > 1
                and len(new_companies) = company_count
                then
                    phrase('All of them are known for less than 12 weeks.', named)
            when stratified.account_count is not null and len(new_companies) > 0
                then
                    phrase('Known for less than 12 weeks: %(newcomers)s.', named)
        end as newcomers,
        case
            when shown_verdict != verdict
                then
                    phrase(
                        'Last week it said more (“%(shown_as)s”), which is shown for '
                        || 'one more week.',
                        named
                    )
        end as memory,
        case
            when stratified.account_count is not null and typical_count < 5
                then
                    phrase(
                        'Counts here are too small for ratios to be exact (typically '
                        || '%(typical)s a post).',
                        named
                    )
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
        list_filter(
            list_concat(
                [claim, need, disagreement],
                other_causes,
                survivors,
                [memory, newcomers, smallness]
            ),
            lambda each: each is not null
        ) as phrases,
        said_together(phrases) as sentence,
    from parts
)

select * from final
