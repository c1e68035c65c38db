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

worded as (
    select
        planned.*,
        'a ' || ratio_number(target_ratio) || ' times effect of '
        || case
            when planned.level = 'all' then 'any kind of post that makes up half'
            else level_subject(planned.dimension, planned.level, levels.label)
        end
        || ' on ' || platforms.label as effect,
        case when is_rest_scarce then 'other posts' else 'such posts' end as scarce,
        case when is_rest_scarce then rest_count else measured_count end
            as scarce_count,
        case when is_rest_scarce then rest_pace else pace end as scarce_pace,
        upper(effect[1]) || effect[2:] as effect_first,
        case
            when account_count < accounts_needed
                then
                    ' To carry over to others it takes '
                    || counted(
                        accounts_needed - account_count,
                        'more account',
                        'more accounts'
                    )
                    || ' with both.'
        end as reach,
    from planned
    inner join seeds.platforms as platforms on planned.platform = platforms.platform
    left join seeds.levels as levels
        on
            planned.dimension = levels.dimension
            and planned.level = levels.level
),

final as (
    select
        platform,
        dimension,
        level,
        target_ratio,
        shown_verdict,
        concat(
            case
                when weeks_needed = 0
                    then
                        'There are enough posts to see ' || effect
                        || ' in this market (' || measured_count || ' and '
                        || rest_count || ' others, '
                        || posts_needed || ' of each needed)'
                        || case
                            when shown_verdict = 'not_enough'
                                then
                                    ': if there is one, it is likely smaller, or '
                                    || 'differs from account to account.'
                            else '.'
                        end
                when weeks_needed is not null
                    then
                        'To see ' || effect || ', this market needs about '
                        || counted(weeks_needed, 'more week', 'more weeks') || ': '
                        || posts_needed || ' ' || scarce || ', ' || scarce_count
                        || ' so far, ' || format('{:.1f}', scarce_pace) || ' a week.'
                when scarce_pace > 0
                    then
                        effect_first
                        || ' is out of reach at this pace: it takes '
                        || posts_needed || ' ' || scarce || ', and '
                        || most_weeks || ' weeks bring about '
                        || round(scarce_pace * most_weeks)::bigint || ' ('
                        || format('{:.1f}', scarce_pace) || ' a week).'
                else
                    effect_first || ' is out of reach: it takes ' || posts_needed
                    || ' ' || scarce || ', and none came in the last weeks.'
            end,
            reach
        ) as sentence,
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
