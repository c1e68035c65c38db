-- One row per further definition of success, primary dimension, level, account and
-- month: exact sums of its logarithm, over the posts whose engagement was measured.
-- They show whether a verdict hangs on the definition.
with

evaluations as (
    select * from intermediate.evaluations
    where is_current
),

posts as (
    select
        counted.post_id,
        counted.platform,
        counted.account_id,
        case when evaluations.is_long then counted.month_start_date end
            as stratum_month,
        counted.log_likes,
        counted.log_comments,
        counted.log_shares,
        counted.log_engagement - log_followers.log_follower_count
            as log_per_follower,
        counted.log_engagement - counted.log_views as log_per_view,
        case when not counted.is_promoted_suspect then counted.log_engagement end
            as log_without_promoted,
        case when not counted.is_breakout then counted.log_engagement end
            as log_without_breakouts,
    from intermediate.counted_posts as counted
    cross join evaluations
    left join intermediate.post_followers as log_followers
        on counted.post_id = log_followers.post_id
    where counted.is_current and counted.log_engagement is not null
),

traits as (
    select traits.*
    from intermediate.post_traits as traits
    inner join seeds.dimensions as dimensions
        on traits.dimension = dimensions.dimension
    where dimensions.family = 'primary'
),

sums as (
    select
        traits.dimension,
        traits.level,
        posts.platform,
        posts.account_id,
        posts.stratum_month,
        map {
            'likes': exact_sums(log_likes),
            'comments': exact_sums(log_comments),
            'shares': exact_sums(log_shares),
            'per_follower': exact_sums(log_per_follower),
            'per_view': exact_sums(log_per_view),
            'without_promoted': exact_sums(log_without_promoted),
            'without_breakouts': exact_sums(log_without_breakouts)
        } as sums_by_definition,
    from posts
    inner join traits on posts.post_id = traits.post_id
    group by all
),

unnested as (
    select
        dimension,
        level,
        platform,
        account_id,
        stratum_month,
        unnest(map_entries(sums_by_definition)) as entry,
    from sums
),

definition_cells as (
    select
        evaluations.as_of,
        unnested.entry.key as definition,
        unnested.dimension,
        unnested.level,
        unnested.platform,
        unnested.account_id,
        unnested.stratum_month,
        unnested.entry.value.post_count,
        unnested.entry.value.log_sum,
        unnested.entry.value.log_squares,
    from unnested
    cross join evaluations
    where unnested.entry.value.post_count > 0
)

select * from definition_cells
