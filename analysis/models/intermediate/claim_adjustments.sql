-- One row per platform, format or post type and adjustment: the contrast inside the
-- strata of something that may stand behind it, beside the plain one, and what is to be
-- said of that.
-- The sign counts as changed when either ratio is 1.1 away from 1; a claim is explained
-- when its sign changes or no difference that matters is left. Where format and
-- post type hardly vary apart there is no adjusted ratio. Nothing is said when the
-- verdict of the claim is the adjusted one anyway.
with

verdicts as (
    select claim_verdicts.*
    from intermediate.claim_verdicts as claim_verdicts
    inner join intermediate.evaluations as evaluations
        on claim_verdicts.as_of = evaluations.as_of
    where claim_verdicts.definition = 'engagement' and evaluations.is_current
),

plain as (
    select * from verdicts
    where basis = 'plain'
),

stratified as (
    select * from verdicts
    where basis = 'stratified'
),

adjustments as (
    select distinct
        accounts.platform,
        traits.dimension,
        traits.level,
        kinds.basis,
        case
            when kinds.basis != 'within_counterpart'
                then replace(kinds.basis, 'within_', '')
            when traits.dimension = 'format' then 'post_type'
            else 'format'
        end as adjusted_for,
    from intermediate.adjusted_cells as cells
    inner join intermediate.contrast_kinds as kinds
        on cells.kind_number = kinds.kind_number
    inner join intermediate.traits as traits
        on cells.trait_number = traits.trait_number
    inner join intermediate.compared_accounts as accounts
        on cells.account_number = accounts.account_number
),

compared as (
    select
        adjustments.platform,
        adjustments.dimension,
        adjustments.level,
        adjustments.adjusted_for,
        plain,
        adjusted,
        coalesce(adjusted.verdict, 'not_enough') as verdict,
        plain.verdict as plain_verdict,
        coalesce(stratified.verdict, 'not_enough') as claim_verdict,
        if(plain.mu_low is null, plain.here_mean, plain.mu) as plain_difference,
        if(adjusted.mu_low is null, adjusted.here_mean, adjusted.mu) as difference,
        if(adjusted.mu_low is null, adjusted.here_low, adjusted.mu_low)
            as difference_low,
        if(adjusted.mu_low is null, adjusted.here_high, adjusted.mu_high)
            as difference_high,
    from adjustments
    inner join plain
        on
            adjustments.platform = plain.platform
            and adjustments.dimension = plain.dimension
            and adjustments.level = plain.level
    left join verdicts as adjusted
        on
            adjustments.platform = adjusted.platform
            and adjustments.dimension = adjusted.dimension
            and adjustments.level = adjusted.level
            and adjustments.basis = adjusted.basis
    left join stratified
        on
            adjustments.platform = stratified.platform
            and adjustments.dimension = stratified.dimension
            and adjustments.level = stratified.level
),

changes as (
    select
        *,
        coalesce(
            sign(difference) != sign(plain_difference)
            and greatest(abs(difference), abs(plain_difference)) >= ln(1.1),
            false
        ) as is_sign_changed,
        verdict != plain_verdict as is_verdict_changed,
        is_sign_changed or (is_verdict_changed and verdict = 'no_difference')
            as is_explained,
        case adjusted_for
            when 'promoted' then own_words('paid posts, and among the others,')
            when 'weekday' then own_words('posts of the same weekday')
            when 'format' then own_words('posts of the same format')
            else own_words('posts of the same type')
        end as peers,
        case adjusted_for
            when 'promoted' then own_words('paid reach')
            when 'weekday' then own_words('the weekday')
            when 'format' then own_words('the format')
            else own_words('the post type')
        end as other_cause,
    from compared
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued as (
    select
        changes.*,
        map {
            'other_cause:subject': changes.other_cause,
            'cause:Subject': changes.other_cause,
            'peers:words': changes.peers,
            'ratio:ratio': exp(changes.difference)::text,
            'low:ratio': exp(changes.difference_low)::text,
            'high:ratio': exp(changes.difference_high)::text,
            'words:words': words.words
        } as named,
    from changes
    inner join seeds.verdicts as words on changes.verdict = words.verdict
),

spoken as (
    select
        *,
        case
            when difference is null and is_verdict_changed
                then
                    phrase(
                        'Whether it is this or %(other_cause)s cannot be told: the '
                        || 'two hardly vary apart.',
                        named
                    )
            when is_sign_changed
                then
                    phrase(
                        '%(cause)s may play a part: among %(peers)s it turns round, '
                        || 'to %(ratio)s times (between %(low)s and %(high)s): '
                        || '%(words)s.',
                        named
                    )
            when
                is_verdict_changed
                and verdict != claim_verdict
                then
                    phrase(
                        '%(cause)s may play a part: among %(peers)s it is %(ratio)s '
                        || 'times (between %(low)s and %(high)s): %(words)s.',
                        named
                    )
        end as phrase,
    from valued
),

claim_adjustments as (
    select
        * exclude (named),
        said(phrase) as sentence,
    from spoken
)

select * from claim_adjustments
