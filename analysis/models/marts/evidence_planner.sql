-- One row per platform, dimension, level and target ratio: how many weeks until an
-- effect of that size would be seen in this market. Dimension and level "all" are any
-- kind of post that makes up half of what is posted.
-- posts_needed is per side of the comparison (ceil(2 * 7.85 * s2 / ln(target)^2)), over
-- all accounts of the list together: what shows it for these companies. To carry over
-- it takes accounts, too (ceil(7.85 * (tau^2 + mean v) / ln(target)^2), at least
-- three).
-- The pace is that of the last up to eight whole weeks. Posts leave a window that moves
-- on, so that what 26 weeks cannot hold is out of reach; a window with a fixed start
-- only grows, and two years are its end.
with

current_window as (
    select
        evaluations.*,
        run.since is null as is_sliding,
        case
            when run.since is null
                then
                    hours_between(evaluations.window_start, evaluations.window_end)
                    / 168
            else 1000.0
        end as window_weeks,
        case
            when run.since is null
                then
                    ceil(
                        hours_between(evaluations.window_start, evaluations.window_end)
                        / 168
                    )::bigint
            else 104
        end as most_weeks,
    from intermediate.evaluations as evaluations
    cross join config.run as run
    where evaluations.is_current
),

targets as (
    select unnest([1.3, 1.5, 2.0])::double as target_ratio
),

platform_weeks as (
    select
        platform,
        least(8, max(weeks_ago)) as week_count,
    from intermediate.trait_weeks
    group by all
),

platform_spans as (
    select
        counted.platform,
        hours_between(min(counted.published_at), max(current_window.window_end)) / 168
            as span,
        count(*) as used_count,
        count(counted.log_engagement) as measured_count,
    from intermediate.counted_posts as counted
    cross join current_window
    where counted.is_current
    group by all
),

paces as (
    select
        weeks.platform,
        weeks.dimension,
        weeks.level,
        sum(weeks.post_count) filter (weeks.weeks_ago <= platform_weeks.week_count)
        / max(platform_weeks.week_count) as pace,
    from intermediate.trait_weeks as weeks
    inner join platform_weeks on weeks.platform = platform_weeks.platform
    group by all
),

levels as (
    select
        evidence.platform,
        evidence.dimension,
        evidence.level,
        evidence.shown_verdict,
        evidence.variance,
        evidence.plain.tau ** 2 + evidence.plain.mean_variance as account_variance,
        coalesce(evidence.plain.account_count, 0) as account_count,
        evidence.measured_count,
        sum(evidence.measured_count) over same_dimension - evidence.measured_count
            as rest_count,
        coalesce(paces.pace, 0) as pace,
        sum(coalesce(paces.pace, 0)) over same_dimension - coalesce(paces.pace, 0)
            as rest_pace,
    from intermediate.claim_evidence as evidence
    inner join seeds.dimensions as dimensions
        on evidence.dimension = dimensions.dimension
    left join paces
        on
            evidence.platform = paces.platform
            and evidence.dimension = paces.dimension
            and evidence.level = paces.level
    where evidence.outcome = 'engagement' and not dimensions.is_multiple
    window
        same_dimension as (partition by evidence.platform, evidence.dimension)
),

platform_paces as (
    select
        platform,
        sum(pace) as pace,
    from paces
    where dimension = 'format'
    group by all
),

halves as (
    select
        spreads.platform,
        'all' as dimension,
        'all' as level,
        null as shown_verdict,
        spreads.variance,
        null::double as account_variance,
        null::bigint as account_count,
        spans.measured_count // 2 as measured_count,
        spans.measured_count // 2 as rest_count,
        coalesce(platform_paces.pace, 0) / 2 as pace,
        coalesce(platform_paces.pace, 0) / 2 as rest_pace,
    from intermediate.platform_spreads as spreads
    inner join platform_spans as spans on spreads.platform = spans.platform
    left join platform_paces on spreads.platform = platform_paces.platform
    where spreads.outcome = 'engagement'
),

united as (
    select * from levels
    union all by name
    select * from halves
),

