-- One row per evaluation, further definition of success, dimension, level, account and
-- stratum: exact sums of its logarithm, over the posts whose engagement was measured
-- (and, in one of them, removed posts as they were last seen).
-- An outcome that was asked for has cells of every dimension, as trait_cells has for
-- engagement; everything else shows whether a verdict about a primary trait hangs on
-- the definition.
with

evaluations as (
    select * from intermediate.evaluations
),

further_outcomes as (
    select outcome,
    from intermediate.outcomes
    where not is_default
),

dimensions as (
    select * from seeds.dimensions
    where family = 'primary' or exists (from further_outcomes)
),

edited as (
    select counted.post_id,
    from intermediate.counted_posts as counted
    inner join raw.posts on counted.content_row = posts.rowid
    where posts.edited_at is not null
),

posts as (
    select
        evaluations.as_of,
        evaluations.is_current,
        counted.post_id,
        counted.platform,
        counted.account_id,
        coalesce(counted.format, 'unknown') as format,
        case when evaluations.is_long then counted.month_start_date end
            as stratum_month,
        counted.log_likes,
        counted.log_comments,
        counted.log_shares,
        counted.log_weighted,
        log_per_follower(counted.log_engagement, followers.log_follower_count)
            as log_per_follower,
        log_per_view(counted.log_engagement, counted.log_views) as log_per_view,
        case when not counted.is_promoted_suspect then counted.log_engagement end
            as log_without_promoted,
        case when not counted.is_breakout then counted.log_engagement end
            as log_without_breakouts,
        case when not counted.is_interpolated then counted.log_engagement end
            as log_mature,
        coalesce(counted.log_engagement, removed.log_as_last_seen)
            as log_as_last_seen,
        case when removed.post_id is null then counted.log_engagement end
            as log_without_removed,
        case when edited.post_id is null then counted.log_engagement end
            as log_without_edited,
    from intermediate.counted_posts as counted
    inner join evaluations
        on
            case
                when evaluations.is_current then counted.is_current
                else counted.is_earlier and counted.was_settled_earlier
            end
    left join intermediate.post_followers as followers
        on counted.post_id = followers.post_id
    left join intermediate.removed_posts as removed
        on counted.post_id = removed.post_id
    left join edited on counted.post_id = edited.post_id
    where
        coalesce(counted.log_engagement, removed.log_as_last_seen) is not null
        and (evaluations.is_current or exists (from further_outcomes))
),

-- The top decile is the account's own; ties at its border are not in it.
borders as (
    select
        account_id,
        quantile_disc(log_likes, 0.9) as top_likes,
        quantile_disc(log_comments, 0.9) as top_comments,
        quantile_disc(log_shares, 0.9) as top_shares,
        quantile_disc(log_weighted, 0.9) as top_weighted,
        quantile_disc(log_per_follower, 0.9) as top_per_follower,
        quantile_disc(log_per_view, 0.9) as top_per_view,
    from posts
    where is_current and exists (from further_outcomes)
    group by all
),

sums as (
    select
        posts.as_of,
        posts.is_current,
        dimensions.family,
        dimensions.dimension,
        traits.level,
        traits.level = '*' or not dimensions.is_multiple as is_in_total,
        posts.platform,
        posts.account_id,
        posts.stratum_month,
        case when dimensions.strata = 'month_format' then posts.format end
            as stratum_format,
        map {
            'likes': exact_sums_and_top(posts.log_likes, borders.top_likes),
            'comments': exact_sums_and_top(
                posts.log_comments, borders.top_comments
            ),
            'shares': exact_sums_and_top(posts.log_shares, borders.top_shares),
            'weighted': exact_sums_and_top(
                posts.log_weighted, borders.top_weighted
            ),
            'engagement_per_follower': exact_sums_and_top(
                posts.log_per_follower, borders.top_per_follower
            ),
            'engagement_per_view': exact_sums_and_top(
                posts.log_per_view, borders.top_per_view
            ),
            'without_promoted': exact_sums(posts.log_without_promoted),
            'without_breakouts': exact_sums(posts.log_without_breakouts),
            'mature_only': exact_sums(posts.log_mature),
            'removed_as_last_seen': exact_sums(posts.log_as_last_seen),
            'without_removed': exact_sums(posts.log_without_removed),
            'without_edited': exact_sums(posts.log_without_edited)
        } as sums_by_definition,
    from posts
    inner join intermediate.post_traits as traits on posts.post_id = traits.post_id
    inner join dimensions on traits.dimension = dimensions.dimension
    left join borders on posts.account_id = borders.account_id
    group by all
),

unnested as (
    select
        * exclude (sums_by_definition),
        unnest(map_entries(sums_by_definition)) as entry,
    from sums
),

definition_cells as (
    select
        unnested.as_of,
        unnested.is_current,
        unnested.entry.key as definition,
        further_outcomes.outcome is not null as is_outcome,
        unnested.dimension,
        unnested.level,
        unnested.platform,
        unnested.account_id,
        unnested.stratum_month,
        unnested.stratum_format,
        unnested.is_in_total,
        unnested.entry.value.post_count,
        unnested.entry.value.log_sum,
        unnested.entry.value.log_squares,
        unnested.entry.value.top_count,
    from unnested
    left join further_outcomes on unnested.entry.key = further_outcomes.outcome
    where
        unnested.entry.value.post_count > 0
        and (
            further_outcomes.outcome is not null
            or (unnested.is_current and unnested.family = 'primary')
        )
)

select * from definition_cells
