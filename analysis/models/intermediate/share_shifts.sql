-- One row per platform, dimension, level and account that posted in both periods: its
-- share of posts with the level in the last four whole weeks, and in up to eight before
-- (at least four), in per cent. Levels with at least ten posts.
-- The variance of the difference is that of two shares, s2 * (1/n + 1/m); s2 is the
-- mean of p * (1 - p) over the accounts, p an account's share in both periods together,
-- drawn to that of all with the weight of eight posts as variances of engagement are.
-- With an s2 of its own, an account that rarely posts the level would weigh most, and
-- the pooled shift would be that of those who hardly shift.
with

weeks as (
    select
        *,
        weeks_ago <= 4 as is_recent,
    from intermediate.trait_weeks
),

platforms as (
    select platform,
    from weeks
    group by all
    having max(weeks_ago) >= 8
),

totals as (
    select
        platform,
        dimension,
        account_id,
        sum(post_count) filter (is_recent)::bigint as recent_total,
        sum(post_count) filter (not is_recent)::bigint as before_total,
    from weeks
    where is_in_total and platform in (select platforms.platform, from platforms)
    group by all
    having recent_total > 0 and before_total > 0
),

counts as (
    select
        weeks.platform,
        weeks.dimension,
        weeks.level,
        weeks.account_id,
        coalesce(sum(weeks.post_count) filter (weeks.is_recent), 0)::bigint
            as recent_count,
        coalesce(sum(weeks.post_count) filter (not weeks.is_recent), 0)::bigint
            as before_count,
    from weeks
    inner join totals using (platform, dimension, account_id)
    where weeks.level != '*'
    group by all
),

levels as (
    select
        platform,
        dimension,
        level,
        sum(recent_count + before_count) as level_count,
    from counts
    group by all
    having level_count >= 10
),

-- An account that never posts a level has a share of it, too: none.
shares as (
    select
        levels.platform,
        levels.dimension,
        levels.level,
        totals.account_id,
        coalesce(counts.recent_count, 0) as recent_count,
        totals.recent_total,
        coalesce(counts.before_count, 0) as before_count,
        totals.before_total,
        levels.level_count,
        sum(totals.recent_total + totals.before_total) over every_account
            as total_count,
    from levels
    inner join totals using (platform, dimension)
    left join counts using (platform, dimension, level, account_id)
    window
        every_account as (
            partition by levels.platform, levels.dimension, levels.level
        )
),

drawn as (
    select
        *,
        -- half a post more, so that what everybody always posts has a variance, too
        (level_count + 0.5) / (total_count + 1) as share_of_all,
        (recent_count + before_count + 8 * share_of_all)
        / (recent_total + before_total + 8) as drawn_share,
    from shares
),

spreads as (
    select
        platform,
        dimension,
        level,
        exact_sum(10000 * drawn_share * (1 - drawn_share)) / count(*)
            as post_variance,
    from drawn
    group by all
),

final as (
    select
        drawn.platform,
        drawn.dimension,
        drawn.level,
        drawn.account_id,
        drawn.recent_count,
        drawn.recent_total,
        drawn.before_count,
        drawn.before_total,
        100 * (
            drawn.recent_count / drawn.recent_total
            - drawn.before_count / drawn.before_total
        ) as difference,
        spreads.post_variance * (1 / drawn.recent_total + 1 / drawn.before_total)
            as variance,
    from drawn
    inner join spreads using (platform, dimension, level)
)

select * from final
