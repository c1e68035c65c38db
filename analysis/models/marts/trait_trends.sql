-- One row per platform, dimension and level with at least ten posts in the last twelve
-- whole weeks: is it posted more or less lately than before?
-- share_change: difference of an account's shares (last four whole weeks less the up to
-- eight before), over the accounts that posted in both, pooled as the claims are
-- (DerSimonian-Laird, the wider of Hartung-Knapp and the normal interval), so that one
-- busy account does not decide. The two shares are means with the same weights.
-- rising and falling: q < 0.05 (Benjamini-Hochberg per platform and family), at least
-- two points, and more accounts this way than the other; steady: the interval inside
-- five points either way.
with

effects as (
    select * from intermediate.trend_effects
),

weighted as (
    select
        shifts.*,
        1 / (shifts.variance + effects.tau ** 2) as weight,
    from intermediate.share_shifts as shifts
    inner join effects using (platform, dimension, level)
),

means as (
    select
        platform,
        dimension,
        level,
        exact_sum(weight * recent_count / recent_total)
        / exact_sum(weight) as share_recent,
        exact_sum(weight * before_count / before_total)
        / exact_sum(weight) as share_before,
        sum(recent_count)::bigint as recent_post_count,
        sum(before_count)::bigint as before_post_count,
        count(*) filter (difference < 0) as accounts_down,
    from weighted
    group by all
),

spans as (
    select
        platform,
        max(week_start_date + 7 * weeks_ago) - 1 as recent_end_date,
        max(week_start_date + 7 * weeks_ago) - 28 as recent_start_date,
        min(week_start_date) as before_start_date,
        max(weeks_ago) - 4 as before_week_count,
    from intermediate.trait_weeks
    group by all
),

ranks as (
    select
        effects.platform,
        effects.dimension,
        effects.level,
        effects.p_value,
        case
            when dimensions.family = 'primary' then 'primary'
            else effects.dimension
        end as family,
        row_number() over tests as p_rank,
        count(*) over (partition by effects.platform, family) as p_count,
    from effects
    inner join seeds.dimensions as dimensions
        on effects.dimension = dimensions.dimension
    where effects.p_value is not null
    window
        tests as (
            partition by effects.platform, family
            order by effects.p_value, effects.dimension, effects.level
        )
),

tests as (
    select
        platform,
        dimension,
        level,
        bh_q_value((platform, family), p_value, p_rank, p_count) as q_value,
    from ranks
),

judged as (
    select
        effects.platform,
        effects.dimension,
        effects.level,
        means.share_before,
        means.share_recent,
        effects.mu / 100 as share_change,
        effects.mu_low / 100 as share_change_low,
        effects.mu_high / 100 as share_change_high,
        effects.p_value,
        tests.q_value,
        effects.account_count,
        effects.accounts_up,
        means.accounts_down,
        means.recent_post_count,
        means.before_post_count,
        case
            when
                tests.q_value < 0.05
                and effects.mu >= 2
                and effects.accounts_up > means.accounts_down
                then 'rising'
            when
                tests.q_value < 0.05
                and effects.mu <= -2
                and effects.accounts_up < means.accounts_down
                then 'falling'
            when effects.mu_low >= -5 and effects.mu_high <= 5 then 'steady'
            else 'cant_tell'
        end as verdict,
    from effects
    inner join means using (platform, dimension, level)
    left join tests using (platform, dimension, level)
),

-- With the values of its sentences, a step before these: see the macro phrase.
valued as (
    select
        judged.*,
        spans.* exclude (platform),
        dimensions.family != 'primary' as is_exploratory,
        map {
            'topic:Subject':
            level_words(judged.dimension, judged.level, levels.label),
            'platform:words': platforms.label,
            'before:share': share_before::text,
            'weeks:week': before_week_count::text,
            'recent:share': share_recent::text,
            'change:change': (100 * share_change)::text,
            'low:change': (100 * share_change_low)::text,
            'high:change': (100 * share_change_high)::text,
            'up:count': accounts_up::text,
            'down:count': accounts_down::text,
            'accounts:account': account_count::text,
            'posts:post': (recent_post_count + before_post_count)::text
        } as named,
    from judged
    inner join spans on judged.platform = spans.platform
    inner join seeds.platforms as platforms on judged.platform = platforms.platform
    inner join seeds.dimensions as dimensions
        on judged.dimension = dimensions.dimension
    left join seeds.levels as levels
        on judged.dimension = levels.dimension and judged.level = levels.level
),

worded as (
    select
        *,
        case verdict
            when 'rising'
                then
                    phrase(
                        '%(topic)s on %(platform)s are rising: %(before)s of an '
                        || 'account''s posts in the %(weeks)s before, %(recent)s in '
                        || 'the last 4.',
                        named
                    )
            when 'falling'
                then
                    phrase(
                        '%(topic)s on %(platform)s are falling: %(before)s of an '
                        || 'account''s posts in the %(weeks)s before, %(recent)s in '
                        || 'the last 4.',
                        named
                    )
            when 'steady'
                then
                    phrase(
                        '%(topic)s on %(platform)s hold steady: %(before)s of an '
                        || 'account''s posts in the %(weeks)s before, %(recent)s in '
                        || 'the last 4.',
                        named
                    )
            else
                phrase(
                    '%(topic)s on %(platform)s, whether they rise or fall cannot be '
                    || 'told yet: %(before)s of an account''s posts in the %(weeks)s '
                    || 'before, %(recent)s in the last 4.',
                    named
                )
        end as shares,
        case
            when share_change_low is null
                then
                    phrase(
                        'That is %(change)s points (too few accounts for a range; up '
                        || 'at %(up)s and down at %(down)s of %(accounts)s, '
                        || '%(posts)s).',
                        named
                    )
            else
                phrase(
                    'That is %(change)s points (probably between %(low)s and '
                    || '%(high)s; up at %(up)s and down at %(down)s of %(accounts)s, '
                    || '%(posts)s).',
                    named
                )
        end as shift,
        case
            when is_exploratory and verdict in ('rising', 'falling')
                then phrase('Something to watch, not yet a result.', named)
        end as caution,
    from valued
),

final as (
    select
        platform,
        dimension,
        level,
        verdict,
        list_filter(
            [shares, shift, caution], lambda each: each is not null
        ) as phrases,
        said_together(phrases) as sentence,
        share_before,
        share_recent,
        share_change,
        share_change_low,
        share_change_high,
        p_value,
        q_value,
        account_count,
        accounts_up,
        accounts_down,
        recent_post_count,
        before_post_count,
        before_week_count,
        is_exploratory,
        before_start_date,
        recent_start_date,
        recent_end_date,
    from worded
)

select * from final