-- Of posts whose counts are unknown no more come of age than did so far.
sides as (
    select
        united.* replace (
            united.pace * spans.measured_count / spans.used_count as pace,
            united.rest_pace * spans.measured_count / spans.used_count as rest_pace
        ),
        targets.target_ratio,
        posts_per_arm(united.variance, targets.target_ratio) as posts_needed,
        greatest(
            3,
            ceil(
                7.85 * united.account_variance / ln(targets.target_ratio) ** 2
            )::bigint
        ) as accounts_needed,
        spans.span,
        current_window.window_weeks,
        current_window.most_weeks,
        current_window.is_sliding,
    from united
    cross join targets
    cross join current_window
    inner join platform_spans as spans on united.platform = spans.platform
    -- with no other post there is nothing to compare with, now or in weeks
    where
        united.variance > 0
        and (united.level = 'all' or united.rest_count + united.rest_pace > 0)
),

planned as (
    select
        *,
        list_min(list_filter(
            range(0, most_weeks + 1),
            lambda w: posts_in_weeks(w, measured_count, pace, span, window_weeks)
            >= posts_needed
            and posts_in_weeks(w, rest_count, rest_pace, span, window_weeks)
            >= posts_needed
        )) as weeks_needed,
        rest_count < posts_needed
        and rest_pace < pace as is_rest_scarce,
    from sides
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued as (
    select
        planned.*,
        case when is_rest_scarce then rest_count else measured_count end
            as scarce_count,
        case when is_rest_scarce then rest_pace else pace end as scarce_pace,
        map {
            'target:ratio': target_ratio::text,
            'subject:subject':
            case
                when planned.level = 'all'
                    then own_words('any kind of post that makes up half')
                else level_words(planned.dimension, planned.level, levels.label)
            end,
            'platform:words': platforms.label,
            'measured:count': measured_count::text,
            'others:other': rest_count::text,
            'each:count': posts_needed::text,
            'weeks:more_week': weeks_needed::text,
            case
                when is_rest_scarce then 'needed:other_post' else 'needed:such_post'
            end: posts_needed::text,
            'so_far:count': scarce_count::text,
            'pace:rate': scarce_pace::text,
            'most_weeks:week': most_weeks::text,
            'within:count': (scarce_pace * most_weeks)::text,
            'accounts:more_account': (accounts_needed - account_count)::text
        } as named,
    from planned
    inner join seeds.platforms as platforms on planned.platform = platforms.platform
    left join seeds.levels as levels
        on
            planned.dimension = levels.dimension
            and planned.level = levels.level
),

worded as (
    select
        *,
        case
            when weeks_needed = 0 and shown_verdict = 'not_enough'
                then
                    phrase(
                        'There are enough posts to see a %(target)s times effect of '
                        || '%(subject)s on %(platform)s in this market (%(measured)s '
                        || 'and %(others)s, %(each)s of each needed): if there is '
                        || 'one, it is likely smaller, or differs from account to '
                        || 'account.',
                        named
                    )
            when weeks_needed = 0
                then
                    phrase(
                        'There are enough posts to see a %(target)s times effect of '
                        || '%(subject)s on %(platform)s in this market (%(measured)s '
                        || 'and %(others)s, %(each)s of each needed).',
                        named
                    )
            when weeks_needed is not null
                then
                    phrase(
                        'To see a %(target)s times effect of %(subject)s on '
                        || '%(platform)s, this market needs about %(weeks)s: '
                        || '%(needed)s, %(so_far)s so far, %(pace)s a week.',
                        named
                    )
            when scarce_pace > 0
                then
                    phrase(
                        'A %(target)s times effect of %(subject)s on %(platform)s is '
                        || 'out of reach at this pace: it takes %(needed)s, and '
                        || '%(most_weeks)s bring about %(within)s (%(pace)s a week).',
                        named
                    )
            else
                phrase(
                    'A %(target)s times effect of %(subject)s on %(platform)s is out '
                    || 'of reach: it takes %(needed)s, and none came in the last '
                    || 'weeks.',
                    named
                )
        end as plan,
        case
            when account_count < accounts_needed
                then
                    phrase(
                        'To carry over to others it takes %(accounts)s with both.',
                        named
                    )
        end as reach,
    from valued
),

final as (
    select
        platform,
        dimension,
        level,
        target_ratio,
        shown_verdict,
        list_filter([plan, reach], lambda each: each is not null) as phrases,
        said_together(phrases) as sentence,
        measured_count as post_count,
        rest_count::bigint as rest_post_count,
        posts_needed,
        pace as posts_per_week,
        rest_pace as rest_posts_per_week,
        weeks_needed,
        account_count,
        case when level != 'all' then accounts_needed end as accounts_needed,
        variance,
        coalesce(shown_verdict = 'not_enough', false) as is_open,
        weeks_needed is null as is_out_of_reach,
    from worded
)

select * from final
